/** `classify` as a command: its table, JSON and save, where packets come from, and what becomes of counts if all is not well. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, pcap, zeros } from './captures.js';
import { packetwalk, type Surroundings, withoutEngine } from './command.js';
import { ROOT } from './root.js';

const HOST = joinPath(ROOT, 'examples/host');
const PROGRAM = joinPath(ROOT, 'bin/packetwalk.js');
const RULES = `*filter
:INPUT DROP [7:700]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:web - [0:0]
[1:60] -A INPUT -p tcp -m multiport --dports 80,443 -m comment --comment "what all the world may see" -j web
-A INPUT -p udp -m udp --dport 53 -j ACCEPT
-A web -s 198.51.100.0/24 -j DROP
-A web -j ACCEPT
COMMIT
`;
const SIZES = '-A INPUT -m limit --limit 1/hour --limit-burst 2 -j ACCEPT\n';
const ASKS = '-A INPUT -m set --match-set blocked src -j DROP\n-A INPUT -p tcp -m geosite --of x -j DROP\n';
const line = (src: string, proto: string, dport: number) =>
  `${JSON.stringify({ in: 'eth0', src, dst: '192.0.2.1', proto, dport, length: 100, path: 'input' })}\n`;
const SIX =
  line('203.0.113.9', 'tcp', 80).repeat(2) +
  line('198.51.100.9', 'tcp', 443) +
  line('203.0.113.9', 'udp', 53).repeat(2) +
  line('203.0.113.9', 'udp', 54);
const CAPTURE = pcap(
  [80, 443, 22].map((dport) => ({ frame: bytesOf({ src: '203.0.113.9', dst: '192.0.2.1', proto: 'tcp', dport }) })),
  { linkType: 101 },
);
const MANY = Array.from({ length: 3000 }, (_, i) =>
  line(`203.0.113.${i & 127}`, i % 3 === 0 ? 'udp' : 'tcp', i % 90),
).join('');

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'ok.rules': RULES,
  'limit.rules': RULES.replace('-A web -s', `${SIZES}-A web -s`),
  'asks.rules': RULES.replace('-A web -s', `${ASKS}-A web -s`),
  'many.rules': `*filter\n${'-A INPUT\n'.repeat(45)}${'-A FORWARD\n'.repeat(1045)}COMMIT\n`,
  'later.rules': [
    '*filter\n:OUTPUT ACCEPT [0:0]',
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A INPUT -m conntrack --ctstate NEW,ESTABLISHED',
    '-A INPUT -m limit --limit 1/hour',
    '-A FORWARD -m statistic --mode random --probability 0.5 -j ACCEPT\nCOMMIT\n',
  ].join('\n'),
  'outs.rules': [
    '*filter\n-A FORWARD -m addrtype --dst-type LOCAL',
    ...[1, 2, 3, 4, 5, 6, 7, 7].map((n) => `-A FORWARD -o eth${n}`),
    'COMMIT\n*raw\n-A PREROUTING -m rpfilter\nCOMMIT\n',
  ].join('\n'),
  'six.jsonl': SIX,
  'many.jsonl': MANY,
  'many.jsonl.gz': gzipSync(MANY),
  'half.jsonl.gz': gzipSync(MANY, { level: 0 }).subarray(0, 200_000),
  'half.jsonl': `${SIX}{"in":"eth0","sr`,
  'three.pcap': CAPTURE,
  'cut.pcap': CAPTURE.subarray(0, CAPTURE.length - 3),
  'wifi.pcap': pcap([{ frame: zeros(60) }], { linkType: 127 }),
  'two.csv':
    'in,src,dst,proto,dport,length,path\neth0,203.0.113.9,192.0.2.1,tcp,80,100,input\neth0,203.0.113.9,192.0.2.1,udp,53,50,input\n',
  'other.csv': 'source,destination\n8.8.8.8,192.0.2.1\n',
  'bad.csv': 'src,dst,proto,dst_port\n203.0.113.9,192.0.2.1,tcp,80\n8.8,192.0.2.1,tcp,80\n',
  'noted.jsonl': `${line('203.0.113.9', 'tcp', 80)}${line('203.0.113.9', 'tcp', 81).replace('dport', 'dprot').repeat(2)}`,
  'empty.jsonl': '',
};

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(joinPath(tmpdir(), 'packetwalk-'));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(joinPath(cwd, name), content);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const words = (text: string): string[] =>
  text
    .trim()
    .split(/ +/)
    .map((word) => (word === 'HOST' ? HOST : word));
const classify = (text: string, surroundings: Partial<Surroundings> = {}) =>
  packetwalk(['classify', ...words(text)], { cwd, ...surroundings });

/** What --json says, but for the time that it took. */
async function counted(text: string, surroundings: Partial<Surroundings> = {}) {
  const { code, stdout, stderr } = await classify(`${text} --json`, surroundings);
  const { seconds, assumed = [], ...rest } = stdout === '' ? {} : JSON.parse(stdout, withoutEngine);
  const texts = assumed.map((message: { text: string }) => message.text);
  return { code, stderr, seconds, rest: { ...rest, assumed: texts }, assumed };
}

const SETTINGS = 'ip_forward 1, rp_filter 0, accept_local 0, route_localnet 0';

describe('what is printed', () => {
  test.concurrent('a table', async () => {
    const { code, stdout, stderr } = await classify('ok.rules --packets six.jsonl');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/classified in .*/, 'classified')).toBe(`6 packets of 600 bytes, classified
  assumed: connection tracking is on: rules that were not given may need it (--tracking on|off); ${SETTINGS}

  delivered  4  66.7 %
  dropped    2  33.3 %
    1: by rules
    1: by policies

rules             packets  bytes
  filter INPUT 1        3    300  -p tcp -m multiport --dports 80,443 -m comment --comment "what all the worl…
  filter INPUT 2        2    200  -p udp -m udp --dport 53 -j ACCEPT
  filter web 2          2    200  -j ACCEPT
  filter web 1          1    100  -s 198.51.100.0/24 -j DROP

policies          packets  bytes
  filter INPUT          1    100
  filter FORWARD        0      0
  filter OUTPUT         0      0

each of the 4 rules was hit
`);
  });

  test.concurrent('of which --top N', async () => {
    const { stdout } = await classify('ok.rules --packets two.csv --top 1');
    const [, rules, , idle] = stdout
      .split(/\n\n/)
      .slice(1)
      .map((part) => part.split('\n'));
    expect(rules).toEqual([
      'the 1 of 3 rules with most packets  packets  bytes',
      expect.stringMatching(/^ {2}filter INPUT 1 +1 +100 {2}-p tcp/),
    ]);
    expect(idle).toEqual(['never hit: 1 of 4 rules', '  filter web 1  -s 198.51.100.0/24 -j DROP', '']);
  });

  const rule = (chain: string, number: number, packets: number) => ({
    table: 'filter',
    chain,
    rule: number,
    packets,
    bytes: 100 * packets,
  });
  const policy = (chain: string, packets: number) => ({ table: 'filter', chain, packets, bytes: 100 * packets });
  const SUMMARY = {
    schema: 1,
    packets: 6,
    bytes: 600,
    fates: { delivered: 4, dropped: 2 },
    rules: [rule('INPUT', 1, 3), rule('INPUT', 2, 2), rule('web', 1, 1), rule('web', 2, 2)],
    policies: [policy('INPUT', 1), policy('FORWARD', 0), policy('OUTPUT', 0)],
    why: { dropped: { policy: 1, rule: 1 } },
    assumed: ['connection tracking is on: rules that were not given may need it (--tracking on|off)', SETTINGS],
  };

  test.concurrent('--json', async () => {
    const { code, stderr, seconds, rest } = await counted('ok.rules --packets six.jsonl');
    expect({ code, stderr, rest }).toEqual({ code: 0, stderr: '', rest: SUMMARY });
    expect(seconds).toBeGreaterThan(0);
  });

  test.concurrent('--save', async () => {
    const { code, stdout } = await classify('ok.rules --packets six.jsonl --save');
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((one) => !one.startsWith('#'))).toEqual([
      '*filter',
      ':INPUT DROP [1:100]',
      ':FORWARD ACCEPT [0:0]',
      ':OUTPUT ACCEPT [0:0]',
      ':web - [0:0]',
      '[3:300] -A INPUT -p tcp -m multiport --dports 80,443 -m comment --comment "what all the world may see" -j web',
      '[2:200] -A INPUT -p udp -m udp --dport 53 -j ACCEPT',
      '[1:100] -A web -s 198.51.100.0/24 -j DROP',
      '[2:200] -A web -j ACCEPT',
      'COMMIT',
      '',
    ]);
  });

  test.concurrent('no more than anybody looks through', async () => {
    const [, rules, , idle] = (await classify('many.rules --packets six.jsonl')).stdout.split(/\n\n/).slice(1);
    expect(rules).toMatch(/^the 40 of 45 rules with most packets/);
    expect(rules!.split('\n')).toHaveLength(41);
    expect(idle).toMatch(/^never hit: 1,?045 of 1,?090 rules\n[\s\S]*\n {2}… and 1,005 more\n$/);
    expect(idle!.split('\n')).toHaveLength(43);
    const top = await classify('many.rules --packets six.jsonl --top 2000');
    expect(top.stdout.split('\n').length).toBeGreaterThan(1090);
  });

  test.concurrent('what was taken for granted of all packets', async () => {
    const { rest, assumed } = await counted('later.rules --packets six.jsonl');
    expect(rest.assumed).toEqual([
      SETTINGS,
      'policy of filter INPUT: ACCEPT',
      expect.stringMatching(/^what is left to chance .* was drawn/),
      expect.stringMatching(/^what rules count and remember /),
    ]);
    expect(assumed[1]).toMatchObject({ key: 'assumed.policy', params: { table: 'filter', chain: 'INPUT' } });
    const told = await counted('later.rules --packets six.jsonl --assume random=no --sysctl net.ipv4.ip_forward=1');
    expect(told.rest.assumed.slice(0, 2)).toEqual(['random=no', SETTINGS.replace('ip_forward 1, ', '')]);
    expect(told.rest.assumed).toHaveLength(4);
  });

  test.concurrent('that rules for later packets are met by no first one', async () => {
    const idleOf = async (text: string) => (await classify(text)).stdout.split(/\n\n/).at(-1)!.split('\n').slice(0, 2);
    const said =
      '  a packet that gives no state counts as the first of its connection, and meets no rule for later ones (ESTABLISHED, RELATED, replies)';
    expect(await idleOf('later.rules --packets six.jsonl --connections off')).toEqual([
      'never hit: 2 of 4 rules',
      said,
    ]);
    expect((await idleOf('ok.rules --packets two.csv'))[1]).toMatch(/web 1/);
  });

  test.concurrent('packets whose fate is not known, and why', async () => {
    const stdin = '{"src":"203.0.113.9","dst":"192.0.2.1","length":100}\n';
    const { rest } = await counted('ok.rules --packets -', { stdin });
    expect(rest).toMatchObject({ packets: 1, fates: { unknown: 1 }, why: { unknown: { 'host:addresses': 1 } } });
    const { stdout } = await classify('ok.rules --packets -', { stdin });
    expect(stdout).toMatch(/\n {2}unknown {2}1 {2}100\.0 %\n {4}1: the host's addresses, .*\n\n/);
    expect(stdout).toMatch(/\nnever hit: 4 of 4 rules; what becomes of 1 of 1 packets is not known\n/);
  });
});

describe('where packets come from', () => {
  test.concurrent('several files, in their order', async () => {
    const { rest } = await counted(
      'ok.rules --in eth0 --path input --packets six.jsonl --packets two.csv --packets three.pcap',
    );
    expect(rest).toMatchObject({
      packets: 11,
      rules: [{ packets: 6 }, { packets: 3 }, { packets: 1 }, { packets: 5 }],
    });
  });

  test('standard input, in any form', async () => {
    const whole = await counted('ok.rules --packets many.jsonl');
    expect(whole.rest).toMatchObject({ packets: 3000 });
    expect((await counted('ok.rules --packets -', { stdin: MANY })).rest).toEqual(whole.rest);
    expect((await counted('ok.rules --packets -', { stdin: gzipSync(MANY) })).rest).toEqual(whole.rest);
    const capture = await counted('ok.rules --path input --in eth0 --packets -', { stdin: CAPTURE });
    expect(capture.rest).toMatchObject({
      packets: 3,
      rules: [{ packets: 2 }, { packets: 0 }, { packets: 0 }, { packets: 2 }],
    });
  });

  test.each([
    'HOST --synthetic 20000',
    'HOST --synthetic 20000 --profile mix --seed 9',
    'limit.rules --synthetic 20000',
    'limit.rules --packets many.jsonl',
    'ok.rules --path input --in eth0 --packets three.pcap --packets many.jsonl --packets many.jsonl.gz',
    // threads share them out only where nothing is remembered
    'ok.rules --connections off --path input --in eth0 --packets three.pcap --packets many.jsonl --packets many.jsonl.gz',
  ])('%s: the same by any number of threads, and by the bytecode', { timeout: 60_000 }, async (text) => {
    const one = await counted(text);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.rest.packets).toBeGreaterThan(2999);
    for (const more of ['--workers 2', '--workers 3', '--engine bytecode'])
      expect((await counted(`${text} ${more}`)).rest, more).toEqual(one.rest);
  });

  test.each(['jsonl', 'csv', 'pcap'])(
    '%s of generate: what trace says of each adds up',
    { timeout: 60_000 },
    async (format) => {
      const file = `made.${format}`;
      await packetwalk(['generate', '2000', HOST, '--seed', '3', '--format', format], {
        cwd,
        into: joinPath(cwd, file),
      });
      const packets = ['--seed', '3', '--packets', file, ...(format === 'pcap' ? ['--in', 'eth0'] : [])];
      for (const mode of ['on', 'off']) {
        const args = [...packets, '--connections', mode];
        const { rest } = await counted(`HOST ${args.join(' ')}`);
        const traced = await packetwalk(['trace', HOST, ...args], { cwd });
        const sum = new Map<string, number>();
        const more = (key: string) => sum.set(key, (sum.get(key) ?? 0) + 1);
        for (const text of traced.stdout.trim().split('\n')) {
          const { fate, hits, policies } = JSON.parse(text);
          more(fate);
          for (const { table, chain, rule = 'policy' } of [...hits, ...policies]) more(`${table} ${chain} ${rule}`);
        }
        const counts = new Map<string, number>(Object.entries(rest.fates));
        for (const { table, chain, rule = 'policy', packets: count } of [...rest.rules, ...rest.policies])
          if (count > 0) counts.set(`${table} ${chain} ${rule}`, count);
        expect(new Map([...sum].sort()), mode).toEqual(new Map([...counts].sort()));
        // a capture holds neither interfaces nor marks; packets that are made up are of no flows, unless that is asked for
        if (format === 'pcap') continue;
        const asked = mode === 'on' ? ' --connections on' : '';
        expect((await counted(`HOST --synthetic 2000 --seed 3${asked}`)).rest, mode).toEqual(rest);
      }
    },
  );
});

describe('what is not known', () => {
  test.concurrent('stops it, with its name and the ways on', async () => {
    const { code, stdout, stderr } = await classify('asks.rules --packets six.jsonl');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `the counters depend on what is not known:
  set:blocked: 1 rule, filter INPUT rule 3 (asks.rules:8); ipset list blocked tells
  match:geosite: 1 rule, filter INPUT rule 4 (asks.rules:9)
  give what tells it; or settle each by --assume 'set:blocked=yes' or =no, all of a kind by --assume set=no; --lenient takes all as no
`,
    );
  });
  test.concurrent('many of a kind as one', async () => {
    const { code, stderr } = await classify('outs.rules --packets six.jsonl');
    expect(code).toBe(2);
    expect(stderr).toBe(`the counters depend on what is not known:
  local:dst: 1 rule, filter FORWARD rule 1 (outs.rules:2); ip -4 addr tells
  out:eth1, out:eth2, out:eth3, out:eth4, out:eth5 and 2 more: 8 rules, the first filter FORWARD rule 2 (outs.rules:3); ip -4 route show table all tells
  match:rpfilter: 1 rule, raw PREROUTING rule 1 (outs.rules:13); ip -4 route show table all tells
  give what tells it; or settle each by --assume 'out:eth1=yes' or =no, all of a kind by --assume local=no; --lenient takes all as no
`);
    const settled = ['local', 'out', 'match'].map((kind) => `--assume ${kind}=no`).join(' ');
    expect((await classify(`outs.rules ${settled} --packets six.jsonl`)).code).toBe(0);
    expect((await classify('--help')).stdout.replace(/\s+/g, ' ')).toContain('a kind alone settles all of its kind');
  });
  test.concurrent('targets too', async () => {
    const stdin = '*mangle\n-A PREROUTING -j FOOBAR --x 1\n-A PREROUTING -j FOOBAR --x 1\nCOMMIT\n';
    const { code, stderr } = await classify('- --packets six.jsonl', { stdin });
    expect(code).toBe(2);
    expect(stderr).toContain('\n  target:FOOBAR: 2 rules, the first mangle PREROUTING rule 1 (standard input:2)\n');
  });
  test.concurrent('but what no hook leads to', async () => {
    const { code } = await classify('- --packets six.jsonl', {
      stdin: RULES.replace('-A web -s', '-N no\n-A no -m geosite --of x\n-A web -s'),
    });
    expect(code).toBe(0);
  });
  test.concurrent.each<[string, string[], string, number[]]>([
    [
      '--lenient',
      ['set:blocked=no', 'match:geosite=no'],
      'not known, and taken as no: set:blocked, match:geosite\n',
      [3, 2, 0, 0, 1, 2],
    ],
    [
      '--lenient --assume set:blocked',
      ['set:blocked=yes', 'match:geosite=no'],
      'not known, and taken as no: match:geosite\n',
      [3, 2, 1, 0, 1, 2],
    ],
    [
      '--assume set:blocked=no --assume match:geosite=no',
      ['set:blocked=no', 'match:geosite=no'],
      '',
      [3, 2, 0, 0, 1, 2],
    ],
    ['--assume set=no --assume match', ['set=no', 'match=yes'], '', [3, 2, 0, 0, 1, 2]],
  ])('%s', async (options, assumed, said, packets) => {
    const { code, stderr, rest } = await counted(`asks.rules ${options} --packets six.jsonl`);
    const facts = rest.assumed.slice(0, -2);
    expect({ code, stderr, facts }).toEqual({ code: 0, stderr: said, facts: assumed });
    expect(rest.rules.map((one: { packets: number }) => one.packets)).toEqual(packets);
  });
});

describe('what was counted is not lost', () => {
  const HALF = 'half.jsonl.gz: its gzip data is damaged, or ends in the middle\n';
  test.concurrent.each<
    [packets: string, code: number, counted: number | undefined, partial: boolean, said: string | RegExp]
  >([
    ['half.jsonl.gz', 2, 1886, true, HALF],
    ['six.jsonl --packets half.jsonl.gz --packets two.csv', 2, 1894, true, HALF],
    [
      'six.jsonl --packets wifi.pcap --packets two.csv',
      2,
      8,
      true,
      /^wifi\.pcap: its frames are of link type 127, which is not read\n/,
    ],
    ['other.csv --packets six.jsonl', 2, 6, true, /^other\.csv:1:1: the columns src and dst are missing/],
    [
      'ok.rules --packets six.jsonl',
      2,
      6,
      true,
      /^ok\.rules: \d+ of \d+ packets could not be read, the first in line 1\nok\.rules:1:1: not JSON/,
    ],
    ['ok.rules', 2, undefined, false, /ok\.rules:1:1: not JSON/],
    ['wifi.pcap', 2, undefined, false, /link type 127/],
    ['six.jsonl --packets nowhere', 2, undefined, false, 'nowhere: cannot be read: there is no such file\n'],
    [
      'half.jsonl',
      0,
      6,
      true,
      'half.jsonl: 1 of 7 packets could not be read, the first in line 7: not JSON: this cannot stand here\n',
    ],
    ['cut.pcap', 0, 2, true, /^cut\.pcap: ends inside record 3, at byte \d+: \d+ of \d+ bytes are there\n$/],
    ['empty.jsonl', 0, 0, false, ''],
    [
      'bad.csv',
      0,
      1,
      true,
      /^note: dst_port: not a field of a packet, and not used; did you mean dport\?\nbad\.csv: 1 of 2 packets could not be read, the first in line 3: src: "8\.8" is not/,
    ],
    [
      'noted.jsonl',
      0,
      3,
      false,
      'note: noted.jsonl: 2 of 3 packets hold what is not used, the first in line 2: dprot: not a field of a packet, and not used; did you mean dport?\n',
    ],
  ])('--packets %s', async (packets, code, number, partial, said) => {
    const { stderr, rest, ...outcome } = await counted(`ok.rules --in eth0 --path input --packets ${packets}`);
    expect({ code: outcome.code, packets: rest.packets, partial: rest.partial ?? false }).toEqual({
      code,
      packets: number,
      partial,
    });
    if (typeof said === 'string') expect(stderr).toBe(said);
    else expect(stderr).toMatch(said);
  });

  test.concurrent('the table and the save say how many could not be read', async () => {
    const said = 'only a part of the packets was counted: 1 could not be read\n';
    expect((await classify('ok.rules --packets half.jsonl')).stdout).toMatch(new RegExp(`^${said}6 packets of`));
    expect((await classify('ok.rules --packets half.jsonl --save')).stderr).toMatch(new RegExp(`\n${said}$`));
  });

  const linux = process.platform === 'linux';
  describe.runIf(linux)('by Ctrl-C', () => {
    test.each(['', '--workers 2'])('among millions %s', async (more) => {
      const { code, rest } = await counted(`HOST --synthetic 4000000000 ${more}`, { interrupt: 'busy' });
      expect({ code, partial: rest.partial }).toEqual({ code: 130, partial: true });
      expect(rest.packets).toBeLessThan(4e9);
    });
    test.concurrent('with all that a stream gave before it fell silent', async () => {
      const { code, rest } = await counted('ok.rules --packets -', { stdin: MANY, interrupt: 'waiting' });
      expect({ code, partial: rest.partial, packets: rest.packets }).toEqual({
        code: 130,
        partial: true,
        packets: 3000,
      });
      const capture = await counted('ok.rules --path input --in eth0 --packets -', {
        stdin: CAPTURE,
        interrupt: 'waiting',
      });
      expect(capture).toMatchObject({ code: 130, rest: { partial: true, packets: 3 } });
    });
    test.concurrent('before a stream gave anything', async () => {
      const { code, rest } = await counted('ok.rules --packets -', { interrupt: 'waiting' });
      expect({ code, packets: rest.packets }).toEqual({ code: 130, packets: 0 });
    });
    test.concurrent('the table and the save say so', async () => {
      const surroundings = { stdin: SIX, interrupt: 'waiting' } as const;
      expect((await classify('ok.rules --packets -', surroundings)).stdout).toMatch(
        /^only a part of the packets was counted\n6 packets of/,
      );
      const { stdout, stderr } = await classify('ok.rules --save --packets -', surroundings);
      expect(stderr).toBe('only a part of the packets was counted\n');
      expect(stdout).toMatch(/^:INPUT DROP \[1:100\]$/m);
    });
  });

  test.runIf(existsSync('/dev/full')).each(['', '--json', '--save'])('to a disk that is full %s', async (form) => {
    const { code, stderr } = await classify(`ok.rules --packets six.jsonl ${form}`, { into: '/dev/full' });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^standard output cannot be written: no space is left\n6 packets of 600 bytes, .*\n {2}assumed: .*\n\n {2}delivered +4/,
    );
  });

  test.runIf(linux)('a reader that is gone is no fault', () => {
    // it is gone long before there is something to write
    const command = `node '${PROGRAM}' classify ok.rules --synthetic 1000 | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });
});

/** What a terminal takes as: nothing more on this line. */
const WIPE = '\\u001b\\[K';

describe('progress', () => {
  const command = `node '${PROGRAM}' classify '${HOST}' --synthetic 1000000 --json`;
  const onTerminal = () =>
    spawnSync('script', ['-qec', `${command} > /dev/null`, '/dev/null'], { cwd, encoding: 'utf8' });
  // util-linux has a script with -e
  test.runIf(spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0)(
    'on a terminal',
    { timeout: 60_000 },
    () => {
      const lines = onTerminal().stdout.split('\r').slice(1);
      expect(lines.length).toBeGreaterThan(1);
      // each wipes what the longer one before it left behind
      for (const line of lines.slice(0, -1))
        expect(line).toMatch(
          new RegExp(`^\\d\\.\\d M packets, \\d\\.\\d\\d M a second, \\d+ %, \\d+:\\d\\d left${WIPE}$`),
        );
      expect(lines.at(-1)).toMatch(new RegExp(`^${WIPE}$`));
    },
  );
  test('nowhere else', async () => {
    expect(await classify('HOST --synthetic 300000 --top 1')).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('bad usage', () => {
  test.concurrent.each<[string, RegExp]>([
    [
      'ok.rules',
      /^there are no packets\n {2}name them by --packets FILE, or let some be made up: --synthetic 1000000\n$/,
    ],
    ['ok.rules --synthetic 0', /whole number from 1 to 4294967295/],
    ['ok.rules --synthetic 1e6', /whole number from 1/],
    ['ok.rules --synthetic 5 --packets six.jsonl', /'--synthetic <N>' cannot be used with option '--packets <FILE>'/],
    ['ok.rules --synthetic 5 --in eth0', /'--synthetic <N>' cannot be used with option '--in <NAME>'/],
    [
      'ok.rules --packets six.jsonl --profile mix',
      /'--profile <PROFILE>' cannot be used with option '--packets <FILE>'/,
    ],
    ['ok.rules --synthetic 5 --json --save', /'--json' cannot be used with option '--save'/],
    ['ok.rules --synthetic 5 --profile far', /Allowed choices are uniform, near, mix/],
    ['ok.rules --synthetic 5 --workers 0', /whole number from 1 to 256/],
    ['ok.rules --synthetic 5 --top 0', /whole number from 1/],
    ['ok.rules --synthetic 5 --top 1 --top 2', /^--top: is given twice\n/],
    ['- --packets -', /^standard input is named twice, and can be read once\n/],
    ['--synthetic 5', /^no file was named\n/],
    ['. --packets .', /^\.: cannot be read: it is a folder, and a file was expected\n/],
  ])('%s', async (text, said) => {
    const { code, stdout, stderr } = await classify(text);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });
});
