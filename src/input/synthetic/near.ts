/**
 * Packets near what the rules test. Two in three aim at one rule: what it and the jumps that lead to it want is met, or
 * missed by one in one part. Whatever is left is drawn from the palette seven times in eight, else from all values.
 */
import { FROM_HOST } from '../../model/batch.js';
import { hasPorts, Protocol } from '../../net/protocol.js';
import { AddressDraw } from './addresses.js';
import { anyFragment, anyProtocol, type Draft, leastLength } from './draft.js';
import type { Draw } from './draw.js';
import type { Maker } from './maker.js';
import { FORWARD, INPUT, OUTPUT, type Palette, Part } from './palette.js';
import { anyLength } from './uniform.js';
import { Wanted } from './wanted.js';
import { WayDraw } from './ways.js';

const SYN = 0x02;
const ACK = 0x10;
const LAST_OFFSET = 0x400;
const LOOPBACK = 0x7f000001;
const USUAL_TTL = 64;
/** of 256 packets. */
const AIMED = 171;

export class NearPackets implements Maker {
  private readonly wanted: Wanted;
  private readonly ways: WayDraw;
  private readonly addresses: AddressDraw;
  private readonly rules: number;
  /** numbers of interfaces that packets come in on. */
  private readonly arriving: Uint32Array;

  constructor(
    private readonly palette: Palette,
    ways: number,
  ) {
    const { interfaces, loopback, wants } = palette;
    this.wanted = new Wanted(palette);
    this.ways = new WayDraw(ways);
    this.addresses = new AddressDraw(palette);
    this.rules = wants.at.length - 1;
    const numbers = Uint32Array.from(interfaces.keys());
    const others = numbers.filter((number) => number !== loopback);
    this.arriving = others.length > 0 ? others : numbers;
  }

  make(draw: Draw, draft: Draft): void {
    const { wanted } = this;
    wanted.clear();
    const kind = draw.bits(16);
    const aims = this.rules > 0 && (kind & 255) < AIMED;
    const ways = aims ? wanted.take(draw) : 0;
    const way = aims ? this.ways.among(draw, ways) : this.ways.any(draw);
    // what rules test of marks other rules have mostly set
    if (wanted.has(Part.Mark) && (kind & 0xf00) !== 0) wanted.forget(Part.Mark);
    wanted.fill(draw, draft, kind >>> 13 === 0);
    draft[Part.Way] = this.isLooped(draft) ? OUTPUT : way;
    this.makeEnds(draw, draft);
    this.makeTransport(draw, draft);
    this.makeHeader(draw, draft);
  }

  /** What comes in on the loopback interface has been sent by the host, to itself. */
  private isLooped(draft: Draft): boolean {
    return this.wanted.has(Part.In) && draft[Part.In] === this.palette.loopback && this.ways.allows(OUTPUT);
  }

  private makeEnds(draw: Draw, draft: Draft): void {
    const { wanted, addresses, palette } = this;
    const way = draft[Part.Way]!;
    const looped = this.isLooped(draft);
    if (way === OUTPUT) draft[Part.In] = FROM_HOST;
    else if (!wanted.has(Part.In)) draft[Part.In] = draw.of(this.arriving);
    if (!wanted.has(Part.Out)) draft[Part.Out] = draw.of(this.arriving);
    if (!wanted.has(Part.Src))
      draft[Part.Src] = way === OUTPUT ? addresses.own(draw) : addresses.behind(draw, draft[Part.In]!, 4);
    if (!wanted.has(Part.Dst)) {
      if (looped) draft[Part.Dst] = palette.own.length > 0 ? draw.of(palette.own) : LOOPBACK;
      else if (way === INPUT) draft[Part.Dst] = addresses.own(draw);
      else if (wanted.has(Part.Out)) draft[Part.Dst] = addresses.behind(draw, draft[Part.Out]!, 7);
      else draft[Part.Dst] = addresses.routed(draw, way === FORWARD ? 4 : 3);
    }
  }

  /** Where one draw of bits serves several choices, each reads bits of its own. */
  private makeTransport(draw: Draw, draft: Draft): void {
    const { wanted } = this;
    const kind = draw.bits(16);
    if (!wanted.has(Part.Proto)) draft[Part.Proto] = this.protocol(draw, kind & 3);
    const protocol = draft[Part.Proto]!;
    if (!wanted.has(Part.Frag)) draft[Part.Frag] = anyFragment(draw);
    else draft[Part.Frag] = Math.min(draft[Part.Frag]!, LAST_OFFSET);
    if (protocol === Protocol.Icmp) {
      const { types } = this.palette;
      const typed = types.length > 0 && (kind & 0x1c) !== 0;
      if (!wanted.has(Part.Sport)) draft[Part.Sport] = typed ? draw.of(types) : icmp(draw);
      if (!wanted.has(Part.Dport)) draft[Part.Dport] = (kind & 0xe0) === 0 ? draw.bits(4) : 0;
    } else if (hasPorts(protocol)) {
      // a client's port is any of the upper ones, whatever rules test
      if (!wanted.has(Part.Sport))
        draft[Part.Sport] =
          (kind & 0x100) === 0 ? draw.within(32768, 60999) : this.value(draw, Part.Sport, kind & 0x1c);
      if (!wanted.has(Part.Dport)) draft[Part.Dport] = this.value(draw, Part.Dport, kind & 0xe0);
    }
    if (protocol === Protocol.Tcp && !wanted.has(Part.Flags)) draft[Part.Flags] = this.flags(draw, kind >>> 13);
  }

  private protocol(draw: Draw, kind: number): number {
    const values = this.palette.tested[Part.Proto]!;
    return values.length > 0 && kind === 0 ? draw.of(values) : anyProtocol(draw);
  }

  /** `kind`: one of eight. */
  private flags(draw: Draw, kind: number): number {
    if (kind < 4) return SYN;
    if (kind < 5) return ACK;
    const values = this.palette.tested[Part.Flags]!;
    return values.length > 0 && kind < 7 ? draw.of(values) : draw.bits(8);
  }

  private makeHeader(draw: Draw, draft: Draft): void {
    const { wanted } = this;
    const kind = draw.bits(16);
    if (!wanted.has(Part.Length)) draft[Part.Length] = this.length(draw, draft[Part.Proto]!, kind & 15);
    if (!wanted.has(Part.Ttl)) draft[Part.Ttl] = this.byte(draw, Part.Ttl, USUAL_TTL, kind & 0x70);
    if (!wanted.has(Part.Tos)) draft[Part.Tos] = this.byte(draw, Part.Tos, 0, kind & 0x380);
    if (!wanted.has(Part.Mark)) draft[Part.Mark] = kind >>> 12 === 0 ? this.value(draw, Part.Mark, kind & 0xc00) : 0;
    if (draft[Part.In] !== FROM_HOST) return;
    if (!wanted.has(Part.Uid)) draft[Part.Uid] = this.value(draw, Part.Uid, draw.bits(3));
    if (!wanted.has(Part.Gid)) draft[Part.Gid] = this.value(draw, Part.Gid, draw.bits(3));
  }

  /** `kind`: one of sixteen. */
  private length(draw: Draw, protocol: number, kind: number): number {
    const values = this.palette.tested[Part.Length]!;
    if (values.length > 0 && kind >= 6) return draw.of(values);
    return (kind & 1) === 0 ? leastLength(protocol) + draw.bits(6) : anyLength(draw);
  }

  /** A value that rules test or its neighbour; where they test none, and where `kind` is 0, any of 16 bits. */
  private value(draw: Draw, part: Part, kind: number): number {
    const values = this.palette.tested[part]!;
    return values.length > 0 && kind !== 0 ? draw.of(values) : draw.bits(16);
  }

  /** The same of parts that are mostly as usual where no rule tests them. */
  private byte(draw: Draw, part: Part, usual: number, kind: number): number {
    const values = this.palette.tested[part]!;
    if (kind === 0) return 1 + draw.below(255);
    return values.length > 0 ? draw.of(values) : usual;
  }
}

const icmp = (draw: Draw): number => (draw.bits(2) === 0 ? draw.below(20) : 8);
