/** What is done in Node and in Chromium alike: one file, made of this one, leaves it to both as `packetwalkWork`. */
import { packetwalk, rateOf } from '../classbench/entrants.js';
import { fiveTuplesOf } from '../classbench/rules.js';
import { flatRules, loadRules } from '../hosts.js';
import { packetsFor } from '../packets.js';
import { loadReal, packetsOf } from '../subjects/rules.js';

/** For so many milliseconds at least; millions of packets a second. */
export type Turn = (ms: number) => number | Promise<number>;

const PACKETS = 65_536;

async function firstMatch(size: number): Promise<Turn> {
  const rules = flatRules(await loadRules('flat', size));
  return (await packetwalk(fiveTuplesOf(rules), packetsFor(rules, PACKETS))).turn;
}

async function real(name: string): Promise<Turn> {
  const host = await loadReal(name, 'columns');
  const packets = packetsOf(host, PACKETS);
  return (ms) =>
    rateOf(ms, () => {
      host.classify(packets);
      return PACKETS;
    });
}

const WORK: Readonly<Record<string, () => Promise<Turn>>> = {
  'first match, 1,000 rules': () => firstMatch(1000),
  'first match, 10,000 rules': () => firstMatch(10_000),
  ...Object.fromEntries(['server', 'docker', 'router', 'drop list'].map((name) => [name, () => real(name)])),
};

const ready = new Map<string, Promise<Turn>>();

export const work = {
  names: Object.keys(WORK),
  async turn(name: string, ms: number): Promise<number> {
    if (!ready.has(name)) ready.set(name, WORK[name]!());
    return (await ready.get(name)!)(ms);
  },
  /** Lets go of what a name needed. */
  forget: (name: string) => ready.delete(name),
};

Object.assign(globalThis, { packetwalkWork: work });
