/**
 * Kinds of IPv4 addresses that no route, rule or address of a host tells apart. All that routing asks of an address is
 * whether it lies in one prefix or another, of which each single address is one; and prefixes nest, so that the innermost
 * one in which an address lies says of all others whether it lies in them.
 */
import type { Host } from '../model/host.js';
import { rangeOfPrefix, type Words } from '../net/address.js';
import { Intervals } from './intervals.js';

/** Prefixes by which routing tells addresses apart whatever the host: ipv4-kinds.ts. */
const ALWAYS: readonly (readonly [address: number, prefix: number])[] = [
  [0, 0],
  [0, 32],
  [0x7f000000, 8],
  [0xe0000000, 4],
  [0xe0000000, 24],
  [0xe0000001, 32],
  [0xffffffff, 32],
];

export class AddressKinds {
  /** how many there are. */
  readonly count: number;
  /** the kind of each interval of addresses. */
  readonly intervals: Intervals;
  /** How many kinds of sources there are. */
  readonly sourceCount: number;
  /** the kind of source that each kind of addresses is, below `sourceCount`. */
  readonly sources: Uint32Array;

  /**
   * `singles`: addresses that something is assumed of. `aspects`: all that is asked of a source, as text, where that is
   * known; kinds of which it is the same are one kind of sources.
   */
  constructor(host: Host, singles: Iterable<Words>, aspects: (source: number) => string | undefined = () => undefined) {
    const prefixes = prefixesOf(host, singles);
    this.count = prefixes.length;
    const intervals = new Map<number, number>();
    const open: { readonly kind: number; readonly max: number }[] = [];
    /** Closes those that end before an address: what lies behind each is of the kind around it. */
    const close = (before: number) => {
      while (open.length > 1 && open.at(-1)!.max < before) {
        const { max } = open.pop()!;
        intervals.set(max + 1, open.at(-1)!.kind);
      }
    };
    for (const [kind, { min, max }] of prefixes.entries()) {
      close(min);
      open.push({ kind, max });
      intervals.set(min, kind);
    }
    close(2 ** 32);
    intervals.delete(2 ** 32);
    const sorted = [...intervals].sort(([a], [b]) => a - b);
    this.intervals = new Intervals(
      sorted.map(([start]) => start),
      Uint32Array.from(sorted, ([, kind]) => kind),
    );
    this.sources = new Uint32Array(this.count);
    const alike = new Map<string | number, number>();
    for (const [kind, address] of new Map(sorted.map(([start, kind]) => [kind, start]))) {
      const aspect = aspects(address) ?? kind;
      const source = alike.get(aspect) ?? alike.size;
      alike.set(aspect, source);
      this.sources[kind] = source;
    }
    this.sourceCount = alike.size;
  }

  /** The kind of an address: below `count`. */
  of(address: number): number {
    return this.intervals.of(address);
  }

  ofSource(address: number): number {
    return this.sources[this.of(address)]!;
  }
}

/** Each once, by their first address, those around others before them. */
function prefixesOf({ routes = [], addresses = [], rules = [] }: Host, singles: Iterable<Words>) {
  const found = new Map<string, { readonly min: number; readonly max: number }>();
  const add = (address: Words | undefined, prefix = 32) => {
    if (address?.length !== 1) return;
    const { min, max } = rangeOfPrefix(address, prefix);
    found.set(`${min[0]} ${max[0]}`, { min: min[0]!, max: max[0]! });
  };
  for (const [address, prefix] of ALWAYS) add([address], prefix);
  for (const { address, prefix, source } of routes) {
    add(address, prefix);
    add(source);
  }
  for (const { address, prefix, peer, broadcast } of addresses) {
    add(address);
    add(address, prefix);
    add(peer, prefix);
    add(peer);
    add(broadcast);
  }
  for (const { from, to } of rules) {
    add(from?.address, from?.prefix);
    add(to?.address, to?.prefix);
  }
  for (const single of singles) add(single);
  return [...found.values()].sort((a, b) => a.min - b.min || b.max - a.max);
}
