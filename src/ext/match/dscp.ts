import { Field } from '../../abi.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { hex2, integer } from '../values.js';

/** In the order in which iptables tries them. */
const CLASSES: readonly (readonly [name: string, code: number])[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((n) => [`CS${n}`, n << 3] as const),
  ['BE', 0],
  ...[1, 2, 3, 4].flatMap((n) => [1, 2, 3].map((drop) => [`AF${n}${drop}`, (n << 3) | (drop << 1)] as const)),
  ['EF', 0x2e],
];

/** A class's name as a code point; what stands behind the name is not looked at (class_to_dscp of dscp_helper.c). */
const classOf = (word: string) => CLASSES.find(([name]) => word.toUpperCase().startsWith(name))?.[1];

export const dscpClass: ValueKind<number> = {
  words: 1,
  shape: 'CLASS',
  parse([word]) {
    const code = classOf(word!);
    if (code === undefined) throw new ValueError(`"${word}" is none of CS0..CS7, AF11..AF43, BE, EF`);
    return code;
  },
  print: (value) => [hex2(value)],
};

/** dscp_mt in net/netfilter/xt_dscp.c: the upper six bits of the TOS byte. */
export const dscp = match({
  name: 'dscp',
  about: 'the differentiated services code point',
  options: {
    dscp: { value: integer(63, hex2), invert: true, excludes: ['dscp-class'] },
    'dscp-class': { value: dscpClass, invert: true, excludes: ['dscp'] },
  },
  canonical(given) {
    const named = given['dscp-class'];
    return named ? { dscp: { ...named, key: 'dscp' } } : given;
  },
  check(given, rule) {
    if (!given.dscp) rule.refuse('needs one of --dscp, --dscp-class');
  },
  lower: (given, build) => [build.when(given.dscp, (code) => build.masked(Field.Tos, 0xfc, code << 2))],
});

export const dscpListed = listed('DSCP match', piece('dscp', ''));
