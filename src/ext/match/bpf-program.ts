/**
 * A classic BPF program as --bytecode of the bpf match takes it, what the kernel refuses of such, and what becomes of it:
 * bpf_check_classic and bpf_convert_filter of net/core/filter.c.
 */
import { BPF_JUMP, BPF_MARK, BPF_RETURN } from '../../abi.js';
import { ValueError, type ValueKind } from '../define.js';

/** The kernel's sock_filter. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}
export type Program = readonly Instruction[];

/** XT_BPF_MAX_NUM_INSTR. */
const MOST = 64;
/** BPF_MEMWORDS. */
const WORDS = 16;

const NUMBER = String.raw`\s*([+-]?\d+)(?!\d)`;
const COUNT = new RegExp(`^${NUMBER},`);
const INSTRUCTION = new RegExp(`^${NUMBER.repeat(4)}`);
/** As sscanf fills a number of so many bits: the others are lost. */
const cut = (text: string, bits: number): number => Number(BigInt.asUintN(bits, BigInt(text.replace('+', ''))));

export const program: ValueKind<Program> = {
  words: 1,
  shape: 'COUNT,CODE JT JF K[,…]',
  parse([text]) {
    const [head, count] = COUNT.exec(text!) ?? [];
    if (head === undefined) throw new ValueError('does not begin with the number of instructions and a comma');
    const wanted = cut(count!, 16);
    if (wanted === 0) throw new ValueError('holds no instruction');
    if (wanted > MOST) throw new ValueError(`is to hold ${wanted} instructions, more than ${MOST}`);
    const parts = text!.slice(head.length).split(',');
    // one comma may stand at the end
    if (parts.at(-1) === '') parts.pop();
    if (parts.length !== wanted)
      throw new ValueError(`is to hold ${wanted} instructions, and there are ${parts.length}`);
    return parts.map((part, i) => {
      const [, code, jt, jf, k] = INSTRUCTION.exec(part) ?? [];
      if (k === undefined) throw new ValueError(`instruction ${i} is not CODE JT JF K: "${part}"`);
      return { code: cut(code!, 16), jt: cut(jt!, 8), jf: cut(jf!, 8), k: cut(k, 32) };
    });
  },
  print: (all) => [`"${[all.length, ...all.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`)].join(',')}"`],
};

// an instruction's class, and in each what else its code may hold
const LD = 0;
const LDX = 1;
const ST = 2;
const STX = 3;
const ALU = 4;
const MISC = 7;
const CODES: ReadonlySet<number> = new Set([
  // immediate, length, memory; words, halves and bytes at a place, and behind the index
  ...[0x00, 0x80, 0x60, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50].map((rest) => LD | rest),
  // the same, and four times the low half of a byte
  ...[0x00, 0x80, 0x60, 0xb0].map((rest) => LDX | rest),
  ST,
  STX,
  // + - * / | & << >> by a number or the index, negation, % and ^
  ...[0, 1, 2, 3, 4, 5, 6, 7, 9, 10].flatMap((op) => [ALU | (op << 4), ALU | (op << 4) | 8]),
  ALU | 0x80,
  // always, ==, >, >=, &
  BPF_JUMP,
  ...[1, 2, 3, 4].flatMap((op) => [BPF_JUMP | (op << 4), BPF_JUMP | (op << 4) | 8]),
  BPF_RETURN,
  BPF_RETURN | 0x10,
  MISC,
  MISC | 0x80,
]);

const isAbsolute = (code: number): boolean => code === 0x20 || code === 0x28 || code === 0x30;
const isMemory = (code: number): boolean => code === (LD | 0x60) || code === (LDX | 0x60);
const isStore = (code: number): boolean => code === ST || code === STX;

/** SKF_AD_OFF: what belongs to a packet beside its bytes; the places there, each of four bytes (SKF_AD_MAX). */
const BESIDE = 0xfffff000;
const BESIDE_END = BESIDE + 64;
const PROTOCOL = BESIDE;
const MARK = BESIDE + 20;
const XOR_INDEX = BESIDE + 40;
/** SKF_LL_OFF to SKF_NET_OFF: bytes of the link layer. */
const LINK = 0xffe00000;
const NETWORK = 0xfff00000;

/** Why the kernel does not load the program; undefined: it does. */
export function faultOf(all: Program): string | undefined {
  const last = all.length - 1;
  // by instruction, the memory that is written on every way to it
  const written = all.map(() => 0xffff);
  let now = 0;
  for (const [pc, { code, jt, jf, k }] of all.entries()) {
    const bad = (why: string) => `the kernel refuses instruction ${pc}: ${why}`;
    if (!CODES.has(code)) return bad(`classic BPF has no code ${code}`);
    if ((code === 0x34 || code === 0x94) && k === 0) return bad('it divides by 0');
    if ((code === 0x64 || code === 0x74) && k >= 32) return bad(`it shifts by ${k} bits`);
    if ((isStore(code) || isMemory(code)) && k >= WORDS) return bad(`there is no memory ${k} of ${WORDS}`);
    if (isAbsolute(code) && k >= BESIDE && !(k < BESIDE_END && k % 4 === 0)) return bad(`a packet has nothing at ${k}`);
    now &= written[pc]!;
    if (isStore(code)) now |= 1 << k;
    if (isMemory(code) && ((now >> k) & 1) === 0) return bad(`not every way there writes to memory ${k}`);
    if ((code & 7) !== BPF_JUMP) continue;
    for (const by of code === BPF_JUMP ? [k] : [jt, jf]) {
      if (pc + 1 + by > last) return bad('it jumps beyond the end');
      written[pc + 1 + by]! &= now;
    }
    now = 0xffff;
  }
  return (all[last]!.code & 7) === BPF_RETURN
    ? undefined
    : 'the kernel refuses it: the last instruction does not return';
}

/** It reads what neither the packet's bytes nor its mark tell: the link layer, or where and how it came in. */
export const readsBeyond = (all: Program): boolean =>
  all.some(
    ({ code, k }) =>
      k >= LINK &&
      ((isAbsolute(code) && k >= BESIDE && ![PROTOCOL, MARK, XOR_INDEX].includes(k)) ||
        // loads at a place, behind the index, and of four times the low half of a byte
        (k < NETWORK && (isAbsolute(code) || [0x40, 0x48, 0x50, 0xb1].includes(code)))),
  );

/** The words that the core runs. `ethertype`: what skb->protocol is in the family. */
export const wordsOf = (all: Program, ethertype: number): number[] =>
  all.flatMap(({ code, jt, jf, k }) => {
    const plain = (put: number, value: number) => [(put | (jt << 16) | (jf << 24)) >>> 0, value];
    if (isAbsolute(code) && k === PROTOCOL) return plain(LD, ethertype);
    if (isAbsolute(code) && k === MARK) return plain(BPF_MARK, 0);
    if (isAbsolute(code) && k === XOR_INDEX) return plain(ALU | 0xa8, 0);
    return plain(code, k);
  });
