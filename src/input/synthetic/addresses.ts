/** Addresses near those that rules test, members of sets, the host's own and those behind its routes. */
import type { Draw } from './draw.js';
import { Dim, type Palette, Part } from './palette.js';

/** Least and greatest of each range, one behind the other. */
type Ranges = Uint32Array;

/** Members that are taken of all sets together. */
const MOST = 65536;

export class AddressDraw {
  private readonly hosts: Uint32Array;
  private readonly routes: Ranges;
  private readonly routesBy: readonly Ranges[];
  /** eight chances; the last is any address. */
  private readonly pools: readonly Ranges[];

  constructor(palette: Palette) {
    const { own, tested, interfaces } = palette;
    const { all, by } = routesOf(palette, interfaces.length);
    this.hosts = own;
    this.routes = all;
    this.routesBy = by;
    const chances: readonly (readonly [Ranges, number])[] = [
      [single(tested[Part.Src]!), 3],
      [membersOf(palette), 2],
      [single(own), 1],
      [all, 1],
    ];
    const filled = chances.flatMap(([ranges, times]) =>
      ranges.length > 0 ? new Array<Ranges>(times).fill(ranges) : [],
    );
    this.pools = Array.from({ length: 8 }, (_, i) => (i < 7 && filled.length > 0 ? filled[i % filled.length]! : ANY));
  }

  near(draw: Draw): number {
    return nearRange(draw, this.pools[draw.bits(3)]!);
  }

  /** Seven in eight are the host's own. */
  own(draw: Draw): number {
    const { hosts } = this;
    return hosts.length > 0 && draw.bits(3) !== 0 ? draw.of(hosts) | 0 : this.near(draw);
  }

  /** `eighths` of them lie behind an interface, where any do. */
  behind(draw: Draw, iface: number, eighths: number): number {
    const ranges = this.routesBy[iface];
    if (ranges === undefined || ranges.length === 0 || draw.bits(3) >= eighths) return this.near(draw);
    return nearRange(draw, ranges);
  }

  /** `eighths` of them lie behind some route. */
  routed(draw: Draw, eighths: number): number {
    const { routes } = this;
    return routes.length === 0 || draw.bits(3) >= eighths ? this.near(draw) : nearRange(draw, routes);
  }
}

const ANY: Ranges = Uint32Array.of(0, 0xffffffff);
const single = (values: Uint32Array): Ranges =>
  Uint32Array.from({ length: 2 * values.length }, (_, i) => values[i >> 1]!);

function membersOf({ samples }: Palette): Ranges {
  const found: number[] = [];
  const wanted = samples.filter(({ dims }) => dims.includes(Dim.Address));
  const each = Math.ceil(MOST / Math.max(1, wanted.length));
  for (const { dims, rows } of wanted)
    for (let row = 0; row < Math.min(each, rows.length / (2 * dims.length)); row++)
      for (const [dim, kind] of dims.entries()) {
        const at = 2 * (row * dims.length + dim);
        if (kind === Dim.Address) found.push(rows[at]!, rows[at + 1]!);
      }
  return Uint32Array.from(found);
}

function routesOf({ routes }: Palette, interfaces: number): { all: Ranges; by: Ranges[] } {
  const all: number[] = [];
  const by = Array.from({ length: interfaces }, (): number[] => []);
  for (let at = 0; at < routes.length; at += 3) {
    all.push(routes[at]!, routes[at + 1]!);
    by[routes[at + 2]!]!.push(routes[at]!, routes[at + 1]!);
  }
  return { all: Uint32Array.from(all), by: by.map((list) => Uint32Array.from(list)) };
}

/** In one of the ranges, at its ends more often than between them, or one beyond; signed, as Draw.word is. */
function nearRange(draw: Draw, ranges: Ranges): number {
  const at = 2 * draw.below(ranges.length >>> 1);
  const min = ranges[at]!;
  const max = ranges[at + 1]!;
  // a default route has no ends
  if (max - min === 0xffffffff) return draw.word();
  const kind = draw.bits(4);
  if (kind < 4) return min | 0;
  if (kind < 8) return max | 0;
  if (kind === 8) return (min - 1) | 0;
  if (kind === 9) return (max + 1) | 0;
  return (min + draw.below(max - min + 1)) | 0;
}
