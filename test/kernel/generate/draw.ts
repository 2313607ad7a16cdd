/** Drawing packets: what a host with this plan would meet at a hook, the odd and the malformed, and near misses. */
import { buildPacket, type PacketSpec, toHex } from '../packets.js';
import { clamp, drawnFamily, ipText } from './address.js';
import {
  AH,
  DCCP,
  type Draft,
  ESP,
  FOREIGN_ICMP,
  hasPorts,
  ICMP,
  IPCOMP,
  isIcmpError,
  MOBILITY,
  SCTP,
  TCP,
  UDP,
} from './draft.js';
import { drawHeaders } from './header6.js';
import { deviceTo, type HostPlan, type Interface, ownAddresses } from './host.js';
import type { Random } from './random.js';

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** Values that rules and packets of one scenario share, so that they meet. */
export interface Pools {
  host: HostPlan;
  ports: number[];
  marks: number[];
  sizes: number[];
}

const FLAGS: readonly (readonly [number, number])[] = [
  [8, 0x02],
  [4, 0x10],
  [3, 0x12],
  [2, 0x18],
  [2, 0x11],
  [2, 0x04],
  [1, 0x14],
  [1, 0x00],
  [1, 0x29],
  [1, 0x03],
  [1, 0xc2],
  [1, 0x52],
  [1, 0x90],
  [1, 0x3f],
  [1, 0x01],
];
/** What is looked for begins in one as in another, or differs in its letters. */
const TEXTS = ['GET /index', 'GeT /INDEX', 'GGET /in', 'sip:100@1.2.3.4', 'aaaaaaab', 'ababababac'];
const TOS = [0, 0, 0, 0x10, 0x08, 0xb8, 0x28, 0x02, 0xc3, 0x04];
const TTLS = [64, 64, 64, 63, 128, 255, 2, 1, 5];

export function drawPools(r: Random, host: HostPlan): Pools {
  const known = [22, 53, 80, 443, 1024, 8080, 33434, 51820, 65535, 0, 179, 6000];
  const ports = [...r.some(known, 5), r.between(1, 1023), r.between(1024, 65535), r.between(1024, 65535)];
  const marks = [0, ...r.some([1, 2, 0x10, 0x1234, 0x80000000, 0xffffffff, 0xff00], 3), r.word(), ...host.routedMarks];
  return { host, ports, marks, sizes: [0, 0, 1, 12, r.between(2, 100), r.between(100, 1400)] };
}

const up = (host: HostPlan): Interface[] => host.interfaces.filter((i) => i.up);

/** A packet that reaches the hook, if no rule before it objects. */
export function drawAt(r: Random, pools: Pools, hook: Hook): Draft {
  const { host } = pools;
  const path =
    hook === 'PREROUTING'
      ? r.pick(['INPUT', 'FORWARD'])
      : hook === 'POSTROUTING'
        ? r.pick(['FORWARD', 'OUTPUT'])
        : hook;
  const from = r.pick(up(host));
  const others = up(host).filter((i) => i !== from);
  const far = (i: Interface): number =>
    i === host.interfaces[0] && r.chance(0.6) ? r.pick(host.remotes) : r.pick(i.neighbours);
  let src = far(from);
  let dst: number;
  if (path === 'INPUT') dst = r.chance(0.75) ? from.addresses[0]!.address : r.pick(ownAddresses(host));
  else if (path === 'FORWARD') dst = far(r.pick(others));
  else {
    src = r.chance(0.8) ? from.addresses[0]!.address : r.pick(ownAddresses(host));
    dst = r.chance(0.2) ? r.pick(ownAddresses(host)) : r.chance(0.06) ? 0x7f000001 : far(from);
  }
  return {
    ...drawTransport(r, pools),
    in: path === 'OUTPUT' ? null : from.name,
    src,
    dst,
    out: deviceTo(host, dst),
    mark: path === 'OUTPUT' && r.chance(0.6) ? r.pick(pools.marks) : 0,
  };
}

function drawTransport(r: Random, pools: Pools): Omit<Draft, 'in' | 'out' | 'src' | 'dst' | 'mark'> {
  const proto = r.weighted([
    [45, TCP],
    [25, UDP],
    [15, ICMP],
    [5, SCTP],
    [2, 47],
    [3, ESP],
    // before IPv6's last header it is no protocol of a packet
    [2, drawnFamily() === 6 ? ESP : AH],
    [3, DCCP],
    [2, IPCOMP],
    [2, 89],
    [2, 136],
    [1, 4],
    [1, FOREIGN_ICMP],
    [drawnFamily() === 6 ? 2 : 0, MOBILITY],
  ] as const);
  const port = (): number => (r.chance(0.7) ? r.pick(pools.ports) : r.between(1024, 65535));
  const icmp = r.weighted([
    [8, [8, 0]],
    [3, [0, 0]],
    [3, [3, r.pick([0, 1, 3, 4, 13])]],
    [2, [11, r.below(2)]],
    [1, [r.pick([13, 14, 17]), 0]],
    [1, [r.below(256), r.below(3)]],
  ] as const);
  return {
    proto,
    sport: r.chance(0.5) ? r.between(1024, 65535) : port(),
    dport: port(),
    flags: r.weighted(FLAGS),
    mss: proto === TCP && r.chance(0.35) ? r.pick([536, 1300, 1460, r.between(0, 65535)]) : undefined,
    tcpopts: r.chance(0.3) ? r.pick(['0402', '01030307', '080a0000000100000002', '0101', '1e0400ff']) : '',
    type: icmp[0],
    code: icmp[1],
    id: r.between(1, 65535),
    spi: r.pick([0, 1, 2, 255, 256, 0x80000000, 0xffffffff, r.word()]),
    dccp: r.pick([0, 1, 2, 3, 4, 7, r.below(16)]),
    chunks: r.pick([[1], [1], [0], [3, 0], [10], [14], [0, 0, 7]]),
    ttl: r.pick(TTLS),
    tos: r.pick(TOS),
    df: r.chance(0.2),
    mf: false,
    frag: 0,
    text: r.pick(['', ...TEXTS]),
    size: r.pick(pools.sizes),
    ext: drawHeaders(r, [...pools.host.remotes, ...ownAddresses(pools.host)]),
    quote: proto === ICMP && isIcmpError(icmp[0]) ? quoted(r, pools) : undefined,
    faults: {},
  };
}

/** A packet that the host or one of its neighbours might have sent, cut as an ICMP error quotes it. */
function quoted(r: Random, pools: Pools): string {
  const src = r.pick(ownAddresses(pools.host));
  const dst = r.pick(pools.host.remotes);
  const bytes = buildPacket({
    src: ipText(src),
    dst: ipText(dst),
    proto: 'udp',
    sport: r.pick(pools.ports),
    dport: r.pick(pools.ports),
  });
  return toHex(bytes.subarray(0, r.pick(drawnFamily() === 6 ? [40, 44, 48] : [20, 24, 28])));
}

/** Any addresses on any device, the odd ones among them. */
export function drawOdd(r: Random, pools: Pools): Draft {
  const { host } = pools;
  const d = drawAt(r, pools, r.pick(['PREROUTING', 'OUTPUT']));
  const any = [...host.odd, ...ownAddresses(host), ...host.remotes];
  if (r.chance(0.7)) d.dst = r.pick(any);
  if (d.in !== null && r.chance(0.5)) d.src = r.chance(0.2) ? r.word() : r.pick(any);
  d.out = deviceTo(host, d.dst);
  return d;
}

/** Routes with room for addresses, and without; of timestamps those that bear no time of the kernel's. */
const IP_OPTIONS = [
  ...['01010101', '94040000', '830704c0a80101', '00ffffff', '440809000a0b0c0d', '440c0503cb00710700000000'],
  ...['07070400000000', '07070400000000', '070b040000000000000000', '070b080a0b0c0d00000000', '0707080a0b0c0d'],
];

/** Extension headers: padding, options that are skipped or not known, and a routing header. */
const HEADERS: readonly NonNullable<PacketSpec['ext']>[] = [
  [{ type: 0, body: '010400000000' }],
  [{ type: 60, body: '010400000000' }],
  [{ type: 60, body: '3e0400000000' }],
  [
    { type: 0, body: '050200000100' },
    { type: 60, body: '010400000000' },
  ],
  [{ type: 43, body: '000000000000' }],
  [
    { type: 60, body: '010400000000' },
    { type: 43, body: '040000000000' },
    { type: 60, body: '010c000000000000000000000000' },
  ],
];

/** The packet with something wrong in it. A packet of the host itself keeps a sound IP header: it could not be sent. */
export function malform(r: Random, d: Draft): Draft {
  const wire = d.in !== null;
  const wrong: (() => Partial<Draft>)[] = [
    () => ({ faults: { truncate: r.between(0, 24) } }),
    () => ({ faults: { badChecksum: true } }),
    () => ({ mf: true, size: 8 * r.between(1, 10), df: false }),
    () => ({
      frag: r.pick([1, 2, 20, 180]),
      mf: r.chance(0.5),
      size: 8 * r.between(1, 10),
      df: false,
      quote: undefined,
    }),
    () => ({ flags: r.below(256) }),
    () => ({ ttl: r.below(2) }),
    () => ({ df: true, size: 1600 }),
    () => ({
      faults: drawnFamily() === 6 ? { ext: r.pick(HEADERS) } : { ipOptions: r.pick(IP_OPTIONS) },
    }),
  ];
  if (d.proto === UDP)
    wrong.push(
      () => ({ faults: { udpLength: r.pick([0, 7, 8, 9000]) } }),
      () => ({ faults: { noChecksum: true } }),
    );
  if (d.proto === TCP)
    wrong.push(
      () => ({ faults: { doff: r.pick([0, 4, 6, 15]) } }),
      () => ({ tcpopts: r.pick(['0200', '02ff0000', '03', '0000000002040500']) }),
    );
  if (wire && drawnFamily() === 6)
    wrong.push(
      () => ({ faults: { totalLength: r.pick([40, 44, 4000]) } }),
      () => ({ faults: { trailer: r.between(1, 20) } }),
      () => ({ faults: { ext: r.pick(HEADERS), truncate: r.between(0, 24) } }),
    );
  else if (wire) {
    wrong.push(
      () => ({ faults: { badIpChecksum: true } }),
      () => ({ faults: { ihl: r.pick([4, 6, 15]) } }),
      () => ({ faults: { totalLength: r.pick([19, 20, 24, 4000]) } }),
      () => ({ faults: { trailer: r.between(1, 20) } }),
    );
  }
  return { ...d, ...r.pick(wrong)() };
}

/** The packet with one field moved a little or exchanged. */
export function mutate(r: Random, pools: Pools, d: Draft): Draft {
  const { host } = pools;
  const step = r.pick([-1, 1]);
  const moved: (() => Partial<Draft>)[] = [
    () => ({ src: d.in === null ? r.pick(ownAddresses(host)) : (d.src ^ (1 << r.below(12))) >>> 0 }),
    () => ({ dst: (d.dst ^ (1 << r.below(12))) >>> 0 }),
    () => ({ src: d.in === null ? d.src : (d.src + step) >>> 0 }),
    () => ({ dst: r.pick([...host.remotes, ...ownAddresses(host), ...host.interfaces.flatMap((i) => i.neighbours)]) }),
    () => ({ ttl: clamp(d.ttl + step, 255) }),
    () => ({ tos: d.tos ^ (1 << r.below(8)) }),
    () => ({ size: Math.max(0, d.size + step) }),
  ];
  if (d.in === null)
    moved.push(() => ({ mark: r.chance(0.5) ? (d.mark ^ (1 << r.below(32))) >>> 0 : r.pick(pools.marks) }));
  else moved.push(() => ({ in: r.pick(up(host)).name }));
  if (hasPorts(d.proto)) {
    moved.push(
      () => ({ sport: clamp(d.sport + step, 65535) }),
      () => ({ dport: clamp(d.dport + step, 65535) }),
      () => ({ dport: r.pick(pools.ports) }),
      () => ({ proto: r.pick([TCP, UDP, SCTP, 136]) }),
    );
  }
  if (d.proto === TCP) {
    moved.push(() => ({ flags: d.flags ^ (1 << r.below(8)) }));
    moved.push(() => ({ mss: d.mss === undefined ? 1460 : clamp(d.mss + step, 65535) }));
    moved.push(() => ({ tcpopts: d.tcpopts === '' ? '0402' : '' }));
  }
  if ([ESP, AH, IPCOMP].includes(d.proto)) moved.push(() => ({ spi: (d.spi + step) >>> 0 }));
  if (d.proto === DCCP) moved.push(() => ({ dccp: clamp(d.dccp + step, 15) }));
  if (d.size > 0) moved.push(() => ({ text: r.pick(TEXTS) }));
  if (d.proto === ICMP)
    moved.push(
      () => ({ type: (d.type + step) & 255 }),
      () => ({ code: (d.code + step) & 255 }),
    );
  const out = { ...d, ...r.pick(moved)() };
  return { ...out, out: deviceTo(host, out.dst) };
}
