/** The addresses that a set of one dimension holds, as few spans: members that touch are one. */
import type { NumberRange } from '../../model/condition.js';
import { MEMBER_NOMATCH } from '../../model/members.js';
import type { SetDef } from '../../model/set.js';
import { rangeOfPrefix } from '../../net/address.js';
import type { AddressNumbers } from './addresses.js';

/** Prefixes lie apart or one within the other, and the longest that holds an address tells whether the set does (assembly/sets.ts). */
export function spansOf({ members, type }: SetDef, addresses: AddressNumbers): NumberRange[] {
  const { dimensions, lengthsAt } = members.layout;
  const { at, kind } = dimensions[0]!;
  const [size, bits] = addresses.family === 4 ? [1, 32] : [4, 128];
  // of each member where it begins, how long its prefix is, and whether it is taken out: by number those that hold others come first
  const sorted = new Float64Array(members.count);
  const ends = new Map<number, number>();
  let count = 0;
  for (let row = 0; row < members.count; row++) {
    if (!members.isAlive(row)) continue;
    const length = kind === 'net' ? members.word(row, lengthsAt) & 255 : bits;
    const out = (members.flags(row) & MEMBER_NOMATCH) !== 0 ? 1 : 0;
    let min = members.word(row, at);
    if (size > 1) {
      const range = addresses.range(rangeOfPrefix(members.address(row, at, size), length));
      min = range.min;
      ends.set(512 * min + 2 * length + out, range.max + 1);
    }
    // hash:ip holds no address of zeros
    if (type !== 'hash:ip' || min !== 0) sorted[count++] = 512 * min + 2 * length + out;
  }
  const spans = new Spans();
  for (const member of sorted.subarray(0, count).sort()) {
    const min = Math.floor(member / 512);
    const length = (member % 512) >>> 1;
    spans.begin(min, ends.get(member) ?? min + 2 ** (32 - length), member % 2 === 0);
  }
  return spans.all;
}

class Spans {
  private readonly found: { readonly min: number; max: number }[] = [];
  /** those about the address at hand, the narrowest last: where each ends, and whether it is in. */
  private readonly about: [end: number, holds: boolean][] = [];
  private from: number | undefined;

  begin(at: number, end: number, holds: boolean): void {
    this.endBefore(at);
    this.turn(at, holds);
    this.about.push([end, holds]);
  }
  get all(): NumberRange[] {
    this.endBefore(Number.POSITIVE_INFINITY);
    return this.found;
  }

  private endBefore(place: number): void {
    const { about } = this;
    for (let last = about.at(-1); last !== undefined && last[0] <= place; last = about.at(-1)) {
      about.pop();
      this.turn(last[0], about.at(-1)?.[1] ?? false);
    }
  }
  /** What is told from here on. */
  private turn(at: number, holds: boolean): void {
    if (holds === (this.from !== undefined)) return;
    if (holds) {
      const last = this.found.at(-1);
      // it ended here
      if (last?.max === at - 1) {
        this.from = last.min;
        this.found.pop();
      } else this.from = at;
      return;
    }
    if (this.from! < at) this.found.push({ min: this.from!, max: at - 1 });
    this.from = undefined;
  }
}
