/** Redacted texts give packets whose addresses are others in the same way the same answers. */
import { describe, expect, test } from 'vitest';
import { generateScenario, type Level } from '../kernel/generate.js';
import { caseNames, readCase } from '../kernel/keep.js';
import { differencesOf, type KeptCase, parseCase } from '../kernel/kept.js';
import { fromHex } from '../kernel/packets.js';
import type { PacketLine } from '../kernel/scenario.js';
import { loadTexts, observe } from '../kernel/walked.js';
import { type Alike, alike, packetsAlike } from './alike.js';
import { hostTexts } from './host.js';

/** Cases whose packets have addresses among their IP options, which are other bytes here. */
const OPTIONS = /^record-route/;
/** What compares bytes, or is taken by a hash of addresses, redact warns of. */
const DOUBTFUL = /--u32|--bytecode|-m cluster|-m string|HMARK|--to-(?:source|destination) [\d.]+-/;

const textsOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => ({ name, text }));

describe('what the kernel answered is still so', () => {
  const cases = caseNames()
    .map((name) => [name, parseCase(readCase(name))] as const)
    .filter(([name, { scenario }]) => !OPTIONS.test(name) && scenario.family === 4 && !DOUBTFUL.test(scenario.rules));

  test('for most kept cases', () => expect(cases.length).toBeGreaterThan(40));

  test.each(cases)('%s', async (_, kept) => {
    expect(await differencesOf(caseAlike(kept, 1))).toEqual([]);
  });

  function caseAlike({ title, scenario, host, answers }: KeptCase, seed: number): KeptCase {
    const { rules, sets, packets } = scenario;
    const left = answers.flatMap(({ out }) => out.map((line) => line.slice(line.lastIndexOf(' ') + 1)));
    const connections = answers.map(({ connections = [] }) => connections.join('\n')).join('\n');
    const made = alike(
      textsOf({ ...host, rules, sets, connections }),
      [...packets.map(({ hex }) => hex), ...left],
      seed,
    );
    return {
      title,
      scenario: { ...scenario, rules: '', sets: '', packets: packetsAlike(packets, made) },
      host: { all: made.text.replace(/^ipv4 .*\n/gm, '') },
      answers: answers.map((answer) => ({
        counters: renamedCounters(answer.counters, made),
        out: answer.out.map((line) => line.replace(/\S+$/, made.hex)),
        ...(answer.connections !== undefined && {
          connections: answer.connections.map((line) =>
            line.replace(/(?<=(?:src|dst)=)\S+/g, (own) => made.table.get(own) ?? own),
          ),
        }),
      })),
    };
  }
});

const renamedCounters = (counters: ReadonlyMap<string, string>, { table }: Alike) =>
  new Map(
    Array.from(counters, ([name, value]) => {
      const [of, chain, rule] = name.split(' ');
      return [`${of} ${table.get(chain!) ?? chain} ${rule}`, value] as const;
    }),
  );

const SEEDS = Number(process.env.PACKETWALK_SCENARIOS ?? 5);
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);

describe('random hosts', () => {
  test.each<Level>([1, 2])('of level %i', { timeout: 300_000 }, async (level) => {
    let turned = 0;
    let left = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { rules: all, sets, setup, packets: sent } = generateScenario(level, seed);
      const packets = sent.filter(({ hex }) => !hasAddressOption(hex));
      let tables = 0;
      const rules = all
        .replace(/^-A .*\n/gm, (line) => (DOUBTFUL.test(line) ? '' : line))
        // of several rules with one table the first is that of the chain whose name comes first: names are others here
        .replace(/--hashlimit-name \w+/g, () => `--hashlimit-name t${tables++}`);
      const given = [...hostTexts(setup), ...textsOf({ rules, sets })];
      const before = await seen(given, packets);
      const made = alike(
        given,
        [...packets.map(({ hex }) => hex), ...before.flatMap(({ out }) => out.map(hexOf))],
        seed,
      );
      const after = await seen([{ name: 'all', text: made.text }], packetsAlike(packets, made));
      for (const [n, { counters, out, open }] of before.entries()) {
        expect(after[n], `seed ${seed}, packet ${n + 1}: ${packets[n]!.hex}`).toEqual({
          counters: renamedCounters(counters, made),
          out: out.map((line) => line.replace(/\S+$/, made.hex)),
          open: open?.replace(/(?<=^mac:).*/, (mac) => made.table.get(mac) ?? mac),
        });
        left += out.length;
      }
      turned += [...made.table].filter(([was]) => /^\d+\.\d+\.\d+\.\d+$/.test(was)).length;
    }
    expect(turned).toBeGreaterThan(5 * SEEDS);
    expect(left).toBeGreaterThan(SEEDS);
  });

  /** Records of routes and times, and routes of the source, somewhere among the IP options. */
  function hasAddressOption(hex: string): boolean {
    const bytes = fromHex(hex);
    return bytes.subarray(20, (bytes[0]! & 15) * 4).some((byte) => [7, 0x44, 0x83, 0x89].includes(byte));
  }

  const hexOf = (line: string) => line.slice(line.lastIndexOf(' ') + 1);

  async function seen(texts: Alike['texts'], packets: readonly PacketLine[]) {
    const host = await loadTexts(Object.fromEntries(texts.map(({ name, text }) => [name, text])));
    // what the rules ask beside packets is known, as it is before the kernel
    const here = packets.map((line) => ({ ...line, cpu: 0 }));
    const heard = packets.map((_, n) => ({ time: 1_790_000_000_000 + n, left: [] }));
    return observe(host, here, heard).map(({ observed, open }) => ({ ...observed, open }));
  }
});
