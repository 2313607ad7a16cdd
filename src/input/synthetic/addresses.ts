/**
 * Addresses near those that rules test, members of sets, the host's own and those behind its routes. Of which kind one is
 * has eight chances, and each kind is a list of spans.
 */
import type { Draw } from './draw.js';
import { Dim, type Palette, Part } from './palette.js';

/** Pairs of an address and a mask of low bits: any number under the mask is added. */
type Spans = Uint32Array;
/** Eight of them, one for each chance. */
export type AddressPool = readonly Spans[];

/** Members that are taken of all sets together. */
const MOST = 65536;
const ANY: Spans = Uint32Array.of(0, 0xffffffff);

/** An address of a pool; signed, as Draw.word is. */
export function addressOf(draw: Draw, pool: AddressPool): number {
  const kind = draw.word();
  const spans = pool[kind & 7]!;
  const count = spans.length >>> 1;
  const at = 2 * (count <= 0x1000 ? Math.imul(kind >>> 16, count) >>> 16 : draw.below(count));
  return ((spans[at]! | 0) + (draw.word() & spans[at + 1]!)) | 0;
}

export class AddressPools {
  /** addresses of any kind. */
  readonly near: AddressPool;
  /** mostly the host's own. */
  readonly own: AddressPool;
  /** half of them behind some route. */
  readonly routed: AddressPool;
  /** by interface: half of them, nearly all of them behind it. */
  readonly behind: readonly AddressPool[];
  readonly beyond: readonly AddressPool[];

  constructor(palette: Palette) {
    const tested = exactly(palette.tested[Part.Src]!);
    const members = spansOf(membersOf(palette));
    const own = exactly(palette.own);
    const { all, by } = routesOf(palette);
    const routes = spansOf(all);
    // what there is none of leaves its chances to the others
    const pool = (...kinds: Spans[]): AddressPool => {
      const some = kinds.filter((spans) => spans.length > 0);
      return Array.from({ length: 8 }, (_, i) => some[i % some.length]!);
    };
    this.near = pool(ANY, tested, members, own, routes, tested, members, tested);
    this.own = own.length === 0 ? this.near : pool(own, own, own, own, own, own, own, tested);
    this.routed = pool(routes, tested, routes, ANY, routes, members, routes, tested);
    this.behind = by.map((ranges) => {
      const spans = spansOf(ranges);
      return pool(spans, tested, spans, ANY, spans, members, spans, tested);
    });
    this.beyond = by.map((ranges) => {
      const spans = spansOf(ranges);
      return spans.length === 0 ? this.routed : pool(ANY, spans, spans, spans, spans, spans, spans, spans);
    });
  }
}

/** Of these addresses alone: what rules test has its neighbours beside it. */
const exactly = (values: Uint32Array): Spans =>
  Uint32Array.from({ length: 2 * values.length }, (_, i) => (i % 2 === 0 ? values[i / 2]! : 0));

/** Least and greatest of each range of addresses. */
function membersOf({ samples }: Palette): number[] {
  const found: number[] = [];
  const wanted = samples.filter(({ dims }) => dims.includes(Dim.Address));
  const each = Math.ceil(MOST / Math.max(1, wanted.length));
  for (const { dims, rows } of wanted)
    for (let row = 0; row < Math.min(each, rows.length / (2 * dims.length)); row++)
      for (const [dim, kind] of dims.entries()) {
        const at = 2 * (row * dims.length + dim);
        if (kind === Dim.Address) found.push(rows[at]!, rows[at + 1]!);
      }
  return found;
}

function routesOf({ routes, interfaces }: Palette): { all: number[]; by: number[][] } {
  const all: number[] = [];
  const by = interfaces.map((): number[] => []);
  for (let at = 0; at < routes.length; at += 3) {
    all.push(routes[at]!, routes[at + 1]!);
    by[routes[at + 2]!]!.push(routes[at]!, routes[at + 1]!);
  }
  return { all, by };
}

/** For each range of addresses eight spans: its ends, what lies beside it, and what lies inside. */
function spansOf(ranges: readonly number[]): Spans {
  const spans: number[] = [];
  for (let at = 0; at < ranges.length; at += 2) {
    const min = ranges[at]!;
    const max = ranges[at + 1]!;
    // the greatest mask that stays inside; of a prefix it is the rest of the address
    const inside = lowBits(max - min);
    if (inside === 0xffffffff) spans.push(0, inside);
    else spans.push(min, 0, max, 0, min, 0, max, 0, min - 1, 0, max + 1, 0, min, inside, max - inside, inside);
  }
  return Uint32Array.from(spans);
}

/** The greatest number of ones alone that is not above `width`. */
function lowBits(width: number): number {
  const ones = 0xffffffff >>> Math.clz32(width);
  return width === 0 ? 0 : ones === width ? ones : ones >>> 1;
}
