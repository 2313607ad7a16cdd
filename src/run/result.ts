/** What a walk came to, and what decided it. */
import { Decoded } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import type { DecidedBy, RuleRef, WalkEvent, WalkResult } from '../model/trace.js';
import type { End, Lost } from './journey.js';

export function resultOf(
  compiled: Compiled,
  events: readonly WalkEvent[],
  end: End,
  copies: WalkResult['copies'],
): Omit<WalkResult, 'start'> {
  return {
    fate: end.fate,
    by: 'out' in end ? passedBy(compiled, events) : lostBy(compiled, end),
    hits: events.flatMap((event) => (event.kind === 'hit' ? [event.rule] : [])),
    policies: events.flatMap((event) => (event.kind === 'policy' ? [event.policy] : [])),
    out: 'out' in end ? end.out : undefined,
    copies,
    events,
  };
}

/** Of a packet that is none: nothing walked. */
export function undecoded(decoded: number): WalkResult {
  const why =
    { [Decoded.OtherFamily]: 'other-family' }[decoded] ??
    `bad-${(Decoded[decoded] ?? 'packet').replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()}`;
  const fate = decoded === Decoded.OtherFamily ? 'unknown' : 'dropped';
  return { fate, by: { kind: 'none', why }, hits: [], policies: [], out: undefined, copies: [], events: [], start: [] };
}

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
    event.kind === 'verdict' || event.kind === 'translated' ? [event.rule] : [],
  );
  const rule = rules.findLast((one) => compiled.rules[one]!.table === 'filter') ?? rules.at(-1);
  if (rule !== undefined) return { kind: 'rule', ...refOf(compiled, rule) };
  const policy = events
    .flatMap((event) => (event.kind === 'policy' ? [compiled.policies[event.policy]!] : []))
    .findLast(({ table }) => table === 'filter');
  return policy === undefined ? { kind: 'none' } : { kind: 'policy', ...policy };
}
