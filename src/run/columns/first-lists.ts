/** The first rule of a long list that takes a packet, as a class: rules to tables of src/run/first-match/, and those to the core. */
import { COLUMN_BYTES, Field, FirstWord } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { OverBudget } from '../budget.js';
import { Effort } from '../first-match/effort.js';
import { type FiveTupleRules, fiveTupleRules } from '../first-match/index.js';
import { placeTables, type Tables } from '../first-match/place.js';
import { tablesOf } from '../first-match/tables.js';
import type { Memory } from '../memory.js';
import { AddressBlocks } from './address-blocks.js';
import type { AddressNumbers } from './addresses.js';
import { type ListedRule, rangesOf } from './listed-rules.js';
import type { Part } from './terms.js';
import { columnWords, type TupleColumns } from './tuple-tables.js';

/** Bytes of one list's tables. */
const MOST_BYTES = 64 << 20;
/** Of one list, a rule for each combination of its ranges. */
const MOST_ENTRIES = 1 << 17;
/** Look-ups of one list. */
const MOST_PARTS = 8;

/**
 * Of one list: of ten ClassBench sets of 1,000 and 10,000 rules each takes 200 to 35,000 steps a rule, and ranges of addresses that
 * all overlap more than 200,000.
 */
const STEPS = 10_000_000;
const STEPS_EACH = 50_000;

/** What Node holds of a rule and of each of its entries while tables are made, and of a block of addresses of IPv6. */
const RULE_BYTES = 800;
const ENTRY_BYTES = 200;
const BLOCK_BYTES = 250;

/** Rules that are tables together: `Of` is those, or where they are in the core's memory. */
interface Looked<Of> {
  readonly tables: Of;
  /** by the number of an entry the rule's. */
  readonly ruleOf: Uint32Array;
}
/** What `lay` makes of the core's memory; undefined: there is not as much. */
export type Laying = <Laid>(lay: (memory: Memory) => Laid) => Laid | undefined;
interface Numbered {
  readonly rule: number;
  readonly entry: Entry;
}

export class FirstList {
  private constructor(
    readonly rules: readonly ListedRule[],
    /** of IPv6 the numbers by which addresses are looked up; undefined: the places of their spans. */
    readonly blocks: Blocks | undefined,
    /** the least rule that is found in any counts. */
    private readonly looked: readonly Looked<number>[],
    /** of the core's memory. */
    readonly bytes: number,
  ) {}

  /** undefined: its tables would be too large, or take too long to make. */
  static of(
    rules: readonly ListedRule[],
    effort: Effort,
    addresses: AddressNumbers,
    lay: Laying,
  ): FirstList | undefined {
    const own = new Effort(STEPS + STEPS_EACH * rules.length, effort);
    try {
      return FirstList.made(rules, own, addresses, lay);
    } catch (fault) {
      if (!(fault instanceof OverBudget)) throw fault;
      return undefined;
    } finally {
      own.release();
    }
  }

  private static made(
    rules: readonly ListedRule[],
    effort: Effort,
    addresses: AddressNumbers,
    lay: Laying,
  ): FirstList | undefined {
    effort.hold(RULE_BYTES * rules.length);
    const blocks = addresses.family === 6 ? blocksOf(rules, addresses.end) : undefined;
    const ranges = rules.map(({ parts }) => rangesOf(blocks === undefined ? parts : parts.map(inBlocks(blocks))));
    if (!ranges.every((one) => one !== undefined)) return undefined;
    const count = ranges.reduce((all, one) => all + entryCount(one), 0);
    if (count > MOST_ENTRIES) return undefined;
    effort.hold(ENTRY_BYTES * count);
    const entries = ranges.flatMap((one, rule) => entriesOf(one).map((entry) => ({ rule, entry })));
    const looked = lookedUp(entries, rules.length, MOST_PARTS, effort);
    return (
      looked &&
      lay((memory) => {
        const start = memory.mark();
        const placed = looked.map(({ tables, ruleOf }) => ({ tables: placeTables(memory, tables), ruleOf }));
        return new FirstList(rules, blocks, placed, memory.mark() - start);
      })
    );
  }
  /** What Node holds of it, beside its rules. */
  get held(): number {
    const entries = this.looked.reduce((sum, { ruleOf }) => sum + ruleOf.length, 0);
    const { blocks } = this;
    const spans = blocks === undefined ? 0 : 2 * 4 * blocks[Field.Src].numbers.length;
    return 4 * entries + spans + (blocks === undefined ? 0 : 2 * BLOCK_BYTES * this.rules.length);
  }

  /** one for each rule, the last for packets that none takes. */
  get classes(): number {
    return this.rules.length + 1;
  }
  /** how many look-ups it takes. */
  get parts(): number {
    return this.looked.length;
  }

  /** The address of FirstWord: what each entry adds is its rule's number, multiplied. */
  place(memory: Memory, columns: TupleColumns, stride: number): number {
    const words = columnWords(columns);
    words[FirstWord.Least] = memory.reserve(COLUMN_BYTES);
    words[FirstWord.Parts] = memory.place(
      this.looked.flatMap(({ tables, ruleOf }) => [tables, memory.place(ruleOf.map((rule) => stride * rule))]),
    );
    words[FirstWord.PartCount] = this.looked.length;
    // of packets in columns of words, their ports and protocols as narrow as the look-up reads them
    words[FirstWord.Narrow] = columns.isWide ? memory.reserve(NARROW) : 0;
    return memory.place(words);
  }
}

type Blocks = Readonly<Record<Field.Src | Field.Dst, AddressBlocks>>;

function blocksOf(rules: readonly ListedRule[], end: number): Blocks | undefined {
  const of = (field: Field) => {
    const ranges = rules.flatMap(({ parts }) => parts.flatMap((part) => (part.field === field ? part.ranges : [])));
    return AddressBlocks.of(ranges, end);
  };
  const [source, destination] = [of(Field.Src), of(Field.Dst)];
  return source && destination && { [Field.Src]: source, [Field.Dst]: destination };
}

const inBlocks =
  (blocks: Blocks) =>
  (part: Part): Part =>
    part.field === Field.Src || part.field === Field.Dst
      ? { ...part, ranges: part.ranges.map((range) => blocks[part.field as keyof Blocks].of(range)) }
      : part;

/** Where ports are of too many classes together, those go apart that ask for source ports, and then each half. */
function lookedUp(
  entries: readonly Numbered[],
  none: number,
  most: number,
  effort: Effort,
): readonly Looked<Tables>[] | undefined {
  const tried = effort.part();
  const tables = tablesOf(five(entries.map(({ entry }) => entry)), MOST_BYTES, undefined, tried);
  if (typeof tables !== 'string')
    return [{ tables, ruleOf: Uint32Array.from([...entries.map(({ rule }) => rule), none]) }];
  tried.release();
  if (most < 2 || entries.length < 2 || effort.isSpent) return undefined;
  const asks = ({ entry }: Numbered) => entry[2]!.min !== 0 || entry[2]!.max !== 0xffff;
  const some = entries.filter(asks);
  const isMixed = some.length > 0 && some.length < entries.length;
  const middle = entries.length >>> 1;
  const halves = isMixed
    ? [entries.filter((one) => !asks(one)), some]
    : [entries.slice(0, middle), entries.slice(middle)];
  const looked = halves.map((half) => lookedUp(half, none, most >>> 1, effort));
  return looked.every((one) => one !== undefined) ? looked.flat() : undefined;
}

/** Three columns of BATCH_SLOTS halves each, and what is read behind them. */
const NARROW = 3 * (4096 + 64);

type Entry = readonly NumberRange[];

const protocolCount = (protocols: readonly NumberRange[]): number =>
  isAny(protocols) ? 1 : protocols.reduce((all, { min, max }) => all + max - min + 1, 0);
type Ranges = readonly (readonly NumberRange[])[];
const entryCount = ([src, dst, sport, dport, proto]: Ranges): number =>
  [src, dst, sport, dport].reduce((all, ranges) => all * ranges!.length, protocolCount(proto!));
const isAny = (protocols: readonly NumberRange[]): boolean =>
  protocols.length === 1 && protocols[0]!.min === 0 && protocols[0]!.max === 0xff;

/** One range of each field, each with each other. */
function entriesOf(ranges: Ranges): Entry[] {
  const protocols = isAny(ranges[4]!) ? ranges[4]! : ranges[4]!.flatMap(singles);
  return [...ranges.slice(0, 4), protocols].reduce<NumberRange[][]>(
    (all, field) => all.flatMap((entry) => field.map((range) => [...entry, range])),
    [[]],
  );
}
const singles = ({ min, max }: NumberRange): NumberRange[] =>
  Array.from({ length: max - min + 1 }, (_, i) => ({ min: min + i, max: min + i }));

function five(entries: readonly Entry[]): FiveTupleRules {
  const rules = fiveTupleRules(entries.length);
  entries.forEach(([src, dst, sport, dport, proto], i) => {
    rules.srcMin[i] = src!.min;
    rules.srcMax[i] = src!.max;
    rules.dstMin[i] = dst!.min;
    rules.dstMax[i] = dst!.max;
    rules.sportMin[i] = sport!.min;
    rules.sportMax[i] = sport!.max;
    rules.dportMin[i] = dport!.min;
    rules.dportMax[i] = dport!.max;
    const any = proto!.min !== proto!.max;
    rules.proto[i] = any ? 0 : proto!.min;
    rules.protoMask[i] = any ? 0 : 0xff;
  });
  return rules;
}
