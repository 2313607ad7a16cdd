import { target, ValueError, type ValueKind } from '../define.js';
import { flagPiece, type Listed, listed, piece } from '../listed.js';
import { flag, integerOf } from '../values.js';

type Zone = number | 'mark';
const zone: ValueKind<Zone> = {
  words: 1,
  shape: 'NUMBER|mark',
  parse: ([word]) => (word!.toLowerCase() === 'mark' ? 'mark' : integerOf(word!, 65535)),
  print: (value) => [String(value)],
};

/** No name is what the empty one says. Printed without quotes, which a name of the kernel's needs never. */
const objectName = (max: number): ValueKind<string> => ({
  words: 1,
  shape: 'NAME',
  parse([word]) {
    if (word!.length > max) throw new ValueError(`is longer than ${max} characters`);
    if (/[\s"']/.test(word!)) throw new ValueError(`"${word}" is no name`);
    return word!;
  },
  print: (value) => [value],
});

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
 * xt_ct_target in net/netfilter/xt_CT.c: nothing happens to a packet that has a connection already, or met such a target
 * before. Events change nothing that becomes of packets.
 */
export const CT = target({
  name: 'CT',
  about: 'says what the connection to be made will be like',
  tables: ['raw'],
  tracking: (given) => given.notrack === undefined,
  options: {
    notrack: { value: flag },
    // char helper[16] and timeout[32] of xt_CT.h
    helper: { value: objectName(15) },
    timeout: { value: objectName(31) },
    ctevents: { value: events(...EVENTS) },
    expevents: { value: events('new') },
    zone: { value: zone },
    'zone-orig': { value: zone },
    'zone-reply': { value: zone },
  },
  /** There is one zone, the last number given, or the mark where any says so; it serves one direction or both. */
  canonical(given) {
    const { zone: _both, 'zone-orig': orig, 'zone-reply': reply, ...named } = given;
    const { helper, timeout, ...rest } = named;
    const kept = { ...(helper?.value && { helper }), ...(timeout?.value && { timeout }), ...rest };
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
    for (const key of ['helper', 'timeout'] as const) {
      if (given[key] && !given.notrack && !protocol) rule.refuse('needs -p PROTOCOL, not negated', key);
    }
  },
  lower(given, act) {
    if (given.notrack) return [act.notrack];
    const { zone: both, 'zone-orig': original, 'zone-reply': reply } = given;
    if (original) return [act.connection(original.value, 'original')];
    return reply ? [act.connection(reply.value, 'reply')] : [act.connection(both?.value)];
  },
});

const options = Object.keys(CT.options).map((key) => (key === 'notrack' ? flagPiece(key) : piece(key)));
/** NOTRACK is a CT of the kernel's, which says itself what it was. */
export const CTListed: Listed = { ...listed('CT', ...options), meaning: { NOTRACK: 'NOTRACK' } };
