/**
 * Packets of flows, as a link carries them: a few flows have most of the packets, four in five flows are TCP, sizes
 * gather at the least, at 576 and at 1500 bytes, and half of the packets are answers. Flows are made as `near` makes
 * packets.
 */
import { FROM_HOST } from '../../model/batch.js';
import type { Family } from '../../net/address.js';
import { echoOf } from '../../net/icmp.js';
import { hasPorts, icmpProtocol, Protocol } from '../../net/protocol.js';
import { ACK, FIN, PSH, RST, SYN } from '../../net/tcp-flags.js';
import { anyProtocol, DONT_FRAGMENT, type Draft, leastLength, settle } from './draft.js';
import { Draw } from './draw.js';
import type { Maker } from './maker.js';
import { NearPackets } from './near.js';
import { FORWARD, INPUT, OUTPUT, type Palette, Part } from './palette.js';
import { WayDraw } from './ways.js';

const FLOWS = 4096;
/** A packet's flow is drawn by 16 bits. */
const SLOTS = 65536;
/** Tries to find a flow of the protocol whose turn it is. */
const TRIES = 12;
/** Tells the draws of flows from those of packets. */
const FLOW_STREAM = 1;

/** By family. */
const ECHO_REPLY: Readonly<Record<Family, number>> = { 4: 0, 6: 129 };

export class MixPackets implements Maker {
  private readonly ways: WayDraw;
  /** the first packet of each flow, one draft behind the other. */
  private readonly flows = new Uint32Array(FLOWS * Part.Count);
  /** the interface that answers come in on. */
  private readonly back = new Uint32Array(FLOWS);
  private readonly slots = slotTable();

  constructor(
    private readonly palette: Palette,
    ways: number,
    seed: number,
  ) {
    this.ways = new WayDraw(ways);
    const near = new NearPackets(palette, ways);
    const draw = new Draw();
    for (let flow = 0; flow < FLOWS; flow++) {
      draw.begin(seed, flow, FLOW_STREAM);
      const draft = this.flows.subarray(flow * Part.Count, (flow + 1) * Part.Count);
      makeFlow(draw, near, draft, palette.family);
      draft[Part.Way] = this.wayOf(draft);
      this.back[flow] = this.behind(draft[Part.Dst]!) ?? draw.of(palette.arriving);
    }
  }

  make(draw: Draw, draft: Draft): void {
    const { family } = this.palette;
    const flow = this.slots[draw.bits(16)]!;
    const start = flow * Part.Count;
    for (let part = 0; part < Part.Count; part++) draft[part] = this.flows[start + part]!;
    const answers = draw.chance(128) && this.turnRound(draft, this.back[flow]!);
    const tcp = draft[Part.Proto] === Protocol.Tcp;
    if (tcp) draft[Part.Flags] = tcpFlags(draw, answers);
    const opens = tcp && (draft[Part.Flags]! & SYN) !== 0;
    draft[Part.Length] = opens ? leastLength(Protocol.Tcp, family) : usualLength(draw, draft[Part.Proto]!, family);
    draft[Part.Frag] = tcp ? DONT_FRAGMENT : 0;
  }

  /** Where its addresses tell the way, they do. */
  private wayOf(draft: Draft): number {
    const { own } = this.palette;
    if (draft[Part.In] === FROM_HOST) return OUTPUT;
    if (own.length === 0) return draft[Part.Way]!;
    const way = own.includes(draft[Part.Dst]!) ? INPUT : FORWARD;
    return this.ways.allows(way) ? way : draft[Part.Way]!;
  }

  /** Makes a flow's packet its answer; false: there is none, or not by a way that packets may take. */
  private turnRound(draft: Draft, back: number): boolean {
    const way = draft[Part.Way] === INPUT ? OUTPUT : draft[Part.Way] === OUTPUT ? INPUT : FORWARD;
    if (!this.ways.allows(way)) return false;
    const protocol = draft[Part.Proto]!;
    const { family } = this.palette;
    if (protocol === icmpProtocol(family)) {
      if (draft[Part.Sport] !== echoOf(family)) return false;
      draft[Part.Sport] = ECHO_REPLY[family];
    } else if (hasPorts(protocol)) swap(draft, Part.Sport, Part.Dport);
    swap(draft, Part.Src, Part.Dst);
    if (draft[Part.In] !== FROM_HOST) draft[Part.Out] = draft[Part.In]!;
    draft[Part.In] = way === OUTPUT ? FROM_HOST : back;
    draft[Part.Way] = way;
    return true;
  }

  /** The interface of the narrowest route to an address. */
  private behind(address: number): number | undefined {
    const { routes } = this.palette;
    let found: number | undefined;
    let width = Infinity;
    for (let at = 0; at < routes.length; at += 3) {
      const min = routes[at]!;
      const max = routes[at + 1]!;
      if (address < min || address > max || max - min >= width) continue;
      width = max - min;
      found = routes[at + 2]!;
    }
    return found;
  }
}

function makeFlow(draw: Draw, near: Maker, draft: Draft, family: Family): void {
  const icmp = icmpProtocol(family);
  const protocol = usualProtocol(draw, family);
  for (let i = 0; i < TRIES; i++) {
    near.make(draw, draft);
    if (draft[Part.Proto] === protocol) break;
  }
  // where rules want other protocols only, the flow keeps the ports of the last try
  if (draft[Part.Proto] === icmp && protocol !== icmp) draft[Part.Sport] = draw.within(32768, 60999);
  draft[Part.Proto] = protocol;
  draft[Part.Frag] = 0;
  draft[Part.Mark] = 0;
  settle(draft, family);
}

function swap(draft: Draft, a: Part, b: Part): void {
  const held = draft[a]!;
  draft[a] = draft[b]!;
  draft[b] = held;
}

/** Four in five TCP, one in six UDP. */
function usualProtocol(draw: Draw, family: Family): number {
  const kind = draw.bits(8);
  if (kind >= 254) return anyProtocol(draw, family);
  return kind < 208 ? Protocol.Tcp : kind < 248 ? Protocol.Udp : icmpProtocol(family);
}

/** One packet in sixteen opens the flow, as many end it; a packet does not know which of its flow's it is. */
function tcpFlags(draw: Draw, answers: boolean): number {
  const kind = draw.bits(8);
  if (kind < 16) return answers ? SYN | ACK : SYN;
  if (kind < 32) return FIN | ACK;
  if (kind < 36) return RST;
  return kind < 100 ? PSH | ACK : ACK;
}

function usualLength(draw: Draw, protocol: number, family: Family): number {
  const kind = draw.bits(3);
  if (kind < 4) return leastLength(protocol, family) + draw.below(25);
  return kind < 5 ? draw.within(552, 600) : 1500;
}

/** Flow r has 1 / (r + 1) of the first one's slots (Zipf), one at least. */
function slotTable(): Uint16Array {
  let weights = 0;
  for (let flow = 0; flow < FLOWS; flow++) weights += weightOf(flow);
  const slots = new Uint16Array(SLOTS);
  let at = 0;
  for (let flow = FLOWS - 1; flow >= 0; flow--) {
    const share = flow === 0 ? SLOTS - at : Math.max(1, Math.floor((weightOf(flow) * SLOTS) / weights));
    slots.fill(flow, at, at + share);
    at += share;
  }
  return slots;
}
const weightOf = (flow: number): number => Math.floor(0x100000 / (flow + 1));
