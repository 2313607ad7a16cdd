/**
 * What the matches mean, before the kernel: the rules of a table stand in one chain, and for each packet of the table the
 * kernel's counters of rules and policy must be those of packetwalk. A packet that is hot dropped, which hides the rules
 * behind, meets each rule alone besides. The packets do not know one another; connections and what counts have tests of
 * their own below.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import type { Packet } from '../../src/model/packet.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { type Kernel, kernelIsYoung, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { chainAlone } from './matches/alone.js';
import { BPF } from './matches/bpf.js';
import { AROUND, ASKED, PACKETS } from './matches/connection.js';
import { HEADER } from './matches/header.js';
import { HOSTS } from './matches/host.js';
import { PAYLOAD, PIECES, STRINGS } from './matches/payload.js';
import { HOST, HOST6, type MatchTable, wire } from './matches/table.js';
import { TARGETS } from './matches/targets.js';
import { TOLD } from './matches/told.js';
import { countersOf, differences, type Observed, ofKernel, ofWalk } from './observed.js';
import type { PacketLine } from './scenario.js';
import { loadCaptured } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

const packetOf = (line: PacketLine): Packet =>
  readJsonPacket({ number: 1, text: JSON.stringify(line), cut: false }).packet;

interface Answer {
  readonly line: PacketLine;
  readonly kernel: Observed;
  readonly ours: Observed;
  /** a hot drop, as packetwalk sees it. */
  readonly cut: boolean;
}

/** Where the packet goes behind the chain is another matter. */
const counted = ({ counters }: Observed): Observed => ({ counters, out: [] });

function walked(host: LoadedHost, line: PacketLine): Pick<Answer, 'ours' | 'cut'> {
  const before = countersOf(host);
  const result = host.walk(packetOf(line), { bytes: true });
  return { ours: counted(ofWalk(result, host, before, countersOf(host))), cut: result.by.why === 'header-cut' };
}

async function ask(table: MatchTable, rules: readonly string[], packets: readonly PacketLine[]): Promise<Answer[]> {
  const [name, chain] = place(table).split(' ');
  const text = `*${name}\n:${chain} ACCEPT [0:0]\n${rules.map((rule) => `-A ${chain} ${rule}\n`).join('')}COMMIT\n`;
  const { family = 4, sets = '', setup = [] } = table;
  await kernel.load({ family, rules: text, sets, setup: [...(family === 4 ? HOST : HOST6), ...setup] });
  const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': text }, { family });
  const answers = await Promise.all(packets.map((packet) => kernel.send(packet)));
  return packets.map((line, i) => ({ line, kernel: counted(ofKernel(answers[i]!)), ...walked(host, line) }));
}
const place = ({ at = 'mangle PREROUTING' }: MatchTable): string => at;

async function compare(table: MatchTable): Promise<void> {
  const { rules, packets, constant = [] } = table;
  const wrong: string[] = [];
  const told = (answers: readonly Answer[], asked: readonly string[]) => {
    for (const { line, kernel, ours } of answers)
      for (const difference of differences(kernel, ours))
        wrong.push(`${asked.length === 1 ? asked[0] : 'all'} on ${line.in} ${line.hex}: ${difference}`);
  };
  const together = await ask(table, rules, packets);
  told(together, rules);
  const cut = together.filter((answer) => answer.cut).map(({ line }) => line);
  if (cut.length > 0) for (const rule of rules) told(await ask(table, [rule], cut), [rule]);
  expect(wrong).toEqual([]);
  const whole = together.filter((answer) => !answer.cut && answer.kernel.counters.size > 0);
  const alike = rules.filter((_, i) => {
    const held = whole.filter(({ kernel }) => kernel.counters.has(`${place(table)} ${i + 1}`)).length;
    return held === 0 || held === whole.length;
  });
  expect(alike, 'rules that tell no packets apart').toEqual(rules.filter((rule) => constant.includes(rule)));
}

/** `! --ctproto`: the first option of a rule, with its sign. */
const optionOf = (rule: string): string => /(! )?--\S+/.exec(rule)![0];

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk agree on'), () => {
  test.each(
    [...HEADER, ...PAYLOAD, ...BPF, ...HOSTS, ...TOLD, ...TARGETS].map(
      (table) => [`${table.name}${table.at ? ` in ${table.at}` : ''}`, table] as const,
    ),
  )('%s', { timeout: 120000 }, (_, table) => compare(table));

  test('string in packets that come in fragments: bm looks in one at a time', { timeout: 60000 }, async () => {
    const chain = (name: string) =>
      `:${name} ACCEPT [0:0]\n${STRINGS.map((rule) => `-A ${name} -m string ${rule}\n`).join('')}`;
    const chains = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].map(chain).join('');
    const text = `*mangle\n${chains}-A FORWARD -m conntrack --ctstate INVALID\nCOMMIT\n`;
    await kernel.load({ family: 4, rules: text, sets: '', setup: [...HOST] });
    const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': text }, { connections: [] });
    const times = new Map<string, number>();
    for (const line of PIECES) {
      const answer = counted(ofKernel(await kernel.send({ ...line, keep: true })));
      expect({ line, differences: differences(answer, walked(host, line).ours) }).toEqual({ line, differences: [] });
      for (const rule of answer.counters.keys()) times.set(rule, (times.get(rule) ?? 0) + 1);
    }
    const found = (text: string, algo: string) =>
      times.get(`mangle FORWARD ${STRINGS.indexOf(`--string "${text}" --algo ${algo}`) + 1}`) ?? 0;
    expect(['ijklmnop', 'ghij', 'hijklmnopq'].map((text) => [found(text, 'bm'), found(text, 'kmp')])).toEqual([
      [3, 3],
      [1, 3],
      [0, 3],
    ]);
  });

  test('connections', { timeout: 60000 }, async () => {
    const asked = ASKED.filter((rule) => !kernelIsYoung() || !rule.includes('--ctexpire'));
    const rules = asked.map((rule) => `-A FORWARD ${rule}\n`).join('');
    const text = `${AROUND}*filter\n:FORWARD ACCEPT [0:0]\n${rules}COMMIT\n`;
    const hits = await chainAlone(text, 'filter', 'FORWARD');
    const answers = await kernel.run({
      family: 4,
      rules: text,
      sets: '',
      setup: [...HOST],
      packets: PACKETS.map(([, line]) => line),
    });
    const said = (numbers: readonly number[]) => numbers.map((rule) => asked[rule - 1]);
    const held = new Set<string>();
    PACKETS.forEach(([name, line, entry], i) => {
      const theirs = answers[i]!.hits.filter(({ table }) => table === 'filter').map(({ rule }) => rule);
      expect({ name, hits: said(hits(line, entry)) }).toEqual({ name, hits: said(theirs) });
      for (const rule of theirs) held.add(optionOf(asked[rule - 1]!));
    });
    expect(held, 'options of rules that hold for some packet').toEqual(new Set(asked.map(optionOf)));
  });

  test.each<[name: string, rules: string[], gaps: number[]]>([
    [
      'statistic',
      [
        ...['--every 1 --packet 0', '--every 3 --packet 0', '--every 3 --packet 2', '! --every 3 --packet 1'],
        ...['--every 7 --packet 6', '! --every 2 --packet 0'],
      ].map((text) => `-m statistic --mode nth ${text}`),
      new Array<number>(20).fill(0),
    ],
    [
      'statistic by certain chances',
      ['0', '1', '0.00000000001', '0.9999999999'].flatMap((chance) => [
        `-m statistic --mode random --probability ${chance}`,
        `-m statistic --mode random ! --probability ${chance}`,
      ]),
      [0, 0, 0],
    ],
    [
      'rules behind one that counts',
      [
        '-m statistic --mode nth --every 2 --packet 0 -p udp',
        '-p tcp -m limit --limit 1/day --limit-burst 1',
        '-p udp -m limit --limit 1/hour',
      ],
      [0, 0, 0],
    ],
    [
      'limit: the burst',
      [
        '1/day --limit-burst 1',
        '1/day --limit-burst 3',
        '1/hour --limit-burst 7',
        '1/hour',
        '2/min --limit-burst 10',
      ].map((text) => `-m limit --limit ${text}`),
      new Array<number>(12).fill(0),
    ],
    [
      'limit: what time brings',
      [
        '1/sec --limit-burst 2',
        '2/sec --limit-burst 3',
        '1/sec --limit-burst 1',
        '150/min --limit-burst 1',
        '1/hour --limit-burst 2',
      ].map((text) => `-m limit --limit ${text}`),
      [0, 0, 0, 0, 1500, 0, 0, 0, 500, 0, 700, 0],
    ],
  ])('%s', { timeout: 60000 }, async (_, rules, gaps) => {
    const text = `*mangle\n:PREROUTING ACCEPT [0:0]\n${rules.map((rule) => `-A PREROUTING ${rule}\n`).join('')}COMMIT\n`;
    await kernel.load({ family: 4, rules: text, sets: '', setup: [...HOST] });
    const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': text });
    for (const [i, gap] of gaps.entries()) {
      if (gap > 0) await new Promise((done) => setTimeout(done, gap));
      const time = performance.now() / 1000;
      const answer = counted(ofKernel(await kernel.send(wire())));
      const { ours } = walked(host, { ...wire(), time } as PacketLine);
      expect({ packet: i, differences: differences(answer, ours) }).toEqual({
        packet: i,
        differences: [],
      });
    }
  });
});
