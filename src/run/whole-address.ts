/** A word of an address of IPv6 that is compared as part of a whole one. */
import { Field } from '../abi.js';
import { type AddressRange, type Masked, prefixLength, rangeOfPrefix } from '../net/address.js';

const ADDRESSES = [Field.Src, Field.Dst, Field.CtOrigSrc, Field.CtOrigDst, Field.CtReplSrc, Field.CtReplDst];

/** The first field of the address that a word is of. */
export const addressOfWord = (word: Field): Field => ADDRESSES.findLast((first) => first <= word)!;

/**
 * The addresses that are like the whole one up to and with the word; 'none': it wants bits where its mask has none; undefined:
 * its mask is no prefix so far.
 */
export function rangeOfWord(word: Field, { address, mask }: Masked): AddressRange | 'none' | undefined {
  const count = word - addressOfWord(word) + 1;
  if (address.some((bits, i) => i < count && (bits & ~mask[i]!) !== 0)) return 'none';
  const length = prefixLength(mask.map((bits, i) => (i < count ? bits : 0)));
  return length === undefined ? undefined : rangeOfPrefix(address, length);
}

/** The same of the last word that is compared, which is where all of it is known; undefined: of another, or none. */
export function rangeOfWhole(word: Field, whole: Masked): AddressRange | undefined {
  const range = isLastWord(word, whole) ? rangeOfWord(word, whole) : undefined;
  return range === 'none' ? undefined : range;
}

/** Whether no word behind it is compared. */
const isLastWord = (word: Field, { address, mask }: Masked): boolean => {
  const count = word - addressOfWord(word) + 1;
  return mask.every((bits, i) => i < count || (bits === 0 && address[i] === 0));
};
