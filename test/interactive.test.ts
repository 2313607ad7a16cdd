/** `explain --interactive`: questions on standard error, answers from standard input, the story once all is settled. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packetwalk } from './command.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'packetwalk-asks-'));
  const rules = '-A INPUT -p tcp -m set --match-set good src -s $NET -j ACCEPT\n';
  writeFileSync(
    join(cwd, 'web.rules'),
    `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}COMMIT\n`,
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

const PACKET = '--path input -i eth0 -p tcp -s 192.0.2.1 --sport 4000 -d 192.0.2.2 --dport 80 --syn'.split(' ');
const run = (stdin: string, ...more: string[]) =>
  packetwalk(['explain', 'web.rules', ...PACKET, '--interactive', ...more], { cwd, stdin });

const SET = 'ipset list good: ';
const NAME = 'whether -s $NET holds';

describe('explain --interactive', () => {
  it.each<[what: string, stdin: string, asked: string[], first: RegExp]>([
    ['yes and no', 'yes\nno\n', [SET, NAME], /^dropped, by the policy/],
    ['what settles it leaves the rest unasked', 'n\n', [SET], /^dropped, by the policy/],
    [
      'the output of the command, and a value',
      'create good hash:ip family inet\nadd good 192.0.2.1\n\n192.0.2.0/24\n',
      [SET, NAME],
      /^delivered to this host: .* rule 1 \(web\.rules:5\)/,
    ],
    ['the same without such a member', 'create good hash:ip family inet\n\n', [SET], /^dropped, by the policy/],
    ['what cannot be read is asked again', 'well\n\ny\nx.y\n192.0.2.1\n', [SET, SET, NAME, NAME], /^delivered/],
    ['left open', '\n\n', [SET, NAME], /^unknown, by filter INPUT rule 1/],
    ['the input ends', 'y\n', [SET, NAME], /^unknown, by filter INPUT rule 1/],
    ['it ends in the middle of a text', 'create good hash:ip family inet', [SET], /^dropped, by the policy/],
  ])('%s', async (_, stdin, asked, first) => {
    const { code, stdout, stderr } = await run(stdin);
    expect(code).toBe(0);
    expect(stdout).toMatch(first);
    const lines = stderr.split('\n').filter((line) => line.startsWith(SET) || line.startsWith(NAME));
    expect(lines.map((line) => (line.startsWith(SET) ? SET : NAME))).toEqual(asked);
  });

  it.each([
    ['--json', /^--interactive is for people/],
    ['-', /^--interactive reads answers from standard input/],
  ])('is refused with %s', async (more, message) => {
    const { code, stdout, stderr } = await run('', more);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
