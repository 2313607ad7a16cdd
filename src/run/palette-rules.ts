/**
 * What rules want of a packet, read from their conditions: rows of wants for `Wants` of src/input/synthetic/palette.ts,
 * and by which jumps the kernel comes to each chain.
 */
import { type AddrType, Field, FRAG_OFFSET, STATE_ESTABLISHED, STATE_INVALID, STATE_NEW } from '../abi.js';
import { FORWARD, INPUT, OUTPUT, Part, WANT_BITS, WANT_MEMBER, type Wants } from '../input/synthetic/palette.js';
import type { Condition, Test } from '../model/condition.js';
import { type HookName, isBuiltin, type Rule, type Table } from '../model/ruleset.js';
import { Protocol } from '../net/protocol.js';

export type Range = readonly [min: number, max: number];

/** One thing that a rule wants; `member`: of one of the sets that bear these numbers. */
export type Want =
  | { readonly kind: 'range'; readonly part: Part; readonly ranges: readonly Range[] }
  | { readonly kind: 'bits'; readonly part: Part; readonly mask: number; readonly value: number }
  | { readonly kind: 'member'; readonly directions: number; readonly samples: readonly number[] };

/** What conditions speak of by name, and a rule's conditions. */
export interface Known {
  conditions(table: Table, rule: Rule): readonly Condition[];
  /** numbers of the interfaces that a pattern takes. */
  interfaces(pattern: string): readonly number[];
  samples(set: string): readonly number[];
  /** addresses of a type of the local table; empty: not known. */
  addresses(type: AddrType): readonly Range[];
}

/** The part of a packet that a field speaks of; connection fields, of the first packet of a connection. */
export const PART_OF: Readonly<Partial<Record<Field, Part>>> = {
  [Field.Src]: Part.Src,
  [Field.Dst]: Part.Dst,
  [Field.Proto]: Part.Proto,
  [Field.Sport]: Part.Sport,
  [Field.Dport]: Part.Dport,
  [Field.TcpFlags]: Part.Flags,
  [Field.Length]: Part.Length,
  [Field.Ttl]: Part.Ttl,
  [Field.Tos]: Part.Tos,
  [Field.Frag]: Part.Frag,
  [Field.Mark]: Part.Mark,
  [Field.InIf]: Part.In,
  [Field.OutIf]: Part.Out,
  [Field.Uid]: Part.Uid,
  [Field.Gid]: Part.Gid,
  [Field.CtProto]: Part.Proto,
  [Field.CtOrigSrc]: Part.Src,
  [Field.CtOrigDst]: Part.Dst,
  [Field.CtOrigSport]: Part.Sport,
  [Field.CtOrigDport]: Part.Dport,
  [Field.CtReplSrc]: Part.Dst,
  [Field.CtReplDst]: Part.Src,
  [Field.CtReplSport]: Part.Dport,
  [Field.CtReplDport]: Part.Sport,
};

/** Alternatives of a rule that are kept; others are left to chance. */
const ALTERNATIVES = 4;
type Alternatives = readonly (readonly Want[])[];
const NOTHING: Alternatives = [[]];

/** What makes the conditions hold, each alternative by itself; empty: nothing does. What is negated is left to chance. */
export function wantsOf(conditions: readonly Condition[], known: Known): Alternatives {
  let found: Alternatives = NOTHING;
  for (const condition of conditions) {
    const more = alternativesOf(condition, known);
    if (more !== NOTHING) found = found.flatMap((a) => more.map((b) => [...a, ...b])).slice(0, ALTERNATIVES);
  }
  return found;
}

function alternativesOf(condition: Condition, known: Known): Alternatives {
  if ('all' in condition) return wantsOf(condition.all, known);
  if ('any' in condition) return condition.any.flatMap((one) => alternativesOf(one, known)).slice(0, ALTERNATIVES);
  const { test, not } = condition;
  if (test.kind === 'always') return not ? [] : NOTHING;
  const wants = not ? wantsWhereNot(test) : wantsOfTest(test, known);
  return wants.length === 0 ? NOTHING : [wants];
}

const one = (part: Part, ...ranges: Range[]): Want[] => (ranges.length === 0 ? [] : [{ kind: 'range', part, ranges }]);

function wantsOfTest(test: Test, known: Known): Want[] {
  switch (test.kind) {
    case 'masked': {
      const part = PART_OF[test.field];
      return part === undefined ? [] : maskedWant(part, test.mask, test.value);
    }
    case 'range':
    case 'bitmap': {
      const part = PART_OF[test.field];
      const ranges = test.kind === 'range' ? [test.range] : test.ranges;
      return part === undefined ? [] : one(part, ...ranges.map(({ min, max }): Range => [min, max]));
    }
    case 'intervals': {
      const part = PART_OF[test.field];
      return part === undefined ? [] : one(part, ...test.ranges.map(({ min, max }): Range => [min[0]!, max[0]!]));
    }
    case 'iface':
      return one(PART_OF[test.field]!, ...known.interfaces(test.pattern).map((number): Range => [number, number]));
    case 'set': {
      const samples = known.samples(test.name);
      const directions = test.directions.reduce((bits, way, i) => bits | (way === 'src' ? 1 << i : 0), 0);
      return samples.length === 0 ? [] : [{ kind: 'member', directions, samples }];
    }
    case 'addrtype':
      return one(PART_OF[test.field]!, ...test.types.flatMap((type) => known.addresses(type)));
    default:
      return [];
  }
}

/** A mask of an address is mostly a prefix's. */
function maskedWant(part: Part, mask: number, value: number): Want[] {
  const free = ~mask >>> 0;
  const isPrefix = (free & (free + 1)) === 0;
  const wide = part === Part.Src || part === Part.Dst;
  if (mask === 0xffffffff || (wide && isPrefix)) return one(part, [value, (value | free) >>> 0]);
  return [{ kind: 'bits', part, mask, value }];
}

/** -f, and states: conditions whose negation is what people write. */
function wantsWhereNot(test: Test): Want[] {
  if (test.kind !== 'masked' || test.value !== 0) return [];
  if (test.field === Field.Frag && test.mask === FRAG_OFFSET) return one(Part.Frag, [1, FRAG_OFFSET]);
  if (test.field !== Field.CtState) return [];
  if ((test.mask & STATE_INVALID) === 0 || (test.mask & (STATE_NEW | STATE_ESTABLISHED)) !== 0) return [];
  // FIN with SYN is what tracking calls invalid, whatever came before (tcp_error in nf_conntrack_proto_tcp.c)
  return [
    { kind: 'range', part: Part.Proto, ranges: [[Protocol.Tcp, Protocol.Tcp]] },
    { kind: 'bits', part: Part.Flags, mask: 0x3f, value: 0x03 },
  ];
}

/** The ways by which packets come to a hook. */
const WAYS: Readonly<Record<HookName, number>> = {
  PREROUTING: INPUT | FORWARD,
  INPUT,
  FORWARD,
  OUTPUT,
  POSTROUTING: FORWARD | OUTPUT,
};

interface Row {
  readonly wants: readonly Want[];
  /** the chain that the rule jumps to. */
  readonly jump: string | undefined;
}

interface Context {
  readonly ways: number;
  /** the row that jumps here, by its chain and place; undefined: a hook's. */
  readonly from: { readonly chain: string; readonly row: number; readonly context: number } | undefined;
}

/** Contexts that a chain keeps; more where they bring a way that no other has. */
const CONTEXTS = 8;

/** The wants of all rules that a hook leads to. */
export function wantsOfTables(tables: readonly Table[], known: Known): Wants {
  const rows = new Map<string, Row[]>();
  const contexts = new Map<string, Context[]>();
  for (const table of tables)
    for (const chain of table.chains.values()) {
      const id = idOf(table, chain.name);
      rows.set(
        id,
        chain.rules.flatMap((rule) => rowsOf(table, rule, known)),
      );
      const hook = isBuiltin(table.name, chain.name) ? [{ ways: WAYS[chain.name], from: undefined }] : [];
      contexts.set(id, hook);
    }
  spread(rows, contexts);
  return pack(rows, contexts);
}

const idOf = (table: Table, chain: string): string => `${table.name} ${chain}`;

function rowsOf(table: Table, rule: Rule, known: Known): Row[] {
  if (rule.refused) return [];
  const { target } = rule;
  const jump = target?.kind === 'jump' || target?.kind === 'goto' ? idOf(table, target.chain) : undefined;
  return wantsOf(known.conditions(table, rule), known).map((wants) => ({ wants, jump }));
}

/** Follows jumps from the hooks on; chains in a circle end it as well, since a chain keeps few contexts. */
function spread(rows: ReadonlyMap<string, readonly Row[]>, contexts: Map<string, Context[]>): void {
  const queue = [...contexts].flatMap(([chain, list]) => list.map((_, context) => ({ chain, context })));
  // grows while it is gone through
  for (const { chain, context } of queue) {
    const { ways } = contexts.get(chain)![context]!;
    for (const [row, { jump }] of rows.get(chain)!.entries()) {
      const there = jump === undefined ? undefined : contexts.get(jump);
      if (there === undefined) continue;
      const covered = there.reduce((bits, one) => bits | one.ways, 0);
      if (there.length >= CONTEXTS && (ways & ~covered) === 0) continue;
      queue.push({ chain: jump!, context: there.push({ ways, from: { chain, row, context } }) - 1 });
    }
  }
}

function pack(rows: ReadonlyMap<string, readonly Row[]>, contexts: ReadonlyMap<string, readonly Context[]>): Wants {
  const words: number[] = [];
  const at = [0];
  const ranges: number[] = [];
  const chainOf: number[] = [];
  const firstRow = new Map<string, number>();
  const firstContext = new Map<string, number>();
  const contextAt = [0];
  const putRanges = (list: readonly Range[]): [number, number] => {
    const first = ranges.length / 2;
    for (const range of list) ranges.push(...range);
    return [first, list.length];
  };
  for (const [chain, list] of rows) {
    const held = contexts.get(chain)!;
    if (held.length === 0) continue;
    firstRow.set(chain, chainOf.length);
    firstContext.set(chain, contextAt.at(-1)!);
    for (const { wants } of list) {
      for (const want of wants) {
        if (want.kind === 'range') words.push(want.part, ...putRanges(want.ranges));
        else if (want.kind === 'bits') words.push(WANT_BITS + want.part, want.mask, want.value);
        else words.push(WANT_MEMBER + (want.directions << 8), ...putRanges(want.samples.map((n): Range => [n, n])));
      }
      at.push(words.length / 3);
      chainOf.push(contextAt.length - 1);
    }
    contextAt.push(contextAt.at(-1)! + held.length);
  }
  const reached = [...rows.keys()].flatMap((chain) => contexts.get(chain)!);
  return {
    words: Uint32Array.from(words),
    at: Uint32Array.from(at),
    ranges: Uint32Array.from(ranges),
    chain: Uint32Array.from(chainOf),
    contextAt: Uint32Array.from(contextAt),
    contexts: Uint32Array.from(
      reached.flatMap(({ ways, from }) =>
        from === undefined
          ? [ways, 0, 0]
          : [ways, firstRow.get(from.chain)! + from.row + 1, firstContext.get(from.chain)! + from.context],
      ),
    ),
  };
}
