/** What MARK and CONNMARK share: every spelling of an edit is mark = (mark & ~mask) ^ value, printed as --set-xmark. */
import type { Given } from '../../model/ruleset.js';
import { piece } from '../listed.js';
import { hex, integer, type MaskedNumber, maskedNumber } from '../values.js';

export const bits = integer(0xffffffff, hex);

export const EDITS = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'] as const;

/** The options of an edit; of them and of `more` a rule has one. */
export function editOptions(more: readonly string[] = []) {
  const excludes = (key: string) => [...EDITS, ...more].filter((name) => name !== key);
  return {
    'set-xmark': {
      value: { ...maskedNumber, print: ({ value, mask }: MaskedNumber) => [`${hex(value)}/${hex(mask)}`] },
      excludes: excludes('set-xmark'),
    },
    'set-mark': { value: maskedNumber, excludes: excludes('set-mark') },
    'and-mark': { value: bits, excludes: excludes('and-mark') },
    'or-mark': { value: bits, excludes: excludes('or-mark') },
    'xor-mark': { value: bits, excludes: excludes('xor-mark') },
  };
}

type Edits = {
  readonly [K in (typeof EDITS)[number]]?:
    | Given<K extends 'set-xmark' | 'set-mark' ? MaskedNumber : number>
    | undefined;
};

/** The edit as value and mask, with the option that it came from; undefined: the rule has none. */
export function editOf(
  given: Edits,
): { readonly from: Given; readonly value: number; readonly mask: number } | undefined {
  const { 'set-xmark': xset, 'set-mark': set, 'and-mark': and, 'or-mark': or, 'xor-mark': xor } = given;
  if (xset) return { from: xset, value: xset.value.value, mask: xset.value.mask };
  if (set) return { from: set, value: set.value.value, mask: (set.value.mask | set.value.value) >>> 0 };
  if (and) return { from: and, value: 0, mask: ~and.value >>> 0 };
  if (or) return { from: or, value: or.value, mask: or.value };
  return xor && { from: xor, value: xor.value, mask: 0 };
}

/** The same under its one printed name. */
export const asSetXmark = ({ from, value, mask }: { from: Given; value: number; mask: number }) => ({
  'set-xmark': { ...from, key: 'set-xmark', value: { value, mask } as MaskedNumber },
});

export const oneOf = (more: readonly string[] = []): string =>
  `needs one of ${[...EDITS, ...more].map((name) => `--${name}`).join(', ')}`;

/** How listings call them. */
export const listedEdits = [
  piece('set-xmark', 'xset'),
  piece('set-mark', 'set'),
  piece('and-mark', 'and'),
  piece('or-mark', 'or'),
  piece('xor-mark', 'xor'),
] as const;
