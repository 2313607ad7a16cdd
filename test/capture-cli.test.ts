/** `capture` as a command: the script, and texts redacted. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCRIPT } from '../src/cli/capture-script.js';
import { packetwalk } from './command.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'packetwalk-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const RULES =
  '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.77/32 -m comment --comment "of acme" -j DROP\nCOMMIT\n';

test('capture prints the script', async () => {
  expect(await packetwalk(['capture'], { cwd })).toEqual({ code: 0, stdout: SCRIPT, stderr: '' });
});

test('capture --redact reads standard input, and the table has what stands for what', async () => {
  const args = ['capture', '--redact', '-', '--table', 'table.txt'];
  const { code, stdout, stderr } = await packetwalk(args, { cwd, stdin: `Dear all\n${RULES}` });
  expect([code, stderr]).toEqual([0, 'note: lines that hold nothing of rules, sets or a host were left out: 1\n']);
  const own = /-s (\S+)\/32 -m comment --comment "text1" -j DROP/.exec(stdout)![1];
  expect(readFileSync(join(cwd, 'table.txt'), 'utf8')).toBe(`address\t192.0.2.77\t${own}\ntext\tof acme\ttext1\n`);
  expect(statSync(join(cwd, 'table.txt')).mode & 0o077).toBe(0);
  // another time others
  const again = await Promise.all([1, 2, 3].map(() => packetwalk(['capture', '--redact', '-'], { cwd, stdin: RULES })));
  expect(new Set([stdout.slice('Redacted.\n'.length), ...again.map((one) => one.stdout)]).size).toBeGreaterThan(1);
});

describe('says what it is unsure of', () => {
  test.each([
    ['-A INPUT -m u32 --u32 "12&0xFF=0x7F" -j DROP', /^warning: standard input:2: bytes that a rule compares/],
  ])('%s', async (rule, said) => {
    const stdin = `*filter\n${rule}\nCOMMIT\n`;
    expect((await packetwalk(['capture', '--redact', '-'], { cwd, stdin })).stderr).toMatch(said);
  });
});

describe('refuses', () => {
  test.each([
    [['--redact'], /^--redact: no file was named\n {2}packetwalk capture \| ssh/],
    [['host.txt'], /^files are read for --redact alone/],
    [['--table', 'x'], /^--table: nothing is replaced/],
    [['--redact', '-', '--table', '-'], /^--table -: a file was expected/],
    [['--redact', '-', '--table', 'no/such/folder'], /^no\/such\/folder: the table could not be written/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await packetwalk(['capture', ...args], { cwd, stdin: RULES });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
