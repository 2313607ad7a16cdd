/**
 * What the matches mean, before the kernel: each rule of a table stands alone in its chain, so that a hot drop hides no
 * other, and for each packet of the table the kernel's counters of rule and policy must be those of packetwalk. The
 * packets do not know one another; connections and what counts have tests of their own below.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import type { Packet } from '../../src/model/packet.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { loadCaptured } from './judge.js';
import { type Kernel, kernelMissing, openKernel } from './kernel.js';
import { HEADER } from './matches/header.js';
import { HOSTS } from './matches/host.js';
import { HOST, type MatchTable } from './matches/table.js';
import { countersOf, differences, type Observed, ofKernel, ofWalk } from './observed.js';
import type { PacketLine } from './scenario.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

const packetOf = (line: PacketLine): Packet =>
  readJsonPacket({ number: 1, text: JSON.stringify(line), cut: false }).packet;

/** What one packet moved, seen by packetwalk. */
function walked(host: LoadedHost, packet: Packet): Observed {
  const before = countersOf(host);
  return ofWalk(host.walk(packet, { bytes: true }), host, before, countersOf(host));
}
/** Where it goes behind the chain is another matter. */
const counted = ({ counters }: Observed): Observed => ({ counters, out: [] });

async function compare({ at = 'mangle PREROUTING', rules, constant = [], packets, sets = '', setup = [] }: MatchTable) {
  const [table, chain] = at.split(' ') as [string, string];
  const wrong: string[] = [];
  const alike: string[] = [];
  for (const rule of rules) {
    const text = `*${table}\n:${chain} ACCEPT [0:0]\n-A ${chain} ${rule}\nCOMMIT\n`;
    await kernel.load({ family: 4, rules: text, sets, setup: [...HOST, ...setup] });
    const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': text });
    const answers = (await Promise.all(packets.map((packet) => kernel.send(packet)))).map(ofKernel).map(counted);
    packets.forEach((line, i) => {
      const lines = differences(answers[i]!, counted(walked(host, packetOf(line))));
      if (lines.length > 0) wrong.push(`${rule} on ${line.in} ${line.hex}: ${lines.join('; ')}`);
    });
    if (new Set(answers.map(({ counters }) => counters.has(`${at} 1`))).size === 1) alike.push(rule);
  }
  expect(wrong).toEqual([]);
  expect(alike, 'rules that tell no packets apart').toEqual(rules.filter((rule) => constant.includes(rule)));
}

describe.skipIf(missing !== undefined)('the kernel and packetwalk agree on', () => {
  test.each(
    [...HEADER, ...HOSTS].map((table) => [`${table.name}${table.at ? ` in ${table.at}` : ''}`, table] as const),
  )('%s', { timeout: 120000 }, (_, table) => compare(table));
});
