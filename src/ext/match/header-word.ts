/** Numbers of a transport header that no column of a packet holds. */
import { U32Step } from '../../abi.js';
import type { Build } from '../../model/build.js';
import type { Condition, NumberRange, ReadWord } from '../../model/condition.js';

/**
 * The number lies in one of the ranges: of the word that begins `at` bytes behind the start of the transport header, `bits`
 * bits that end `shift` bits from its right. What demands that the header is there stands before it.
 */
export function headerWord(
  build: Build,
  at: number,
  ranges: readonly NumberRange[],
  what: ReadWord,
  { shift = 0, bits = 32 } = {},
): Condition {
  const part = bits === 32 ? [] : [U32Step.Right, shift, U32Step.And, 2 ** bits - 1];
  const steps = [U32Step.Header, at, ...part];
  const program = [1, steps.length / 2, ranges.length, ...steps, ...ranges.flatMap(({ min, max }) => [min, max])];
  return build.u32(program, what);
}
