/** What a packet's walk came to, and what decided it. */
import { Decoded } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import { plainTable, type TableName } from '../model/ruleset.js';
import { type DecidedBy, ownEvents, type RuleRef, type WalkEvent, type WalkResult } from '../model/trace.js';
import type { Batch, Lost } from './batch.js';

/** Of a packet of a batch that was told. */
export function resultOf(compiled: Compiled, batch: Batch, slot: number): Omit<WalkResult, 'start'> {
  const events = batch.events![slot]!;
  const lost = batch.lost[slot];
  return {
    fate: batch.fateOf(slot)!,
    by: lost === undefined ? passedBy(compiled, ownEvents(events)) : lostBy(compiled, lost),
    hits: events.flatMap((event) => (event.kind === 'hit' ? [event.rule] : [])),
    policies: events.flatMap((event) => (event.kind === 'policy' ? [event.policy] : [])),
    out: batch.left[slot],
    copies: batch.copies[slot] ?? [],
    events,
  };
}

/** The end of a packet that is none, or of which too little is known; undefined: it can be walked. */
export function undecoded(decoded: number): Lost | undefined {
  switch (decoded) {
    case Decoded.Ok:
      return undefined;
    case Decoded.OtherFamily:
      return { fate: 'unknown', by: 'none', why: 'other-family' };
    case Decoded.Cut:
      return CUT;
    default: {
      const name = (Decoded[decoded] ?? 'packet').replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
      return { fate: 'dropped', by: 'none', why: `bad-${name}` };
    }
  }
}

/** Its capture cut it before what rules read. */
export const CUT: Lost = { fate: 'unknown', by: 'none', why: 'cut-by-capture' };

function refOf(compiled: Compiled, rule: number): RuleRef {
  const { table, chain, number } = compiled.rules[rule]!;
  return { table, chain, rule: number };
}

function lostBy(compiled: Compiled, { by, rule, policy, why }: Lost): DecidedBy {
  const reason = why === undefined ? {} : { why };
  if (rule !== undefined) return { kind: 'rule', ...refOf(compiled, rule), ...reason };
  if (policy !== undefined) return { kind: 'policy', ...compiled.policies[policy]!, ...reason };
  return { kind: by, ...reason };
}

/** The last filter rule that accepted; else the last rule of any table that gave a verdict or a translation; else filter's policy. */
function passedBy(compiled: Compiled, events: readonly WalkEvent[]): DecidedBy {
  const rules = events.flatMap((event) =>
    event.kind === 'verdict' || (event.kind === 'translated' && event.rule !== undefined) ? [event.rule!] : [],
  );
  const rule = rules.findLast((one) => isFilter(compiled.rules[one]!)) ?? rules.at(-1);
  if (rule !== undefined) return { kind: 'rule', ...refOf(compiled, rule) };
  const policy = events
    .flatMap((event) => (event.kind === 'policy' ? [compiled.policies[event.policy]!] : []))
    .findLast(isFilter);
  return policy === undefined ? { kind: 'none' } : { kind: 'policy', ...policy };
}

const isFilter = ({ table }: { readonly table: TableName }): boolean => plainTable(table) === 'filter';
