/** The language that the command speaks, and whether its words are of that language. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { columnsOf, wrapped } from '../src/report/lang/columns.js';
import { LANGUAGES } from '../src/report/lang/spoken.js';
import { packetwalk } from './command.js';
import { ROOT } from './root.js';

const HOST = 'examples/host';
const QUESTION = 'explain examples/host -i eth0 -p tcp -s 192.168.1.77 -d 10.96.0.1 --dport 443 --syn';
const JAPANESE = /[\u3041-\u30ff]/;
const run = (line: string, env: Readonly<Record<string, string>> = {}, stdin = '') =>
  packetwalk(line.split(' '), { cwd: ROOT, env, stdin });

describe('which language', () => {
  test.each<[option: string, env: Readonly<Record<string, string>>, japanese: boolean]>([
    ['', {}, false],
    [' --lang ja', {}, true],
    [' --lang=ja', {}, true],
    ['', { LANG: 'ja_JP.UTF-8' }, true],
    ['', { LANG: 'ja' }, true],
    ['', { LANG: 'xx_XX.UTF-8' }, false],
    ['', { LANG: 'jam' }, false],
    ['', { LANG: 'constructor' }, false],
    ['', { LC_MESSAGES: 'ja_JP.UTF-8', LANG: 'C' }, true],
    ['', { LC_MESSAGES: 'C', LANG: 'ja_JP.UTF-8' }, false],
    ['', { LC_ALL: 'C.UTF-8', LC_MESSAGES: 'ja_JP.UTF-8', LANG: 'ja_JP.UTF-8' }, false],
    [' --lang en', { LC_ALL: 'ja_JP.UTF-8' }, false],
  ])('explain%s, %o', async (option, env, japanese) => {
    const { code, stdout } = await run(QUESTION + option, env);
    expect(code).toBe(0);
    expect(JAPANESE.test(stdout)).toBe(japanese);
  });

  test('one that there is not', async () => {
    const { code, stderr } = await run(`${QUESTION} --lang xx`);
    expect(code).toBe(2);
    expect(stderr).toContain(`Allowed choices are ${Object.keys(LANGUAGES).join(', ')}.`);
  });

  test.each([
    ['trace', `trace ${HOST} --packets -`, '{"in":"eth0","src":"192.168.1.77","dst":"10.96.0.1"}\n{"in":1}\n'],
    ['classify', `classify ${HOST} --synthetic 10 --json`, ''],
    ['explain', `${QUESTION} --json`, ''],
    ['check', 'check - --json', '*filter\n-A INPUT -j NOWHERE\nCOMMIT\n'],
  ])('words in the JSON of %s are Japanese only where that was asked for', async (_, line, stdin) => {
    const ja = { LANG: 'ja_JP.UTF-8' };
    expect((await run(line, ja, stdin)).stdout).not.toMatch(JAPANESE);
    const { stdout } = await run(`${line} --lang ja`, {}, stdin);
    expect(stdout).toMatch(JAPANESE);
    for (const object of stdout.trimEnd().split('\n')) expect(JSON.parse(object)).toMatchObject({ schema: 1 });
  });
});

describe('in Japanese', () => {
  test.each([
    ['check nowhere.rules', 2, '', 'nowhere.rules: そのようなファイルやフォルダはない\n'],
    [
      'show',
      2,
      '',
      'ファイルの指定がない\n  iptables-save の出力のあるファイルかフォルダを指定する (標準入力なら -)\n',
    ],
    [`${QUESTION} --expect forwarded`, 1, undefined, 'forwarded のはずだったが、パケットは破棄される\n'],
    [`${QUESTION} --seed x`, 2, '', '--seed x: 0 から 4294967295 の数値のはずである\n'],
    [
      'check --explain drop-policy-idle',
      0,
      /^drop-policy-idle \(警告\): すべてを許可するルールの後ろのポリシー DROP\n\nポリシーは、.*\n\n見つかる例:\n.*\n見つからない例:\n/s,
      '',
    ],
    [
      'check --explain open-quote',
      0,
      'open-quote: 引用符が閉じられていない: iptables-restore は改行も値とし、多くはそれを受け付けない。\n同じ行の中で閉じる。\n',
      '',
    ],
    ['check test/stories/addr.txt', 0, 'ルール 0 個、うち 0 個を解釈; セット 0 個; 問題は見つからなかった\n', ''],
  ])('%s', async (line, code, stdout, stderr) => {
    const outcome = await run(`${line} --lang ja`);
    expect(outcome).toEqual({ code, stdout: outcome.stdout, stderr });
    if (typeof stdout === 'string') expect(outcome.stdout).toBe(stdout);
    else if (stdout !== undefined) expect(outcome.stdout).toMatch(stdout);
  });

  test('a finding, with the caret below what is wide', async () => {
    const rules = '*filter\n-A INPUT -p tcp -m comment --comment "日本" --dport 70000 -j DROP\nCOMMIT\n';
    const { stdout } = await run('check - --lang ja', {}, rules);
    const [first, line, caret] = stdout.split('\n');
    expect(first).toBe('標準入力:2:51: エラー: --dport: ポート 70000 は 0..65535 の範囲にない');
    const at = caret!.indexOf('^');
    expect(columnsOf(line!.slice(0, line!.indexOf('70000')))).toBe(at);
    expect(caret!.slice(at)).toBe('^^^^^');
  });

  test('columns of a table stand below each other', async () => {
    const { stdout } = await run(`classify ${HOST} --synthetic 1000 --lang ja --top 3`);
    const [policies] = stdout.split('\n\n').filter((block) => block.startsWith('ポリシー'));
    const widths = policies!.split('\n').map(columnsOf);
    expect(widths.length).toBeGreaterThan(5);
    expect(new Set(widths).size).toBe(1);
  });
});

/** The questions of test/stories, each at the head of its story. */
const STORIES = readdirSync(join(ROOT, 'test/stories'))
  .filter((file) => file.endsWith('.txt') && file !== 'addr.txt')
  .map((file) => [file, readFileSync(join(ROOT, 'test/stories', file), 'utf8').split('\n')[0]!] as const)
  .filter(([, head]) => head.startsWith('packetwalk explain '));

/** Words of the field, and names of fields and states: no translation is better known. */
const TERMS = new Set(
  (
    'tcp udp icmp id type code TTL TOS MSS MTU TCP ICMP IP IPv6 ECN UDP Linux NEW ESTABLISHED RELATED INVALID UNTRACKED UNREPLIED ' +
    'SYN ACK RST FIN SYN_SENT SYN_RECV SEEN_REPLY ASSURED SNAT DNAT LOCAL UNICAST MULTICAST BROADCAST RETURN ACCEPT DROP NONE ' +
    'nat raw mangle filter PREROUTING INPUT FORWARD OUTPUT POSTROUTING main local default martian rp_filter show table all get from iif on off mode ' +
    'nf_conntrack_tcp_loose ip_forward accept_local route_localnet nf_conntrack_max conntrack limit statistic recent yes no addr route maddr ip ipset list ' +
    'iptables iptables-save I random nth ss sport sysctl net ipv4 conf nft ruleset Docker docker-proxy nf_conntrack_count ' +
    'address match target forwarding joined ip6tables ip6tables-save iptables-legacy iptables-nft'
  ).split(' '),
);

describe('no English is left in a Japanese story', () => {
  let told: readonly string[];
  beforeAll(async () => {
    const questions = STORIES.map(([, head]) => [...argsOf(head), '--lang', 'ja']);
    told = await answersTo(questions);
  }, 60_000);

  test('the stories are found', () => {
    expect(STORIES.length).toBeGreaterThan(30);
    expect(told.length).toBe(STORIES.length);
  });

  test.each(STORIES.map(([file, head], i) => [file, head, i] as const))('%s', async (file, head, i) => {
    const text = told[i]!;
    expect(text).toMatch(JAPANESE);
    const names = namesOf(argsOf(head));
    expect(text.split('\n').flatMap((line) => englishOf(line, names))).toEqual([]);
    if (GOLDEN.includes(file))
      await expect(`${head} --lang ja\n\n${text}`).toMatchFileSnapshot(join(ROOT, 'test/stories/ja', file));
  });
});

const argsOf = (head: string): string[] => head.split(' ').slice(1);

/** What the command prints to each of many command lines, in one process. */
async function answersTo(lines: readonly (readonly string[])[]): Promise<string[]> {
  const script = `import { main } from './dist/command/main.js';
    for (const args of ${JSON.stringify(lines)}) { await main(args); process.stdout.write('\\0'); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT });
  return stdout.split('\0').slice(0, -1);
}

/** Written down whole, to be read by somebody who knows the language. */
const GOLDEN = ['host-port.txt', 'question-that-matters.txt', 'answer-dropped.txt'];

/** Words of the command line, and of the files that it names, which rules and names of theirs are made of. */
function namesOf(args: readonly string[]): Set<string> {
  const files = args.flatMap((word) => {
    if (word === HOST) return readdirSync(join(ROOT, HOST)).map((name) => `${HOST}/${name}`);
    return /^test\/stories\//.test(word) ? [word] : [];
  });
  const texts = files.map((name) => readFileSync(join(ROOT, name), 'utf8'));
  // what stands in comments are sentences as well
  return new Set(wordsOf([args.join(' '), ...files, ...texts].join('\n').replace(/"[^"]*"/g, '')));
}

const wordsOf = (text: string): string[] => text.match(/(?<!\w)[A-Za-z][\w+-]*/g) ?? [];

/** Words that are neither names nor terms; a rule's line is a name altogether, and so are an option of it and its value. */
function englishOf(line: string, names: ReadonlySet<string>): string[] {
  if (/^ +\d+ (?!一致しない).*\S+:\d+$/.test(line) && !/ に対し、/.test(line)) return [];
  const told = line
    .replace(/\/\*.*\*\/|'[^']*'/g, '')
    .replace(/(?<=: )(! )?-[^、]* に対し、/, '')
    .replace(/(?<![\w-])--?[a-z][\w-]*/g, '');
  return wordsOf(told).filter((word) => !names.has(word) && !TERMS.has(word));
}

test.each([
  ['', 0],
  ['eth0', 4],
  ['日本語', 6],
  ['ルール 1', 8],
  ['ｶﾞ', 2],
  ['ＡＢ', 4],
  ['e\u0301', 1],
  ['\u{1f600}', 2],
  ['한국어', 6],
  ['… → é', 5],
])('%j takes %d columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test.each([
  ['one two three', 8, 'one two\nthree'],
  ['longer than that', 3, 'longer\nthan\nthat'],
  ['日本語の文章', 6, '日本語\nの文章'],
  ['日本語。文章', 6, '日本\n語。文\n章'],
  ['「日本」語', 4, '「日\n本」\n語'],
  ['tcp のポート', 7, 'tcp の\nポート'],
  ['', 5, ''],
])('%j in lines of %d columns', (text, width, lines) => {
  expect(wrapped(text, width)).toBe(lines);
});
