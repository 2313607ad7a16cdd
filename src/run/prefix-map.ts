/** What belongs to prefixes, found by the addresses that lie in them. */
import { familyOf, prefixMask, type Words } from '../net/address.js';

interface Prefixed {
  readonly address: Words;
  readonly prefix: number;
}

export class PrefixMap<T extends Prefixed> {
  /** prefix lengths that occur, longest first, each with what stands at it by masked address. */
  readonly #lengths: { readonly mask: Words; readonly items: Map<number | string, T[]> }[];

  /** `items`: of one family; `order`: of those that have one prefix, which keep their own where it is 0. */
  constructor(items: readonly T[], order: (a: T, b: T) => number) {
    const byLength = new Map<number, Map<number | string, T[]>>();
    for (const item of items) {
      const group = byLength.get(item.prefix) ?? new Map<number | string, T[]>();
      byLength.set(item.prefix, group);
      const key = keyOf(item.address, prefixMask(item.prefix, familyOf(item.address)));
      const same = group.get(key);
      if (same === undefined) group.set(key, [item]);
      else same.push(item);
    }
    for (const group of byLength.values()) for (const same of group.values()) same.sort(order);
    const family = items[0] === undefined ? 4 : familyOf(items[0].address);
    this.#lengths = [...byLength]
      .sort(([a], [b]) => b - a)
      .map(([length, group]) => ({ mask: prefixMask(length, family), items: group }));
  }

  /** What stands at each prefix in which an address lies, the longest first. */
  *around(address: Words): Generator<readonly T[]> {
    for (const { mask, items } of this.#lengths) {
      const found = items.get(keyOf(address, mask));
      if (found !== undefined) yield found;
    }
  }
}

/** The masked address: a number, or four of them as text. */
const keyOf = (address: Words, mask: Words): number | string =>
  address.length === 1 ? (address[0]! & mask[0]!) >>> 0 : address.map((word, i) => word & mask[i]!).join();
