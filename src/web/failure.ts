/** What went wrong, as plain data for a page. */
import { PacketwalkError } from '../errors.js';
import type { Failure } from './messages.js';

export function failureOf(error: unknown): Failure {
  if (!(error instanceof PacketwalkError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'fault', message, text: `this is a fault of packetwalk: ${message}` };
  }
  const { code, message, place, hint } = error;
  return { code, message, place, hint, text: error.format() };
}
