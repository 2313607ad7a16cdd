/** `--save-connections`: what is known at the end, which is where the next packets begin. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packetwalk } from './command.js';
import { ADDR, ROUTE } from './two-links.js';

const RULES = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o eth0 -j SNAT --to-source 192.0.2.1
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -i eth1 -m connmark --mark 0x0 -j CONNMARK --set-xmark 0x7/0xffffffff
-A FORWARD -i eth1 -j ACCEPT
COMMIT
`;
const ASKED = '{"in":"eth1","src":"10.0.0.5","dst":"8.8.8.8","proto":"udp","sport":4000,"dport":53,"time":100}\n';
const ANSWERED = '{"in":"eth0","src":"8.8.8.8","dst":"192.0.2.1","proto":"udp","sport":53,"dport":4000,"time":101.5}\n';
const LINE = (seconds: number, unreplied: boolean) =>
  `ipv4     2 udp      17 ${seconds} src=10.0.0.5 dst=8.8.8.8 sport=4000 dport=53 ${unreplied ? '[UNREPLIED] ' : ''}src=8.8.8.8 dst=192.0.2.1 sport=53 dport=4000 mark=7 use=1\n`;

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'packetwalk-'));
  for (const [name, text] of Object.entries({ 'rules.save': RULES, 'addr.txt': ADDR, 'route.txt': ROUTE }))
    writeFileSync(join(cwd, name), text);
  writeFileSync(join(cwd, 'asked.jsonl'), ASKED);
  writeFileSync(join(cwd, 'answered.jsonl'), ANSWERED);
  writeFileSync(join(cwd, 'both.jsonl'), ASKED + ANSWERED);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const HOST = ['rules.save', 'addr.txt', 'route.txt'];
const run = (command: string, packets: string, ...more: string[]) =>
  packetwalk([command, ...HOST, '--packets', packets, ...more], { cwd });
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');

test.each(['trace', 'classify'])('%s begins where another has ended', async (command) => {
  const first = `${command}-first.txt`;
  expect(await run(command, 'asked.jsonl', '--save-connections', first)).toMatchObject({ code: 0, stderr: '' });
  expect(read(first)).toBe(LINE(30, true));
  const then = `${command}-then.txt`;
  expect(await run(command, 'answered.jsonl', first, '--save-connections', then)).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect(read(then)).toBe(LINE(30, false));
});

test('both packets in one run leave the same', async () => {
  await run('trace', 'both.jsonl', '--save-connections', 'both.txt');
  expect(read('both.txt')).toBe(LINE(30, false));
});

test('without the connection the answer is the host’s own', async () => {
  const known = await run('trace', 'answered.jsonl', 'trace-first.txt');
  const unknown = await run('trace', 'answered.jsonl');
  expect(known.stdout).toContain('"out":{"hook":"postrouting","iface":"eth1","src":"8.8.8.8","dst":"10.0.0.5"');
  expect(unknown.stdout).toContain('"out":{"hook":"input","iface":"eth0","src":"8.8.8.8","dst":"192.0.2.1"');
});

test.each([
  [['trace', 'asked.jsonl', '--connections', 'off', '--save-connections', 'x.txt'], /no connection is remembered/],
  [['trace', 'asked.jsonl', '--save-connections', '-'], /--save-connections -: a file was expected/],
  [
    ['trace', 'asked.jsonl', '--save-connections', 'no/such/folder/x.txt'],
    /x\.txt: the connections could not be written/,
  ],
])('%j', async ([command, packets, ...more], message) => {
  const { stderr, code } = await run(command!, packets!, ...more);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
