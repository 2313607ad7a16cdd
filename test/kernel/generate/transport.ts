/** Matches that need a protocol: tcp, udp, icmp, sctp, dccp, esp, ah, multiport, tcpmss, ecn. The rule's `-p` stands before them. */
import { drawnFamily } from './address.js';
import { around, beside, type Clause, type Drawer, eitherWay, type Place } from './clause.js';
import { AH, DCCP, type Draft, ESP, hasPorts, ICMP, IPCOMP, MOBILITY, SCTP, TCP, typeOfIcmp, UDP } from './draft.js';
import { mobility } from './header6.js';

const portText = (r: Place['r'], [min, max]: [number, number]): string => {
  if (min === 0 && max > 0 && r.chance(0.5)) return `:${max}`;
  if (max === 65535 && min < max && r.chance(0.5)) return `${min}:`;
  return min === max ? String(min) : `${min}:${max}`;
};

function port(kind: string, side: 'sport' | 'dport', value: number, at: Place): Clause {
  const { r } = at;
  const has: [number, number] = r.chance(0.5) ? [value, value] : around(r, value, 65535, r.pick([5, 2000]));
  const lacks = r.chance(0.5) ? beside(r, value, 65535, 3000) : ([value ^ 1, value ^ 1] as [number, number]);
  return eitherWay(r, `${kind} ${side}`, has, lacks, (v, not) => `${not}--${side} ${portText(r, v)}`);
}

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];
const flagNames = (bits: number): string => FLAG_NAMES.filter((_, i) => bits & (1 << i)).join(',') || 'NONE';

function flags(d: Draft, at: Place): Clause {
  const { r } = at;
  const syn = (d.flags & 0x17) === 2;
  if (r.chance(0.35)) {
    const negated = r.chance(0.85) ? !syn : syn;
    return { kind: 'tcp syn', negated, text: `${negated ? '! ' : ''}--syn` };
  }
  const mask = r.pick([0x3f, 0x17, 0x12, 0x02, 0x01, 0x10, 0x29]);
  const has = d.flags & mask;
  const lacks = has ^ (mask & -mask);
  const name = (bits: number): string => (bits === 0x3f ? 'ALL' : flagNames(bits));
  return eitherWay(r, 'tcp flags', has, lacks, (v, not) => `${not}--tcp-flags ${name(mask)} ${name(v)}`);
}

function option(d: Draft, at: Place): Clause {
  const kinds: number[] = [];
  if (d.mss !== undefined) kinds.push(2);
  // the drafts' own options begin with their kind, behind no-operations
  const first = /^(?:01)*([0-9a-f]{2})/.exec(d.tcpopts)?.[1];
  if (first !== undefined && first !== '01') kinds.push(Number.parseInt(first, 16));
  const has = at.r.pick(kinds.length > 0 ? kinds : [2]);
  const lacks = at.r.pick([2, 3, 4, 8, 30, 254].filter((kind) => !kinds.includes(kind)));
  return eitherWay(
    at.r,
    'tcp option',
    kinds.length > 0 ? has : lacks,
    lacks,
    (kind, not) => `${not}--tcp-option ${kind}`,
  );
}

/** One match with one to three of its options: as many clauses, of which the first names the match. */
function gather(match: string, at: Place, n: number, parts: (() => Clause)[]): Clause[] {
  const clauses = at.r.some(parts, n).map((part) => part());
  return clauses.length === 0
    ? [{ kind: match, negated: false, text: `-m ${match}` }]
    : clauses.map((clause, i) => (i === 0 ? { ...clause, text: `-m ${match} ${clause.text}` } : clause));
}

const CHUNKS = [
  'DATA',
  'INIT',
  'INIT_ACK',
  'SACK',
  'HEARTBEAT',
  'HEARTBEAT_ACK',
  'ABORT',
  'SHUTDOWN',
  'SHUTDOWN_ACK',
  'ERROR',
  'COOKIE_ECHO',
  'COOKIE_ACK',
  'ECN_ECNE',
  'ECN_CWR',
  'SHUTDOWN_COMPLETE',
];

function chunks(d: Draft, at: Place): Clause {
  const names = d.chunks.map((type) => CHUNKS[type]!);
  const others = CHUNKS.filter((name) => !names.includes(name));
  const how = at.r.pick(['any', 'all', 'only']);
  return eitherWay(
    at.r,
    'sctp chunks',
    [...new Set(names)],
    at.r.some(others, 2),
    (list, not) => `${not}--chunk-types ${how} ${list.join(',')}`,
  );
}

export function tcp(d: Draft, at: Place): Clause[] {
  const parts = [
    () => port('tcp', 'sport', d.sport, at),
    () => port('tcp', 'dport', d.dport, at),
    () => flags(d, at),
    () => option(d, at),
  ];
  return gather(
    'tcp',
    at,
    at.r.weighted([
      [2, 0],
      [60, 1],
      [30, 2],
      [8, 3],
    ]),
    parts,
  );
}

export function udp(d: Draft, at: Place): Clause[] {
  return gather(
    'udp',
    at,
    at.r.weighted([
      [3, 0],
      [60, 1],
      [37, 2],
    ]),
    [() => port('udp', 'sport', d.sport, at), () => port('udp', 'dport', d.dport, at)],
  );
}

export function sctp(d: Draft, at: Place): Clause[] {
  const parts = [
    () => port('sctp', 'sport', d.sport, at),
    () => port('sctp', 'dport', d.dport, at),
    () => chunks(d, at),
  ];
  return gather('sctp', at, at.r.between(1, 2), parts);
}

const DCCP_TYPES = ['REQUEST', 'RESPONSE', 'DATA', 'ACK', 'DATAACK', 'CLOSEREQ', 'CLOSE', 'RESET', 'SYNC', 'SYNCACK'];
const dccpType = (type: number): string => DCCP_TYPES[type] ?? 'INVALID';

function dccpTypes(d: Draft, at: Place): Clause {
  const own = dccpType(d.dccp);
  const others = at.r.some(
    [...DCCP_TYPES, 'INVALID'].filter((name) => name !== own),
    at.r.between(1, 3),
  );
  const has = at.r.chance(0.5) ? [own] : [...others, own];
  return eitherWay(at.r, 'dccp types', has, others, (list, not) => `${not}--dccp-types ${list.join(',')}`);
}

export function dccp(d: Draft, at: Place): Clause[] {
  const parts = [
    () => port('dccp', 'sport', d.sport, at),
    () => port('dccp', 'dport', d.dport, at),
    () => dccpTypes(d, at),
    () => eitherWay(at.r, 'dccp option', 38, at.r.pick([37, 39]), (kind, not) => `${not}--dccp-option ${kind}`),
  ];
  return gather('dccp', at, at.r.between(0, 2), parts);
}

/** Of ESP, AH and IPComp, which has 16 bits of it. */
function spi(match: 'esp' | 'ah' | 'ipcomp', d: Draft, at: Place, most = 0xffffffff): Clause[] {
  const { r } = at;
  const index = (d.spi & most) >>> 0;
  const has: [number, number] = r.chance(0.5) ? [index, index] : around(r, index, most, 300);
  const text = ([min, max]: [number, number]): string => (min === max ? String(min) : `${min}:${max}`);
  return gather(match, at, r.below(2), [
    () => eitherWay(r, `${match} spi`, has, beside(r, index, most, 300), (v, not) => `${not}--${match}spi ${text(v)}`),
  ]);
}

const ICMP_NAMES: Record<string, string> = {
  '8/0': 'echo-request',
  '0/0': 'echo-reply',
  '3/1': 'host-unreachable',
  '3/3': 'port-unreachable',
  '3/4': 'fragmentation-needed',
  '11/0': 'ttl-zero-during-transit',
};

export function icmp(d: Draft, at: Place): Clause[] {
  const { r } = at;
  if (drawnFamily() === 6) return icmp6(d, at);
  if (r.chance(0.08)) return [{ kind: 'icmp any', negated: false, text: '-m icmp --icmp-type any' }];
  const both = `${d.type}/${d.code}`;
  const has = r.pick([String(d.type), both, ICMP_NAMES[both] ?? both]);
  const lacks = r.pick([
    String((d.type + 1) & 255),
    `${d.type}/${(d.code + 1) & 255}`,
    d.type === 8 ? 'echo-reply' : 'echo-request',
  ]);
  return [eitherWay(r, 'icmp type', has, lacks, (type, not) => `-m icmp ${not}--icmp-type ${type}`)];
}

const ICMP6_NAMES: Readonly<Record<string, string>> = {
  1: 'destination-unreachable',
  2: 'packet-too-big',
  3: 'time-exceeded',
  4: 'parameter-problem',
  128: 'echo-request',
  129: 'echo-reply',
  133: 'router-solicitation',
  135: 'neighbour-solicitation',
  137: 'redirect',
};

function icmp6(d: Draft, at: Place): Clause[] {
  const { r } = at;
  const type = typeOfIcmp(d.type);
  const both = `${type}/${d.code}`;
  const has = r.pick([String(type), both, ICMP6_NAMES[type] ?? both]);
  const lacks = r.pick([
    String((type + 1) & 255),
    `${type}/${(d.code + 1) & 255}`,
    type === 128 ? 'echo-reply' : 'echo-request',
  ]);
  return [eitherWay(r, 'icmp6 type', has, lacks, (one, not) => `-m icmp6 ${not}--icmpv6-type ${one}`)];
}

export const multiport: Drawer = (d, at) => {
  if (!hasPorts(d.proto)) return undefined;
  const { r, pools } = at;
  const side = r.pick(['sports', 'dports', 'ports'] as const);
  const value = side === 'sports' ? d.sport : side === 'dports' ? d.dport : r.pick([d.sport, d.dport]);
  const text = ([min, max]: [number, number]): string => (min === max ? String(min) : `${min}:${max}`);
  const others = (): string[] =>
    r
      .some(
        pools.ports.filter((p) => p !== d.sport && p !== d.dport),
        r.between(1, 6),
      )
      .map(String);
  const own = text(r.chance(0.5) ? [value, value] : around(r, value, 65535, 100));
  const has = r.some([own, ...others()], 15);
  return eitherWay(
    r,
    `multiport ${side}`,
    has,
    others(),
    (list, not) => `-m multiport ${not}--${side} ${list.join(',')}`,
  );
};

export const tcpmss: Drawer = (d, at) => {
  if (d.proto !== TCP) return undefined;
  const value = d.mss ?? 1460;
  return eitherWay(
    at.r,
    'tcpmss',
    around(at.r, value, 65535, 100),
    beside(at.r, value, 65535, 100),
    ([min, max], not) => `-m tcpmss ${not}--mss ${min === max ? min : `${min}:${max}`}`,
  );
};

/** The witness's bits of the TCP header. */
export const ecnTcp: Drawer = (d, at) => {
  if (d.proto !== TCP) return undefined;
  const [name, bit] = at.r.pick([
    ['ece', 0x40],
    ['cwr', 0x80],
  ] as const);
  const set = (d.flags & bit) !== 0;
  return { kind: 'ecn', negated: !set, text: `-m ecn ${set ? '' : '! '}--ecn-tcp-${name}` };
};

/** The clauses of the match that belongs to the witness's protocol. */
export function ofProtocol(d: Draft, at: Place): Clause[] {
  if (d.proto === TCP) return tcp(d, at);
  if (d.proto === UDP) return udp(d, at);
  if (d.proto === SCTP) return sctp(d, at);
  if (d.proto === ICMP) return icmp(d, at);
  if (d.proto === DCCP) return dccp(d, at);
  if (d.proto === MOBILITY) return mobility(d, at);
  if (d.proto === ESP) return spi('esp', d, at);
  if (d.proto === AH) return spi('ah', d, at);
  if (d.proto === IPCOMP) return spi('ipcomp', d, at, 0xffff);
  return [];
}
