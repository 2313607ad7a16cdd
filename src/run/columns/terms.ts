/**
 * What is asked of a packet's own values, as terms: what a rule asks of one packet is a term that holds where each of its parts does,
 * and a part asks one field. Packets that no term tells apart fare alike.
 */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { SetDef } from '../../model/set.js';
import { icmpProtocol } from '../../net/protocol.js';
import { Effort } from '../first-match/effort.js';
import type { AddressNumbers } from './addresses.js';
import type { Changes } from './changes.js';
import type { FirstList, Laying } from './first-lists.js';
import type { MarkUse } from './mark-terms.js';
import type { Path } from './paths.js';
import type { TupleTable } from './tuple-tables.js';

/** One field lies in the ranges, or does not. */
export interface Part {
  readonly field: Field;
  readonly ranges: readonly NumberRange[];
  readonly not: boolean;
}

/** Why what a test asks is no part. */
export type NoPart =
  /** values do not tell it: packets that come to it go the long way. */
  | 'unanswered'
  /** it asks nothing of what packets differ in, or a question that somebody answered. */
  | 'unasked'
  /** each value of its field counts, or each bit. */
  | 'each'
  /** terms and partitions of its own ask it. */
  | 'added'
  /** it follows from what is asked elsewhere. */
  | 'follows';

/** Where the values of a field begin that something tells from those before: all of a kind are alike to it. */
export interface Partition {
  readonly field: Field;
  readonly starts: readonly number[];
  readonly kinds: readonly number[];
}

/** Of all first matches of long lists: a second or two. */
const LISTS_STEPS = 400_000_000;
/** Of noting a term, and of all that is made of it once. */
const STEPS_OF_TERM = 150;
/** What Node holds of a term, of each of its parts, and of a range, with the lists that they are in. */
const TERM_BYTES = 150;
const MAP_BYTES = 40;
const PART_BYTES = 80;
export const RANGE_BYTES = 80;
/** Parts of more share them with others, as those of one set do: who makes such says that they are held. */
const FEW_RANGES = 16;

/** What is held of parts. */
export const bytesOfParts = (parts: readonly Part[]): number =>
  parts.reduce(
    (sum, { ranges }) => sum + PART_BYTES + RANGE_BYTES * (ranges.length <= FEW_RANGES ? ranges.length : 0),
    0,
  );
/** What is held of ranges that bytesOfParts leaves out. */
export const bytesOfMany = ({ length }: readonly NumberRange[]): number =>
  length <= FEW_RANGES ? 0 : RANGE_BYTES * length;

export class Terms {
  readonly all: (readonly Part[])[] = [];
  readonly partitions: Partition[] = [];
  /** values that are of no class: such packets go the long way. */
  readonly excluded: { readonly field: Field; readonly ranges: readonly NumberRange[] }[] = [];
  /** fields of which each value counts, and the first instruction that has it so; undefined: that is none of rules. */
  readonly exact = new Map<Field, number | undefined>();
  /** the address of the condition whose terms are added. */
  at: number | undefined;
  /** places of terms that hold of packets which are not completed as columns of a batch are: they go the long way. */
  readonly odd = new Set<number>();
  /** those that hold of packets too short for a header that a rule reads. */
  readonly headers = new Set<number>();
  /** those that are members of sets, and of which: all of one are alike. */
  readonly memberOf = new Map<number, string>();
  /** what leads to the chains that terms are of, where that is one rule. */
  readonly paths = new Map<number, Path>();
  /** of all first matches of long lists. */
  readonly effort: Effort;
  /** terms that are looked up (tuple-terms.ts): they are none of the others. */
  readonly tuples: TupleTable[] = [];
  /** long lists of rules, the first of which that takes a packet tells of all: their rules are no terms. */
  readonly firsts: FirstList[] = [];
  /** which headers rules read. */
  readonly headersRead = new Map<string, { readonly protocol: readonly Part[]; readonly bytes: number }>();
  /** rules ask for headers of IPv6 themselves, or for how long they are. */
  readsHeaders = false;
  /** what rules do to marks. */
  marks: MarkUse = 'bits';
  /** bits of the packet's mark that are asked, or 0: its values count otherwise. */
  markBits = 0;
  /** addresses of instructions that do what values do not tell: by order, chance, bytes. */
  readonly unanswered = new Set<number>();
  /** those of them that translate where nobody reads what came of it, unless the packet comes in again. */
  readonly late = new Map<number, 'port' | 'more'>();

  /** what packets may have been through that come to the rules of which terms are added. */
  before: readonly Changes[] = [];
  /** whether they may have been forwarded. */
  forwarded = false;
  /** and which way they came, where there is but one. */
  path: Path | undefined;

  /** bytes of an IP header in which nothing but what columns say is told. */
  readonly header: number;
  readonly icmp: number;

  /**
   * `protocols`: Run.Protocols. `remembered`: connections are, which tell their states and marks themselves. `patience`: what is made of
   * them is given up where it is spent.
   */
  constructor(
    readonly protocols: Uint32Array,
    readonly addresses: AddressNumbers,
    readonly remembered: boolean,
    readonly patience = new Effort(Number.POSITIVE_INFINITY),
  ) {
    this.effort = new Effort(LISTS_STEPS, patience);
    this.header = addresses.family === 4 ? 20 : 40;
    this.icmp = icmpProtocol(addresses.family);
  }

  /** of sets of one dimension their members, which all rules share. */
  readonly members = new Map<SetDef, readonly NumberRange[]>();
  /** what was added of other sets for rules that packets come to alike, by name and directions. */
  readonly added = new Set<string>();

  /** Each value of a field counts, as an instruction has it. */
  countEach(field: Field, at = this.at): void {
    const known = this.exact.get(field);
    if (known === undefined || (at !== undefined && at < known)) this.exact.set(field, at);
  }
  /** They hold together. */
  add(...parts: Part[]): void {
    this.addAll(parts);
  }
  /** Of a packet that is shorter than a header there. */
  addHeader(...parts: Part[]): void {
    for (const place of this.addAll(parts)) this.headers.add(place);
  }
  /** A packet that has no room for a header of so many bytes. */
  shorterThan(bytes: number): Part {
    return { field: Field.Length, ranges: [{ min: 0, max: this.header + bytes - 1 }], not: false };
  }
  /** Packets of a protocol that are short go the long way; said once. */
  addShort(protocol: readonly Part[], bytes: number): void {
    const short = this.shorterThan(bytes);
    const key = [...protocol, short].map(
      ({ ranges, not }) => `${not} ${ranges.map(({ min, max }) => `${min}-${max}`)}`,
    );
    if (this.short.has(key.join())) return;
    this.short.add(key.join());
    this.addOdd(...protocol, short);
    this.readHeader(protocol, bytes);
  }
  private readonly short = new Set<string>();
  readHeader(protocol: readonly Part[], bytes: number): void {
    const key = protocol.map(({ ranges, not }) => `${not} ${ranges.map(({ min, max }) => `${min}-${max}`)}`);
    this.headersRead.set(`${key} ${bytes}`, { protocol, bytes });
  }
  /** Of packets that were changed since, where a list tells of the others. */
  addChanged(parts: readonly Part[]): void {
    for (const one of this.changed(parts)) if (one !== parts && one.length > 0) this.all.push(one);
  }
  addMember(set: string, ...parts: Part[]): void {
    for (const place of this.addAll(parts)) {
      this.patience.hold(MAP_BYTES);
      this.memberOf.set(place, set);
    }
  }
  /** The places of all. */
  protected addAll(parts: readonly Part[]): number[] {
    const places: number[] = [];
    this.patience.spend(STEPS_OF_TERM * (1 + this.before.length));
    for (const one of this.changed(parts)) {
      if (one.length === 0) continue;
      this.patience.hold(TERM_BYTES + bytesOfParts(one));
      const place = this.all.push(one) - 1;
      places.push(place);
      if (one === parts && this.path !== undefined) this.paths.set(place, this.path);
    }
    return places;
  }
  /** With all that was added so far. */
  copy(patience: Effort): Terms {
    const copy = new Terms(this.protocols, this.addresses, this.remembered, patience);
    patience.spend(STEPS_OF_TERM * this.all.length);
    // places in lists and maps
    patience.hold(16 * this.all.length + MAP_BYTES * (this.memberOf.size + this.paths.size + this.headers.size));
    for (const one of this.all) copy.all.push(one);
    copy.partitions.push(...this.partitions);
    copy.firsts.push(...this.firsts);
    copy.excluded.push(...this.excluded);
    for (const [field, at] of this.exact) copy.exact.set(field, at);
    for (const kind of ['odd', 'unanswered', 'headers'] as const)
      for (const one of this[kind]) (copy[kind] as Set<number>).add(one);
    for (const [place, set] of this.memberOf) copy.memberOf.set(place, set);
    for (const [place, path] of this.paths) copy.paths.set(place, path);
    for (const [at, what] of this.late) copy.late.set(at, what);
    for (const [key, one] of this.headersRead) copy.headersRead.set(key, one);
    copy.readsHeaders = this.readsHeaders;
    copy.marks = this.marks;
    copy.markBits = this.markBits;
    return copy;
  }
  /** What is asked of packets as they came, first, and as they were changed since. */
  private changed(parts: readonly Part[]): (readonly Part[])[] {
    let all: (readonly Part[])[] = [parts];
    for (const changes of this.before) {
      const next: (readonly Part[])[] = [];
      for (const one of all) next.push(one, ...changes.beyond(one));
      all = next;
    }
    if (!this.forwarded || !all.some((one) => one.some(asksHops))) return all;
    return all.flatMap((one) => (one.some(asksHops) ? [one, one.map(asForwarded)] : [one]));
  }
  /** As if none had been added. */
  clear(): void {
    this.all.length = 0;
    for (const one of [this.odd, this.headers, this.memberOf, this.paths]) one.clear();
  }
  /** Whether anything asks for a port of protocols other than ICMP. */
  asksPort(field: Field.Sport | Field.Dport): boolean {
    const isIcmp = ({ field: own, ranges, not }: Part) =>
      own === Field.Proto && !not && ranges.every(({ min, max }) => min === this.icmp && max === this.icmp);
    return (
      this.partitions.some((one) => one.field === field) ||
      this.tuples.some((one) => one.fields.includes(field)) ||
      this.firsts.some((one) => one.rules.some(({ parts }) => parts.some((part) => part.field === field))) ||
      this.all.some((parts) => parts.some((part) => part.field === field) && !parts.some(isIcmp))
    );
  }
  addOdd(...parts: Part[]): void {
    this.odd.add(this.all.push(parts) - 1);
  }
  addRange(field: Field, min: number, max: number): void {
    this.add({ field, ranges: [{ min, max }], not: false });
  }
}

const asksHops = ({ field }: Part): boolean => field === Field.Ttl;
/** ip_forward and ip6_forward take one from the ttl before the hook. */
const asForwarded = (part: Part): Part =>
  asksHops(part) ? { ...part, ranges: part.ranges.map(({ min, max }) => ({ min: min + 1, max: max + 1 })) } : part;

/** Of which nothing is kept: for who notes what is asked of addresses. */
export class UnkeptTerms extends Terms {
  protected override addAll(): number[] {
    this.patience.spend(STEPS_OF_TERM);
    return [];
  }
}

/** From the first address to the next one's: a bit for each AddrType that they are. */
export interface AddressTypes {
  readonly first: number;
  readonly types: number;
}

/** What routing tells apart. */
export interface RoutedAddresses {
  /** of sources all that decisions ask of them; each by itself that may be chosen; and as destinations of what goes back. */
  readonly sources: Partition;
  readonly chosen: Partition;
  readonly back: Partition;
  readonly destinations: Partition;
  /** addresses and interface alone tell what a reverse path filter says. */
  readonly byAddress: boolean;
}

export interface TermsHost {
  readonly sets: ReadonlyMap<string, SetDef>;
  /** of IPv6 what addresses are to all links together; undefined: it is not known. */
  readonly addressTypes: readonly AddressTypes[] | undefined;
  readonly ways: RoutedAddresses;
  /** for tables of long lists. */
  readonly lay: Laying;
}
