import { SET_RETURN_NOMATCH } from '../../abi.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { flagPiece, type Listed, listedOf, piece } from '../listed.js';
import { flag } from '../values.js';
import { setUse, takeSetUse } from './set-use.js';

/** 64 bits, in decimal, hex or octal. */
export const counter: ValueKind<bigint> = {
  words: 1,
  shape: 'NUMBER',
  parse([word]) {
    if (!/^(0x[0-9a-f]+|\d+)$/i.test(word!)) throw new ValueError(`"${word}" is not a number`);
    if (/^0\d*[89]/.test(word!)) throw new ValueError(`"${word}" is not a number: 0 begins an octal one`);
    const value = BigInt(/^0\d/.test(word!) ? `0o${word}` : word!);
    if (value >= 1n << 64n) throw new ValueError(`value ${word} has more than 64 bits`);
    return value;
  },
  print: (value) => [String(value)],
};
const COUNTED = ['packets', 'bytes'] as const;
const one = (of: (typeof COUNTED)[number], op: 'eq' | 'lt' | 'gt') => ({
  value: counter,
  excludes: ['eq', 'lt', 'gt'].filter((other) => other !== op).map((other) => `${of}-${other}`),
});

/** set_match_v4 in net/netfilter/xt_set.c. A test of counters is part of what `!` before --match-set turns round. */
export const set = match({
  name: 'set',
  about: "an ipset holds the packet's addresses, ports, interface or mark",
  sets: true,
  options: {
    'match-set': { value: setUse, alias: ['set'], invert: true, required: true },
    'return-nomatch': { value: flag },
    'update-counters': { value: flag, invert: true },
    'update-subcounters': { value: flag, invert: true },
    'packets-eq': { ...one('packets', 'eq'), invert: true },
    'packets-lt': one('packets', 'lt'),
    'packets-gt': one('packets', 'gt'),
    'bytes-eq': { ...one('bytes', 'eq'), invert: true },
    'bytes-lt': one('bytes', 'lt'),
    'bytes-gt': one('bytes', 'gt'),
  },
  /** To update the counters is what a match does if nothing is said. */
  canonical(given) {
    const kept = { ...given };
    for (const key of ['update-counters', 'update-subcounters'] as const)
      if (kept[key]?.not === false) delete kept[key];
    return kept;
  },
  lower(given, build) {
    const flags = given['return-nomatch'] ? SET_RETURN_NOMATCH : 0;
    const { 'match-set': use, 'return-nomatch': _, ...rest } = given;
    const counting = Object.values(rest).flatMap((one) => (one ? [[one.key, one.not, `${one.value}`] as const] : []));
    return [build.when(use, ({ name, directions }) => build.set(name, directions, flags, counting))];
  },
});

const behind = listedOf(undefined, () => [
  ...['return-nomatch', 'update-counters', 'update-subcounters'].map((key) => flagPiece(key)),
  ...COUNTED.flatMap((of) => ['eq', 'lt', 'gt'].map((op) => piece(`${of}-${op}`))),
]);

/** `match-set NAME src,dst`, and what else is asked of it. */
export const setListed: Listed = {
  begins: ['match-set'],
  read(text) {
    const words = takeSetUse(text, 'match-set');
    return words && [...words, ...(behind.read(text) ?? [])];
  },
};
