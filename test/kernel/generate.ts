/**
 * Random scenarios for the kernel to judge: a host, its sets and rules, and packets near what the rules test. Text in,
 * text out: nothing of src/ is used, so that no mistake there can hide itself. The same level, seed and options give
 * the same scenario on every machine.
 *
 * Level 1 is a lone filter table over packet headers. Level 2 has all tables, marks, sets, facts of the host,
 * connections and translation. Rules that count on a clock are such that no token comes back in time.
 */
import type { Table } from './generate/clause.js';
import { type Draft, ICMP, specOf } from './generate/draft.js';
import { drawAt, drawOdd, drawPools, type Hook, malform, mutate, type Pools } from './generate/draw.js';
import { drawHost } from './generate/host.js';
import { drawNear, type GivenRules } from './generate/near.js';
import { Random } from './generate/random.js';
import { type DrawnTable, drawTable, HOOKS, tableText } from './generate/ruleset.js';
import { SET_TYPES, SetBook, type SetType } from './generate/sets.js';
import { buildPacket, fragment, type PacketSpec, toHex } from './packets.js';
import type { PacketLine, Scenario } from './scenario.js';

/** A packet of a scenario: what is injected, and the fields it was built from, for people. */
export interface DescribedPacket extends PacketLine {
  spec: PacketSpec;
}

export interface GeneratedScenario extends Scenario {
  packets: DescribedPacket[];
  /** the rules as data, for those who measure; none where they were given as text. */
  tables: DrawnTable[];
}

export interface GenerateOptions {
  /** also translations whose result the kernel draws, hashes or searches for. Default: no. */
  nat?: boolean;
  /** rules that switch connection tracking on. Default: the seed decides. Level 1 never has them. */
  tracking?: boolean;
  /** rules that ask for the time a connection has left (kernelIsYoung). Default: yes. */
  expire?: boolean;
  /** packets that repeat or answer the one before, or report an error about it. Default: each is the first. */
  flows?: boolean;
  /** the set types that the kernel has; default: all but hash:net,net and hash:net,port,net. */
  setTypes?: readonly SetType[];
  /** how many rules at most. */
  rules?: number;
}

const COMMON_SETS = SET_TYPES.filter((type) => type !== 'hash:net,net' && type !== 'hash:net,port,net');

export function generateScenario(level: 1 | 2, seed: number, options: GenerateOptions = {}): GeneratedScenario {
  const r = new Random(seed * 2 + level - 1);
  const host = drawHost(r);
  const pools = drawPools(r, host);
  const tracking = level === 2 && (options.tracking ?? r.chance(0.7));
  const wanted = { level, tracking, randomNat: options.nat === true, expire: options.expire !== false };
  const sets = new SetBook(r, pools, level === 2 ? (options.setTypes ?? COMMON_SETS) : [], r.between(2, 9));
  const most = options.rules ?? (level === 1 ? 120 : 300);
  const count = r.chance(0.1) ? most : r.between(Math.min(5, most), r.chance(0.6) ? Math.ceil(most / 4) : most);
  const names: Table[] =
    level === 1
      ? ['filter']
      : (['raw', 'mangle', 'nat', 'filter', 'security'] as const).filter(
          (name) => name === 'filter' || r.chance(name === 'security' ? 0.3 : 0.75),
        );
  const tables = names.map((name) =>
    drawTable(r, pools, sets, name, Math.max(1, Math.round(count / names.length)), wanted),
  );
  const witnesses = tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules.map((rule) => rule.witness)));
  const hooks = tables.flatMap(({ name }) => HOOKS[name]);
  const packets = drawPackets(r, pools, witnesses, hooks, options.flows === true);
  return { family: 4, rules: tables.map(tableText).join(''), sets: sets.text(), setup: host.setup, packets, tables };
}

/**
 * A given ruleset on a host that is made for it: its links, and addresses of the rules inside and outside its networks.
 * `least`: how many packets there are at least.
 */
export function scenarioNear(given: GivenRules, seed: number, least = 0): GeneratedScenario {
  const r = new Random(seed);
  const { rules, sets, setup, pools, hooks, witnesses } = drawNear(r, given);
  const packets = drawPackets(r, pools, witnesses, hooks, false);
  while (packets.length < least) packets.push(...drawPackets(r, pools, witnesses, hooks, false));
  return { family: 4, rules, sets, setup, packets, tables: [] };
}

/** Packets at the hooks, and more of them that are a rule's witness or nearly so. */
function drawPackets(
  r: Random,
  pools: Pools,
  witnesses: readonly Draft[],
  hooks: readonly Hook[],
  flows: boolean,
): DescribedPacket[] {
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
    const group = [d];
    while (flows && group.length < 5 && r.chance(0.6)) group.push(follow(r, r.pick(group)));
    const packets = group.flatMap((member, i) => packetsOf(r, member, 100 + out.length + 10 * i));
    // the next group meets the host as if nothing had been
    packets.forEach((packet, i) => {
      if (flows && i < packets.length - 1) packet.keep = true;
    });
    out.push(...packets);
  }
  return out;
}

/** The same packet again, its answer, or an error about it. */
function follow(r: Random, d: Draft): Draft {
  const answer: Draft = {
    ...d,
    src: d.dst,
    dst: d.src,
    sport: d.dport,
    dport: d.sport,
    in: d.out === 'lo' ? d.in : d.out,
    out: d.in ?? 'lo',
    mark: 0,
    faults: {},
  };
  return r.weighted<() => Draft>([
    [3, () => d],
    [5, () => ({ ...answer, flags: d.flags === 2 ? 0x12 : 0x10, type: d.type === 8 ? 0 : d.type })],
    [
      2,
      () => ({
        ...answer,
        proto: ICMP,
        type: r.pick([3, 11]),
        code: r.below(2),
        frag: 0,
        mf: false,
        quote: toHex(buildPacket(specOf({ ...d, faults: {} }, 1)).subarray(0, 28)),
      }),
    ],
  ])();
}

/** The packet, or at times the fragments that it comes in. Each has an identification of its own. */
function packetsOf(r: Random, d: Draft, ipId: number): DescribedPacket[] {
  const spec = specOf(d, ipId);
  const bytes = buildPacket(spec);
  const whole = Object.keys(d.faults).length === 0 && !d.mf && d.frag === 0 && !d.df;
  const pieces = whole && d.size > 40 && r.chance(0.06) ? fragment(bytes, r.pick([24, 32, 48])) : [bytes];
  return pieces.map((piece) => {
    const packet: DescribedPacket = { in: d.in, hex: toHex(piece), spec };
    if (d.in === null && d.mark !== 0) packet.mark = d.mark;
    return packet;
  });
}
