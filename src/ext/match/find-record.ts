/** What Op.Find looks for, as its record: FindWord. The tables are those of lib/ts_bm.c. */
import { FindWord } from '../../abi.js';
import type { Wanted } from '../../model/condition.js';

export function findRecord({ pattern, from, to, anyCase, byPiece }: Wanted): number[] {
  const like = (byte: number) => (anyCase ? capital(byte) : byte);
  const wanted = pattern.map(like);
  const last = wanted.length - 1;
  const moves = new Array<number>(256).fill(wanted.length);
  for (let at = 0; at < last; at++)
    for (const byte of spellings(wanted[at]!, anyCase, byPiece)) moves[byte] = last - at;
  return [
    ...[from, to - from, wanted.length, Number(byPiece)],
    ...halves(moves.map((move, byte) => like(byte) | (move << 8))),
    ...halves(wanted.map((_, seen) => wanted[last - seen]! | (moveBehind(wanted, seen) << 8))),
  ];
}

/** Of a program's record, whether the core may run it: it stays inside, and never stands still. */
export function isFindRecord(record: Uint32Array): boolean {
  if (record.length < FindWord.Pattern) return false;
  const size = record[FindWord.Size]!;
  if (size < 1 || size > 255 || record[FindWord.From]! > 0xffff) return false;
  if (record.length !== FindWord.Pattern + Math.ceil(size / 2)) return false;
  const moves = new Uint16Array(record.slice(FindWord.Pattern).buffer, 0, size);
  return moves.every((word) => word >>> 8 > 0);
}

/** The bytes that a pattern's byte stands for: bm knows one small letter of each capital, and that of two is another's. */
function spellings(byte: number, anyCase: boolean, byPiece: boolean): number[] {
  if (!anyCase) return [byte];
  if (byPiece) return [byte, small(byte)];
  return Array.from({ length: 256 }, (_, one) => one).filter((one) => capital(one) === byte);
}

/** How far a pattern moves on whose last `seen` bytes stood there, and the one before did not. */
function moveBehind(wanted: readonly number[], seen: number): number {
  const start = wanted.length - seen;
  const agrees = (move: number) => {
    for (let at = start; at < wanted.length; at++) if (at >= move && wanted[at - move] !== wanted[at]) return false;
    return start - 1 < move || wanted[start - 1 - move] !== wanted[start - 1];
  };
  let move = 1;
  if (seen > 0) while (move < wanted.length && !agrees(move)) move++;
  return move;
}

/** toupper and tolower of the kernel's lib/ctype.c, whose letters are those of Latin-1. */
const isSmall = (byte: number) => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0xdf && byte !== 0xf7);
const isCapital = (byte: number) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0xc0 && byte <= 0xde && byte !== 0xd7);
const capital = (byte: number) => (isSmall(byte) ? byte - 32 : byte);
const small = (byte: number) => (isCapital(byte) ? byte + 32 : byte);

const halves = (numbers: readonly number[]): number[] =>
  Array.from({ length: Math.ceil(numbers.length / 2) }, (_, i) => numbers[2 * i]! | ((numbers[2 * i + 1] ?? 0) << 16));
