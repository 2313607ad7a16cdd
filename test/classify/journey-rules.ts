/**
 * Random rules of few values and packets of the same ones, so that each rule is met in whole and in part, and packets of
 * most kinds come again and again. What a rule asks stands in any order, since that tells which packets come to what remembers.
 */
import { headerBytes } from '../../src/input/encode-columns.js';
import { FROM_HOST, type PacketColumns } from '../../src/model/batch.js';
import { ip } from '../kernel/generate/address.js';
import type { Table } from '../kernel/generate/clause.js';
import type { Random } from '../kernel/generate/random.js';
import { HOOKS } from '../kernel/generate/ruleset.js';
import { targetAt } from './random-rules.js';

/** On the host of steps.ts: its own, those beside it, and what lies beyond. */
const ADDRESSES = [
  '192.0.2.1',
  '10.0.0.1',
  '10.0.0.9',
  '10.0.1.9',
  '192.0.2.77',
  '198.51.100.7',
  '203.0.113.9',
  '8.8.8.8',
];
const ODD = [
  '0.0.0.0',
  '127.0.0.1',
  '224.0.0.1',
  '239.1.2.3',
  '239.1.2.4',
  '255.255.255.255',
  '192.0.2.255',
  '10.0.255.255',
  '198.18.0.3',
];
const LINKS = ['lo', 'eth0', 'eth1'];
const PORTS = [53, 80, 443, 8080];
const PROTOCOLS = [6, 6, 17, 17, 1, 47, 59, 103, 132, 136];

export const SETS = `create a hash:ip
add a 10.0.0.9
add a 192.0.2.1
create n hash:net
add n 10.0.0.0/8
add n 10.0.1.0/24 nomatch
create p hash:ip,port
add p 10.0.0.9,tcp:80
add p 192.0.2.1,udp:53
add p 192.0.2.1,icmp:8/0
add p 8.8.8.8,gre:0
create nn hash:net,net
add nn 10.0.0.0/16,192.0.2.0/24
add nn 198.51.100.0/24,10.0.0.9/32 nomatch
create npn hash:net,port,net
add npn 198.51.100.0/24,tcp:443,10.0.0.0/8
create i hash:net,iface
add i 10.0.0.0/8,eth1
add i 192.0.2.0/24,eth0
create m hash:ip,mark
add m 10.0.0.9,0x3
create b bitmap:port range 0-1000
add b 53
add b 80
create all list:set
add all a
add all n
`;

/** What a rule asks beside its head. */
type Ask = (r: Random) => string;
const number = (r: Random, values: readonly (number | string)[]) => r.pick(values);
const not: Ask = (r) => r.pick(['', '', '! ']);
const ASKS: readonly Ask[] = [
  (r) =>
    `-m conntrack ${not(r)}--ctstate ${r.pick(['NEW', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT', 'ESTABLISHED', 'RELATED'])}`,
  (r) => `-m conntrack --ctstatus ${r.pick(['NONE', 'CONFIRMED', 'SEEN_REPLY', 'EXPECTED'])}`,
  (r) => `-m conntrack --ctexpire ${r.pick(['0:30', '31:200', '600'])}`,
  (r) => `-m mark ${not(r)}--mark ${r.pick(['0', '1', '0x10/0x10', '3/2', '0x4/0xfe'])}`,
  (r) => `-m connmark ${not(r)}--mark ${r.pick(['0', '1', '3', '0x10/0x10'])}`,
  (r) => `-m ttl --ttl-${r.pick(['lt', 'gt', 'eq'])} ${number(r, [1, 2, 63, 64])}`,
  (r) => `-m tos ${not(r)}--tos ${r.pick(['0x10/0x10', '0x08/0x1c', '0'])}`,
  (r) => `-m dscp ${not(r)}--dscp ${number(r, [0, 4, 46])}`,
  (r) => `-m length ${not(r)}--length ${r.pick(['0:60', '61:1000', '28', '40'])}`,
  (r) =>
    `-m addrtype ${not(r)}--${r.pick(['src', 'dst'])}-type ${r.pick(['LOCAL', 'BROADCAST', 'UNICAST', 'MULTICAST', 'UNSPEC'])}`,
  (r) =>
    `-m iprange ${not(r)}--${r.pick(['src', 'dst'])}-range ${r.pick(['10.0.0.5-10.0.1.20', '192.0.2.1-192.0.2.80'])}`,
  (r) => `-m set ${not(r)}--match-set ${r.pick(['a', 'n', 'all', 'b'])} ${r.pick(['src', 'dst'])}`,
  (r) =>
    `-m set ${not(r)}--match-set ${r.pick(['p', 'nn', 'i', 'm'])} ${r.pick(['src', 'dst'])},${r.pick(['src', 'dst'])}`,
  (r) => `-m set --match-set npn ${r.pick(['src,dst,dst', 'dst,dst,src'])}`,
  (r) => `-m statistic --mode random --probability ${r.pick(['0.5', '0.25'])}`,
];
const REMEMBER: readonly Ask[] = [
  (r) => `-m limit --limit ${r.pick(['10/sec', '500/sec'])} --limit-burst ${number(r, [1, 3, 20])}`,
  (r) => `-m statistic --mode nth ${not(r)}--every ${number(r, [2, 3, 5])} --packet ${number(r, [0, 1])}`,
];
const OF_TCP: readonly Ask[] = [
  (r) => `-m multiport --${r.pick(['dports', 'sports', 'ports'])} ${r.pick(['80,443', '53', '1:100', '8080'])}`,
  (r) => `-m tcp ${not(r)}--tcp-flags ${r.pick(['SYN,ACK SYN', 'RST RST', 'ALL NONE', 'FIN,SYN,RST,ACK SYN'])}`,
  (r) => `-m tcp ${not(r)}--${r.pick(['dport', 'sport'])} ${number(r, PORTS)}`,
];
const OF_UDP: readonly Ask[] = [
  OF_TCP[0]!,
  (r) => `-m udp ${not(r)}--${r.pick(['dport', 'sport'])} ${number(r, PORTS)}`,
];
const OF_ICMP: readonly Ask[] = [(r) => `-m icmp ${not(r)}--icmp-type ${r.pick(['8', '3/1', '0', '3'])}`];

/** Text of iptables-save. `remembers`: some rules remember packets. */
export function journeyRules(r: Random): string {
  const tables = (Object.keys(HOOKS) as Table[]).filter((table) => table === 'filter' || r.chance(0.6));
  const remembers = r.chance(0.3);
  return tables
    .map((table) => {
      const policy = () => (table !== 'nat' && r.chance(0.1) ? 'DROP' : 'ACCEPT');
      const chains = HOOKS[table].map((hook) => `:${hook} ${policy()} [0:0]`);
      const rules = HOOKS[table].flatMap((hook) =>
        Array.from({ length: r.below(4) }, () => `-A ${hook} ${ruleAt(r, table, hook, remembers)}`),
      );
      const own = Array.from({ length: 1 + r.below(3) }, () => `-A own ${ruleAt(r, table, 'own', remembers)}`);
      return [`*${table}`, ...chains, ':own - [0:0]', ...rules, ...own, 'COMMIT', ''].join('\n');
    })
    .join('');
}

function ruleAt(r: Random, table: Table, hook: string, remembers: boolean): string {
  const target = ruleTarget(r, table, hook);
  return `${matches(r, table, hook, remembers, /:\d|--to-ports/.test(target))} ${target}`;
}

function ruleTarget(r: Random, table: Table, hook: string): string {
  if (hook === 'own') return r.pick(['', '-j RETURN', ...(table === 'nat' ? [] : ['-j DROP']), '-j ACCEPT']);
  if (r.chance(0.2)) return `-${r.pick(['j', 'g'])} own`;
  if (r.chance(0.35)) return '';
  if (table !== 'nat' || r.chance(0.15))
    return targetAt(r, { addresses: ADDRESSES, links: LINKS, tuples: false }, table, hook);
  const to = r.pick(ADDRESSES);
  const port = r.pick(['', '', '80', '8080']);
  const toPorts = port === '' ? '' : ` --to-ports ${port}`;
  const place = `${to}${port === '' ? '' : `:${port}`}`;
  if (hook === 'INPUT') return `-j SNAT --to-source ${place}`;
  if (hook === 'POSTROUTING') return r.pick([`-j SNAT --to-source ${place}`, `-j MASQUERADE${toPorts}`]);
  return r.pick([`-j DNAT --to-destination ${place}`, `-j DNAT --to-destination ${place}`, `-j REDIRECT${toPorts}`]);
}

function matches(r: Random, table: Table, hook: string, remembers: boolean, ports: boolean): string {
  const net = () => `${r.pick([...ADDRESSES, ...ODD])}/${r.pick([32, 32, 24, 16, 8])}`;
  const head: string[] = [];
  const more: string[] = [];
  const maybe = (probability: number, list: string[], ask: Ask) => {
    if (r.chance(probability)) list.push(ask(r));
  };
  const proto = ports
    ? r.pick(['tcp', 'udp'])
    : r.pick(['', '', '', 'tcp', 'tcp', 'udp', 'icmp', 'gre', 'sctp', '136']);
  maybe(0.3, head, () => `${not(r)}-s ${net()}`);
  maybe(0.3, head, () => `${not(r)}-d ${net()}`);
  if (proto !== '') head.push(`-p ${proto}`);
  if (hook !== 'own' && !['OUTPUT', 'POSTROUTING'].includes(hook)) {
    maybe(0.15, head, () => `${not(r)}-i ${r.pick(LINKS)}`);
    maybe(0.05, more, () => `-m devgroup --src-group ${r.pick([0, 7])}`);
    maybe(0.05, more, () => `-m pkttype ${not(r)}--pkt-type ${r.pick(['unicast', 'broadcast'])}`);
    maybe(0.05, more, () => '-m addrtype --dst-type LOCAL --limit-iface-in');
  }
  if (hook !== 'own' && !['INPUT', 'PREROUTING'].includes(hook)) {
    maybe(0.15, head, () => `${not(r)}-o ${r.pick(LINKS)}`);
    maybe(0.05, more, () => '-m addrtype --src-type UNICAST --limit-iface-out');
  }
  if (['OUTPUT', 'POSTROUTING'].includes(hook))
    maybe(0.08, more, () => `-m owner ${not(r)}--uid-owner ${r.pick([0, 3])}`);
  if (hook === 'PREROUTING' && (table === 'raw' || table === 'mangle'))
    maybe(
      0.2,
      more,
      () => `-m rpfilter ${r.pick(['', '--loose ', '--accept-local ', '--validmark '])}${r.pick(['', '--invert'])}`,
    );
  const own = proto === 'tcp' ? OF_TCP : proto === 'udp' ? OF_UDP : proto === 'icmp' ? OF_ICMP : [];
  for (const ask of own) maybe(0.4, more, ask);
  for (const ask of ASKS) maybe(1.2 / ASKS.length, more, ask);
  if (remembers) for (const ask of REMEMBER) maybe(hook === 'own' ? 0.5 : 0.2, more, ask);
  const order = more.map((one) => ({ one, at: r.word() })).sort((a, b) => a.at - b.at);
  return [...head, ...order.map(({ one }) => one)].join(' ');
}

/** Packets of the values that the rules ask for. */
export function journeyPackets(r: Random, count: number): PacketColumns {
  const of = (value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
  const pick = (values: readonly number[]) => of(() => r.pick(values));
  const maybe = <C>(probability: number, column: () => C): C | undefined =>
    r.chance(probability) ? column() : undefined;
  const addresses = [...ADDRESSES, ...ADDRESSES, ...ODD].map(ip);
  const proto = pick(PROTOCOLS);
  const from = pick([1, 1, 2, 2, 0, FROM_HOST, FROM_HOST]);
  const sources = (i: number) =>
    from[i] === FROM_HOST ? r.pick([ip('192.0.2.1'), ip('10.0.0.1'), 0]) : r.pick(addresses);
  const port = (i: number) => (proto[i] === 1 ? r.pick([0, 3, 8, 1]) : r.pick(PORTS));
  const frag = maybe(0.3, () => pick([0, 0, 0x4000, 0x4000, 0x2000, 0x6000, 1, 2, 0x2003]));
  const header = (i: number) => 20 + headerBytes(proto[i]!, frag?.[i] ?? 0, 4);
  const some = r.pick([0, 0.1, 0.3]);
  return {
    kind: 'columns',
    count,
    interfaces: LINKS,
    in: Uint16Array.from(from),
    src: Uint32Array.from(of(sources)),
    dst: Uint32Array.from(pick(addresses)),
    proto: Uint8Array.from(proto),
    sport: Uint16Array.from(of(port)),
    dport: Uint16Array.from(of(port)),
    time: Float64Array.from(of((i) => i * r.pick([0.001, 0.001, 0.0001]))),
    flags: maybe(0.7, () => Uint8Array.from(pick([2, 2, 16, 18, 4, 1, 0]))),
    length: maybe(0.7, () => Uint16Array.from(of((i) => header(i) + r.pick([0, 0, 1, 40, 700, 1481])))),
    ttl: maybe(some, () => Uint8Array.from(pick([64, 64, 1, 0, 2, 255]))),
    tos: maybe(some, () => Uint8Array.from(pick([0, 0x10, 8, 255]))),
    frag: frag && Uint16Array.from(frag),
    mark: maybe(some, () => Uint32Array.from(pick([0, 0, 1, 3]))),
    uid: maybe(some, () =>
      Uint32Array.from(of((i) => (from[i] === FROM_HOST ? r.pick([0xffffffff, 0, 3]) : 0xffffffff))),
    ),
    pkttype: maybe(some / 2, () => Uint8Array.from(of((i) => (from[i] === FROM_HOST ? 0 : r.pick([0, 1, 2]))))),
    path: maybe(some / 2, () =>
      Uint8Array.from(of((i) => (from[i] === FROM_HOST ? r.pick([0, 3]) : r.pick([0, 1, 2])))),
    ),
    out: maybe(some / 2, () => Uint16Array.from(pick([0, 1, 2]))),
    state: maybe(some, () => Uint8Array.from(pick([0, 0, 0, 1, 2, 3, 4, 5]))),
  };
}
