/**
 * Random scenarios for the kernel to judge: a host, its sets and rules, and packets near what the rules test. Text in,
 * text out: nothing of src/ is used, so that no mistake there can hide itself. The same level, seed and options give
 * the same scenario on every machine.
 *
 * Level 1 is a lone filter table over packet headers. Level 2 has all tables, marks, sets, facts of the host,
 * connections and translation, and each packet is the first. On level 3 packets come in groups, around the states of
 * connections and every kind of translation; on level 4 the groups are longer, whole flows, and time passes. Rules that
 * count on a clock are such that no token comes back in time.
 */
import { accounting, OBJECTS } from './accounting.js';
import { type Family, ofFamily } from './generate/address.js';
import type { Table } from './generate/clause.js';
import { type Draft, ICMP, SCTP, specOf, UDP } from './generate/draft.js';
import { drawAt, drawOdd, drawPools, type Hook, malform, mutate, type Pools } from './generate/draw.js';
import { type DescribedPacket, drawGroups, lineOf, MANNERS } from './generate/groups.js';
import { drawHost } from './generate/host.js';
import { drawNear, type GivenRules } from './generate/near.js';
import { Random } from './generate/random.js';
import { type Chain, type DrawnTable, drawTable, HOOKS, type Level, tableText } from './generate/ruleset.js';
import { SET_TYPES, SetBook, type SetType } from './generate/sets.js';
import { estimating } from './generate/targets.js';
import { drawTracking } from './generate/tracking.js';
import { buildPacket, fragment } from './packets.js';
import type { Scenario } from './scenario.js';

export type { DescribedPacket } from './generate/groups.js';
export type { Level } from './generate/ruleset.js';

export interface GeneratedScenario extends Scenario {
  packets: DescribedPacket[];
  /** the rules as data, for those who measure; none where they were given as text. */
  tables: DrawnTable[];
}

export interface GenerateOptions {
  /** default: 4. */
  family?: Family;
  /** also translations whose result the kernel draws, hashes or searches for. Default: from level 3 on. */
  nat?: boolean;
  /** rules that switch connection tracking on. Default: the seed decides. Level 1 never has them, 3 and 4 always. */
  tracking?: boolean;
  /** rules that ask for the time a connection has left (kernelIsYoung). Default: yes. */
  expire?: boolean;
  /** the set types that the kernel has; default: all but hash:net,net and hash:net,port,net. */
  setTypes?: readonly SetType[];
  /** how many rules at most. */
  rules?: number;
}

const COMMON_SETS = SET_TYPES.filter((type) => type !== 'hash:net,net' && type !== 'hash:net,port,net');

export const generateScenario = (level: Level, seed: number, options: GenerateOptions = {}): GeneratedScenario =>
  ofFamily(options.family ?? 4, () => ({ ...drawScenario(level, seed, options), family: options.family ?? 4 }));

function drawScenario(level: Level, seed: number, options: GenerateOptions): GeneratedScenario {
  const flows = level === 3 || level === 4;
  const r = new Random(flows ? seed * 2 + level - 3 + 0x40000000 : seed * 2 + level - 1);
  const host = drawHost(r);
  const pools = drawPools(r, host);
  const tracking = flows || (level === 2 && (options.tracking ?? r.chance(0.7)));
  const wanted = {
    level,
    flows,
    tracking,
    randomNat: options.nat ?? flows,
    expire: options.expire !== false,
    estimators: r.chance(0.3) ? ['e0', 'e1'] : [],
  };
  const sets = new SetBook(r, pools, level === 1 ? [] : (options.setTypes ?? COMMON_SETS), r.between(2, 9));
  const most = options.rules ?? (level === 1 ? 120 : 300);
  const count = r.chance(0.1) ? most : r.between(Math.min(5, most), r.chance(0.6) ? Math.ceil(most / 4) : most);
  const names: Table[] =
    level === 1
      ? ['filter']
      : (['raw', 'mangle', 'nat', 'filter', 'security'] as const).filter(
          (name) => name === 'filter' || (flows && name === 'nat') || r.chance(name === 'security' ? 0.3 : 0.75),
        );
  const tables = names.map((name) =>
    drawTable(r, pools, sets, name, Math.max(1, Math.round(count / names.length)), wanted),
  );
  const [begin] = tables[0]!.chains as [Chain];
  const witness = drawAt(r, pools, r.pick(begin.hooks));
  begin.rules.unshift(...wanted.estimators.map((name) => ({ clauses: [], witness, target: estimating(name) })));
  const witnesses = tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules.map((rule) => rule.witness)));
  const hooks = tables.flatMap(({ name }) => HOOKS[name]);
  const rules = tables.map(tableText).join('');
  if (rules.includes(' -m nfacct ')) host.setup.push(accounting(...OBJECTS));
  if (!flows) {
    const packets = drawPackets(r, pools, witnesses, hooks);
    return { family: 4, rules, sets: sets.text(), setup: host.setup, packets, tables };
  }
  const translated = tables.flatMap(({ name, chains }) =>
    name === 'nat' ? chains.flatMap((chain) => chain.rules.map((rule) => rule.witness)) : [],
  );
  const first = (): Draft => {
    const d = r.weighted<() => Draft>([
      [translated.length > 0 ? (level === 3 ? 60 : 30) : 0, () => r.pick(translated)],
      [25, () => r.pick(witnesses)],
      [20, () => drawAt(r, pools, r.pick(hooks))],
      [10, () => mutate(r, pools, r.pick(witnesses))],
      [5, () => drawOdd(r, pools)],
    ])();
    return ofAnyProtocol(r, d);
  };
  const packets = drawGroups(r, pools, MANNERS[level], r.between(60, 100), first);
  const setup = [...host.setup, ...drawTracking(r, level)];
  return { family: 4, rules, sets: sets.text(), setup, packets, tables };
}

/** Of the protocols beside TCP there are more than their share of the packets. */
const ofAnyProtocol = (r: Random, d: Draft): Draft =>
  r.chance(0.2) ? { ...d, proto: r.pick([UDP, ICMP, SCTP, SCTP, 47, 136, 50, 33]) } : d;

export interface NearOptions {
  /** how many first packets there are at least. Default: as many as the seed says. */
  least?: number;
  /** also groups of packets, as on level 3 or on level 4 with its short timeouts: the seed says which. Default: no. */
  flows?: boolean;
}

/** A given ruleset on a host that is made for it: its links, and addresses of the rules inside and outside its networks. */
export const scenarioNear = (given: GivenRules, seed: number, options: NearOptions = {}): GeneratedScenario =>
  ofFamily(given.family ?? 4, () => ({ ...drawScenarioNear(given, seed, options), family: given.family ?? 4 }));

function drawScenarioNear(given: GivenRules, seed: number, options: NearOptions): GeneratedScenario {
  const { least = 0, flows = false } = options;
  const r = new Random(seed);
  const { rules, sets, setup, pools, hooks, witnesses } = drawNear(r, given);
  const packets = drawPackets(r, pools, witnesses, hooks);
  while (packets.length < least) packets.push(...drawPackets(r, pools, witnesses, hooks));
  if (flows) {
    const level = r.pick([3, 4] as const);
    const first = (): Draft => {
      const d = r.weighted<() => Draft>([
        [60, () => r.pick(witnesses)],
        [15, () => mutate(r, pools, r.pick(witnesses))],
        [20, () => drawAt(r, pools, r.pick(hooks))],
        [5, () => drawOdd(r, pools)],
      ])();
      return ofAnyProtocol(r, d);
    };
    packets.push(...drawGroups(r, pools, MANNERS[level], r.between(40, 80), first));
    if (level === 4) setup.push(...drawTracking(r, level));
  }
  return { family: 4, rules, sets, setup, packets, tables: [] };
}

/** Packets at the hooks, and more of them that are a rule's witness or nearly so: each is the first. */
function drawPackets(r: Random, pools: Pools, witnesses: readonly Draft[], hooks: readonly Hook[]): DescribedPacket[] {
  const out: DescribedPacket[] = [];
  const drafts: Draft[] = [];
  const wanted = r.between(20, 60);
  for (let tries = 0; out.length < wanted && tries < 4 * wanted; tries++) {
    const d = r.weighted<() => Draft>([
      [34, () => r.pick(witnesses)],
      [34, () => mutate(r, pools, r.pick(witnesses))],
      [12, () => drawAt(r, pools, r.pick(hooks))],
      [7, () => drawOdd(r, pools)],
      [11, () => malform(r, r.chance(0.7) ? r.pick(witnesses) : drawAt(r, pools, r.pick(hooks)))],
      // several alike spend the tokens of limit and move nth on
      [10, () => (drafts.length > 0 ? r.pick(drafts) : r.pick(witnesses))],
    ])();
    drafts.push(d);
    const frame = pools.host.interfaces.some(({ name, tap }) => tap && name === d.in) && r.chance(0.06);
    // not to a group: xt_cluster.c makes of such a frame one to this host
    const pkttype = frame ? r.pick(['broadcast', 'otherhost'] as const) : undefined;
    for (const line of packetsOf(r, d, 100 + out.length)) out.push(pkttype === undefined ? line : { ...line, pkttype });
  }
  return out;
}

/** The packet, or at times the fragments that it comes in. Each has an identification of its own. */
function packetsOf(r: Random, d: Draft, ipId: number): DescribedPacket[] {
  const spec = specOf(d, ipId);
  const bytes = buildPacket(spec);
  const whole = Object.keys(d.faults).length === 0 && !d.mf && d.frag === 0 && !d.df;
  const pieces = whole && d.size > 40 && r.chance(0.06) ? fragment(bytes, r.pick([24, 32, 48]), ipId) : [bytes];
  return pieces.map((piece) => lineOf(d, spec, piece));
}
