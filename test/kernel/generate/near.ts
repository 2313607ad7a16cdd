/** A host for a given ruleset, the sets that it names, and packets that its rules ask for. */
import { dotted, drawnFamily, type Family, ip, ipText, isUnicast, masked, maskOf, numberOf } from './address.js';
import type { Draft } from './draft.js';
import { drawAt, drawPools, type Hook, type Pools } from './draw.js';
import { drawWitness, type GivenRule, readRules, valuesOf } from './given.js';
import { drawSysctls, type HostPlan, type Interface, linkCommands, setupOf } from './host.js';
import { type Net, netOf, writtenNets } from './nets.js';
import type { Random } from './random.js';
import { HOOKS } from './ruleset.js';

/** Texts for iptables-restore and ipset restore. */
export interface GivenRules {
  /** default: 4. */
  family?: Family;
  rules: string;
  sets: string;
}

export interface Near {
  rules: string;
  sets: string;
  setup: string[];
  pools: Pools;
  hooks: Hook[];
  witnesses: Draft[];
}

const LINKS = 6;
const WITNESSES = 80;

export function drawNear(r: Random, given: GivenRules): Near {
  const text = settle(r, given.rules);
  const rules = readRules(text);
  // an entry of thousands of rules is as likely as one of a few
  const nets = r.some([...new Set(writtenNets(text))], 60).flatMap((one) => netOf(r, one) ?? []);
  const host = hostNear(r, rules, nets);
  const pools = drawPools(r, host);
  const numbers = (options: RegExp): number[] =>
    r.some(valuesOf(rules, options), 12).flatMap((value) => (value.match(/^0x[\da-f]+|\d+/gi) ?? []).map(Number));
  pools.ports = [
    ...pools.ports,
    ...numbers(/^--[sd]?(ports?|ource-ports?|estination-ports?)$/).filter((n) => n < 65536),
  ];
  pools.marks = [...pools.marks, ...numbers(/^--(mark|set-x?mark)$/)];
  const sets = given.sets + missingSets(r, rules, given.sets, pools);
  const members = new Map<string, string[]>();
  for (const [, name, member] of sets.matchAll(/^add (\S+) (\S+)/gm))
    members.set(name!, [...(members.get(name!) ?? []), member!]);
  const witnesses: Draft[] = [];
  const tables = [...new Set(rules.map(({ table }) => table))];
  for (let tries = 0; rules.length > 0 && witnesses.length < WITNESSES && tries < 4 * WITNESSES; tries++) {
    const witness = drawWitness(r, pools, rules, pickRule(r, rules), members);
    if (witness !== undefined) witnesses.push(witness);
  }
  const hooks = (tables.length > 0 ? tables : (['filter'] as const)).flatMap((table) => HOOKS[table] ?? []);
  if (witnesses.length === 0) witnesses.push(drawAt(r, pools, r.pick(hooks)));
  return { rules: text, sets, setup: host.setup, pools, hooks, witnesses };
}

/** From a small chain as often as from a big one, and from a small table. */
function pickRule(r: Random, rules: readonly GivenRule[]): GivenRule {
  const { table, chain } = r.pick(rules);
  const among = r.weighted([
    [2, rules],
    [1, rules.filter((rule) => rule.table === table)],
    [1, rules.filter((rule) => rule.table === table && rule.chain === chain)],
  ]);
  return r.pick(among);
}

/**
 * What would depend on the kernel's clock or its dice: rates become so low that no token comes back while packets are
 * sent, and a chance becomes always or never.
 */
const settle = (r: Random, rules: string): string =>
  rules
    .replace(/(--hashlimit(?:-upto|-above)?) \S+/g, '$1 1/hour')
    .replace(/(--limit \d+)(\/(s|sec|second|m|min|minute))?(?=\s)/g, '$1/hour')
    .replace(/(--probability) [\d.]+/g, (_, option) => `${option} ${r.below(2)}`);

function hostNear(r: Random, rules: readonly GivenRule[], nets: readonly Net[]): HostPlan {
  const named = valuesOf(rules, /^(-i|-o|--in-interface|--out-interface)$/)
    .map((name) => (name.endsWith('+') ? `${name.slice(0, -1)}0` : name))
    .filter((name) => /^[\w.-]{1,15}$/.test(name) && !/^(lo|0|all|default|-.*)$/.test(name));
  const names = new Set(r.some([...new Set(named)], LINKS));
  for (const name of ['eth0', 'eth1', 'eth2']) if (names.size < 3) names.add(name);
  const groups = valuesOf(rules, /^--(src|dst)-group$/).map(Number);
  const interfaces: Interface[] = [];
  for (const [n, name] of [...names].entries()) {
    const net = subnet(r, nets, interfaces) ?? { address: ip(`10.201.${n}.1`), length: 24 };
    const neighbours = [5, 6, 7, 50].map((host) => masked(net.address, 24) + host);
    const inside = nets.map(({ address }) => address).filter((a) => a !== net.address && within(a, net));
    interfaces.push({
      name,
      addresses: drawnFamily() === 6 && r.chance(0.5) ? [net, linkLocal(n)] : [net],
      group: groups.length > 0 && r.chance(0.5) ? r.pick(groups) || 0 : 0,
      up: n < 2 || r.chance(0.95),
      neighbours: [...neighbours, ...r.some(inside, 8)],
    });
  }
  const first = interfaces[0]!.addresses[0]!;
  const gateway = [2, 3].map((host) => masked(first.address, first.length) + host).find((a) => a !== first.address)!;
  const setup = [...linkCommands(interfaces), `ip route add default via ${dotted(gateway)} dev ${interfaces[0]!.name}`];
  setup.push(...drawSysctls(r, interfaces[0]!.name));
  const outside = nets.map(({ address, length }) => (length < 32 ? address + 1 : address));
  const remotes = [...outside, ...['8.8.8.8', '1.1.1.1', '203.0.113.200', '100.64.3.9'].map(ip)];
  const odd = ['255.255.255.255', '224.0.0.1', '239.1.2.3', '127.0.0.1', '0.0.0.0', '240.1.2.3', '169.254.7.7'].map(ip);
  for (const { addresses } of interfaces) odd.push((addresses[0]!.address | ~maskOf(addresses[0]!.length)) >>> 0);
  return { interfaces, setup: setupOf(setup).map((line) => asOnLinks(r, line)), remotes, odd, routedMarks: [] };
}

/** Of IPv6 a link has one beside its own, which those of other links may share a network with. */
const linkLocal = (n: number): Net => ({ address: numberOf([0xfe80, 0, 0, 0, 0, 0, 0, 0x101 + n]), length: 16 });

/** Networks of IPv6 are mostly of 64 bits, which is more than there are numbers for. */
const asOnLinks = (r: Random, line: string): string =>
  drawnFamily() === 6 && r.chance(0.6) ? line.replace(/(?<= addr add \S+\/)\d+/, '64') : line;

const within = (address: number, net: Net): boolean => masked(address, net.length) === masked(net.address, net.length);

/** An address of the host, that of a rule or the first in a network of one, in a network that no other link has. */
function subnet(r: Random, nets: readonly Net[], taken: readonly Interface[]): Net | undefined {
  for (let { address, length } of r.some(nets, 6)) {
    if (!isUnicast(address)) continue;
    length = length >= 16 && length <= 29 ? length : 24;
    const place = address & ~maskOf(length);
    if (place === 0 || place === ~maskOf(length)) address = masked(address, length) + 1;
    const net = { address, length };
    const clash = taken.some(({ addresses: [other] }) => within(address, other!) || within(other!.address, net));
    if (!clash) return net;
  }
  return undefined;
}

/** Sets that rules name and nobody gave: of a type that fits the directions, at times empty. */
function missingSets(r: Random, rules: readonly GivenRule[], given: string, { host, ports }: Pools): string {
  const asked = new Map<string, number>();
  for (const { wishes } of rules)
    for (const { option, values } of wishes)
      if (/^--(match-set|set|add-set|del-set)$/.test(option) && values[1] !== undefined)
        asked.set(values[0]!, Math.max(asked.get(values[0]!) ?? 0, values[1].split(',').length));
  let text = '';
  for (const [name, dimensions] of asked) {
    if (`\n${given}`.includes(`\ncreate ${name} `)) continue;
    const type = r.pick(
      [
        ['hash:ip', 'hash:net'],
        ['hash:ip,port', 'hash:net,port'],
        ['hash:ip,port,ip', 'hash:ip,port,net'],
      ][dimensions - 1] ?? ['hash:ip'],
    );
    const addresses = [...host.remotes, ...host.interfaces.flatMap(({ neighbours }) => neighbours)].filter(
      (a) => a !== 0,
    );
    const member = (): string =>
      type
        .slice(5)
        .split(',')
        .map((part) => (part === 'port' ? `${r.pick(['tcp', 'udp'])}:${r.pick(ports)}` : ipText(r.pick(addresses))))
        .join(',');
    const members = new Set(r.chance(0.15) ? [] : Array.from({ length: 12 }, member));
    const family = drawnFamily() === 6 ? ' family inet6' : '';
    text += `create ${name} ${type}${family}\n${[...members].map((one) => `add ${name} ${one}\n`).join('')}`;
  }
  return text;
}
