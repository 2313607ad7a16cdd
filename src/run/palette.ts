/**
 * What synthetic packets are drawn from (src/input/synthetic/palette.ts), read from rules, sets and host. What rules
 * test is read from their conditions, so that no extension has to be known by name.
 */
import { AddrType } from '../abi.js';
import type { Profile, SyntheticSpec } from '../input/synthetic/index.js';
import { type Palette, Part } from '../input/synthetic/palette.js';
import type { Condition } from '../model/condition.js';
import { type Host, TABLE_LOCAL } from '../model/host.js';
import type { PacketPath } from '../model/packet.js';
import { type HookName, isBuiltin, type Rule, type Table, type TableName } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import { rangeOfPrefix } from '../net/address.js';
import { wantsOfTables } from './palette-chains.js';
import { type Known, type Range, wantsOf } from './palette-rules.js';
import { SetSamples } from './palette-sets.js';
import { TestedValues } from './palette-values.js';

/** Rules and host as they are given: tables of IPv4, of each name one. */
export interface Given {
  readonly tables: readonly Table[];
  readonly sets: readonly SetDef[];
  readonly host: Host;
}

/** What is asked of rules and host: pages have it in another file than this. */
export interface Asked {
  readonly conditions: (rule: Rule, table: TableName) => readonly Condition[];
  /** the host's texts tell the way of every packet. */
  readonly tellsWays: boolean;
}

export interface SpecOptions {
  readonly profile: Profile;
  readonly seed: number;
  /** the way that all of them take. */
  readonly path?: PacketPath | undefined;
}

/** What packets of a profile are made of. */
export const specOf = (given: Given, { profile, seed, path }: SpecOptions, asked: Asked): SyntheticSpec => ({
  profile,
  seed,
  family: 4,
  palette: paletteOf(given, asked),
  ways: path === undefined ? waysOf(given, asked) : [path],
});

/** The ways that packets have to say, where the host's texts do not tell them: each hook that has rules is on one. */
function waysOf({ tables }: Given, { tellsWays }: Asked): readonly PacketPath[] | undefined {
  if (tellsWays) return undefined;
  const hooks = new Set<string>();
  for (const table of tables)
    for (const { name, rules } of table.chains.values())
      if (isBuiltin(table.name, name) && rules.length > 0) hooks.add(name);
  const ways = WAYS.filter((way) => hooks.has(way.toUpperCase()));
  const through = (hook: HookName, ...paths: PacketPath[]) =>
    hooks.has(hook) && !ways.some((way) => paths.includes(way)) ? paths : [];
  const all = new Set([
    ...ways,
    ...through('PREROUTING', 'input', 'forward'),
    ...through('POSTROUTING', 'forward', 'output'),
  ]);
  return all.size === 0 ? WAYS : WAYS.filter((way) => all.has(way));
}
const WAYS: readonly PacketPath[] = ['input', 'forward', 'output'];

/** Of a host's routes so many are taken, spread evenly. */
const MOST_ROUTES = 4096;
/** Numbers above are FROM_HOST and UNSAID. */
const MOST_INTERFACES = 0xfff0;

function paletteOf({ tables, sets, host }: Given, asked: Asked): Palette {
  const names = new Names(host);
  const samples = new SetSamples(sets, (pattern) => names.matching(pattern));
  const own = ownAddresses(host);
  const values = new TestedValues();
  for (const address of own) values.put(Part.Src, [address, address]);
  const known: Known = {
    interfaces: (pattern) => names.matching(pattern),
    samples: (set) => samples.of(set),
    addresses: (type) => addressesOf(type, host, own),
  };
  const wants = wantsOfTables(tables, (table, rule) => {
    const conditions = asked.conditions(rule, table.name);
    values.read(conditions);
    return wantsOf(conditions, known);
  });
  const routes = routesOf(host, names);
  // rules alone often name the loopback interface and no other
  const others = names.list.some((name) => name !== names.loopback);
  const interfaces = others ? names.list : [...names.list, 'eth0'];
  const loopback = interfaces.indexOf(names.loopback);
  return {
    interfaces,
    arriving: arrivingOn(interfaces, loopback, host),
    loopback,
    own: Uint32Array.from(own),
    routes,
    tested: values.tested(),
    types: values.types(),
    samples: samples.list,
    wants,
  };
}

/** The interfaces of the host, then those that rules and sets name. */
class Names {
  readonly list: string[];
  /** the name of the loopback interface. */
  readonly loopback: string;
  readonly #numbers = new Map<string, readonly number[]>();

  constructor(host: Host) {
    const links = (host.links ?? []).slice(0, MOST_INTERFACES);
    this.list = links.map((link) => link.name);
    this.loopback = links.find((link) => link.loopback)?.name ?? 'lo';
  }

  /** Numbers of the names that a pattern takes; where none does, one is made that it does. */
  matching(pattern: string): readonly number[] {
    let found = this.#numbers.get(pattern);
    if (found === undefined) {
      found = this.#find(pattern);
      this.#numbers.set(pattern, found);
    }
    return found;
  }

  #find(pattern: string): readonly number[] {
    const stem = pattern.endsWith('+') ? pattern.slice(0, -1) : undefined;
    const found = [...this.list.keys()].filter((number) =>
      stem === undefined ? this.list[number] === pattern : this.list[number]!.startsWith(stem),
    );
    if (found.length > 0) return found;
    const name = stem === undefined ? pattern : stem === '' ? 'eth0' : `${stem}0`;
    const isName = /^[^\s/:]{1,15}$/.test(name) && name !== '.' && name !== '..';
    return isName && this.list.length < MOST_INTERFACES ? [this.list.push(name) - 1] : [];
  }
}

/** The host's links that are up; where none is known, whatever rules name. */
function arrivingOn(interfaces: readonly string[], loopback: number, { links }: Host): Uint32Array {
  const up = new Set(links?.filter((link) => link.up).map((link) => link.name));
  const numbers = [...interfaces.keys()].filter((number) => number !== loopback);
  const some = numbers.filter((number) => up.has(interfaces[number]!));
  return Uint32Array.from(some.length > 0 ? some : numbers.length > 0 ? numbers : [loopback]);
}

/** Without those of the loopback interface, which are no use beyond it. */
function ownAddresses({ addresses, routes }: Host): number[] {
  const own =
    addresses?.filter((one) => one.family === 4).map((one) => one.address[0]!) ??
    (routes ?? [])
      .filter(
        (route) => route.family === 4 && route.type === 'local' && route.table === TABLE_LOCAL && route.prefix === 32,
      )
      .map((route) => route.address[0]!);
  return [...new Set(own)].filter((address) => address >>> 24 !== 127);
}

const MULTICAST: Range = [0xe0000000, 0xefffffff];
function addressesOf(type: AddrType, { addresses }: Host, own: readonly number[]): Range[] {
  if (type === AddrType.Multicast) return [MULTICAST];
  const of = type === AddrType.Local ? own : type === AddrType.Broadcast ? [0xffffffff, ...broadcasts(addresses)] : [];
  return of.map((address) => [address, address]);
}
const broadcasts = (addresses: Host['addresses']): number[] =>
  (addresses ?? []).flatMap(({ family, broadcast }) => (family === 4 && broadcast ? [broadcast[0]!] : []));

function routesOf(host: Host, names: Names): Uint32Array {
  const all = (host.routes ?? []).flatMap((route) => {
    if (route.family !== 4 || route.type !== 'unicast' || route.table === TABLE_LOCAL) return [];
    const { min, max } = rangeOfPrefix(route.address, route.prefix);
    return route.hops.flatMap(({ link }) => (link === undefined ? [] : [{ min: min[0]!, max: max[0]!, link }]));
  });
  const count = Math.min(all.length, MOST_ROUTES);
  const some = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
  return Uint32Array.from(
    some.flatMap(({ min, max, link }) => {
      const [number] = names.matching(link);
      return number === undefined ? [] : [min, max, number];
    }),
  );
}
