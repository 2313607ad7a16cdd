/**
 * Packets near what the rules test. Two in three aim at one rule: what it and the jumps that lead to it want is met, or
 * missed by one in one part. Whatever is left is drawn from the palette seven times in eight, else from all values.
 *
 * A word that is drawn serves several choices, which read bits of their own: with a draw for each, and a branch, a packet
 * took 460 ns instead of 400.
 */
import { FROM_HOST } from '../../model/batch.js';
import { echoOf } from '../../net/icmp.js';
import { hasPorts, icmpProtocol, Protocol } from '../../net/protocol.js';
import { ACK, SYN } from '../../net/tcp-flags.js';
import { AddressPools, addressOf } from './addresses.js';
import { anyFragment, type Draft, leastLength } from './draft.js';
import type { Draw } from './draw.js';
import type { Maker } from './maker.js';
import { INPUT, OUTPUT, type Palette, Part } from './palette.js';
import { anyLength } from './uniform.js';
import { Wanted } from './wanted.js';
import { WayDraw } from './ways.js';

const LAST_OFFSET = 0x400;
const USUAL_TTL = 64;
const USUAL_PROTOCOLS = [Protocol.Tcp, Protocol.Udp, Protocol.Tcp, Protocol.Udp, Protocol.Tcp];
/** What the rest depends on. */
const FIRST = (1 << Part.In) | (1 << Part.Out) | (1 << Part.Proto);
/** of 256 packets. */
const AIMED = 171;

/** 1024 values. */
type Chances = Uint16Array;
/** In Chances: any value. */
const ANY = 0xffff;

export class NearPackets implements Maker {
  private readonly wanted: Wanted;
  private readonly ways: WayDraw;
  private readonly pools: AddressPools;
  private readonly rules: number;
  private readonly icmp: Protocol;
  private readonly protocols: Chances;
  private readonly types: Chances;
  private readonly flags: Chances;
  private readonly ttls: Chances;
  private readonly toses: Chances;

  constructor(
    private readonly palette: Palette,
    ways: number,
  ) {
    const { tested, types, wants, family } = palette;
    this.icmp = icmpProtocol(family);
    this.wanted = new Wanted(palette);
    this.ways = new WayDraw(ways);
    this.pools = new AddressPools(palette);
    this.rules = wants.at.length - 1;
    this.protocols = chances([tested[Part.Proto]!, 2], [[...USUAL_PROTOCOLS, this.icmp], 5], [[ANY], 1]);
    this.types = chances([types, 6], [[echoOf(family)], 1], [[ANY], 1]);
    this.flags = chances([[SYN], 4], [[ACK], 1], [tested[Part.Flags]!, 2], [[ANY], 1]);
    this.ttls = chances([tested[Part.Ttl]!, 7], [tested[Part.Ttl]!.length > 0 ? [] : [USUAL_TTL], 7], [[ANY], 1]);
    this.toses = chances([tested[Part.Tos]!, 7], [tested[Part.Tos]!.length > 0 ? [] : [0], 7], [[ANY], 1]);
  }

  /** What is not wanted is drawn first, as if nothing were. */
  make(draw: Draw, draft: Draft): void {
    const { wanted } = this;
    wanted.clear();
    const kind = draw.word();
    const aims = this.rules > 0 && (kind & 255) < AIMED;
    const ways = aims ? wanted.take(draw) : 0;
    const way = aims ? this.ways.among(draw, ways) : this.ways.any(draw);
    // what rules test of marks other rules have mostly set
    if ((kind & 0xf00) !== 0) wanted.forget(Part.Mark);
    const slip = (kind & 0xe000) === 0 ? (kind >>> 16) & 15 : -1;
    const { arriving } = this.palette;
    const first = draw.word();
    draft[Part.In] = arriving[Math.imul(first & 0x7ff, arriving.length) >>> 11]!;
    draft[Part.Out] = arriving[Math.imul((first >>> 11) & 0x7ff, arriving.length) >>> 11]!;
    draft[Part.Proto] = chance(draw, this.protocols, first >>> 22, 0);
    wanted.fill(draw, draft, FIRST, slip);
    const looped = this.isLooped(draw, draft);
    draft[Part.Way] = looped ? OUTPUT : way;
    this.makeEnds(draw, draft, looped);
    this.makeTransport(draw, draft);
    this.makeHeader(draw, draft);
    wanted.fill(draw, draft, ~FIRST, slip);
    if (wanted.has(Part.Frag)) draft[Part.Frag] = Math.min(draft[Part.Frag]!, LAST_OFFSET);
  }

  /** What comes in on the loopback interface the host has sent, to itself; so has mostly what has loopback addresses. */
  private isLooped(draw: Draw, draft: Draft): boolean {
    const { wanted, palette } = this;
    if (!this.ways.allows(OUTPUT)) return false;
    if (wanted.has(Part.In)) return draft[Part.In] === palette.loopback;
    const loopback = wanted.begins(Part.Src, palette.looping) || wanted.begins(Part.Dst, palette.looping);
    return loopback && draw.bits(2) !== 0;
  }

  private makeEnds(draw: Draw, draft: Draft, looped: boolean): void {
    const { wanted, pools, palette } = this;
    const way = draft[Part.Way]!;
    if (way === OUTPUT) {
      draft[Part.In] = FROM_HOST;
      draft[Part.Src] = addressOf(draw, pools.own);
    } else draft[Part.Src] = addressOf(draw, pools.behind[draft[Part.In]!]!);
    if (looped) {
      draft[Part.Dst] = palette.own.length > 0 ? draw.of(palette.own) : palette.home;
      if (palette.loopback >= 0) draft[Part.Out] = palette.loopback;
    } else if (way === INPUT) draft[Part.Dst] = addressOf(draw, pools.own);
    else if (wanted.has(Part.Out)) draft[Part.Dst] = addressOf(draw, pools.beyond[draft[Part.Out]!]!);
    else draft[Part.Dst] = addressOf(draw, pools.routed);
  }

  private makeTransport(draw: Draw, draft: Draft): void {
    const protocol = draft[Part.Proto]!;
    const kind = draw.word();
    draft[Part.Frag] = anyFragment(draw, kind & 0xff);
    if (protocol === this.icmp) {
      draft[Part.Sport] = chance(draw, this.types, kind >>> 22, 0);
      draft[Part.Dport] = (kind & 0x700) === 0 ? draw.bits(4) : 0;
    } else if (hasPorts(protocol)) {
      // a client's port is any of the upper ones, whatever rules test
      draft[Part.Sport] = (kind & 0x4000) === 0 ? 0x8000 | draw.bits(15) : this.value(draw, Part.Sport, kind & 0x3800);
      draft[Part.Dport] = this.value(draw, Part.Dport, kind & 0x700);
    }
    draft[Part.Flags] = protocol === Protocol.Tcp ? chance(draw, this.flags, kind >>> 22, 0) : 0;
  }

  private makeHeader(draw: Draw, draft: Draft): void {
    const kind = draw.word();
    draft[Part.Length] = this.length(draw, draft[Part.Proto]!, kind & 15);
    draft[Part.Ttl] = chance(draw, this.ttls, (kind >>> 11) & 0x3ff, 1);
    draft[Part.Tos] = chance(draw, this.toses, kind >>> 22, 0);
    draft[Part.Mark] = (kind & 0x780) === 0 ? this.value(draw, Part.Mark, kind & 0x70) : 0;
    if (draft[Part.In] !== FROM_HOST) return;
    draft[Part.Uid] = this.value(draw, Part.Uid, draw.bits(3));
    draft[Part.Gid] = this.value(draw, Part.Gid, draw.bits(3));
  }

  /** `kind`: one of sixteen. */
  private length(draw: Draw, protocol: number, kind: number): number {
    const values = this.palette.tested[Part.Length]!;
    if (values.length > 0 && kind >= 6) return draw.of(values);
    return (kind & 1) === 0 ? leastLength(protocol, this.palette.family) + draw.bits(6) : anyLength(draw);
  }

  /** A value that rules test or its neighbour; where they test none, and where `kind` is 0, any of 16 bits. */
  private value(draw: Draw, part: Part, kind: number): number {
    const values = this.palette.tested[part]!;
    return values.length > 0 && kind !== 0 ? draw.of(values) : draw.bits(16);
  }
}

/** Lists of values with their shares in eighths; what an empty list leaves over goes to the others. */
function chances(...shares: readonly (readonly [values: ArrayLike<number>, eighths: number])[]): Chances {
  const some = shares.flatMap(([values, eighths]) =>
    values.length > 0 ? new Array<ArrayLike<number>>(eighths).fill(values) : [],
  );
  return Uint16Array.from({ length: 1024 }, (_, i) => {
    const values = some[i % some.length]!;
    return values[Math.floor(i / some.length) % values.length]!;
  });
}

/** The value at one of 1024 places; where any will do, one in least..255. */
function chance(draw: Draw, table: Chances, place: number, least: number): number {
  const value = table[place]!;
  return value === ANY ? draw.within(least, 255) : value;
}
