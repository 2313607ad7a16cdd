/**
 * Proves that a program is safe to run: every instruction is whole and known, every operand, skip and jump stays
 * inside, code never runs off its end, and jumps from any entry end. What passes here needs no defence in the core's
 * loop but for the packet's own bounds. Says with its address what is wrong with a program that does not pass.
 */
import {
  BPF_JUMP,
  BPF_RETURN,
  CELL_WORDS,
  CHUNKS_FLAGS,
  ConnMarkOp,
  EntryWord,
  FIELD_MASK,
  FIELD_SHIFT,
  Field,
  HashWord,
  HeaderAsk,
  Mangle,
  OP_NOT,
  Op,
  Section,
  SKIP_SHIFT,
  StringKind,
  TranslationWord,
  U32Step,
  Verdict,
} from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { isFindRecord } from '../ext/match/find-record.js';
import { OP_WORDS, type Operand, type OpInfo, opInfo } from './opinfo.js';
import type { Program } from './program.js';

const bad = (at: number, message: string) =>
  new PacketwalkError(`unsafe program: at ${at}: ${message}`, { code: 'unsafe-program' });

export function verify(program: Program): void {
  const code = program.section(Section.Code);
  const limits = limitsOf(program);
  const starts = new Uint8Array(code.length);
  for (let at = 0, size = 0; at < code.length; at += size) {
    size = sizeAt(code, at);
    const op = opAt(code, at);
    // of nearly all no more is asked
    const isPlain = PLAIN[op] !== 0 && fieldAt(code, at) < Field.Count;
    if (!isPlain && !(op === Op.Rule && code[at + 1]! < limits.rule)) operands(code, at, limits);
    starts[at] = 1;
  }
  flow(program, code, starts);
}

/** By address: 1 where an instruction begins, 0 where none does. */
type Starts = Uint8Array;

/** Of the instruction at an address where one begins, and whose size was asked. */
const opAt = (code: Uint32Array, at: number): Op => code[at]! & 255;
const infoAt = (code: Uint32Array, at: number): OpInfo => INFOS[code[at]! & 255]!;
const fieldAt = (code: Uint32Array, at: number): number => (code[at]! >>> FIELD_SHIFT) & FIELD_MASK;

// a program has half a million instructions: no object is made for one
const INFOS: readonly (OpInfo | undefined)[] = Array.from({ length: 256 }, (_, op) => opInfo(op));

/** The words of the instruction at an address, which is known, whole and negated only where it can be. */
function sizeAt(code: Uint32Array, at: number): number {
  const first = code[at]!;
  const size = OP_WORDS[first & 255]!;
  if (size === 0) throw bad(at, `opcode ${first & 255} is not known`);
  if (at + size > code.length) throw bad(at, `${infoAt(code, at).name} is cut`);
  if ((first & OP_NOT) !== 0 && infoAt(code, at).kind !== 'condition')
    throw bad(at, `${infoAt(code, at).name} cannot be negated`);
  return size;
}

/** Operands that any word may be, or that are looked at with others. */
const FREE = ['number', 'hex', 'halves', 'length', 'address'] as const satisfies readonly Operand[];
type Limited = Exclude<Operand, (typeof FREE)[number]>;
/** Opcodes of which more is asked than their operands. */
const LOOKED_AT: readonly Op[] = [
  Op.Intervals,
  Op.Share,
  Op.Iface,
  Op.Edit,
  Op.AddTtl,
  Op.ConnMark,
  Op.U32,
  Op.Bpf,
  Op.Mangle,
  Op.HashMark,
  Op.SctpChunks,
  Op.Header6,
  Op.Find,
];
/** The places of the others, by opcode. */
const LIMITED: readonly (readonly number[])[] = INFOS.map((info) =>
  (info?.operands ?? []).flatMap((operand, i) => ((FREE as readonly Operand[]).includes(operand) ? [] : i)),
);

/** By opcode: 1 where any words do that name a field there is. */
const PLAIN = Uint8Array.from(INFOS, (info, op) =>
  Number(info !== undefined && LIMITED[op]!.length === 0 && info.field !== 'verdict' && !LOOKED_AT.includes(op)),
);

type Limits = Readonly<Record<Exclude<Limited, 'data'>, number>> & {
  readonly data: Uint32Array;
  readonly words: number;
};

function limitsOf(program: Program): Limits {
  const texts = program.texts();
  const count = (kind: StringKind) => texts.filter((text) => text.kind === kind).length;
  return {
    rule: program.rules,
    counter: program.rules + program.policies,
    pattern: count(StringKind.Pattern),
    set: count(StringKind.Set),
    question: count(StringKind.Question),
    translation: Math.floor(program.section(Section.Translations).length / TranslationWord.Size),
    cell: Math.floor(program.section(Section.Cells).length / CELL_WORDS),
    state: Math.floor(program.section(Section.Cells).length / CELL_WORDS) + 1,
    host: count(StringKind.Host),
    data: program.section(Section.Data),
    words: program.family === 6 ? 4 : 1,
  };
}

/** By others (lengths, interface numbers, the place of the bytes) the core finds its way in memory. */
const EDITED: readonly Field[] = [Field.Tos, Field.Ttl, Field.Mark];

function operands(code: Uint32Array, at: number, limits: Limits): void {
  const op = opAt(code, at);
  const info = infoAt(code, at);
  const field = fieldAt(code, at);
  if (info.field === 'field') {
    const last = op === Op.Intervals || op === Op.Share ? field + limits.words - 1 : field;
    if (last >= Field.Count) throw bad(at, `${info.name}: field ${field} is not one of ${Field.Count}`);
    if (op === Op.Iface && field !== Field.InIf && field !== Field.OutIf)
      throw bad(at, `iface: field ${field} holds no interface`);
  }
  if ((op === Op.Edit || op === Op.AddTtl) && !EDITED.includes(field))
    throw bad(at, `${info.name}: field ${field} is none that a target changes`);
  if (info.field === 'verdict' && (field <= Verdict.Continue || field > Verdict.Stolen))
    throw bad(at, `${info.name}: verdict ${field} ends nothing`);
  if (op === Op.ConnMark && field > ConnMarkOp.Restore) throw bad(at, `connmark: operation ${field} is not known`);
  if (op === Op.ConnMark && Math.abs(code[at + 3]! | 0) > 31)
    throw bad(at, `connmark: a shift of ${code[at + 3]! | 0} bits is not in -31..31`);
  for (const i of LIMITED[op]!) {
    const operand = info.operands[i] as Limited;
    const value = code[at + 1 + i]!;
    if (operand === 'data') {
      const words = dataWords(op, code[at + 2 + i]!, limits.words);
      if (value + words > limits.data.length) throw bad(at, `${info.name}: its data ends beyond the section`);
    } else if (value >= limits[operand])
      throw bad(at, `${info.name}: ${operand} ${value} is not one of ${limits[operand]}`);
  }
  const sound = op === Op.U32 ? soundU32 : op === Op.Bpf ? soundBpf : undefined;
  if (sound?.(limits.data.subarray(code[at + 1]!, code[at + 1]! + code[at + 2]!)) === false)
    throw bad(at, `${info.name}: its program runs beyond its end`);
  if (op === Op.Mangle && MANGLED[field] !== code[at + 2]!) throw bad(at, `mangle: ${field} has no such record`);
  if (
    op === Op.Mangle &&
    field >= Mangle.SourcePrefix &&
    (limits.words !== 4 || Math.max(limits.data[code[at + 1]!]!, limits.data[code[at + 1]! + 4]!) > 64)
  )
    throw bad(at, 'mangle: such a prefix is none of IPv6');
  if (op === Op.HashMark && code[at + 2] !== HashWord.Size) throw bad(at, 'hash-mark: its record has another size');
  if (op === Op.SctpChunks && code[at + 2]! < CHUNKS_FLAGS) throw bad(at, 'sctp-chunks: its record is cut');
  if (op === Op.Header6 && !soundHeader6(limits.data.subarray(code[at + 1]!, code[at + 1]! + code[at + 2]!)))
    throw bad(at, 'header6: its record is not sound');
  if (op === Op.Find && !isFindRecord(limits.data.subarray(code[at + 1]!, code[at + 1]! + code[at + 2]!)))
    throw bad(at, 'find: its record is none');
}

/** Words of a record, by Mangle. */
const MANGLED: Readonly<Record<number, number>> = {
  [Mangle.TcpFlags]: 2,
  [Mangle.TcpMss]: 1,
  [Mangle.TcpOptions]: 8,
  [Mangle.SourcePrefix]: 7,
  [Mangle.DestinationPrefix]: 7,
};

function dataWords(op: Op, length: number, words: number): number {
  if (op === Op.Bitmap) return Math.ceil(length / 32);
  return op === Op.Intervals ? 2 * words * length : length;
}

/** The least words of each HeaderAsk; bytes of a header are counted by one. */
const HEADER6_WORDS: readonly number[] = [2, 5, 1, 1, 10, 3];
const soundHeader6 = (record: Uint32Array): boolean => {
  const ask = record[0]! & 255;
  return record.length >= (HEADER6_WORDS[ask] ?? Infinity) && (ask > HeaderAsk.Value || record[1]! < 256);
};

function soundU32(data: Uint32Array): boolean {
  let at = 1;
  for (let test = 0; test < (data[0] ?? 0); test++) {
    if (at + 2 > data.length) return false;
    const locations = data[at]!;
    const ranges = data[at + 1]!;
    if (at + 2 + 2 * (locations + ranges) > data.length) return false;
    for (let i = 0; i < locations; i++) if (data[at + 2 + 2 * i]! > U32Step.Header) return false;
    at += 2 + 2 * (locations + ranges);
  }
  return at === data.length;
}

/** Jumps lead forward to an instruction, and the last one returns. */
function soundBpf(data: Uint32Array): boolean {
  const last = data.length / 2 - 1;
  if (!Number.isInteger(last) || last < 0 || (data[2 * last]! & 7) !== BPF_RETURN) return false;
  for (let pc = 0; pc < last; pc++) {
    const word = data[2 * pc]!;
    const jump = (word & 0xf0) === 0 ? data[2 * pc + 1]! : Math.max((word >>> 16) & 255, word >>> 24);
    if ((word & 7) === BPF_JUMP && pc + 1 + jump > last) return false;
  }
  return true;
}

/** Skips go forward to an instruction of the same rule, jumps to an instruction, entries to a chain and its policy. */
function flow(program: Program, code: Uint32Array, starts: Starts): void {
  let ruleEnd = -1;
  for (let at = 0, next = 0; at < code.length; at = next) {
    const op = opAt(code, at);
    const skip = code[at]! >>> SKIP_SHIFT;
    const size = OP_WORDS[op]!;
    next = at + size;
    if (at >= ruleEnd) ruleEnd = -1;
    if (op === Op.Rule) {
      if (ruleEnd >= 0) throw bad(at, 'a rule begins inside another');
      ruleEnd = at + skip;
      if (skip < size || starts[ruleEnd] !== 1) throw bad(at, 'the rule ends at no instruction');
    } else if (ruleEnd < 0 && op !== Op.Policy && op !== Op.Return && op !== Op.AskTake)
      throw bad(at, `${infoAt(code, at).name} stands in no rule`);
    else if (ruleEnd >= 0 && op === Op.Policy) throw bad(at, 'policy stands in a rule');
    else if (skip > 0 || op === Op.Skip) {
      if (infoAt(code, at).kind !== 'condition' && op !== Op.Skip)
        throw bad(at, `${infoAt(code, at).name} cannot skip`);
      if (skip < size || at + skip > ruleEnd || starts[at + skip] !== 1)
        throw bad(at, `${infoAt(code, at).name} skips to no instruction of its rule`);
    }
    if ((op === Op.Jump || op === Op.Goto) && !chainStart(code, starts, code[at + 1]!))
      throw bad(at, `${infoAt(code, at).name} leads to ${code[at + 1]}, where no rule or chain's end stands`);
    // what comes after the last instruction of all
    if (next === code.length && !(ruleEnd < 0 && infoAt(code, at).ends)) throw bad(at, 'the code runs off its end');
  }
  const entries = program.section(Section.Entries);
  if (entries.length % EntryWord.Size !== 0) throw bad(0, 'the entries are cut');
  const roots: number[] = [];
  for (let i = 0; i < entries.length; i += EntryWord.Size) {
    const start = entries[i + EntryWord.Start]!;
    if (!chainStart(code, starts, start)) throw bad(start, "an entry begins at no rule or chain's end");
    const policy = entries[i + EntryWord.Policy]!;
    if (starts[policy] !== 1 || opAt(code, policy) !== Op.Policy) throw bad(start, 'an entry has no policy');
    roots.push(start);
  }
  const depth = deepest(code, roots);
  if (depth > program.depth) throw bad(0, `jumps nest ${depth} deep, and the header says ${program.depth}`);
}

const chainStart = (code: Uint32Array, starts: Starts, at: number): boolean => {
  if (starts[at] !== 1) return false;
  const op = opAt(code, at);
  return op === Op.Rule || op === Op.Policy || op === Op.Return || op === Op.AskTake;
};

const OPEN = -1;

/** The greatest number of frames, the policy's included; throws where jumps lead in a circle. */
function deepest(code: Uint32Array, roots: readonly number[]): number {
  // by address: 0 not seen, OPEN on the way, else one more than the frames from there
  const seen = new Int32Array(code.length);
  const work: { start: number; edges: [number, number][]; next: number; most: number }[] = [];
  const enter = (start: number) => {
    seen[start] = OPEN;
    work.push({ start, edges: edgesFrom(code, start), next: 0, most: 0 });
  };
  let most = 0;
  for (const root of roots) {
    if (seen[root] === 0) enter(root);
    while (work.length > 0) {
      const top = work.at(-1)!;
      const edge = top.edges[top.next];
      if (edge === undefined) {
        seen[top.start] = top.most + 1;
        work.pop();
        continue;
      }
      const there = seen[edge[0]]!;
      if (there === OPEN) throw bad(edge[0], 'jumps lead in a circle');
      if (there === 0) enter(edge[0]);
      else {
        top.most = Math.max(top.most, there - 1 + edge[1]);
        top.next++;
      }
    }
    most = Math.max(most, seen[root]! - 1);
  }
  return most + 1;
}

/** Where the walk from a chain's start to its end can go: (address, frames pushed). */
function edgesFrom(code: Uint32Array, start: number): [number, number][] {
  const edges: [number, number][] = [];
  let ruleEnd = -1;
  for (let at = start; ; ) {
    const op = opAt(code, at);
    if (at >= ruleEnd) ruleEnd = -1;
    if (op === Op.Rule) ruleEnd = at + (code[at]! >>> SKIP_SHIFT);
    if (op === Op.Jump) edges.push([code[at + 1]!, 1]);
    if (op === Op.Goto) edges.push([code[at + 1]!, 0]);
    if (ruleEnd < 0 && (op === Op.Policy || op === Op.Return)) return edges;
    at += OP_WORDS[op]!;
  }
}
