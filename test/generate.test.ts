/** `generate` as a command: its formats, and what it says of bad usage. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCapture } from '../src/input/capture/read.js';
import { encodePacket } from '../src/input/encode.js';
import { readJsonPacket } from '../src/input/json.js';
import { packetwalk } from './command.js';
import { ROOT } from './root.js';

const HOST = join(ROOT, 'examples/host');
const RULES = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp --dport 22 -j ACCEPT\nCOMMIT\n';
let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'packetwalk-'));
  writeFileSync(join(cwd, 'ok.rules'), RULES);
  writeFileSync(join(cwd, 'bad.rules'), RULES.replace('22', '70000'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
async function generate(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await packetwalk(['generate', ...args], { cwd });
  expect([code, stderr]).toEqual([0, '']);
  return linesOf(stdout);
}

test('as many packets as were asked for, the same each time, whatever their number', async () => {
  const some = await generate('1500', HOST);
  expect(some.length).toBe(1500);
  expect((await generate('3', HOST)).join()).toBe(some.slice(0, 3).join());
  expect((await generate('3', HOST, '--seed', '2')).join()).not.toBe(some.slice(0, 3).join());
  expect(await generate('0', HOST)).toEqual([]);
});

test('CSV has a line for the columns, then the packets', async () => {
  const [header, ...rows] = await generate('3', HOST, '--format', 'csv');
  expect(header).toBe('in,src,dst,proto,sport,dport,flags,type,code,length,ttl,tos,df,frag,mf,mark,time');
  expect(rows.length).toBe(3);
});

test('pcap has the packets, with their times', async () => {
  const lines = await generate('1100', HOST);
  const run = promisify(execFile);
  const command = [join(ROOT, 'bin/packetwalk.js'), 'generate', '1100', HOST, '--format', 'pcap'];
  const { stdout, stderr } = await run(process.execPath, command, { encoding: 'buffer', maxBuffer: 1 << 26 });
  expect(String(stderr)).toBe('note: pcap has no place for the interface, the mark and the way of a packet\n');
  const read: string[] = [];
  for await (const { packets } of readCapture([stdout], 'x.pcap'))
    for (let i = 0; i < packets.count; i++) {
      const bytes = packets.bytes.subarray(packets.at[i]!, packets.at[i]! + packets.size[i]!);
      read.push(`${packets.time![i]!.toFixed(6)} ${Buffer.from(bytes).toString('hex')}`);
    }
  const said = lines.map((text) => {
    const { packet } = readJsonPacket({ number: 1, text, cut: false });
    return `${packet.time!.toFixed(6)} ${Buffer.from(encodePacket(packet)).toString('hex')}`;
  });
  expect(read).toEqual(said);
});

test('without rules: any values, each with its way', async () => {
  const packets = (await generate('50', '--profile', 'uniform')).map((line) => JSON.parse(line));
  expect(new Set(packets.map(({ path }) => path))).toEqual(new Set(['input', 'forward', 'output']));
});

test('--path is the way of all packets', async () => {
  const packets = (await generate('50', 'ok.rules', '--path', 'output')).map((line) => JSON.parse(line));
  expect(packets.every((packet) => packet.path === 'output' && packet.in === null)).toBe(true);
});

test('rules with errors stop it; --lenient goes on with what was read', async () => {
  const refused = await packetwalk(['generate', '5', 'bad.rules'], { cwd });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('70000');
  const { code, stdout } = await packetwalk(['generate', '5', 'bad.rules', '--lenient'], { cwd });
  expect([code, linesOf(stdout).length]).toEqual([0, 5]);
});

test.each<[args: readonly string[], stderr: RegExp]>([
  [[], /missing required argument 'N'/],
  [['host'], /^host: the number of packets was expected here\n {2}as in packetwalk generate 1000 host\/\n$/],
  [['1e6', 'ok.rules'], /^1e6: the number of packets/],
  [['10'], /^--profile near: no file was named.*\n.*--profile uniform/],
  [['10', '--profile', 'mix'], /^--profile mix: no file was named/],
  [['10', 'ok.rules', '--seed', '-1'], /--seed/],
  [['10', 'ok.rules', '--seed', '4294967296'], /^--seed 4294967296: a number from 0 to 4294967295/],
  [['10', 'ok.rules', '--family', '6'], /no rules of IPv6 were given/],
  [['10', 'ok.rules', '--family', '5'], /Allowed choices are 4, 6, both/],
  [['10', 'ok.rules', '--format', 'xml'], /Allowed choices are jsonl, csv, pcap/],
  [['10', 'gone.rules'], /^gone.rules: there is no such file/],
])('%j is refused', async (args, stderr) => {
  const { code, stdout, stderr: said } = await packetwalk(['generate', ...args], { cwd });
  expect([code, stdout]).toEqual([2, '']);
  expect(said).toMatch(stderr);
});

test('a reader that goes away ends it, quietly', async () => {
  const begun = performance.now();
  const { code, stderr } = await packetwalk(['generate', '100000000', 'ok.rules'], { cwd, close: 'stdout' });
  expect([code, stderr]).toEqual([0, '']);
  expect(performance.now() - begun).toBeLessThan(15_000);
});
