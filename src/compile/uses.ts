/** What a program needs of whoever runs it: bytes of packets beside their columns, and an order among packets. */
import {
  ChainWord,
  ConnMarkOp,
  EntryWord,
  FIELD_MASK,
  FIELD_SHIFT,
  Field,
  Hook,
  HostWord,
  Mangle,
  Op,
  Section,
  TranslateKind,
  TranslationWord,
} from '../abi.js';
import { OP_WORDS, opInfo } from './opinfo.js';
import type { Program } from './program.js';

export interface ProgramUses {
  /** a condition reads bytes that no column holds, or a target changes them. */
  readonly bytes: boolean;
  /**
   * packets have to be walked one behind the other: a state cell is met at two hooks, or behind POSTROUTING's, which
   * packets come to at two times.
   */
  readonly order: boolean;
  /** a condition reads the tuples of a packet's connection, or they may differ from the packet itself. */
  readonly tuples: boolean;
  /** a target changes addresses of which the packet's connection knows nothing. */
  readonly stateless: boolean;
  /** a condition reads what the link layer says of a packet. */
  readonly link: boolean;
  /** a rule remembers something from packet to packet. */
  readonly rulesRemember: boolean;
  /** a target changes bytes that no column holds, and may add some to a packet. */
  readonly mangles: boolean;
  /** the numbers of the questions that a packet may come to. */
  readonly questions: readonly number[];
}

const READING: readonly Op[] = [
  Op.U32,
  Op.TcpOption,
  Op.TcpMss,
  Op.SctpChunks,
  Op.Bpf,
  Op.Header6,
  Op.Mangle,
  Op.DccpOption,
  Op.Find,
];
/** By opcode: 1 where it reads bytes that no column holds, and where it has a field. */
const READS_BYTES = Uint8Array.from({ length: 256 }, (_, op) => Number(READING.includes(op)));
const PREFIXES: readonly number[] = [Mangle.SourcePrefix, Mangle.DestinationPrefix];
const HAS_FIELD = Uint8Array.from({ length: 256 }, (_, op) => Number(opInfo(op)?.field === 'field'));

/** A chain's instructions, from `start` to before `end`, and what is in them. */
export interface ChainUses {
  readonly start: number;
  readonly end: number;
  /** fields that targets change. */
  edits: readonly Field[];
  /** a target changes what belongs to the packet's connection, or reads of the packet what conditions do not. */
  connection: boolean;
  /** a target writes the mark of the packet's connection, or of the template of one. */
  marks: boolean;
  cells: readonly number[];
  /** cells of templates, which nobody reads where no mark is written. */
  templates: readonly number[];
  questions: readonly number[];
  next: readonly number[];
  bytes: boolean;
  tuples: boolean;
  /** a target changes bytes that no column holds. */
  mangles: boolean;
  link: boolean;
  stateless: boolean;
}

export function usesOf(program: Program): ProgramUses {
  const chains = chainUses(program);
  const entries = program.section(Section.Entries);
  const met = new Set<number>();
  const questions = new Set<number>();
  let order = false;
  const walks: { late: boolean; reached: ChainUses[] }[] = [];
  for (let at = 0; at < entries.length; at += EntryWord.Size)
    walks.push({
      late: entries[at + EntryWord.Hook] === Hook.Postrouting,
      reached: chainsFrom(chains, entries[at + EntryWord.Start]!),
    });
  // what is written to a template at one hook is read at another
  const marked = walks.some(
    ({ reached }) => reached.some(({ templates }) => templates.length > 0) && reached.some(({ marks }) => marks),
  );
  for (const { late, reached } of walks) {
    const cells = new Set(reached.flatMap((chain) => (marked ? [...chain.cells, ...chain.templates] : chain.cells)));
    for (const cell of cells) if (late || met.has(cell)) order = true;
    for (const cell of cells) met.add(cell);
    for (const question of reached.flatMap((chain) => chain.questions)) questions.add(question);
  }
  const all = [...chains.values()];
  return {
    bytes: all.some((chain) => chain.bytes),
    tuples: choosesRanges(program) || all.some((chain) => chain.tuples || chain.stateless),
    stateless: all.some((chain) => chain.stateless),
    mangles: all.some((chain) => chain.mangles),
    link: all.some((chain) => chain.link),
    order,
    rulesRemember: met.size > 0,
    questions: [...questions],
  };
}

/** What a connection is translated to may hang on how it began. */
const choosesRanges = (program: Program): boolean =>
  program
    .section(Section.Translations)
    .some((word, at) => at % TranslationWord.Size === TranslationWord.Kind && word === TranslateKind.Chosen);

/** What stands in each chain, by the address where it begins. */
export function chainUses(program: Program): Map<number, ChainUses> {
  const code = program.section(Section.Code);
  const words = program.section(Section.Chains);
  const starts: number[] = [];
  for (let at = 0; at < words.length; at += ChainWord.Size) starts.push(words[at + ChainWord.Start]!);
  return new Map(
    starts.map((start, i) => {
      const end = starts[i + 1] ?? code.length;
      const uses: ChainUses = {
        start,
        end,
        edits: NONE,
        connection: false,
        marks: false,
        cells: NONE,
        templates: NONE,
        questions: NONE,
        next: NONE,
        bytes: false,
        tuples: false,
        mangles: false,
        link: false,
        stateless: false,
      };
      for (let at = start; at < end; ) {
        const op = code[at]! & 255;
        if (HAS_FIELD[op] !== 0) noteField(uses, (code[at]! >>> FIELD_SHIFT) & FIELD_MASK);
        if (NOTED[op] !== 0) note(uses, code, at);
        at += OP_WORDS[op]!;
      }
      return [start, uses];
    }),
  );
}

// there may be as many chains as rules, and most have none of these
const NONE: readonly number[] = [];
const add = (list: readonly number[], value: number): readonly number[] => {
  if (list === NONE) return [value];
  (list as number[]).push(value);
  return list;
};

function noteField(uses: ChainUses, field: Field): void {
  if (field >= Field.CtProto && field <= Field.CtReplDport) uses.tuples = true;
  if (field === Field.Link) uses.link = true;
}

/** The state cell of the instruction at an address; undefined: it has none. */
export function cellOf(code: Uint32Array, at: number): number | undefined {
  const op: Op = code[at]! & 255;
  if (op === Op.Limit || op === Op.Nth) return code[at + 1]!;
  if (op === Op.Host || op === Op.HostAct) {
    const state = code[at + HostWord.State]!;
    return state === 0 ? undefined : state - 1;
  }
  return op === Op.Zone ? code[at + 2]! : undefined;
}

/** The field that the instruction at an address changes; undefined: it changes none. */
export function editOf(code: Uint32Array, at: number): Field | undefined {
  const op: Op = code[at]! & 255;
  return op === Op.Edit || op === Op.AddTtl ? (code[at]! >>> FIELD_SHIFT) & FIELD_MASK : undefined;
}

/** By opcode: 1 where `note` has something to note. Nine of ten have nothing. */
const NOTED = Uint8Array.from({ length: 256 }, (_, op) =>
  Number(
    READING.includes(op) ||
      [Op.Edit, Op.AddTtl, Op.HashMark, Op.ConnMark, Op.NoTrack, Op.Zone, Op.Limit, Op.Nth].includes(op) ||
      [Op.Host, Op.HostAct, Op.Ask, Op.AskTake, Op.Jump, Op.Goto].includes(op),
  ),
);

function note(uses: ChainUses, code: Uint32Array, at: number): void {
  const op: Op = code[at]! & 255;
  const field = (code[at]! >>> FIELD_SHIFT) & FIELD_MASK;
  if (READS_BYTES[op] !== 0 || op === Op.Host || op === Op.HostAct) uses.bytes = true;
  if (op === Op.Mangle) uses.mangles = true;
  if (op === Op.Mangle && PREFIXES.includes(field)) uses.stateless = true;
  const edit = editOf(code, at);
  if (edit !== undefined) uses.edits = add(uses.edits, edit);
  // what it makes of the packet the host alone knows
  if (op === Op.HostAct) uses.edits = add(uses.edits, Field.Mark);
  if (op === Op.HostAct) uses.connection = true;
  if (op === Op.HashMark) uses.bytes = uses.tuples = uses.connection = true;
  if (op === Op.ConnMark || op === Op.NoTrack || op === Op.Zone) uses.connection = true;
  if (op === Op.ConnMark && field !== ConnMarkOp.Restore) uses.marks = true;
  const cell = cellOf(code, at);
  if (cell !== undefined && op !== Op.Zone) uses.cells = add(uses.cells, cell);
  else if (cell !== undefined) uses.templates = add(uses.templates, cell);
  if (op === Op.Ask || op === Op.AskTake) uses.questions = add(uses.questions, code[at + 1]!);
  if (op === Op.Jump || op === Op.Goto) uses.next = add(uses.next, code[at + 1]!);
}

/** All chains that a walk from one may come to. */
export function chainsFrom(chains: ReadonlyMap<number, ChainUses>, start: number): ChainUses[] {
  const seen = new Set([start]);
  for (const at of seen) for (const next of chains.get(at)?.next ?? []) seen.add(next);
  return [...seen].flatMap((at) => chains.get(at) ?? []);
}
