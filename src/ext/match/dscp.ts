import { Field } from '../../abi.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { hex2, integer } from '../values.js';

/** A class's name as a code point: CS0..CS7, AFxy, BE, EF. */
function classOf(word: string): number | undefined {
  const name = word.toUpperCase();
  if (name === 'BE') return 0;
  if (name === 'EF') return 0x2e;
  const selector = /^CS([0-7])$/.exec(name);
  if (selector) return Number(selector[1]) << 3;
  const assured = /^AF([1-4])([1-3])$/.exec(name);
  return assured ? (Number(assured[1]) << 3) | (Number(assured[2]) << 1) : undefined;
}
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
