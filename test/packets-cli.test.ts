/** The command with packets of all kinds: captures, whole and not, CSV, lines of tcpdump; each row runs the built command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, join, LINKS, Pcapng, pcap, zeros } from './captures.js';
import { packetwalk } from './command.js';
import { ADDR, ROUTE } from './two-links.js';

const RULES = `*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i eth0 -p tcp -m tcp --dport 443 -j ACCEPT
-A INPUT -i eth1 -j ACCEPT
-A OUTPUT -p udp -j DROP
COMMIT
`;

const WEB = bytesOf({ src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp', sport: 51000, dport: 443 });
const INSIDE = bytesOf({ src: '10.1.2.3', dst: '192.0.2.1', proto: 'udp', sport: 5000, dport: 53 });
const OWN = bytesOf({ src: '192.0.2.1', dst: '8.8.8.8', proto: 'udp', sport: 5000, dport: 53 });
const LONG = bytesOf({ src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp', sport: 51000, dport: 443, length: 1400 });
const SIX = bytesOf({ src: '2001:db8::1', dst: '2001:db8::2' });

const ng = new Pcapng();
const ether = (ip: Uint8Array) => LINKS.Ethernet!.frame(ip);
const ARP = join(zeros(12), [8, 6], zeros(28));
const frames = [WEB, INSIDE, OWN].map((ip) => ({ frame: ether(ip) }));
const MIXED = pcap(
  [...frames, { frame: ARP }, { frame: ether(SIX) }, { frame: ether(LONG).subarray(0, 96), length: 1414 }],
  {
    linkType: 1,
  },
);

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'host.rules': RULES,
  'addr.txt': ADDR,
  'route.txt': ROUTE,
  'mixed.pcap': MIXED,
  'mixed.pcap.gz': gzipSync(MIXED),
  'cut.pcap': MIXED.subarray(0, MIXED.length - 1),
  'damaged.pcap': join(MIXED, zeros(8), [255, 255, 255, 255], zeros(4), MIXED.subarray(24)),
  'cut.gz': gzipSync(MIXED, { level: 0 }).subarray(0, 240),
  'named.pcapng': join(
    ng.section(),
    ng.iface(101, [ng.name('eth1')]),
    ng.enhanced(0, 0n, WEB),
    ng.enhanced(0, 0n, OWN),
  ),
  'cooked.pcap': pcap(
    [WEB, INSIDE].flatMap((ip) => [
      { frame: LINKS['Linux cooked v2']!.frame(ip) },
      { frame: LINKS['Linux cooked v2, outgoing']!.frame(ip) },
    ]),
    { linkType: 276 },
  ),
  'wifi.pcap': pcap([{ frame: zeros(60) }], { linkType: 127 }),
  'packets.csv': 'src,dst,proto,dport\n8.8.8.8,192.0.2.1,tcp,443\n8.8.8.8,192.0.2.1,tcp,70000\n',
  'other.csv': 'source,destination\n8.8.8.8,192.0.2.1\n',
  'packets.jsonl.gz': gzipSync('{"src":"8.8.8.8","dst":"192.0.2.1","dport":443}\n'),
};

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(joinPath(tmpdir(), 'packetwalk-'));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(joinPath(cwd, name), content);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const HOST = ['host.rules', 'addr.txt', 'route.txt'];

/** What became of each packet: its fate, the rule or policy that decided, or why there is none. */
async function trace(...args: string[]): Promise<{ items: string[]; code: number | null; stderr: string }> {
  const { stdout, stderr, code } = await packetwalk(['trace', ...HOST, ...args], { cwd });
  const items = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { fate, by, error } = JSON.parse(line);
      if (error !== undefined) return `${error.code} in ${error.record ?? `line ${error.line}`}`;
      return [fate, by.chain ?? by.why, by.rule].filter((part) => part !== undefined).join(' ');
    });
  return { items, code, stderr };
}

describe('trace', () => {
  const READ = ['delivered INPUT 1', 'delivered INPUT 2', 'dropped OUTPUT 1'];
  const ALL = [...READ, 'not-ip in 4', 'unknown other-family', 'delivered INPUT 1'];
  const SAID = /^mixed\.pcap(\.gz)?: 1 of 6 records hold no IP packet: 1 ARP\n$/;

  test.concurrent.each<[string, string[], number, string | RegExp]>([
    ['mixed.pcap', ALL, 0, SAID],
    ['mixed.pcap.gz', ALL, 0, SAID],
    ['mixed.pcap --format pcap', ALL, 0, SAID],
    [
      'cut.pcap',
      [...ALL.slice(0, 5), 'cut-capture in 6'],
      0,
      /^cut\.pcap: 1 of 5 records hold no IP packet: 1 ARP\ncut\.pcap: ends inside record 6, at byte \d+: 111 of 112 bytes are there\n$/,
    ],
    [
      'damaged.pcap',
      [...ALL, 'bad-capture in 7'],
      2,
      /^damaged\.pcap: 1 of 6 .*\ndamaged\.pcap: record 7, at byte \d+, is damaged: it says that it takes 4294967295 bytes/,
    ],
    ['cut.gz', [...READ.slice(0, 2), 'bad-gzip in 3'], 2, 'cut.gz: its gzip data is damaged, or ends in the middle\n'],
    // named by the capture, and the host's own whatever it says
    ['named.pcapng', ['delivered INPUT 2', 'dropped OUTPUT 1'], 0, ''],
    // where an interface is asked for, the host's own address is a martian there
    ['mixed.pcap --in eth1', [READ[1]!, READ[1]!, 'dropped martian-source', ...ALL.slice(3, 5), READ[1]!], 0, SAID],
    ['named.pcapng --in eth0', ['delivered INPUT 2', 'dropped OUTPUT 1'], 0, ''],
    [
      'cooked.pcap',
      [READ[0]!, READ[0]!, READ[1]!, READ[1]!],
      0,
      'note: cooked.pcap: 2 packets were captured as they left the host: what it forwards stands twice, unless tcpdump has -Q in\n',
    ],
    [
      'packets.csv --in eth0',
      ['delivered INPUT 1', 'bad-field in line 3'],
      0,
      'packets.csv: 1 of 2 packets could not be read, the first in line 3: dport: "70000" is not a port (0..65535) or the name of a service\n',
    ],
    ['packets.jsonl.gz --in eth0', ['delivered INPUT 1'], 0, ''],
  ])('--packets %s', async (args, items, code, said) => {
    const { stderr, ...outcome } = await trace('--packets', ...args.split(' '));
    expect(outcome).toEqual({ items, code });
    if (typeof said === 'string') expect(stderr).toBe(said);
    else expect(stderr).toMatch(said);
  });

  test.concurrent.each([
    [
      'wifi.pcap',
      /^wifi\.pcap: its frames are of link type 127, which is not read\n {2}link types that are read: Ethernet \(1\)/,
    ],
    ['host.rules --format pcap', /^host\.rules: is a text, and a capture was expected\n/],
    ['mixed.pcap --format jsonl', /^mixed\.pcap: is a pcap file, and packets were expected\n/],
    ['other.csv', /^other\.csv:1:1: the columns src and dst are missing: found source, destination\n/],
    ['mixed.pcap --in a/b', /The name of an interface was expected/],
    ['mixed.pcap --in eth0 --path output', /^--in: packets that this host sends/],
  ])('--packets %s is refused', async (args, said) => {
    const { items, code, stderr } = await trace('--packets', ...args.split(' '));
    expect({ items, code }).toEqual({ items: [], code: 2 });
    expect(stderr).toMatch(said);
  });

  test.concurrent('from standard input', async () => {
    const { stdout } = await packetwalk(['trace', ...HOST, '--packets', '-'], { cwd, stdin: MIXED });
    expect(stdout.split('\n')).toHaveLength(7);
  });
});

describe('classify counts as trace does', () => {
  test.concurrent.each(['mixed.pcap', 'cooked.pcap', 'named.pcapng', 'cut.pcap', 'damaged.pcap'])(
    '%s',
    async (name) => {
      const { stdout } = await packetwalk(['classify', ...HOST, '--packets', name, '--json'], { cwd });
      const { fates } = JSON.parse(stdout);
      const counts: Record<string, number> = {};
      for (const item of (await trace('--packets', name)).items) {
        const [fate] = item.split(' ') as [string];
        if (!fate.includes('-')) counts[fate] = (counts[fate] ?? 0) + 1;
      }
      expect(fates).toEqual(counts);
    },
  );
});

describe('explain --packet', () => {
  const LINE = 'IP 8.8.8.8.51000 > 192.0.2.1.443: Flags [S], seq 1, win 64240, options [mss 1460], length 0';
  test.concurrent.each([
    [[LINE], /^delivered to this host: tcp 8\.8\.8\.8:51000 → 192\.0\.2\.1:443 SYN, accepted by filter INPUT rule 1/],
    [['--json', `eth1 In  ${LINE}`], /"fate":"delivered".*"rule":2/],
    [[LINE, '-i', 'eth1'], /accepted by filter INPUT rule 2/],
    [['{"src":"8.8.8.8","dst":"192.0.2.1","proto":"tcp","dport":443}'], /accepted by filter INPUT rule 1/],
  ])('%j', async (words, expected) => {
    const [first, ...rest] = words[0] === '--json' ? [words[1]!, words[0]] : words;
    const { stdout, code } = await packetwalk(['explain', ...HOST, '--packet', first!, ...rest], { cwd });
    expect(stdout).toMatch(expected);
    expect(code).toBe(0);
  });

  test.concurrent('a name in place of an address is told with its place', async () => {
    const line = 'IP dns.google.domain > 192.0.2.1.443: UDP, length 1';
    const { stdout, stderr, code } = await packetwalk(['explain', ...HOST, '--packet', line], { cwd });
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toBe(
      [
        '--packet:1:4: "dns.google.domain" holds no address: names are not looked up',
        `  1 | ${line}`,
        '    |    ^^^^^^^^^^^^^^^^^',
        '  tcpdump -n prints addresses',
        '',
      ].join('\n'),
    );
  });
});
