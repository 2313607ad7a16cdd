/**
 * Random rules that are long lists: of tuples, of what overlaps them, with what limits, returns and negations among them, services
 * that have chains of their own, and sets of tuples. Few values, so that packets meet most of it.
 */
import { headerBytes } from '../../src/input/encode-columns.js';
import { FROM_HOST, type PacketColumns } from '../../src/model/batch.js';
import { formatIpv4 } from '../../src/net/address.js';
import type { SourceText } from '../../src/parse/index.js';
import { ip } from '../kernel/generate/address.js';
import type { Random } from '../kernel/generate/random.js';
import { HOST } from './steps.js';

const LINKS = ['lo', 'eth0', 'eth1'];
const PORTS = [22, 53, 80, 443, 993, 3306, 8080, 8081, 8082, 8083, 8443, 30000];
const PROTOCOLS = ['tcp', 'tcp', 'udp', 'sctp'];

/** What the rules of one scenario name. */
interface Values {
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
  /** tuples of the rules and sets. */
  readonly tuples: { readonly src?: number; readonly dst: number; readonly proto: string; readonly port: number }[];
}

const near = (r: Random, base: string, count: number): number[] =>
  Array.from({ length: count }, () => (ip(base) + r.below(1 << r.pick([4, 8, 16]))) >>> 0);

function valuesOf(r: Random): Values {
  const sources = [...near(r, '10.0.0.0', 16), ...near(r, '198.51.100.0', 8), ip('192.0.2.1'), ip('10.0.0.1')];
  const destinations = [...near(r, '10.0.0.0', 24), ...near(r, '203.0.113.0', 8), ip('192.0.2.1'), ip('10.0.0.1')];
  return { sources, destinations, tuples: [] };
}

/** The prefix of an address. */
const net = (address: number, length: number): string =>
  `${formatIpv4(length === 0 ? 0 : (address & (-1 << (32 - length))) >>> 0)}/${length}`;

export function longLists(r: Random): {
  readonly texts: readonly SourceText[];
  readonly packets: (count: number) => PacketColumns;
} {
  const values = valuesOf(r);
  const { rules, sets } = rulesOf(r, values);
  const texts = [{ name: 'rules', text: rules }, ...(sets === '' ? [] : [{ name: 'sets', text: sets }]), ...HOST];
  return { texts, packets: (count) => packetsOf(r, values, count) };
}

function rulesOf(r: Random, values: Values) {
  const sets = r.chance(0.3) ? setsOf(r, values) : '';
  const lists: readonly (() => string)[] = [
    () => natOf(r, values),
    () => listTable(r, values, { table: 'raw', hooks: ['PREROUTING', 'OUTPUT'], sets }),
    () => listTable(r, values, { table: 'mangle', hooks: ['FORWARD', 'POSTROUTING'], sets }),
    () => listTable(r, values, { table: 'filter', hooks: ['INPUT', 'FORWARD', 'OUTPUT'], sets }),
  ];
  // where there are many, nothing has room for all classes
  const first = r.below(lists.length);
  const tables = lists.filter((_, at) => at === first || r.chance(0.1)).map((list) => list());
  return { rules: tables.join(''), sets };
}

interface Place {
  readonly table: string;
  readonly hooks: readonly string[];
  readonly sets: string;
}

/** Hooks that lead to one list, and chains behind its rules. */
function listTable(r: Random, values: Values, { table, hooks, sets }: Place): string {
  const subs = ['sub0', 'sub1', 'sub2'];
  const own = r.chance(0.3) ? r.pick(hooks) : 'list';
  const lead = () => r.pick(['', '', '-p tcp ', '-i eth0 ', `-s ${net(r.pick(values.sources), 8)} `]);
  const jumps = hooks.flatMap((hook) => [
    ...(sets !== '' && r.chance(0.7) ? [`-A ${hook} ${setAsk(r)} ${r.pick(['', '-j RETURN', '-j DROP'])}`] : []),
    ...(own === 'list' && r.chance(0.8)
      ? [`-A ${hook} ${hook === 'OUTPUT' || hook === 'POSTROUTING' ? '' : lead()}-${r.pick(['j', 'j', 'g'])} list`]
      : []),
  ]);
  const count = r.pick([300, 600, 900]);
  const exact = r.pick([0, 0.5, 0.9, 1]);
  const quiet = r.chance(0.5);
  const target = () =>
    r.chance(0.9)
      ? r.pick(['-j ACCEPT', '-j DROP', '-j DROP'])
      : r.pick(['-j RETURN', '', '-g sub0', ...subs.map((sub) => `-j ${sub}`)]);
  const list = Array.from({ length: count }, () => {
    const ask = r.chance(exact) ? exactAsk(r, values) : wideAsk(r, values);
    const more = quiet || r.chance(0.98) ? '' : moreAsk(r, own !== 'list');
    return `-A ${own} ${ask} ${more} ${target()}`;
  });
  const behind = subs.flatMap((sub) =>
    Array.from(
      { length: r.below(4) },
      () =>
        `-A ${sub} ${r.chance(0.5) ? `${r.pick(['', '! '])}-s ${net(r.pick(values.sources), 32)}` : exactAsk(r, values)} ${r.pick(['', '-j RETURN', '-j DROP', '-j ACCEPT'])}`,
    ),
  );
  const chains = ['list', ...subs].map((chain) => `:${chain} - [0:0]`);
  const policy = () => (table === 'filter' && r.chance(0.2) ? 'DROP' : 'ACCEPT');
  const all = hooksOf(table).map((hook) => `:${hook} ${policy()} [0:0]`);
  return `${[`*${table}`, ...all, ...chains, ...jumps, ...list, ...behind, 'COMMIT'].join('\n')}\n`;
}

const hooksOf = (table: string): string[] =>
  table === 'raw'
    ? ['PREROUTING', 'OUTPUT']
    : table === 'filter'
      ? ['INPUT', 'FORWARD', 'OUTPUT']
      : ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

function exactAsk(r: Random, { sources, destinations, tuples }: Values): string {
  const proto = r.pick(PROTOCOLS);
  const src = r.chance(0.1) ? r.pick(sources) : undefined;
  const dst = r.pick(destinations);
  const port = r.pick(PORTS);
  tuples.push({ ...(src !== undefined && { src }), dst, proto, port });
  const source = src === undefined ? '' : `-s ${net(src, 32)} `;
  const more = r.chance(0.9) ? '' : r.pick(['--sport 1000:2000 ', '--sport 1:999 ', '! --sport 1000 ']);
  return `${source}-d ${net(dst, 32)} -p ${proto} -m ${proto} ${more}--dport ${port}`;
}

function wideAsk(r: Random, { sources, destinations }: Values): string {
  const not = () => r.pick(['', '', '', '', '', '! ']);
  const length = () => r.pick([8, 16, 24, 28, 32, 32]);
  const words: string[] = [];
  if (r.chance(0.6)) words.push(`${not()}-s ${net(r.pick(sources), length())}`);
  if (r.chance(0.6)) words.push(`${not()}-d ${net(r.pick(destinations), length())}`);
  const proto = r.pick([...PROTOCOLS, ...PROTOCOLS, 'icmp', '']);
  if (proto !== '') words.push(`-p ${proto}`);
  if (proto !== '' && proto !== 'icmp') {
    words.push(`-m ${proto}`);
    const ports = () => (r.chance(0.7) ? `${r.pick(PORTS)}` : `${r.pick([0, 50, 80])}:${r.pick([100, 8080, 65535])}`);
    if (r.chance(0.3)) words.push(`${not()}--sport ${ports()}`);
    if (r.chance(0.8)) words.push(`${not()}--dport ${ports()}`);
  }
  return words.join(' ');
}

/** `once`: packets are met there once, which what remembers them has to be. */
const moreAsk = (r: Random, once: boolean): string =>
  r.pick([
    ...(once ? ['-m limit --limit 50/sec --limit-burst 3'] : []),
    '-m statistic --mode random --probability 0.5',
    '-m ttl --ttl-lt 2',
    '-m length --length 0:100',
    '-m conntrack --ctstate NEW',
    '-m addrtype --dst-type LOCAL',
  ]);

/** Services with chains of endpoints, as kube-proxy has them, and some that it has not. */
function natOf(r: Random, { sources, destinations, tuples }: Values): string {
  const chains: string[] = [];
  const rules: string[] = [];
  const behind: string[] = [];
  for (let number = 0; number < 600; number++) {
    const service = `SVC-${number}`;
    const proto = r.pick(['tcp', 'tcp', 'udp']);
    const dst = r.pick(destinations);
    const port = r.chance(0.8) ? r.below(200) + 1 : r.pick(PORTS);
    const served = `-d ${net(dst, r.pick([32, 32, 32, 32, 32, 24]))} -p ${proto} -m ${proto} --dport ${port}`;
    tuples.push({ dst, proto, port });
    const target = r.chance(0.15) && chains.length > 0 ? r.pick(chains) : service;
    rules.push(
      `-A SERVICES ${r.chance(0.05) ? '-m statistic --mode random --probability 0.5 ' : ''}${served} -j ${target}`,
    );
    chains.push(service);
    behind.push(`-A ${service} ! -s 10.0.0.0/16 ${r.chance(0.7) ? served : `-p ${proto}`} -j MASQ`);
    if (r.chance(0.1)) behind.push(`-A ${service} -s ${net(r.pick(sources), 24)} -j RETURN`);
    for (let i = r.below(3); i >= 0; i--) {
      const endpoint = `SEP-${number}-${i}`;
      const at = r.chance(0.5) ? ip('10.0.2.0') + r.below(1024) : r.pick(r.chance(0.5) ? sources : destinations);
      const address = formatIpv4(at);
      tuples.push({ src: at, dst, proto, port });
      const drawn = i === 0 ? '' : '-m statistic --mode random --probability 0.5 ';
      behind.push(
        `-A ${service} ${drawn}-j ${endpoint}`,
        `-A ${endpoint} -s ${address}/32 -j MASQ`,
        `-A ${endpoint} -p ${proto} -m ${proto} -j DNAT --to-destination ${address}:${r.pick([8080, 80])}`,
      );
      chains.push(endpoint);
    }
  }
  const frame = [
    '-A PREROUTING -j SERVICES',
    ...(r.chance(0.7) ? ['-A OUTPUT -j SERVICES'] : []),
    '-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE',
    '-A MASQ -j MARK --set-xmark 0x4000/0x4000',
  ];
  const declared = ['SERVICES', 'MASQ', ...chains].map((chain) => `:${chain} - [0:0]`);
  const builtin = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((chain) => `:${chain} ACCEPT [0:0]`);
  return `${['*nat', ...builtin, ...declared, ...frame, ...rules, ...behind, 'COMMIT'].join('\n')}\n`;
}

const setAsk = (r: Random): string =>
  `-m set ${r.pick(['', '! '])}--match-set ${r.pick(['tuples dst,dst', 'tuples src,src', 'triples dst,dst,src', 'nets dst,dst', 'nets src,dst'])}`;

function setsOf(r: Random, { sources, destinations, tuples }: Values): string {
  const both = [...sources, ...destinations];
  const lengths = r.pick([[32], [24, 32], [16, 24, 30, 32], [8, 12, 16, 20, 24, 28, 32]]);
  const members = (name: string, count: number, member: (address: number, more: number) => string) => [
    ...new Set(Array.from({ length: count }, () => `add ${name} ${member(r.pick(both), r.pick(both))}`)),
  ];
  const portOf = (dst: number, src?: number) => {
    const proto = r.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp', 'gre']);
    const port = r.chance(0.5) ? r.pick(PORTS) : 1 + r.below(100);
    tuples.push({ ...(src !== undefined && { src }), dst, proto, port });
    return proto === 'icmp' ? 'icmp:8/0' : proto === 'gre' ? 'gre:0' : `${proto}:${port}`;
  };
  const nets = members('nets', 600, (dst) => `${net(dst, r.pick(lengths))},${portOf(dst)}`);
  return `${[
    'create tuples hash:ip,port',
    ...members('tuples', 700, (dst) => `${formatIpv4(dst)},${portOf(dst)}`),
    'create triples hash:ip,port,ip',
    ...members('triples', 500, (dst, src) => `${formatIpv4(dst)},${portOf(dst, src)},${formatIpv4(src)}`),
    'create nets hash:net,port',
    ...nets.map((one) => `${one}${r.chance(0.1) ? ' nomatch' : ''}`),
  ].join('\n')}\n`;
}

const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132, icmp: 1, gre: 47 };

function packetsOf(r: Random, { sources, destinations, tuples }: Values, count: number): PacketColumns {
  const of = (value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
  // of few kinds otherwise: most are told apart by what the lists ask
  const few = r.chance(0.7);
  // nothing but chains without a list
  const known: Values['tuples'] =
    tuples.length > 0 ? tuples : destinations.map((dst) => ({ dst, proto: 'tcp', port: 80 }));
  const some = Array.from({ length: 200 }, () => r.pick(known));
  const tuple = Array.from({ length: count }, () => r.pick(some));
  const odd = () => r.chance(few ? 0.05 : 0.2);
  const proto = of((i) => NUMBERS[odd() ? r.pick(PROTOCOLS) : tuple[i]!.proto]!);
  const from = of(() => r.pick(few ? [1] : [1, 1, 2, 2, 0, FROM_HOST]));
  const port = (i: number) => {
    if (proto[i] === 1) return r.pick([0, 3, 8]);
    return odd() ? r.pick([...PORTS, 1 + r.below(200)]) : tuple[i]!.port;
  };
  const source = (i: number) => {
    if (from[i] === FROM_HOST) return ip('192.0.2.1');
    return tuple[i]!.src !== undefined && !odd() ? tuple[i]!.src : r.pick(sources);
  };
  // some of them fragments
  const frag = r.chance(0.5) ? of(() => r.pick([0, 0, 0, 0, 0x4000, 0x2000, 1, 2, 0x2003])) : undefined;
  const header = (i: number) => 20 + headerBytes(proto[i]!, frag?.[i] ?? 0, 4);
  const destination = (i: number) => {
    if (!odd()) return tuple[i]!.dst;
    return r.chance(0.9) ? r.pick(destinations) : (r.pick(destinations) ^ (1 << r.below(20))) >>> 0;
  };
  return {
    kind: 'columns',
    count,
    interfaces: LINKS,
    in: Uint16Array.from(from),
    src: Uint32Array.from(of(source)),
    dst: Uint32Array.from(of(destination)),
    proto: Uint8Array.from(proto),
    sport: Uint16Array.from(of((i) => (proto[i] === 1 || odd() ? port(i) : 1000))),
    dport: Uint16Array.from(of(port)),
    flags: Uint8Array.from(of(() => r.pick(few ? [2] : [2, 2, 16, 18]))),
    length: Uint16Array.from(of((i) => header(i) + r.pick(few ? [20] : [0, 20, 60, 1000]))),
    frag: frag && Uint16Array.from(frag),
    time: Float64Array.from(of((i) => i * 0.001)),
    ...(r.chance(0.3) && { ttl: Uint8Array.from(of(() => r.pick([64, 64, 1, 2]))) }),
  };
}
