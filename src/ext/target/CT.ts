import { target, ValueError, type ValueKind } from '../define.js';
import { flag, integerOf, text } from '../values.js';

type Zone = number | 'mark';
const zone: ValueKind<Zone> = {
  words: 1,
  shape: 'NUMBER|mark',
  parse: ([word]) => (word === 'mark' ? 'mark' : integerOf(word!, 65535)),
  print: (value) => [String(value)],
};

/** Names joined by commas, as they are written, printed in this order. */
const events = (...names: readonly string[]): ValueKind<readonly string[]> => ({
  words: 1,
  shape: 'NAME[,…]',
  parse([word]) {
    const given = word!.split(',');
    const wrong = given.find((name) => !names.includes(name));
    if (wrong !== undefined) throw new ValueError(`"${wrong}" is none of ${names.join(', ')}`);
    return given;
  },
  print: (values) => [names.filter((name) => values.includes(name)).join(',')],
});
const EVENTS = 'new related destroy reply assured protoinfo helper mark natseqinfo secmark'.split(' ');
const ZONES = ['zone', 'zone-orig', 'zone-reply'] as const;

/**
 * xt_ct_target in net/netfilter/xt_CT.c: nothing happens to a packet that has a connection already. Helpers, timeouts
 * and events do not change what becomes of the packet itself.
 */
export const CT = target({
  name: 'CT',
  about: 'says what the connection to be made will be like',
  tables: ['raw'],
  tracking: (given) => given.notrack === undefined,
  options: {
    notrack: { value: flag },
    // char helper[16] and timeout[32] of xt_CT.h
    helper: { value: text('NAME', 15) },
    timeout: { value: text('NAME', 31) },
    ctevents: { value: events(...EVENTS) },
    expevents: { value: events('new') },
    zone: { value: zone },
    'zone-orig': { value: zone },
    'zone-reply': { value: zone },
  },
  /** There is one zone, the last number given, or the mark where any says so; it serves one direction or both. */
  canonical(given) {
    const { zone: _both, 'zone-orig': orig, 'zone-reply': reply, ...kept } = given;
    const zones = ZONES.flatMap((key) => given[key] ?? []).sort((a, b) => a.at.column - b.at.column);
    const last = zones.at(-1);
    if (last === undefined) return kept;
    const value = zones.some((one) => one.value === 'mark') ? 'mark' : last.value;
    if (value === 0) return kept;
    const key = orig && !reply ? 'zone-orig' : reply && !orig ? 'zone-reply' : 'zone';
    return { ...kept, [key]: { ...last, key, value } };
  },
  check(given, rule) {
    const protocol = rule.protocol !== undefined && !rule.protocol.not && rule.protocol.value !== 0;
    for (const key of ['helper', 'timeout'] as const)
      if (given[key] && !given.notrack && !protocol) rule.refuse('needs -p PROTOCOL, not negated', key);
  },
  lower(given, act) {
    if (given.notrack) return [act.notrack];
    const both = given.zone?.value;
    // an action has one zone, a number, for both directions
    if (both === 'mark' || given['zone-orig'] || given['zone-reply']) return [act.ask('target:CT zone')];
    return [act.connection(both)];
  },
});
