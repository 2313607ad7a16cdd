/** The engine and the reference of test/reference/ say the same of every packet, rule by rule. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TESTS } from '../src/run/asked/answers.js';
import { Random } from './kernel/generate/random.js';
import { generateScenario } from './kernel/generate.js';
import { HEADER } from './kernel/matches/header.js';
import { HOSTS } from './kernel/matches/host.js';
import { PAYLOAD } from './kernel/matches/payload.js';
import type { MatchTable } from './kernel/matches/table.js';
import type { PacketLine, Scenario } from './kernel/scenario.js';
import { askedSets } from './reference/asked-sets.js';
import { type Compared, compare, type Known, smallest, withoutUnknown } from './reference/compare.js';
import type { Hook } from './reference/evaluate.js';
import { flows } from './reference/flow.js';
import { rowTables } from './rows.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many of each level. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 32);

/** What lies outside of a packet, or was there before, the host is asked for, which the reference goes without. */
const ASKS_HOST = new RegExp(`^-A .* -m (${Object.keys(TESTS).join('|')}) .*\\n`, 'gm');

/** A scenario of the generator as far as the reference knows it. Packets from the wire have marks too, those of the rules. */
function draw(level: 1 | 2, seed: number): Known {
  const drawn = generateScenario(level, seed, { tracking: false });
  const r = new Random(seed);
  const marks = [...drawn.rules.matchAll(/mark (0x[0-9a-f]+)/g)].map(([, value]) => Number(value));
  const packets = drawn.packets.map((packet) =>
    marks.length > 0 && packet.mark === undefined && r.chance(0.5) ? { ...packet, mark: r.pick(marks) } : packet,
  );
  return withoutUnknown({ ...drawn, rules: drawn.rules.replace(ASKS_HOST, ''), packets });
}

async function agree(name: string, scenario: Scenario, hooks?: (packet: PacketLine) => Hook[]): Promise<Compared> {
  const compared = await compare(scenario, hooks);
  if (compared.differences.length > 0) throw new Error(`${name}\n${await smallest(scenario)}`);
  return compared;
}

describe('scenarios of the generator', () => {
  test.each([1, 2] as const)('level %i', { timeout: 300_000 }, async (level) => {
    const verdicts = new Map<string, number>();
    let [known, unknown, walks, reached] = [0, 0, 0, 0];
    for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
      const drawn = draw(level, seed);
      const compared = await agree(`level ${level}, seed ${seed}`, drawn.scenario);
      known += drawn.known;
      unknown += drawn.unknown.length;
      walks += compared.walks;
      reached += compared.reached;
      for (const [verdict, times] of compared.verdicts) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + times);
    }
    // what is left out, or never reached, is not compared
    expect(unknown).toBeLessThan(known / 10);
    expect(walks).toBeGreaterThan(80 * SCENARIOS);
    expect(reached).toBeGreaterThan(known / 4);
    for (const verdict of ['accept', 'drop', 'reject', 'hot drop', 'no packet'])
      expect(verdicts.get(verdict), verdict).toBeGreaterThan(0);
  });
});

test('sets of the generator', { timeout: 300_000 }, async () => {
  let [asked, reached] = [0, 0];
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
    const scenario = askedSets(seed);
    asked += scenario.rules.split('--match-set').length - 1;
    reached += (await agree(`sets of seed ${seed}`, scenario, () => ['FORWARD'])).reached;
  }
  expect(asked).toBeGreaterThan(SCENARIOS);
  expect(reached).toBeGreaterThan(asked / 3);
});

describe('rows of the extensions', () => {
  /** All rows of a table and chain as rules one below the other; REJECT would end the walk. */
  function ofRows(table: string, chain: string): Known {
    const rows = rowTables()
      .flatMap((one) => (one.name === 'REJECT' ? [] : one.rows))
      .filter((row) => row.ok && row.family === 4 && row.table === table && row.chain === chain);
    const rules = [`*${table}`, `:${chain} ACCEPT [0:0]`, ...rows.map(({ rule }) => `-A ${chain} ${rule}`), 'COMMIT'];
    const sets = 'create h1 hash:ip\nadd h1 192.168.1.5\nadd h1 8.8.8.8\n';
    const packets = [901, 902, 903, 904].flatMap((seed) => draw(1, seed).scenario.packets);
    return withoutUnknown({ family: 4, rules: `${rules.join('\n')}\n`, sets, setup: [], packets });
  }

  test.each([
    ['filter', 'INPUT', 80],
    ['filter', 'FORWARD', 80],
    ['filter', 'OUTPUT', 80],
    ['mangle', 'PREROUTING', 25],
    ['mangle', 'OUTPUT', 25],
  ])('%s %s', async (table, chain, least) => {
    const { scenario, known } = ofRows(table, chain);
    expect(known).toBeGreaterThan(least);
    const { reached } = await agree(`rows of ${table} ${chain}`, scenario);
    expect(reached).toBeGreaterThan(known / 3);
  });
});

/** Matches that the reference does not have yet, as none of IPv6: the kernel alone judges them. */
const NO_REFERENCE = ['mac', 'pkttype', 'pkttype of frames', 'set of link-layer addresses'];

describe('tables of the matches', () => {
  async function agreeOn(table: MatchTable, alone: boolean): Promise<void> {
    const [name, chain] = (table.at ?? 'mangle PREROUTING').split(' ');
    // alone: every rule has a device of its own, so that a packet that is cut meets that rule and no other
    const rules = table.rules.map((rule, i) => `-A ${chain} ${alone ? `-i to${i} ` : ''}${rule}`);
    const text = [`*${name}`, `:${chain} ACCEPT [0:0]`, ...rules, 'COMMIT'].map((line) => `${line}\n`).join('');
    const packets = alone
      ? rules.flatMap((_, i) => table.packets.map((packet) => ({ ...packet, in: `to${i}` })))
      : [...table.packets];
    const { scenario, known } = withoutUnknown({ family: 4, rules: text, sets: table.sets ?? '', setup: [], packets });
    expect(known).toBeGreaterThan(rules.length * 0.8);
    const { reached } = await agree(table.name, scenario, () => [chain as Hook]);
    expect(reached).toBeGreaterThan(known / 3);
  }
  const known = ({ name, family }: MatchTable) => family === undefined && !NO_REFERENCE.includes(name);
  test.each([...HEADER, ...PAYLOAD].filter(known).map((table) => [table.name, table] as const))(
    '%s',
    { timeout: 300_000 },
    (_, table) => agreeOn(table, true),
  );
  test.each(HOSTS.filter(known).map((table) => [table.name, table] as const))('%s', { timeout: 300_000 }, (_, table) =>
    agreeOn(table, false),
  );
});

test('ways from chain to chain', { timeout: 300_000 }, () =>
  fc.assert(
    fc.asyncProperty(flows, async (scenario) => {
      const { differences } = await compare(scenario);
      expect(differences.join('\n'), scenario.rules).toBe('');
    }),
    { seed: FIRST, numRuns: 4 * SCENARIOS },
  ),
);

describe('what the reference does not know it refuses', () => {
  test.each([
    ['a match', '-A INPUT -m conntrack --ctstate NEW'],
    ['an option', '-A INPUT -m length --longer 5'],
    ['a value', '-A INPUT -m dscp --dscp-class XX'],
    ['a value too many', '-A INPUT -m length --length 5 6'],
    ['an option before its match', '-A INPUT --dport 5'],
    ['an option twice', '-A INPUT -s 1.2.3.4 -s 1.2.3.5'],
    ['a target', '-A INPUT -j MASQUERADE'],
    ['a set', '-A INPUT -m set --match-set nowhere src'],
    ['a ! that turns nothing round', '-A INPUT -m ttl --ttl-eq 5 !'],
  ])('%s', (_, rule) => {
    const rules = `*filter\n:INPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
    expect(withoutUnknown({ family: 4, rules, sets: '', setup: [], packets: [] })).toMatchObject({
      known: 0,
      unknown: [expect.stringContaining('the reference does not know')],
    });
  });
});
