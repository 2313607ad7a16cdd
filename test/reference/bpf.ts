/** The match bpf: what bpf_convert_filter and its helpers in net/core/filter.c make of a classic program. */
import type { Test } from './core.js';
import type { Packet } from './packet.js';
import { numberOf, type Options, refuse } from './words.js';

interface Instruction {
  readonly code: number;
  readonly jumps: readonly [yes: number, no: number];
  readonly k: number;
}

export function bpf(options: Options): Test {
  const { value, not } = options.take('--bytecode') ?? refuse('bpf without --bytecode');
  const [count, ...parts] = value.split(',');
  if (not || numberOf(count!) !== parts.length) refuse(value);
  const program = parts.map((part): Instruction => {
    if (!/^(\d+ ){3}\d+$/.test(part)) refuse(part);
    const [code, yes, no, k] = part.split(' ');
    return { code: numberOf(code!, 65535), jumps: [numberOf(yes!, 255), numberOf(no!, 255)], k: numberOf(k!) };
  });
  // what stands beside the bytes is another matter, but for the mark
  for (const { code, k } of program) if (/^(32|40|48)$/.test(`${code}`) && k > 0x7fffffff && k !== MARK) refuse(value);
  return (packet) => run(program, packet) !== 0;
}
/** SKF_AD_OFF + SKF_AD_MARK. */
const MARK = 0xfffff014;

type Operation = (a: bigint, b: bigint) => bigint;
const OPERATIONS: Readonly<Record<number, Operation>> = {
  0: (a, b) => a + b,
  1: (a, b) => a - b,
  2: (a, b) => a * b,
  3: (a, b) => a / b,
  4: (a, b) => a | b,
  5: (a, b) => a & b,
  6: (a, b) => a << (b & 31n),
  7: (a, b) => a >> (b & 31n),
  8: (a) => -a,
  9: (a, b) => a % b,
  10: (a, b) => a ^ b,
};
const COMPARISONS: Readonly<Record<number, (a: number, b: number) => boolean>> = {
  0: () => true,
  1: (a, b) => a === b,
  2: (a, b) => a > b,
  3: (a, b) => a >= b,
  4: (a, b) => (a & b) !== 0,
};

function run(program: readonly Instruction[], packet: Packet): number {
  let accumulator = 0;
  let index = 0;
  const memory: number[] = [];
  for (let at = 0; ; at++) {
    const { code, jumps, k } = program[at] ?? refuse('a program that ends without a return');
    const kind = code & 7;
    const operand = code & 8 ? index : k;
    if (kind === 6) return code & 16 ? accumulator : k;
    if (kind === 5) {
      const held = COMPARISONS[code >> 4]!(accumulator, operand);
      at += code >> 4 === 0 ? k : jumps[held ? 0 : 1];
    } else if (kind === 4) {
      const operation = code >> 4;
      if ((operation === 3 || operation === 9) && operand === 0) return 0;
      accumulator = Number(BigInt.asUintN(32, OPERATIONS[operation]!(BigInt(accumulator), BigInt(operand))));
    } else if (kind === 7) {
      if (code === 7) index = accumulator;
      else accumulator = index;
    } else if (kind === 2) memory[k] = accumulator;
    else if (kind === 3) memory[k] = index;
    else {
      const loaded = load(code, k, index, memory, packet);
      if (loaded === undefined) return 0;
      if (kind === 0) accumulator = loaded;
      else index = loaded;
    }
  }
}

function load(code: number, k: number, index: number, memory: readonly number[], packet: Packet): number | undefined {
  const mode = code >> 5;
  if (mode === 0) return k;
  if (mode === 3) return memory[k] ?? refuse(`memory ${k}, which nobody wrote`);
  if (mode === 4) return packet.length;
  if (mode === 1 && k === MARK) return packet.mark;
  const place = (mode === 2 ? k + index : k) % 2 ** 32;
  const bytes = [4, 2, 1][(code >> 3) & 3]!;
  if (place + bytes > packet.length) return undefined;
  const value = bytes === 4 ? packet.word(place) : bytes === 2 ? packet.half(place) : packet.byte(place);
  return mode === 5 ? 4 * (value & 15) : value;
}
