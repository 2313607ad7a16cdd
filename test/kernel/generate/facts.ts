/** Matches over what the host and its connections say: addrtype, rpfilter, conntrack, state, connmark, cluster; of the link layer. */
import { macOf } from '../made.js';
import { addressBytes, toHex } from '../packets.js';
import { drawnFamily, ipText } from './address.js';
import { around, beside, type Clause, type Drawer, eitherWay, hex, type Place, within } from './clause.js';
import { type Draft, hasPorts, protocolOf } from './draft.js';
import { ownAddresses } from './host.js';

const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'MULTICAST',
  'ANYCAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
];
const TYPES_6 = ['UNSPEC', 'UNICAST', 'LOCAL', 'MULTICAST', 'ANYCAST', 'UNREACHABLE'];

/** What the generator takes the type of an address to be. */
function typeOf(address: number, at: Place): string {
  if (ownAddresses(at.pools.host).includes(address) || address >>> 24 === 127) return 'LOCAL';
  if (address >>> 28 === 14) return 'MULTICAST';
  if (drawnFamily() === 6) return address === 0 ? 'UNSPEC' : address === 0xffffffff ? 'MULTICAST' : 'UNICAST';
  if (address === 0xffffffff || address === 0) return 'BROADCAST';
  const near = at.pools.host.interfaces.some((i) => (i.addresses[0]!.address | 255) >>> 0 === address);
  return near ? 'BROADCAST' : 'UNICAST';
}

export const addrtype: Drawer = (d, at) => {
  const { r } = at;
  const parts: Clause[] = [];
  for (const [side, address] of r.some(
    [
      ['src', d.src],
      ['dst', d.dst],
    ] as const,
    r.chance(0.2) ? 2 : 1,
  )) {
    const has = typeOf(address, at);
    const others = (drawnFamily() === 4 ? TYPES : TYPES_6).filter((type) => type !== has);
    const list = r.some([has, ...r.some(others, r.pick([0, 0, 1, 2]))], 4);
    parts.push(
      eitherWay(
        r,
        'addrtype',
        list,
        r.some(others, r.between(1, 3)),
        (v, not) => `${not}--${side}-type ${v.join(',')}`,
      ),
    );
  }
  const limits: string[] = [];
  if (within(at, 'PREROUTING', 'INPUT', 'FORWARD')) limits.push(' --limit-iface-in');
  if (within(at, 'FORWARD', 'OUTPUT', 'POSTROUTING')) limits.push(' --limit-iface-out');
  const limited = limits.length > 0 && r.chance(0.35) ? r.pick(limits) : '';
  return {
    kind: limited === '' ? 'addrtype' : 'addrtype limited',
    negated: parts.some((part) => part.negated),
    text: `-m addrtype ${parts.map((part) => part.text).join(' ')}${limited}`,
  };
};

export const rpfilter: Drawer = (_d, at) => {
  if (!within(at, 'PREROUTING') || (at.table !== 'raw' && at.table !== 'mangle')) return undefined;
  const flags = ['--loose', '--validmark', '--accept-local'].filter(() => at.r.chance(0.35));
  const negated = at.r.chance(0.5);
  if (negated) flags.push('--invert');
  return { kind: 'rpfilter', negated, text: ['-m rpfilter', ...flags].join(' ') };
};

const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];

function states(at: Place, kind: string, more: readonly string[]): Clause {
  const { r } = at;
  const has = at.flows
    ? r.pick(['NEW', 'NEW', 'ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'])
    : r.chance(0.6)
      ? 'NEW'
      : r.pick(['INVALID', 'UNTRACKED', 'INVALID']);
  const others = [...STATES, ...more].filter((state) => state !== has);
  const list = [has, ...r.some(others, r.pick([0, 0, 1, 2]))];
  const option = kind === 'state' ? 'state' : 'ctstate';
  return eitherWay(r, kind, list, r.some(others, r.between(1, 3)), (v, not) => `${not}--${option} ${v.join(',')}`);
}

export const state: Drawer = (_d, at) => {
  const clause = states(at, 'state', []);
  return { ...clause, text: `-m state ${clause.text}` };
};

/** Seconds that a connection may have left: between timeouts, which are whole seconds just after a packet. */
const SPANS: readonly [number, number][] = [
  [1, 20],
  [25, 40],
  [100, 130],
  [200, 700],
  [100000, 500000],
];

/** One criterion of conntrack, about a connection whose first packet the witness is. */
function criterion(d: Draft, at: Place): Clause {
  const { r } = at;
  const ports = (kind: string, value: number): Clause =>
    eitherWay(
      r,
      `conntrack ${kind}`,
      around(r, value, 65535, 50),
      beside(r, value, 65535, 50),
      ([min, max], not) => `${not}--${kind} ${min === max ? min : `${min}:${max}`}`,
    );
  const address = (kind: string, value: number): Clause => {
    const length = r.pick([32, 32, 24, 8]);
    const bits = drawnFamily() === 4 ? length : 96 + length;
    const text = (v: number): string => (length === 32 ? ipText(v) : `${ipText(v)}/${bits}`);
    return eitherWay(
      r,
      `conntrack ${kind}`,
      text(value),
      text((value ^ (1 << (32 - length))) >>> 0),
      (v, not) => `${not}--${kind} ${v}`,
    );
  };
  const flags = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'NONE'];
  // of packets that are not the first: either may hold, as the flow is then
  const later: (() => Clause)[] = [
    () => {
      const wanted = r.some(flags, r.between(1, 2)).join(',');
      const negated = r.chance(0.4);
      return { kind: 'conntrack ctstatus', negated, text: `${negated ? '! ' : ''}--ctstatus ${wanted}` };
    },
    () => ({ kind: 'conntrack ctdir', negated: false, text: '--ctdir REPLY' }),
  ];
  const parts: (() => Clause)[] = [
    () => states(at, 'conntrack ctstate', ['SNAT', 'DNAT']),
    () => states(at, 'conntrack ctstate', ['SNAT', 'DNAT']),
    () => states(at, 'conntrack ctstate', ['SNAT', 'DNAT']),
    () =>
      eitherWay(
        r,
        'conntrack ctproto',
        d.proto,
        d.proto === 6 ? 17 : 6,
        (v, not) => `${not}--ctproto ${protocolOf(v)}`,
      ),
    () => address('ctorigsrc', d.src),
    () => address('ctorigdst', d.dst),
    () => address('ctreplsrc', d.dst),
    () => address('ctrepldst', d.src),
    () =>
      eitherWay(
        r,
        'conntrack ctstatus',
        ['NONE'],
        r.some(['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'], r.between(1, 2)),
        (v, not) => `${not}--ctstatus ${v.join(',')}`,
      ),
    ...(at.flows ? later : []),
    () => ({ kind: 'conntrack ctdir', negated: false, text: `--ctdir ${r.pick(['ORIGINAL', 'ORIGINAL', 'REPLY'])}` }),
  ];
  if (at.expire)
    parts.push(() =>
      eitherWay(
        r,
        'conntrack ctexpire',
        [0, r.pick([0, 30, 1000])],
        at.flows ? r.pick(SPANS) : [100000, 200000],
        (v, not) => `${not}--ctexpire ${v[0] === v[1] ? v[0] : v.join(':')}`,
      ),
    );
  if (hasPorts(d.proto)) {
    parts.push(
      () => ports('ctorigsrcport', d.sport),
      () => ports('ctorigdstport', d.dport),
      () => ports('ctreplsrcport', d.dport),
      () => ports('ctrepldstport', d.sport),
    );
  }
  return r.pick(parts)();
}

export const conntrack: Drawer = (d, at) => {
  const parts = [criterion(d, at)];
  const second = at.r.chance(0.35) ? criterion(d, at) : undefined;
  if (second !== undefined && second.kind !== parts[0]!.kind) parts.push(second);
  // two criteria of one match are one clause: they cannot be counted one without the other
  return {
    kind: parts.length === 1 ? parts[0]!.kind : 'conntrack of two',
    negated: parts.some((part) => part.negated),
    text: `-m conntrack ${parts.map((part) => part.text).join(' ')}`,
  };
};

/** Nobody expects any: no connection has a helper that saw what it looks for. */
export const helper: Drawer = (_d, { r }) => {
  const negated = r.chance(0.7);
  return { kind: 'helper', negated, text: `-m helper ${negated ? '! ' : ''}--helper ${r.pick(['ftp', 'sip', '""'])}` };
};

export const connmark: Drawer = (_d, at) => {
  const { r } = at;
  const value = r.pick([0, 0, ...at.pools.marks]);
  const mask = r.pick([0xffffffff, 0xff, 0xffff0000, 1]) >>> 0;
  const text = (v: number): string => (mask === 0xffffffff ? hex(v) : `${hex((v & mask) >>> 0)}/${hex(mask)}`);
  return eitherWay(
    r,
    'connmark',
    text(value),
    text((value ^ (mask & -mask)) >>> 0),
    (v, not) => `-m connmark ${not}--mark ${v}`,
  );
};

/** Which share an address has, only the kernel says: either may hold. */
export const cluster: Drawer = (_d, at) => {
  const { r } = at;
  const nodes = r.pick([1, 2, 2, 3, 5, 32]);
  const negated = r.chance(0.4);
  const not = negated ? '! ' : '';
  const mine = r.chance(0.5)
    ? `${not}--cluster-local-node ${r.between(1, nodes)}`
    : `${not}--cluster-local-nodemask ${r.between(1, Math.min(32, 2 ** nodes - 1))}`;
  const seed = hex(r.pick([0, 7, 0xdeadbeef, r.below(0x100000000)]));
  return {
    kind: 'cluster',
    negated,
    text: `-m cluster --cluster-total-nodes ${nodes} ${mine} --cluster-hash-seed ${seed}`,
  };
};

/** What comes by a device without frames, or from this host, is to this host; copies of what it sends are not. */
export const pkttype: Drawer = (_d, at) =>
  eitherWay(
    at.r,
    'pkttype',
    'unicast',
    at.r.pick(['broadcast', 'multicast', 'otherhost']),
    (v, not) => `-m pkttype ${not}--pkt-type ${v}`,
  );

/** What comes by a tap has a link-layer address, of which no source is made; of others it never holds. */
export const mac: Drawer = (d, at) => {
  if (!within(at, 'PREROUTING', 'INPUT', 'FORWARD')) return undefined;
  if (drawnFamily() === 6 && at.r.chance(0.1)) return { kind: 'eui64', negated: false, text: '-m eui64' };
  if (at.pools.host.interfaces.some(({ name, tap }) => tap && name === d.in))
    return eitherWay(at.r, 'mac', macText(d.src), macText(d.src ^ 1), (v, not) => `-m mac ${not}--mac-source ${v}`);
  const negated = at.r.chance(0.5);
  return { kind: 'mac', negated, text: `-m mac ${negated ? '! ' : ''}--mac-source 02:00:00:00:00:0${at.r.below(10)}` };
};

const macText = (source: number): string => macOf(toHex(addressBytes(ipText(source)).slice(-4)));
