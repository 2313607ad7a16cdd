/**
 * What one rule wants of a packet, with the jumps that lead to it: for each part a range, or bits under a mask. Rules
 * of long conditions are reached so, which values drawn one by one would not reach.
 */
import { icmpProtocol } from '../../net/protocol.js';
import type { Draft } from './draft.js';
import type { Draw } from './draw.js';
import { Dim, LIMITS, type Palette, Part, WANT_BITS, WANT_MEMBER } from './palette.js';

/** Jumps that are followed back; deeper ones are left to chance. */
const DEEPEST = 32;

export class Wanted {
  /** the parts that are wanted in a range, and those whose bits are, as bits themselves. */
  private ranged = 0;
  private masked = 0;
  private readonly min = new Uint32Array(Part.Count);
  private readonly max = new Uint32Array(Part.Count);
  private readonly mask = new Uint32Array(Part.Count);
  private readonly bits = new Uint32Array(Part.Count);

  constructor(private readonly palette: Palette) {}

  clear(): void {
    this.ranged = 0;
    this.masked = 0;
  }

  has(part: Part): boolean {
    return ((this.ranged | this.masked) & (1 << part)) !== 0;
  }

  /** Takes what a rule wants that is drawn; returns the ways that lead to it. The palette has rules. */
  take(draw: Draw): number {
    const { at, chain, contextAt, contexts } = this.palette.wants;
    let row = draw.below(at.length - 1);
    const first = contextAt[chain[row]!]!;
    let context = first + draw.below(contextAt[chain[row]! + 1]! - first);
    const ways = contexts[3 * context]!;
    for (let depth = 0; depth < DEEPEST; depth++) {
      this.takeRow(draw, row);
      const jump = contexts[3 * context + 1]!;
      if (jump === 0) break;
      row = jump - 1;
      context = contexts[3 * context + 2]!;
    }
    return ways;
  }

  private takeRow(draw: Draw, row: number): void {
    const { words, at, ranges } = this.palette.wants;
    for (let i = 3 * at[row]!; i < 3 * at[row + 1]!; i += 3) {
      const kind = words[i]!;
      if ((kind & WANT_BITS) !== 0) {
        this.setBits(kind & ~WANT_BITS, words[i + 1]!, words[i + 2]!);
        continue;
      }
      const range = 2 * (words[i + 1]! + draw.below(words[i + 2]!));
      const min = ranges[range]!;
      const max = ranges[range + 1]!;
      if ((kind & WANT_MEMBER) === 0) this.narrow(kind, min, max);
      else this.takeMember(draw, draw.within(min, max), kind >>> 8);
    }
  }

  private takeMember(draw: Draw, number: number, directions: number): void {
    const { dims, rows } = this.palette.samples[number]!;
    let at = 2 * dims.length * draw.below(rows.length / (2 * dims.length));
    for (let i = 0; i < dims.length; i++, at += 2) {
      const source = ((directions >>> i) & 1) === 1;
      this.takeDim(dims[i]!, source, rows[at]!, rows[at + 1]!);
    }
  }

  private takeDim(dim: Dim, source: boolean, min: number, max: number): void {
    const port = source ? Part.Sport : Part.Dport;
    switch (dim) {
      case Dim.Address:
        this.narrow(source ? Part.Src : Part.Dst, min, max);
        break;
      case Dim.ProtoPort:
        this.narrow(Part.Proto, min >>> 16, min >>> 16);
        if (min >>> 16 === icmpProtocol(this.palette.family)) {
          this.narrow(Part.Sport, (min >>> 8) & 255, (min >>> 8) & 255);
          this.narrow(Part.Dport, min & 255, min & 255);
        } else this.narrow(port, min & 0xffff, max & 0xffff);
        break;
      case Dim.Port:
        this.narrow(port, min, max);
        break;
      case Dim.Interface:
        this.narrow(source ? Part.In : Part.Out, min, max);
        break;
      case Dim.Mark:
        this.narrow(Part.Mark, min, max);
    }
  }

  /** What two wants of a part share; where they share nothing, what was wanted first, which is nearer to the rule. */
  narrow(part: Part, min: number, max: number): void {
    const bit = 1 << part;
    if ((this.ranged & bit) === 0) {
      this.ranged |= bit;
      this.min[part] = min;
      this.max[part] = max;
    } else if (min <= this.max[part]! && max >= this.min[part]!) {
      this.min[part] = Math.max(min, this.min[part]!);
      this.max[part] = Math.min(max, this.max[part]!);
    }
  }

  private setBits(part: Part, mask: number, value: number): void {
    const before = (this.masked & (1 << part)) === 0 ? 0 : this.mask[part]!;
    this.masked |= 1 << part;
    this.mask[part] = before | mask;
    this.bits[part] = (this.bits[part]! & before) | (value & mask & ~before);
  }

  /** The part is not wanted after all. */
  forget(part: Part): void {
    this.ranged &= ~(1 << part);
    this.masked &= ~(1 << part);
  }

  /** Whether a part is wanted in a range that begins in another one. */
  begins(part: Part, [min, max]: readonly [number, number]): boolean {
    return (this.ranged & (1 << part)) !== 0 && this.min[part]! >= min && this.min[part]! <= max;
  }

  /** Draws those of `parts` that are wanted; of part `slip`, if it is wanted in a range, what lies just beside it. */
  fill(draw: Draw, draft: Draft, parts: number, slip: number): void {
    for (let left = this.ranged & parts; left !== 0; left &= left - 1) {
      const part = 31 - Math.clz32(left & -left);
      const min = this.min[part]!;
      const max = this.max[part]!;
      draft[part] = part === slip ? besideRange(draw, part, min, max) : inRange(draw, min, max);
    }
    for (let left = this.masked & parts; left !== 0; left &= left - 1) {
      const part = 31 - Math.clz32(left & -left);
      // bits that nobody asked for are mostly clear, as they are on a wire
      const inRange = (this.ranged & (1 << part)) === 0 ? 0 : draft[part]!;
      const others = draw.chance(64) ? draw.word() & LIMITS[part]! : inRange;
      draft[part] = (others & ~this.mask[part]!) | this.bits[part]!;
    }
  }
}

/** Its ends more often than what lies between. */
export function inRange(draw: Draw, min: number, max: number): number {
  if (min === max) return min;
  const kind = draw.bits(2);
  return kind === 0 ? min : kind === 1 ? max : draw.within(min, max);
}

export function besideRange(draw: Draw, part: Part, min: number, max: number): number {
  const most = LIMITS[part] ?? max;
  const below = min > 0 && (max === most || draw.chance(128));
  return below ? min - 1 : Math.min(max + 1, most);
}
