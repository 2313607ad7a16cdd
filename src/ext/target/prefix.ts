/** What SNPT and DNPT have in common: one prefix of an address for another (net/ipv6/netfilter/ip6t_NPT.c). */

import type { Action } from '../../model/action.js';
import type { Act } from '../../model/build.js';
import { type Masked, prefixLength } from '../../net/address.js';
import type { Parsed, RuleContext, ValueContext } from '../define.js';
import { piece } from '../listed.js';
import { hostMasked } from '../values.js';

export const prefixOptions = {
  'src-pfx': { value: hostMasked, required: true },
  'dst-pfx': { value: hostMasked, required: true },
};
type Prefixes = Parsed<typeof prefixOptions>;

const MOST = 64;
const lengthOf = ({ mask }: Masked): number => prefixLength(mask)!;

/** ip6t_npt_checkentry. */
export function checkPrefixes(given: Prefixes, rule: RuleContext): void {
  for (const { key, value } of [given['src-pfx']!, given['dst-pfx']!]) {
    if (lengthOf(value) > MOST) rule.refuse(`a prefix has ${MOST} bits at most`, key);
    else if (value.address.some((word, i) => (word & ~value.mask[i]!) !== 0))
      rule.refuse('bits are set behind the prefix', key);
  }
}

/** ip6tables-save leaves out a prefix of no bits, and then reads the rule no more. */
export const printPrefixes = (given: Prefixes, context: ValueContext): string[] =>
  [given['src-pfx']!, given['dst-pfx']!].flatMap(({ key, value }) =>
    lengthOf(value) === 0 ? [] : [`--${key}`, ...hostMasked.print(value, context)],
  );

export function lowerPrefixes(side: 'src' | 'dst', given: Prefixes, act: Act): readonly Action[] {
  const [from, to] = [given['src-pfx']!.value, given['dst-pfx']!.value];
  const halves = (words: readonly number[]) => words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const turned = halves(to.address).map((half) => half ^ 0xffff);
  let sum = [...halves(from.address), ...turned].reduce((a, b) => a + b);
  while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
  const bits = Math.max(lengthOf(from), lengthOf(to));
  return [act.prefix(side, { bits, prefix: to.address, adjustment: sum, from: { ...from, bits: lengthOf(from) } })];
}

export const prefixPieces = [piece('src-pfx'), piece('dst-pfx')];
