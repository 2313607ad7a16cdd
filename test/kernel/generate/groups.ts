/**
 * Groups of packets that meet what those before them have left behind: talks, more than one at a time, with errors about
 * them, packets in fragments, and time that passes. What the server's side sends is made of what reached it.
 */
import { buildPacket, fragment, type PacketSpec, toHex } from '../packets.js';
import type { MadeOf, PacketLine } from '../scenario.js';
import { drawnFamily } from './address.js';
import { type Draft, hasPorts, ICMP, ownerOf, SCTP, specOf, TCP, turned, UDP } from './draft.js';
import { malform, mutate, type Pools } from './draw.js';
import { deviceTo, ownAddresses } from './host.js';
import type { Random } from './random.js';
import { greTalk, icmpTalk, plainTalk, udpliteTalk, udpTalk } from './talk/others.js';
import { sctpTalk } from './talk/sctp.js';
import { tcpTalk } from './talk/tcp.js';
import type { Side, Talk, Turn } from './talk/turn.js';

/** A packet of a scenario: what is injected, and the fields it was built from, for people. */
export interface DescribedPacket extends PacketLine {
  spec: PacketSpec;
}

/** What the groups of a scenario are like. */
export interface GroupManner {
  /** packets of one group. */
  readonly turns: readonly [least: number, most: number];
  /** talks beside the first that share addresses or ports with it. */
  readonly siblings: number;
  /** share of packets that no end should send in that place. */
  readonly oddity: number;
  /** share of groups in which time passes. */
  readonly waits: number;
  readonly fragments: number;
  readonly errors: number;
}

export const MANNERS: Record<3 | 4, GroupManner> = {
  3: { turns: [3, 10], siblings: 1.2, oddity: 0.12, waits: 0.05, fragments: 0.03, errors: 0.18 },
  4: { turns: [6, 22], siblings: 0.5, oddity: 0.25, waits: 0.3, fragments: 0.05, errors: 0.08 },
};

/** A flow: the client's packets bear its name, the server's the same with a stroke behind it. */
interface Flow {
  readonly name: string;
  readonly draft: Draft;
  readonly talk: Talk;
  /** the last turn of each side. */
  readonly said: Partial<Record<Side, Turn>>;
}

/** The packet that opens a flow, made of a draft: sound, and of a kind that may be answered. */
function opening(r: Random, d: Draft): Draft {
  const proto = d.proto === ICMP || hasPorts(d.proto) || r.chance(0.6) ? d.proto : r.pick([TCP, UDP]);
  return {
    ...d,
    proto,
    ttl: d.ttl < 3 ? 64 : d.ttl,
    df: false,
    mf: false,
    frag: 0,
    quote: undefined,
    faults: {},
    size: 0,
  };
}

function talkOf(r: Random, { proto }: Draft, oddity: number): Talk {
  switch (proto) {
    case TCP:
      return tcpTalk(r, oddity);
    case UDP:
      return udpTalk(r);
    case SCTP:
      return sctpTalk(r, oddity);
    case ICMP:
      return icmpTalk(r, oddity);
    case 47:
      return greTalk(r, oddity);
    case 136:
      return udpliteTalk(r);
    default:
      return plainTalk(r);
  }
}

/** Another flow that shares enough with the first to clash with it, or to be taken for it. */
function sibling(r: Random, pools: Pools, d: Draft): Draft {
  const { host } = pools;
  const beside = host.interfaces.find(({ name }) => name === d.in);
  const others = (beside?.neighbours ?? ownAddresses(host)).filter((address) => address !== d.src);
  const change = r.weighted<() => Partial<Draft>>([
    // many sources behind one address
    [40, () => ({ src: r.pick(others) })],
    [15, () => ({ dst: r.pick([...host.remotes, ...host.interfaces.flatMap((i) => i.neighbours)]) })],
    [10, () => ({ dport: (d.dport + 1) & 0xffff })],
    [10, () => ({ sport: (d.sport + 1) & 0xffff, id: (d.id + 1) & 0xffff })],
    [8, () => ({ src: r.pick(others), sport: d.dport, dport: d.sport })],
    [8, () => ({ proto: r.pick([TCP, UDP, ICMP, SCTP, 47, 50].filter((proto) => proto !== d.proto)) })],
    [6, () => mutate(r, pools, d)],
    // from the other end, as if it were another's flow
    [8, () => turned(d)],
  ])();
  const next = opening(r, { ...d, ...change });
  return { ...next, out: deviceTo(host, next.dst) };
}

/** Groups until there are so many packets. Each of them begins at a draft that `first` draws. */
export function drawGroups(
  r: Random,
  pools: Pools,
  manner: GroupManner,
  wanted: number,
  first: () => Draft,
): DescribedPacket[] {
  const out: DescribedPacket[] = [];
  while (out.length < wanted) out.push(...new Group(r, pools, manner, 100 + 10 * out.length).draw(first()));
  return out;
}

class Group {
  private readonly lines: DescribedPacket[] = [];
  private readonly flows: Flow[] = [];

  constructor(
    private readonly r: Random,
    private readonly pools: Pools,
    private readonly manner: GroupManner,
    /** of the next packet's IP header. */
    private ipId: number,
  ) {}

  draw(first: Draft): DescribedPacket[] {
    const { r, manner, lines } = this;
    this.begin(opening(r, first));
    const [least, most] = manner.turns;
    const wanted = r.between(least, most);
    let waits = r.chance(manner.waits) ? r.between(1, 3) : 0;
    while (lines.length < wanted) {
      const flow = r.pick(this.flows);
      if (this.flows.length < 4 && r.chance(manner.siblings / wanted)) this.begin(sibling(r, this.pools, flow.draft));
      const before = lines.length;
      if (flow.said.client !== undefined && r.chance(manner.errors)) this.error(flow);
      else this.turn(flow);
      if (before > 0 && waits > 0 && r.chance((2 * waits) / wanted)) {
        // three quarters of a second at most: no two packets are whole seconds apart, in which entries end
        lines[before]!.wait = 1000 * r.pick([0, 1, 1, 1, 2, 2, 3]) + 250;
        waits--;
      }
    }
    // the next group meets the host as if nothing had been
    return lines.map((line, n) => (n < lines.length - 1 ? { ...line, keep: true } : line));
  }

  private begin(draft: Draft): void {
    const { flows } = this;
    const talk = talkOf(this.r, draft, this.manner.oddity);
    flows.push({ name: String.fromCharCode(97 + flows.length), draft, talk, said: {} });
  }

  private turn(flow: Flow): void {
    const { r } = this;
    const before = flow.said.client ?? flow.said.server;
    const turn = before !== undefined && r.chance(0.08) ? r.pick(Object.values(flow.said)) : flow.talk();
    flow.said[turn.side] = turn;
    const draft = draftOf(flow, turn);
    const malformed = r.chance(0.03) ? malform(r, draft) : draft;
    const broken = isUnlike(malformed) ? draft : malformed;
    const lines = this.pieces(broken);
    this.lines.push(...lines.map((line) => named(line, flow, turn.side)));
  }

  /** The packet, or the fragments that it comes in: in any order, some twice, at times one short. */
  private pieces(d: Draft): DescribedPacket[] {
    const { r } = this;
    const id = this.ipId++ & 0xffff;
    const spec = specOf(d, id);
    const bytes = buildPacket(spec);
    const header = drawnFamily() === 4 ? 20 : 40;
    const sound = !d.mf && d.frag === 0 && !d.df && d.faults.totalLength === undefined && d.faults.ihl === undefined;
    const whole = !(sound && bytes.length >= header + 40 && r.chance(this.manner.fragments));
    if (whole) return [lineOf(d, spec, bytes)];
    const sizes = [24, 32, 48, 256].filter((size) => size < bytes.length - header);
    let pieces = fragment(bytes, r.pick(sizes), id);
    if (pieces.length > 6) pieces = fragment(bytes, 512, id);
    if (r.chance(0.5)) pieces = r.some(pieces, pieces.length);
    if (r.chance(0.1)) pieces.splice(r.below(pieces.length), 0, r.pick(pieces));
    if (r.chance(0.12) && pieces.length > 1) pieces.splice(r.below(pieces.length), 1);
    return pieces.map((piece) => lineOf(d, spec, piece));
  }

  /** An ICMP error about a packet of the flow: as its other end or a router between sends it, or as nobody should. */
  private error(flow: Flow): void {
    const { r, pools } = this;
    const about = flow.said.server !== undefined && r.chance(0.4) ? 'server' : 'client';
    const culprit = draftOf(flow, flow.said[about]!);
    const quoted = buildPacket(specOf(culprit, this.ipId++ & 0xffff));
    const header = drawnFamily() === 4 ? 20 : 40;
    const size = r.weighted([
      [60, header + 8],
      [20, quoted.length],
      [8, header],
      [6, header + 4],
      [6, r.between(1, header + 7)],
    ]);
    const router = r.chance(0.4);
    const from = turned(culprit);
    const draft: Draft = {
      ...from,
      proto: ICMP,
      src: router ? r.pick([...pools.host.remotes, ...pools.host.interfaces.flatMap((i) => i.neighbours)]) : from.src,
      type: r.pick([3, 3, 3, 11, 11, 4, 5, 12]),
      code: r.pick([0, 1, 3, 4]),
      id: 0,
      ttl: 64,
      size: 0,
      quote: toHex(quoted.subarray(0, size)),
      faults: r.chance(0.04) ? { badChecksum: true } : {},
    };
    const except: MadeOf['except'] = [
      ...(router ? (['src'] as const) : []),
      ...(r.chance(0.06) ? (['dst'] as const) : []),
    ];
    const strange = r.chance(0.12);
    const sent = strange ? this.strange(draft, culprit) : draft;
    const spec = specOf(sent, this.ipId++ & 0xffff);
    const line = lineOf(sent, spec, buildPacket(spec));
    this.lines.push(
      strange ? line : { ...line, quotes: { packet: nameOf(flow, about), ...(except.length > 0 && { except }) } },
    );
  }

  /** About a packet that nobody has seen, from where it went, or quoted as it never was. */
  private strange(error: Draft, culprit: Draft): Draft {
    const { r } = this;
    const other: Draft = r.pick([
      { ...culprit, dport: culprit.dport ^ 1, id: culprit.id ^ 1 },
      { ...culprit, frag: 3, size: 16 },
      turned(culprit),
      { ...culprit, proto: ICMP, type: 3, quote: undefined, size: 28 },
    ]);
    const quote = toHex(buildPacket(specOf({ ...other, faults: {} }, 7)).subarray(0, drawnFamily() === 4 ? 28 : 48));
    return { ...error, quote, dst: r.chance(0.3) ? r.pick(this.pools.host.remotes) : error.dst };
  }
}

/**
 * What comes from the wire may turn out to be sent by the host, when it is known what it answers: of IPv6 a raw socket leaves
 * the length as it was given, which no description of a packet can say.
 */
const isUnlike = ({ faults }: Draft): boolean =>
  drawnFamily() === 6 && (faults.totalLength !== undefined || faults.trailer !== undefined);

const nameOf = ({ name }: Flow, side: Side): string => (side === 'client' ? name : `${name}'`);

function draftOf({ draft }: Flow, { side, fields, spec }: Turn): Draft {
  const base = side === 'client' ? draft : turned(draft);
  return { ...base, ...fields, faults: { ...spec } };
}

/** The server knows the client as it looks behind the host: its packets are made of the client's. */
const named = (line: DescribedPacket, flow: Flow, side: Side): DescribedPacket => ({
  ...line,
  name: nameOf(flow, side),
  ...(side === 'server' && { answers: { packet: nameOf(flow, 'client') } }),
});

export function lineOf(d: Draft, spec: PacketSpec, bytes: Uint8Array): DescribedPacket {
  const line: DescribedPacket = { in: d.in, hex: toHex(bytes), spec };
  if (d.in === null && d.mark !== 0) line.mark = d.mark;
  if (d.in === null) Object.assign(line, ownerOf(d));
  return line;
}
