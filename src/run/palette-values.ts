/** Values that conditions test, each with its neighbours, by the part of the packet that they are of. */
import { Field } from '../abi.js';
import { LIMITS, Part } from '../input/synthetic/palette.js';
import type { Condition, Test } from '../model/condition.js';
import type { AddressRange, Family, Masked } from '../net/address.js';
import { icmpProtocol, type Protocol } from '../net/protocol.js';
import type { Range } from './address-codes.js';
import { PART_OF } from './palette-rules.js';
import { addressOfWord, rangeOfWhole } from './whole-address.js';

export class TestedValues {
  constructor(
    private readonly family: Family,
    private readonly range: (addresses: AddressRange) => Range,
  ) {}

  readonly #values = Array.from({ length: Part.Count }, () => new Numbers());
  readonly #types = new Numbers();

  /** Of one rule. */
  read(conditions: readonly Condition[]): void {
    const protocol = icmpProtocol(this.family);
    const icmp = conditions.some((condition) => isProtocol(condition, protocol));
    for (const condition of conditions) this.#readCondition(condition, icmp);
  }

  /** The ends of a range, and what lies beside them within the part's limit. */
  put(part: Part, [min, max]: Range): void {
    this.#listOf(part).putRange(min, max, LIMITS[part]!);
  }

  /** By part; source and destination have the addresses of both. */
  tested(): Uint32Array[] {
    const lists = this.#values.map((numbers) => numbers.sorted());
    lists[Part.Dst] = lists[Part.Src]!;
    return lists;
  }

  types(): Uint32Array {
    return this.#types.sorted();
  }

  #listOf(part: Part): Numbers {
    return this.#values[part === Part.Dst ? Part.Src : part]!;
  }

  #readCondition(condition: Condition, icmp: boolean): void {
    if ('test' in condition) this.#read(condition.test, icmp);
    else for (const one of 'all' in condition ? condition.all : condition.any) this.#readCondition(one, icmp);
  }

  #read(test: Test, icmp: boolean): void {
    if (!('field' in test)) return;
    if (test.kind === 'masked' && test.whole !== undefined) return this.#readWhole(test.field, test.whole);
    const part = PART_OF[test.field];
    if (part === undefined || LIMITS[part] === undefined || part === Part.Frag) return;
    if (icmp && (part === Part.Sport || part === Part.Dport)) {
      if (test.kind === 'masked' && part === Part.Sport) this.#types.putRange(test.value, test.value, 255);
      return;
    }
    if (test.kind === 'range') this.put(part, [test.range.min, test.range.max]);
    else if (test.kind === 'bitmap') for (const { min, max } of test.ranges) this.put(part, [min, max]);
    else if (test.kind === 'intervals') for (const range of test.ranges) this.put(part, this.range(range));
    else if (test.kind === 'masked') this.#readMasked(part, test.mask, test.value);
  }

  #readWhole(word: Field, whole: Masked): void {
    const part = PART_OF[addressOfWord(word)];
    const range = rangeOfWhole(word, whole);
    if (part !== undefined && range !== undefined) this.put(part, this.range(range));
  }

  #readMasked(part: Part, mask: number, value: number): void {
    const free = ~mask >>> 0;
    const limit = LIMITS[part]!;
    if ((free & (free + 1)) === 0) return this.put(part, [value, Math.min((value | free) >>> 0, limit)]);
    // the value, and each that differs from it in one bit of the mask
    const list = this.#listOf(part);
    list.put(value);
    for (let bit = 0; bit < 32; bit++) {
      const other = (value ^ (1 << bit)) >>> 0;
      if ((mask & (1 << bit)) !== 0 && other <= limit) list.put(other);
    }
  }
}

const isProtocol = (condition: Condition, protocol: Protocol): boolean =>
  'test' in condition &&
  !condition.not &&
  condition.test.kind === 'masked' &&
  condition.test.field === Field.Proto &&
  condition.test.value === protocol;

/** Unsigned numbers, in any order and more than once. */
class Numbers {
  #list = new Uint32Array(64);
  #count = 0;

  put(number: number): void {
    if (this.#count === this.#list.length) {
      const grown = new Uint32Array(2 * this.#count);
      grown.set(this.#list);
      this.#list = grown;
    }
    this.#list[this.#count++] = number;
  }

  putRange(min: number, max: number, limit: number): void {
    if (min > 0) this.put(min - 1);
    this.put(min);
    if (min < limit) this.put(min + 1);
    if (max === min) return;
    this.put(max - 1);
    this.put(max);
    if (max < limit) this.put(max + 1);
  }

  /** Each once. */
  sorted(): Uint32Array {
    const all = this.#list.subarray(0, this.#count).sort();
    let kept = 0;
    for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i]!;
    return all.slice(0, kept);
  }
}
