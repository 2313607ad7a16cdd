/** What a program needs of whoever runs it: bytes of packets beside their columns, and an order among packets. */
import { ChainWord, EntryWord, FIELD_MASK, FIELD_SHIFT, Field, Hook, Op, Section } from '../abi.js';
import { opInfo, opWords } from './opinfo.js';
import type { Program } from './program.js';

export interface ProgramUses {
  /** a condition reads bytes that no column holds. */
  readonly bytes: boolean;
  /**
   * packets have to be walked one behind the other: a state cell is met at two hooks, or behind POSTROUTING's, which
   * packets come to at two times.
   */
  readonly order: boolean;
  /** a condition reads the tuples of a packet's connection. */
  readonly tuples: boolean;
}

const READS_BYTES: ReadonlySet<Op> = new Set([Op.U32, Op.TcpOption, Op.TcpMss, Op.SctpChunks]);
const HAS_CELL: ReadonlySet<Op> = new Set([Op.Limit, Op.Nth]);

interface ChainUses {
  readonly cells: number[];
  readonly next: number[];
  bytes: boolean;
  tuples: boolean;
}

export function usesOf(program: Program): ProgramUses {
  const chains = chainUses(program);
  const entries = program.section(Section.Entries);
  const met = new Map<number, number>();
  let order = false;
  for (let at = 0; at < entries.length; at += EntryWord.Size) {
    const late = entries[at + EntryWord.Hook] === Hook.Postrouting;
    for (const cell of cellsFrom(chains, entries[at + EntryWord.Start]!)) {
      if (late || met.has(cell)) order = true;
      met.set(cell, at);
    }
  }
  const all = [...chains.values()];
  return { bytes: all.some((chain) => chain.bytes), order, tuples: all.some((chain) => chain.tuples) };
}

/** What stands in each chain, by the address where it begins. */
function chainUses(program: Program): Map<number, ChainUses> {
  const code = program.section(Section.Code);
  const words = program.section(Section.Chains);
  const starts: number[] = [];
  for (let at = 0; at < words.length; at += ChainWord.Size) starts.push(words[at + ChainWord.Start]!);
  return new Map(
    starts.map((start, i) => {
      const uses: ChainUses = { cells: [], next: [], bytes: false, tuples: false };
      for (let at = start; at < (starts[i + 1] ?? code.length); at += opWords(code[at]! & 255)) {
        const op = code[at]! & 255;
        const field = (code[at]! >>> FIELD_SHIFT) & FIELD_MASK;
        if (opInfo(op)?.field === 'field' && field >= Field.CtProto && field <= Field.CtReplDport) uses.tuples = true;
        if (READS_BYTES.has(op)) uses.bytes = true;
        if (HAS_CELL.has(op)) uses.cells.push(code[at + 1]!);
        if (op === Op.Jump || op === Op.Goto) uses.next.push(code[at + 1]!);
      }
      return [start, uses];
    }),
  );
}

/** The cells of all chains that a walk from one may come to. */
function cellsFrom(chains: ReadonlyMap<number, ChainUses>, start: number): Set<number> {
  const cells = new Set<number>();
  const seen = new Set([start]);
  for (const at of seen) {
    const chain = chains.get(at);
    for (const cell of chain?.cells ?? []) cells.add(cell);
    for (const next of chain?.next ?? []) seen.add(next);
  }
  return cells;
}
