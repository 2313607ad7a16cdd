/**
 * Packets of flows, counted: with connections remembered `classify` counts in each way what `trace` says of one packet after
 * another, and both remember the same at the end.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPacket } from '../src/input/json.js';
import type { Packet } from '../src/model/packet.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { bytesOf, pcap } from './captures.js';
import { HOST, rulesOf } from './classify/steps.js';
import { differing, inBatches, load, oneByOne } from './classify/ways.js';
import { packetwalk } from './command.js';
import { flowPacket, listOf, packed } from './flow-packets.js';
import { drawFlows, FLOW_RULES } from './random-flows.js';

const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 4);

test('one by one and by the batch, with either engine', { timeout: 120_000 }, async () => {
  const hit = new Set<string>();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
    const program = programOf(parse([FLOW_RULES, ...HOST]));
    const packets = drawFlows(seed, 120).map((packet) => readPacket(packet).packet);
    const walked = await load(program, 'bytecode');
    // of fragments, bytes in all are not compared
    const { bytes } = inBatches(walked, packed(packets, 1)).summary;
    const one = oneByOne(walked, packets, [bytes]);
    const remembered = listOf(walked);
    for (const [kind, rows] of [
      ['auto', 1000],
      ['auto', 7],
      ['bytecode', 1000],
    ] as const) {
      const host = await load(program, kind);
      const counted = inBatches(host, packed(packets, rows));
      const again = `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}, ${kind}, ${rows}`;
      expect(
        differing(one, counted, (i) => JSON.stringify(packets[i])),
        again,
      ).toEqual([]);
      expect(listOf(host), again).toEqual(remembered);
      // reset leaves nothing of it
      expect(
        differing(counted, inBatches(host, packed(packets, 100)), () => ''),
        again,
      ).toEqual([]);
    }
    for (const rule of one.summary.rules) if (rule.packets > 0) hit.add(`${rule.table} ${rule.chain} ${rule.rule}`);
    if (seed > FIRST || SCENARIOS === 1) continue;
    const forgetful = await load({ ...program, connections: false }, 'auto');
    expect(differing(one, inBatches(forgetful, packed(packets, 1000)), () => '')).not.toEqual([]);
    expect([listOf(forgetful), remembered.length > 5]).toEqual([[], true]);
  }
  // the flows come to all that the rules ask
  if (SCENARIOS > 1) expect(hit.size).toBe(FLOW_RULES.text.split('\n').filter((line) => /^-A/.test(line)).length);
});

test('the mark of a template that two hooks share goes from packet to packet in their order', async () => {
  const rules = rulesOf({
    raw: [
      ':SHARED -',
      'PREROUTING -j SHARED',
      'PREROUTING -m connmark --mark 0x1 -j DROP',
      'OUTPUT -j SHARED',
      'OUTPUT -j CONNMARK --set-mark 0x1',
      'SHARED -j CT --zone 1',
    ],
  });
  const program = { ...programOf(parse([rules, ...HOST])), connections: false as const };
  const packets = ['udp 198.51.100.7:5 > 192.0.2.1:6', 'udp 192.0.2.1:6 > 198.51.100.7:5'].map(
    (text) => readPacket(flowPacket(text)).packet,
  );
  const [comes, goes] = packets as [Packet, Packet];
  const host = await load(program, 'auto');
  expect(inBatches(host, packed([comes, goes, comes], 3)).fates).toEqual(['delivered', 'sent', 'dropped']);
});

describe('the command', () => {
  const flows = drawFlows(77, 150);
  const lines = flows.map((packet) => `${JSON.stringify(packet)}\n`).join('');
  const frames = flows.map((packet) => ({
    frame: 'hex' in packet ? Buffer.from(String(packet.hex), 'hex') : bytesOf(packet),
    time: [Math.floor(Number(packet.time)), Math.round((Number(packet.time) % 1) * 1e6)] as const,
  }));
  const [client, server] = ['10.0.0.9:4000', '198.51.100.7:443'];
  /** Of a connection that began before them. */
  const later = [`tcp ${server} > 192.0.2.1:4000 A seq=5 ack=6`, `tcp ${client} > ${server} A seq=6 ack=5`];
  const FILES = {
    'flows.jsonl': lines,
    'flows.pcap': pcap(frames),
    'later.jsonl': later.map((text) => `${JSON.stringify(flowPacket(text))}\n`).join(''),
    'known.txt':
      'tcp      6 100 ESTABLISHED src=10.0.0.9 dst=198.51.100.7 sport=4000 dport=443 src=198.51.100.7 dst=192.0.2.1 sport=443 dport=4000 [ASSURED] mark=0 use=1\n',
    ...Object.fromEntries([FLOW_RULES, ...HOST].map(({ name, text }) => [`host-${name}`, text])),
  };
  const HOST_FILES = Object.keys(FILES).filter((name) => name.startsWith('host-'));

  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'packetwalk-'));
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(cwd, name), content);
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  type Counts = Record<string, number>;
  const named = ({ table, chain, rule = 0 }: { table: string; chain: string; rule?: number }) =>
    `${table} ${chain} ${rule}`;

  /** Fates, and hits of rules and policies, those without any left out. */
  async function counted(args: string, stdin = ''): Promise<Counts> {
    const words = args.split(' ');
    const { stdout, stderr, code } = await packetwalk(['classify', ...HOST_FILES, ...words, '--json'], { cwd, stdin });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const { fates, rules, policies } = JSON.parse(stdout);
    const hits = [...rules, ...policies].map((one) => [named(one), one.packets]);
    return Object.fromEntries([...Object.entries(fates as Counts), ...hits].filter(([, packets]) => packets > 0));
  }

  async function traced(args: string, stdin = ''): Promise<Counts> {
    const { stdout, code } = await packetwalk(['trace', ...HOST_FILES, ...args.split(' ')], { cwd, stdin });
    expect(code).toBe(0);
    const counts: Counts = {};
    for (const line of stdout.trim().split('\n')) {
      const { fate, hits, policies } = JSON.parse(line);
      for (const name of [fate, ...[...hits, ...policies].map(named)]) counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  test.concurrent('counts flows as trace does, in each way', { timeout: 120_000 }, async () => {
    const expected = await traced('--packets flows.jsonl');
    expect(expected['nat POSTROUTING 2']).toBeGreaterThan(20);
    for (const more of ['', ' --workers 4', ' --engine bytecode', ' --connections on'])
      expect(await counted(`--packets flows.jsonl${more}`), more).toEqual(expected);
    expect(await counted('--packets -', lines)).toEqual(expected);
    expect(await traced('--packets -', lines)).toEqual(expected);
    expect(await counted('--packets flows.pcap --workers 4')).toEqual(expected);
    expect(await traced('--packets flows.pcap')).toEqual(expected);
  });

  test.concurrent('without connections each is a first packet', { timeout: 120_000 }, async () => {
    const expected = await traced('--packets flows.jsonl --connections off');
    for (const more of ['', ' --workers 4', ' --engine bytecode'])
      expect(await counted(`--packets flows.jsonl --connections off${more}`), more).toEqual(expected);
    expect(expected).not.toHaveProperty('filter FORWARD 3');
    expect(await traced('--packets flows.jsonl')).toHaveProperty('filter FORWARD 3');
  });

  test.concurrent('connections that the host knows decide', { timeout: 60_000 }, async () => {
    const without = await traced('--packets later.jsonl');
    const known = await traced('known.txt --packets later.jsonl');
    expect(without).toMatchObject({ delivered: 1, forwarded: 1, 'nat POSTROUTING 2': 1 });
    expect(known).toMatchObject({ forwarded: 2, 'filter FORWARD 3': 2, 'filter FORWARD 8': 1 });
    expect(known).not.toHaveProperty('nat POSTROUTING 2');
    expect(await counted('known.txt --packets later.jsonl')).toEqual(known);
    expect(await counted('known.txt --packets later.jsonl --connections off')).toEqual(
      await traced('--packets later.jsonl --connections off'),
    );
  });
});
