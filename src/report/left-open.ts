/** What rules ask and nobody has answered. */
import { askedOfHost } from '../compile/asking.js';
import { stateOf } from '../model/host-test.js';
import type { LoadedHost } from '../run/engine.js';

/** Questions that rules ask and nobody has answered: under `--lenient` they are taken as no. What rules remember is known. */
export function leftOpen({ compiled, from }: LoadedHost): string[] {
  const ofHost = askedOfHost(compiled);
  const isKnown = (number: number) => ofHost.has(number) && stateOf(JSON.parse(ofHost.get(number)!)) !== undefined;
  return compiled.questions.filter((question, number) => !isKnown(number) && from.given(question) === undefined);
}
