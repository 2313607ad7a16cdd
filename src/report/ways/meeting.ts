/** Where ways meet again: two walks that stop at the same place, with the same packet, go on alike. */

import type { Compiled } from '../../compile/compile.js';
import { meaningOf } from '../../model/ruleset.js';
import type { WalkEvent, WalkResult } from '../../model/trace.js';
import type { LoadedHost } from '../../run/engine.js';
import { columnsAt } from './columns.js';

/** The place where a walk stopped, as text: the rule, the chains that it came by, the packet, and what is settled of it. */
export function meetingOf(result: WalkResult, host: LoadedHost): string {
  const { by, events } = result;
  const frames: (number | string)[] = [];
  const settled: WalkEvent[] = [];
  for (const event of events) {
    if (event.kind === 'enter') frames.length = 0;
    if (event.kind === 'rule' && frames.length === 0) frames.push(event.rule);
    else if (event.kind === 'rule') frames[frames.length - 1] = event.rule;
    else if (event.kind === 'jump') frames.push(`chain ${event.chain}`);
    else if (event.kind === 'goto') frames[frames.length - 1] = `chain ${event.chain}`;
    else if (event.kind === 'return') frames.pop();
    if (!OF_RULES.has(event.kind)) settled.push(event);
  }
  return JSON.stringify([by, frames, columnsAt(result, host), settled], textOfCount);
}
/** Connections count in 64 bits, of which JSON knows nothing. */
const textOfCount = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** Events that leave nothing behind but what the packet's columns say. */
const OF_RULES: ReadonlySet<WalkEvent['kind']> = new Set([
  'enter',
  'rule',
  'held',
  'failed',
  'reading',
  'hit',
  'jump',
  'goto',
  'return',
  'edited',
  'emitted',
  'open',
  'gap',
  'policy',
]);

/**
 * Whether a walk that has passed the question by which `result` stopped cannot come to it again: it is that of one place,
 * and one way leads there. What was answered to it then means nothing to what follows.
 */
export function asksOnce({ by }: WalkResult, about: string, { rules }: Compiled): boolean {
  const { kind, table, chain } = by;
  if (kind !== 'rule' && !OF_PLACES.test(about)) return false;
  const missing = /^chain:(.*)$/.exec(about)?.[1];
  if (missing === undefined && !OF_PLACES.test(about)) return false;
  const into = (name: string) =>
    rules.filter((one) => {
      const { target } = meaningOf(one.rule);
      return one.table === table && (target?.kind === 'jump' || target?.kind === 'goto') && target.chain === name;
    });
  const once = (name: string): boolean => {
    const callers = into(name);
    return callers.length === 0 || (callers.length === 1 && once(callers[0]!.chain));
  };
  return chain !== undefined && (missing === undefined || into(missing).length === 1) && once(chain);
}

/** Questions about one rule, or one place between two. */
const OF_PLACES = /^(interface|gap|rule):/;
