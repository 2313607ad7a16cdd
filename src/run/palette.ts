/**
 * What synthetic packets are drawn from (src/input/synthetic/palette.ts), read from rules, sets and host. What rules
 * test is read from their conditions, so that no extension has to be known by name.
 */
import { AddrType } from '../abi.js';
import type { Profile, SyntheticSpec } from '../input/synthetic/index.js';
import { type Palette, Part } from '../input/synthetic/palette.js';
import type { Condition } from '../model/condition.js';
import { type Host, type Route, TABLE_LOCAL } from '../model/host.js';
import type { PacketPath } from '../model/packet.js';
import { type HookName, isBuiltin, type Rule, type Table, type TableName } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import {
  type AddressRange,
  bitsOf,
  compareWords,
  type Family,
  familyOf,
  rangeOfPrefix,
  type Words,
} from '../net/address.js';
import { type AddressCodes, IPV4_CODES, one, type Range } from './address-codes.js';
import { familyOfRules } from './family-of-rules.js';
import type * as Codes6 from './ipv6/address-codes.js';
import { wantsOfTables } from './palette-chains.js';
import { type Known, wantsOf } from './palette-rules.js';
import { SetSamples } from './palette-sets.js';
import { TestedValues } from './palette-values.js';

/** Rules and host as they are given: tables of one family, of each name one. */
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
  /** numbers for addresses of IPv6; undefined: the rules are of IPv4. */
  readonly codes6?: typeof Codes6 | undefined;
}

export interface SpecOptions {
  readonly profile: Profile;
  readonly seed: number;
  /** that of the rules; where there are none IPv4. */
  readonly family?: Family | undefined;
  /** the way that all of them take. */
  readonly path?: PacketPath | undefined;
}

/** What packets of a profile are made of. */
export const specOf = (given: Given, { profile, seed, path, family }: SpecOptions, asked: Asked): SyntheticSpec => ({
  profile,
  seed,
  palette: paletteOf(given, asked, family ?? familyOfRules(given)),
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

/** Of IPv6 twice: first to see which addresses are spoken of, then with numbers for them. */
function paletteOf(given: Given, asked: Asked, family: Family): Palette {
  const { codes6 } = asked;
  if (codes6 === undefined) return paletteBy(given, asked, family, IPV4_CODES);
  const ranges = new codes6.NotedRanges();
  paletteBy(given, asked, family, ranges);
  return paletteBy(given, asked, family, new codes6.AddressCodes6(ranges.noted));
}

function paletteBy({ tables, sets, host }: Given, asked: Asked, family: Family, codes: AddressCodes): Palette {
  const names = new Names(host);
  const range = (addresses: AddressRange) => codes.range(addresses);
  const samples = new SetSamples(sets, (pattern) => names.matching(pattern), family, range);
  const own = ownAddresses(host, family).map((address) => range(one(address))[0]);
  const values = new TestedValues(family, range);
  for (const address of own) values.put(Part.Src, [address, address]);
  const known: Known = {
    interfaces: (pattern) => names.matching(pattern),
    samples: (set) => samples.of(set),
    range,
    addresses: (type) => addressesOf(type, host, own, family, range),
  };
  const wants = wantsOfTables(tables, (table, rule) => {
    const conditions = asked.conditions(rule, table.name);
    values.read(conditions);
    return wantsOf(conditions, known);
  });
  const routes = routesOf(host, names, family, range);
  // rules alone often name the loopback interface and no other
  const others = names.list.some((name) => name !== names.loopback);
  const interfaces = others ? names.list : [...names.list, 'eth0'];
  const loopback = interfaces.indexOf(names.loopback);
  return {
    family,
    book: codes.book,
    home: range(one(HOME[family]))[0],
    looping: range(LOOPING[family]),
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

const HOME: Readonly<Record<Family, Words>> = { 4: [0x7f000001], 6: [0, 0, 0, 1] };
const LOOPING: Readonly<Record<Family, AddressRange>> = {
  4: rangeOfPrefix([0x7f000000], 8),
  6: one(HOME[6]),
};
const isLooping = (address: Words): boolean => {
  const { min, max } = LOOPING[familyOf(address)];
  return compareWords(min, address) <= 0 && compareWords(address, max) <= 0;
};

/** Without those of the loopback interface, which are no use beyond it. */
function ownAddresses({ addresses, routes }: Host, family: Family): Words[] {
  const isOwn = ({ family: of, type, table, prefix }: Route) =>
    of === family && type === 'local' && table === TABLE_LOCAL && prefix === bitsOf(family);
  const own =
    addresses?.filter((one) => one.family === family).map((one) => one.address) ??
    (routes ?? []).filter(isOwn).map((route) => route.address);
  return [...new Map(own.map((address) => [`${address}`, address])).values()].filter((address) => !isLooping(address));
}

const MULTICAST: Readonly<Record<Family, AddressRange>> = {
  4: rangeOfPrefix([0xe0000000], 4),
  6: rangeOfPrefix([0xff000000, 0, 0, 0], 8),
};
function addressesOf(
  type: AddrType,
  { addresses = [] }: Host,
  own: readonly number[],
  family: Family,
  range: (addresses: AddressRange) => Range,
): Range[] {
  if (type === AddrType.Multicast) return [range(MULTICAST[family])];
  if (type === AddrType.Local) return own.map((address): Range => [address, address]);
  if (type !== AddrType.Broadcast || family === 6) return [];
  const broadcasts = addresses.flatMap(({ broadcast }) => (broadcast?.length === 1 ? [broadcast] : []));
  return [[0xffffffff], ...broadcasts].map((address) => range(one(address)));
}

function routesOf(host: Host, names: Names, family: Family, range: (addresses: AddressRange) => Range): Uint32Array {
  const all = (host.routes ?? []).flatMap((route) => {
    if (route.family !== family || route.type !== 'unicast' || route.table === TABLE_LOCAL) return [];
    const [min, max] = range(rangeOfPrefix(route.address, route.prefix));
    return route.hops.flatMap(({ link }) => (link === undefined ? [] : [{ min, max, link }]));
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
