/** What an instruction does, in words, from its own words of code and the sections that they point into. */
import {
  ADDRTYPE_LIMIT_IN,
  ADDRTYPE_LIMIT_OUT,
  CELL_WORDS,
  CellWord,
  CHUNKS_BITMAP,
  CHUNKS_FLAGS,
  ChunkMatch,
  ConnMarkOp,
  Emit,
  FIELD_MASK,
  FIELD_SHIFT,
  Field,
  FindWord,
  HashWord,
  HeaderAsk,
  LIMIT_CREDITS_PER_MS,
  Mangle,
  MSS_OF_PATH,
  NAT_MAP_IPS,
  NAT_PERSISTENT,
  NAT_PROTO_OFFSET,
  NAT_PROTO_RANDOM,
  NAT_PROTO_RANDOM_FULLY,
  NAT_PROTO_SPECIFIED,
  NEED_DROP_OFFSET_ONE,
  NEED_PROTOCOL,
  OP_NOT,
  Op,
  RPF_ACCEPT_LOCAL,
  RPF_KNOWN,
  RPF_LOOSE,
  RPF_VALID_MARK,
  SET_COUNT_SHIFT,
  SET_RETURN_NOMATCH,
  Section,
  StringKind,
  TranslateKind,
  TranslationWord,
  U32Step,
  Verdict,
  ZONE_MARK,
  ZONE_ORIGINAL,
  ZONE_REPLY,
} from '../abi.js';
import { formatAddress, prefixLength } from '../net/address.js';
import { protocolName } from '../net/protocol.js';
import type { Compiled } from './compile.js';
import { addressTypes, fieldForm, hex, isAddress } from './field-text.js';

/** An instruction with what its words point at. */
interface Instruction {
  readonly not: boolean;
  readonly field: number;
  readonly words: readonly number[];
  readonly sections: Sections;
  /** the rule is of ICMP: its type and code stand in the fields of ports. */
  readonly icmp: boolean;
}

export interface Sections {
  readonly family: 4 | 6;
  readonly data: Uint32Array;
  readonly cells: Uint32Array;
  readonly translations: Uint32Array;
  /** ports behind the `/` of a shifted range, which the program does not hold. */
  readonly bases: readonly (number | undefined)[];
  readonly answers: readonly string[];
  readonly text: (kind: StringKind, number: number) => string;
  readonly chainAt: (address: number) => string;
}

export function sectionsOf({ program, translations, answers, chains }: Compiled): Sections {
  const all = program.texts();
  const kinds = [StringKind.Pattern, StringKind.Set, StringKind.Question, StringKind.Host];
  const texts = new Map(kinds.map((kind) => [kind, all.filter((one) => one.kind === kind)]));
  const names = new Map(chains.map(({ address, chain }) => [address, chain.name]));
  return {
    family: program.family,
    data: program.section(Section.Data),
    cells: program.section(Section.Cells),
    translations: program.section(Section.Translations),
    bases: translations.map(({ base }) => base),
    answers,
    text: (kind, number) => texts.get(kind)?.[number]?.text ?? '?',
    chainAt: (address) => names.get(address) ?? '?',
  };
}

/** The instruction whose first word is `first` and whose operands are `words`. */
export function describe(first: number, words: readonly number[], sections: Sections, icmp: boolean): string {
  const op: Op = first & 255;
  const field = (first >>> FIELD_SHIFT) & FIELD_MASK;
  return DESCRIBE[op]({ not: (first & OP_NOT) !== 0, field, words, sections, icmp });
}

type Describe = (instruction: Instruction) => string;

const DESCRIBE: Readonly<Record<Op, Describe>> = {
  [Op.Rule]: () => '',
  [Op.Hit]: () => '',
  [Op.Skip]: () => '',
  [Op.Return]: () => '',
  [Op.Never]: () => '',
  [Op.NoTrack]: () => '',
  [Op.Policy]: ({ field, words }) => `${verdict(field)}, counter ${words[0]}`,
  [Op.Jump]: ({ words, sections }) => `to ${sections.chainAt(words[0]!)} at ${words[0]}`,
  [Op.Goto]: ({ words, sections }) => `to ${sections.chainAt(words[0]!)} at ${words[0]}`,
  [Op.Verdict]: ({ field }) => verdict(field),

  [Op.Masked]: masked,
  [Op.Equal]: (at) => `${form(at).name} ${at.not ? '!=' : '=='} ${form(at).text(at.words[0]!)}`,
  [Op.Within]: (at) => among(at, [[at.words[0]! & 0xffff, at.words[0]! >>> 16]]),
  [Op.Range]: (at) => among(at, [[at.words[0]!, at.words[1]!]]),
  [Op.Bitmap]: (at) => among(at, runs(at.sections.data, at.words[0]!, at.words[1]!)),
  [Op.Intervals]: intervals,
  [Op.Iface]: ({ field, words, not, sections }) =>
    `${field === Field.InIf ? 'in' : 'out'} ${not ? 'is not' : 'is'} ${sections.text(StringKind.Pattern, words[0]!)}`,
  [Op.Header]: ({ words, not }) =>
    (words[0]! & NEED_PROTOCOL) !== 0
      ? 'lead to a protocol'
      : `${not ? 'not ' : ''}${words[0]! & 0xffff} bytes` +
        ((words[0]! & NEED_DROP_OFFSET_ONE) === 0 ? '' : ', a fragment at offset 8 is dropped'),
  [Op.Set]: ({ words, not, sections }) => {
    const count = (words[1]! >>> SET_COUNT_SHIFT) & 15;
    const sides = Array.from({ length: count }, (_, i) => ((words[1]! >>> i) & 1 ? 'src' : 'dst'));
    return (
      `${sides.join(',')} ${not ? 'not in' : 'in'} ${sections.text(StringKind.Set, words[0]!)}` +
      ((words[1]! & SET_RETURN_NOMATCH) === 0 ? '' : ', as nomatch')
    );
  },
  [Op.AddrType]: (at) => {
    const word = at.words[0]!;
    const limit = word & ADDRTYPE_LIMIT_IN ? ' on in' : word & ADDRTYPE_LIMIT_OUT ? ' on out' : '';
    return `${form(at).name} ${at.not ? 'is not' : 'is'} ${addressTypes(word & 0xffff)}${limit}`;
  },
  [Op.Fact]: ({ words, not }) =>
    listed(not ? 'the way back does not lead to in' : 'the way back leads to in', words[0]!, [
      [RPF_LOOSE, 'loose'],
      [RPF_VALID_MARK, 'by mark'],
      [RPF_KNOWN, 'whether known'],
      [RPF_ACCEPT_LOCAL, 'accept local'],
    ]),
  [Op.U32]: ({ words, not, sections }) =>
    (not ? 'not ' : '') + u32Text(sections.data.subarray(words[0]!, words[0]! + words[1]!)),
  [Op.Bpf]: ({ words, not, sections }) =>
    (not ? 'not ' : '') + bpfText(sections.data.subarray(words[0]!, words[0]! + words[1]!)),
  [Op.Share]: (at) => {
    const [seed, shares, mask] = at.words as [number, number, number];
    return `the share of ${form(at).name} under ${hex(seed)}, of ${shares}, ${at.not ? 'not in' : 'in'} ${hex(mask)}`;
  },
  [Op.TcpOption]: option,
  [Op.TcpMss]: ({ words, not }) =>
    `mss ${not ? 'not in' : 'in'} ${range([words[0]! & 0xffff, words[0]! >>> 16], String)}`,
  [Op.SctpChunks]: ({ words, not, sections }) =>
    (not ? 'not ' : '') + chunksText(sections.data.subarray(words[0]!, words[0]! + words[1]!)),
  [Op.Header6]: ({ words, not, sections }) =>
    (not ? 'not ' : '') + header6Text(sections.data.subarray(words[0]!, words[0]! + words[1]!)),
  [Op.DccpOption]: option,
  [Op.Find]: ({ words, not, sections }) =>
    (not ? 'not ' : '') + findText(sections.data.subarray(words[0]!, words[0]! + words[1]!)),
  [Op.Eui64]: ({ not }) => `src ${not ? 'not ' : ''}made of the frame's`,
  [Op.Limit]: (at) => {
    const cost = cell(at, CellWord.B);
    const cap = cell(at, CellWord.C);
    return `a token each ${cost / LIMIT_CREDITS_PER_MS} ms, ${Math.floor(cap / cost)} at most (cell ${at.words[0]})`;
  },
  [Op.Nth]: (at) => {
    const last = cell(at, CellWord.B);
    return `packet ${last - cell(at, CellWord.A)} of each ${last + 1} from 0 (cell ${at.words[0]})`;
  },
  [Op.Random]: ({ words, not }) => `${not ? 'not ' : ''}with probability ${words[0]! / 2 ** 31}`,
  [Op.Host]: (at) => (at.not ? 'not ' : '') + hostText(at),
  [Op.Ask]: ({ words, not, sections }) => `${not ? 'not ' : ''}${sections.text(StringKind.Question, words[0]!)}`,

  [Op.Edit]: edit,
  [Op.AddTtl]: (at) => `${form(at).name} ${(at.words[0]! | 0) < 0 ? '-' : '+'} ${Math.abs(at.words[0]! | 0)}`,
  [Op.Mangle]: mangleText,
  [Op.Translate]: translateText,
  [Op.ConnMark]: ({ field, words }) => {
    const [ctMask, nfMask, shift] = [hex(words[0]!), hex(words[1]!), words[2]! | 0];
    const shifted = shift === 0 ? '' : shift > 0 ? ` << ${shift}` : ` >> ${-shift}`;
    if (field === ConnMarkOp.Set) return `ct mark = (ct mark & ~${ctMask} ^ ${nfMask})${shifted}`;
    return field === ConnMarkOp.Save
      ? `ct mark = ct mark & ~${ctMask} ^ (mark & ${nfMask})${shifted}`
      : `mark = mark & ~${nfMask} ^ (ct mark & ${ctMask})${shifted}`;
  },
  [Op.Emit]: ({ field }) => Emit[field]?.toLowerCase() ?? String(field),
  [Op.Reject]: ({ words, sections }) => `with ${sections.answers[words[0]!] ?? words[0]}`,
  [Op.Zone]: ({ words }) => {
    const word = words[0]!;
    const sides =
      word & ZONE_ORIGINAL ? (word & ZONE_REPLY ? '' : ' of the original direction') : ' of the reply direction';
    return `${word & ZONE_MARK ? 'the mark' : word & 0xffff}${sides} (cell ${words[1]})`;
  },
  [Op.HashMark]: ({ words, sections }) => {
    const word = (of: HashWord) => sections.data[words[0]! + of]!;
    const what = word(HashWord.Connection) === 1 ? "the connection's" : "the packet's";
    return `mark = ${word(HashWord.Offset)} + hash of ${what} addresses, ports and protocol % ${word(HashWord.Modulus)}`;
  },
  [Op.HostAct]: hostText,
  [Op.AskTake]: ({ field, words, sections }) =>
    `${sections.text(StringKind.Question, words[0]!)}${field === Verdict.Stolen ? '' : `: ${verdict(field)}`}`,
};

const verdict = (field: number) => Verdict[field]!.toLowerCase();
const form = ({ field, sections, icmp }: Instruction) => fieldForm(field, sections.family, icmp);
const cell = ({ words, sections }: Instruction, word: CellWord) => sections.cells[words[0]! * CELL_WORDS + word]!;

function masked(at: Instruction): string {
  const { field, not, sections } = at;
  const [mask, value] = at.words as [number, number];
  const { name, text, mask: maskText = text } = form(at);
  const length = isAddress(field) && sections.family === 4 ? prefixLength([mask]) : undefined;
  if (length !== undefined) return `${name} ${not ? 'not in' : 'in'} ${text(value)}/${length}`;
  return `${name} & ${maskText(mask)} ${not ? '!=' : '=='} ${value === 0 ? '0' : text(value)}`;
}

/** The question, and the cell that stands for what is remembered. */
function hostText({ words, sections }: Instruction): string {
  const state = words[2] === 0 ? '' : ` (cell ${words[2]! - 1})`;
  return `${sections.text(StringKind.Question, words[0]!)}${state}`;
}

function option({ words, not }: Instruction): string {
  return `${not ? 'no ' : ''}option ${words[0]}`;
}

function edit(at: Instruction): string {
  const [and, xor] = at.words as [number, number];
  const { name } = form(at);
  if (and === 0) return `${name} = ${hex(xor)}`;
  return `${name} = ${name} & ${hex(and)} ^ ${hex(xor)}`;
}

function mangleText({ field, words, sections }: Instruction): string {
  const [first, ...rest] = sections.data.subarray(words[0]!, words[0]! + words[1]!);
  switch (field) {
    case Mangle.TcpFlags:
      return `tcp flags = tcp flags & ${hex(first!)} ^ ${hex(rest[0]!)}`;
    case Mangle.TcpMss:
      return `mss at most ${first === MSS_OF_PATH ? 'what the path takes' : first}`;
    case Mangle.TcpOptions:
      return `no option ${few(runs(sections.data, words[0]!, 256).map((ends) => range(ends, String)))}`;
    default:
      return `${field === Mangle.SourcePrefix ? 'src' : 'dst'} in ${formatAddress([rest[0]!, rest[1]!, 0, 0])}/${first}`;
  }
}

type Ends = readonly [least: number, greatest: number];
const range = ([min, max]: Ends, text: (value: number) => string) =>
  min === max ? text(min) : `${text(min)}..${text(max)}`;
const among = (at: Instruction, list: readonly Ends[]) =>
  `${form(at).name} ${at.not ? 'not in' : 'in'} ${few(list.map((ends) => range(ends, form(at).text)))}`;

/** A long list is cut: a listing is read by people. */
const MOST = 20;
const few = (list: readonly string[]) =>
  list.slice(0, MOST).join(', ') + (list.length > MOST ? `, … (${list.length} in all)` : '');

/** The runs of ones in a bitmap. */
function runs(data: Uint32Array, at: number, bits: number): Ends[] {
  const list: [number, number][] = [];
  for (let i = 0; i < bits; i++) {
    if (((data[at + (i >>> 5)]! >>> (i & 31)) & 1) === 0) continue;
    const last = list.at(-1);
    if (last !== undefined && last[1] === i - 1) last[1] = i;
    else list.push([i, i]);
  }
  return list;
}

function intervals(at: Instruction): string {
  const [start, count] = at.words as [number, number];
  const size = at.sections.family === 4 ? 1 : 4;
  const address = (i: number) => {
    const from = start + i * size;
    return formatAddress([...at.sections.data.subarray(from, from + size)]);
  };
  const name = fieldForm(at.field, 4).name;
  const list = Array.from({ length: count }, (_, i) => {
    const [min, max] = [address(2 * i), address(2 * i + 1)];
    return min === max ? min : `${min}..${max}`;
  });
  return `${name} ${at.not ? 'not in' : 'in'} ${few(list)}`;
}

function listed(text: string, word: number, names: readonly (readonly [number, string])[]): string {
  return [text, ...names.filter(([bit]) => (word & bit) !== 0).map(([, name]) => name)].join(', ');
}

/** As --u32 writes it. */
function u32Text(program: Uint32Array): string {
  const signs = {
    [U32Step.Load]: '',
    [U32Step.And]: '&',
    [U32Step.Left]: '<<',
    [U32Step.Right]: '>>',
    [U32Step.At]: '@',
    [U32Step.Header]: 'transport@',
  };
  let at = 1;
  const tests = Array.from({ length: program[0]! }, () => {
    const [locations, ranges] = [program[at++]!, program[at++]!];
    let text = '';
    for (let i = 0; i < locations; i++) text += signs[program[at++]! as U32Step] + hex(program[at++]!);
    return `${text}=${Array.from({ length: ranges }, () => range([program[at++]!, program[at++]!], hex)).join(',')}`;
  });
  return tests.join(' && ');
}

/** As --bytecode writes it, without the number of instructions. */
function bpfText(program: Uint32Array): string {
  const one = (at: number) =>
    `${program[at]! & 0xffff} ${(program[at]! >>> 16) & 255} ${program[at]! >>> 24} ${program[at + 1]!}`;
  return Array.from({ length: program.length / 2 }, (_, i) => one(2 * i)).join(',');
}

function header6Text(record: Uint32Array): string {
  const [how, ...more] = record;
  const header = (how! >>> 8) & 255;
  const ask = how! & 255;
  let text = HeaderAsk[ask]!.toLowerCase();
  if (ask === HeaderAsk.Value) text = `at ${more[0]} & ${hex(more[1]!)} in ${range([more[2]!, more[3]!], hex)}`;
  else if (ask === HeaderAsk.There) text = `is there, ${more[0]} bytes`;
  else text += ` ${more.map(hex).join(' ')}`;
  const flags = how! >>> 16 === 0 ? '' : `, flags ${hex(how! >>> 16)}`;
  return `${ask === HeaderAsk.Headers ? '' : header === 0 ? 'hop-by-hop ' : `${protocolName(header)} `}${text}${flags}`;
}

function chunksText(record: Uint32Array): string {
  const types = runs(record, CHUNKS_BITMAP, 256).map((ends) => range(ends, String));
  const flags = [...record.subarray(CHUNKS_FLAGS)].map(
    (word) => `${word & 255} with flags & ${hex(word >>> 16)} == ${hex((word >>> 8) & 255)}`,
  );
  return [`${ChunkMatch[record[0]!]!.toLowerCase()} of ${types.join(',') || 'none'}`, ...flags].join('; ');
}

/** Bytes that can be read as they are, others in hex between bars. */
function findText(record: Uint32Array): string {
  const half = (word: number, at: number) => (record[word + (at >>> 1)]! >>> (16 * (at & 1))) & 0xff;
  const pattern = Array.from({ length: record[FindWord.Size]! }, (_, at) => half(FindWord.Pattern, at)).reverse();
  const text = pattern.map((byte) =>
    byte < 0x20 || byte > 0x7e ? `|${byte.toString(16).padStart(2, '0')}|` : String.fromCharCode(byte),
  );
  const from = record[FindWord.From]!;
  const inCase = half(FindWord.Bytes, 0x61) === 0x61 ? '' : ', in any case';
  const where = `within bytes ${range([from, from + record[FindWord.Room]!], String)}`;
  return `"${text.join('')}" ${where}${inCase}${record[FindWord.ByPiece] === 0 ? '' : ', in one fragment'}`;
}

function translateText({ words, sections }: Instruction): string {
  const record = sections.translations.subarray(words[0]! * TranslationWord.Size);
  const flags = record[TranslationWord.Flags]!;
  const size = sections.family === 4 ? 1 : 4;
  const address = (at: TranslationWord) => formatAddress([...record.subarray(at, at + size)]);
  const ends = (min: string, max: string) => (min === max ? min : `${min}..${max}`);
  const parts = [TranslateKind[record[TranslationWord.Kind]!]!.toLowerCase()];
  if (flags & NAT_MAP_IPS)
    parts.push(`to ${ends(address(TranslationWord.MinAddress), address(TranslationWord.MaxAddress))}`);
  if (flags & NAT_PROTO_SPECIFIED)
    parts.push(`ports ${range([record[TranslationWord.MinPort]!, record[TranslationWord.MaxPort]!], String)}`);
  if (flags & NAT_PROTO_OFFSET) parts.push(`from ${sections.bases[words[0]!]} on`);
  return listed(parts.join(' '), flags, [
    [NAT_PROTO_RANDOM, 'random'],
    [NAT_PROTO_RANDOM_FULLY, 'random fully'],
    [NAT_PERSISTENT, 'persistent'],
  ]);
}
