/** What rules do with marks, and what of a packet's mark counts by that. */
import { ConnMarkOp, FIELD_MASK, FIELD_SHIFT, Field, Op, Section } from '../../abi.js';
import type { Compiled } from '../../compile/compile.js';
import { opWords } from '../../compile/opinfo.js';
import type { Test } from '../../model/condition.js';
import type { NoPart, Part, Terms } from './terms.js';
import { maskedRanges } from './test-terms.js';

/**
 * Of marks: where rules change bits of them, each bit goes its own way from what it was at first, and those that are asked count;
 * where they write whole ones, a mark at first is asked as any other field.
 */
export type MarkUse = 'bits' | 'whole' | 'mixed';

export function markUse(compiled: Compiled): MarkUse {
  const code = compiled.program.section(Section.Code);
  let use: MarkUse = 'whole';
  for (let at = 0; at < code.length; at += opWords(code[at]! & 255)) {
    const op: Op = code[at]! & 255;
    const field = (code[at]! >>> FIELD_SHIFT) & FIELD_MASK;
    if (op === Op.ConnMark) {
      // bits come to other places
      if (code[at + 3] !== 0) return 'mixed';
      use = 'bits';
    } else if (op === Op.Edit && field === Field.Mark && code[at + 1] !== 0) use = 'bits';
  }
  return use;
}

/** Where connections get marks of their packets, first: whatever those are, they may be others than the connections have. */
export function marksSavedAt(compiled: Compiled): number | undefined {
  const code = compiled.program.section(Section.Code);
  for (let at = 0; at < code.length; at += opWords(code[at]! & 255))
    if ((code[at]! & 255) === Op.ConnMark && ((code[at]! >>> FIELD_SHIFT) & FIELD_MASK) === ConnMarkOp.Save) return at;
  return undefined;
}

const MOST_MARK_BITS = 12;

export function markPart(
  terms: Terms,
  { field, mask, value }: Extract<Test, { kind: 'masked' }>,
  not: boolean,
): Part | NoPart {
  const ranges = field === Field.Mark && terms.marks === 'whole' ? maskedRanges(field, mask, value, 32) : undefined;
  if (ranges !== undefined) return { field, ranges, not };
  if (field === Field.CtMark && terms.marks === 'whole') return 'follows';
  const bits = (terms.markBits | mask) >>> 0;
  if (terms.marks === 'mixed' || countBits(bits) > MOST_MARK_BITS) terms.countEach(Field.Mark);
  else terms.markBits = bits;
  return 'each';
}
export const countBits = (mask: number): number => (mask === 0 ? 0 : (mask & 1) + countBits(mask >>> 1));
