/** Names, comments and hardware addresses in place of others, and what is left out. */
import { describe, expect, test } from 'vitest';
import { addressWords } from '../../src/cli/address-words.js';
import { redact } from '../../src/cli/redact.js';
import { formatAddress, type Words } from '../../src/net/address.js';
import { parse } from '../../src/run/host-texts.js';
import { corpus, corpusMissing, readCorpus } from '../corpus.js';
import { fillFrom } from './alike.js';

/** Nothing is turned. */
const still = () => {};
function redacted(text: string, fill: (bytes: Uint8Array) => void = still) {
  const texts = [{ name: 'x', text }];
  return redact(texts, parse(texts), fill);
}
const table = (...lines: string[]) => ['*filter', ':INPUT DROP [0:0]', ':acme-in - [0:0]', ...lines, 'COMMIT'];

const SET = 'create a hash:ip family inet hashsize 64 maxelem 64\nadd a 192.0.2.77\n';

describe('a line of rules', () => {
  test.each([
    ['-A INPUT -j acme-in', '-A INPUT -j chain1'],
    ['[5:300] -A acme-in -g acme-in', '[5:300] -A chain1 -g chain1'],
    ['-A INPUT -m set --match-set acme src -j DROP', '-A INPUT -m set --match-set set1 src -j DROP'],
    ['-A INPUT -j SET --add-set acme src', '-A INPUT -j SET --add-set set1 src'],
    ['-A INPUT -m comment --comment "for acme" -j DROP', '-A INPUT -m comment --comment "text1" -j DROP'],
    ['-A INPUT -m comment --comment acme -j DROP', '-A INPUT -m comment --comment text1 -j DROP'],
    ['-A INPUT -m comment --comment "a \\" b" -j DROP', '-A INPUT -m comment --comment "text1" -j DROP'],
    ['-A INPUT -m comment --comment “for acme” -j DROP', '-A INPUT -m comment --comment “text1” -j DROP'],
    ['-A INPUT -j LOG --log-prefix "acme: "', '-A INPUT -j LOG --log-prefix "text1"'],
    ['-A INPUT -j NFLOG --nflog-prefix acme', '-A INPUT -j NFLOG --nflog-prefix text1'],
    ['-A INPUT -m string --string "acme.example" --algo bm', '-A INPUT -m string --string "text1" --algo bm'],
    ['-A INPUT -p tcp -j ACCEPT # for acme', '-A INPUT -p tcp -j ACCEPT'],
    ['-A INPUT -j KUBE-FIREWALL', '-A INPUT -j KUBE-FIREWALL'],
    ['-A INPUT -j REJECT', '-A INPUT -j REJECT'],
    ['-A INPUT -i acme0 -j NFQUEUE', '-A INPUT -i acme0 -j NFQUEUE'],
    ['# what acme wants', '#'],
  ])('%s', (line, expected) => {
    const { text } = redacted(`${table(line).join('\n')}\n`);
    expect(text.split('\n')[3]).toBe(expected);
    expect(text.split('\n')[2]).toBe(':chain1 - [0:0]');
  });
});

describe('other lines', () => {
  const SAVE = `${table('-A INPUT -m set --match-set acme src -j acme-in').join('\n')}\n`;
  test.each([
    [
      'create acme hash:ip comment counters\nadd acme 192.0.2.1 comment "of acme"',
      'create set1 hash:ip comment counters\nadd set1 192.0.2.1 comment "text1"',
    ],
    ['create acme list:set size 8\nadd acme acme2', 'create set1 list:set size 8\nadd set1 acme2'],
    [
      'root@gw:/srv/acme# ip route\ndefault via 192.0.2.1 dev eth0',
      'root@host:~# ip route\ndefault via 192.0.2.1 dev eth0',
    ],
    ['$ kubectl exec acme -- iptables -S acme-in\n-N acme-in', 'root@host:~# iptables -S chain1\n-N chain1'],
    [
      'root@gw:~# cat /proc/net/ipt_hashlimit/web\n59 192.0.2.1:0->0.0.0.0:0 5 5 5',
      'root@host:~# cat /proc/net/ipt_hashlimit/web\n59 192.0.2.1:0->0.0.0.0:0 5 5 5',
    ],
    ['root@gw:~# ls /srv/acme\nacme', 'root@host:~# \nRedacted.'],
    [
      '2: eth0: <UP> mtu 1500 link-netns acme\n    alias to acme\n    altname acme0',
      '2: eth0: <UP> mtu 1500 link-netns name1\n    alias name2\n    altname name3',
    ],
    ['Dear all, acme is down', 'Redacted.'],
    [
      'Chain INPUT (policy DROP)\ntarget prot opt source destination\nacme-in all -- anywhere gw.acme.example /* of acme */',
      'Chain INPUT (policy DROP)\ntarget prot opt source destination\nchain1 all -- anywhere name1 /* text1 */',
    ],
    [
      'iptables -N acme-in\niptables -A acme-in -s 192.0.2.1 -j DROP',
      'iptables -N chain1\niptables -A chain1 -s 192.0.2.1 -j DROP',
    ],
  ])('%s', (lines, expected) => {
    expect(redacted(`${SAVE}${lines}\n`).text.split('\n').slice(5, -1).join('\n')).toBe(expected);
  });

  test('are counted where nobody reads them', () => {
    expect(redacted(`${SAVE}Dear all,\n\nacme is down\n# a remark\n`).left).toBe(3);
  });
});

test('addresses of a table of hashlimit, each with a port behind a colon', () => {
  const [from, to] = ['2001:0db8:0005:0000:0000:0000:0000:0001', '2001:0db8:0000:0000:0000:0000:0000:0002'];
  const all = [`59 ${from}:80->${to}:0 5 5 5`, '59 192.0.2.1:80->198.51.100.2:0 5 5 5'].map(addressWords);
  expect(all.map((words) => words.map(({ value }) => formatAddress(value as Words)))).toEqual([
    ['2001:db8:5::1', '2001:db8::2'],
    ['192.0.2.1', '198.51.100.2'],
  ]);
});

test('a text that its name alone tells the table of has it in a line above', () => {
  const texts = [
    { name: 'rules', text: `${table('-A INPUT -j acme-in').join('\n')}\n` },
    { name: 'host/web', text: '59 192.0.2.1:0->0.0.0.0:0 5 5 5\n' },
  ];
  const { text } = redact(texts, parse(texts), still);
  expect(parse([{ name: 'all', text }]).host.hashlimits).toMatchObject([{ family: 4, name: 'web', entries: [{}] }]);
});

test('the same stands for the same, in every text, and the table says what', () => {
  const texts = [
    {
      name: 'rules',
      text: '*filter\n:a - [0:0]\n:chain1 - [0:0]\n-A a -s 192.0.2.1 -m mac --mac-source 52:54:00:12:34:56 -j chain1\nCOMMIT\n',
    },
    {
      name: 'addr',
      text: '1: eth0: <UP> mtu 1500\n    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff\n    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0\n',
    },
  ];
  const { text, replaced } = redact(texts, parse(texts), fillFrom(7));
  const is = new Map(replaced.map(([, was, now]) => [was, now]));
  const [own, mac] = [is.get('192.0.2.1')!, is.get('52:54:00:12:34:56')!];
  expect(mac).toMatch(/^02(?::[\da-f]{2}){5}$/);
  expect(own).not.toBe('192.0.2.1');
  // chain1 is a name there already
  expect([is.get('a'), is.get('chain1')]).toEqual(['chain2', 'chain3']);
  expect(text).toContain(`-A chain2 -s ${own} -m mac --mac-source ${mac} -j chain3\n`);
  expect(text).toContain(
    `# ip addr\n1: eth0: <UP> mtu 1500\n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff\n    inet ${own}/24 brd `,
  );
  expect(redact(texts, parse(texts), fillFrom(7)).text).toBe(text);
  expect(redact(texts, parse(texts), fillFrom(8)).text).not.toBe(text);
});

test.each([
  ['NETMAP', '*nat\n-A PREROUTING -d 192.0.2.0/24 -j NETMAP --to 198.51.100.0/24\nCOMMIT\n'],
  [
    'NETMAP in a listing',
    'Chain PREROUTING (policy ACCEPT)\ntarget prot opt source destination\nNETMAP all -- 0.0.0.0/0 192.0.2.0/24 to:198.51.100.0/24\n',
  ],
  ['a mask with holes', '*filter\n-A INPUT -s 192.0.2.77/255.0.0.255 -j DROP\nCOMMIT\n'],
  ['a set that compares some bits', 'create b hash:ip family inet hashsize 64 maxelem 64 bitmask 255.0.0.255\n'],
])('%s: the end of an address stays', (_, text) => {
  const ends = new Set<string>();
  for (let seed = 1; seed < 20; seed++) {
    const { text: made } = redacted(`${text}${SET}`, fillFrom(seed));
    ends.add(/^add \S+ \d+\.\d+\.\d+(\.\d+)$/m.exec(made)![1]!);
  }
  expect([...ends]).toEqual(['.77']);
});

test('elsewhere it does not', () => {
  const ends = Array.from({ length: 20 }, (_, seed) => redacted(SET, fillFrom(seed + 1)).text);
  expect(ends.filter((text) => !/\.77$/m.test(text)).length).toBeGreaterThan(10);
});

test.each([
  ['-A INPUT -m u32 --u32 "12&0xFF=0x7F" -j DROP', 'bytes'],
  ['-A INPUT -m bpf --bytecode "1,6 0 0 0" -j DROP', 'bytes'],
  ['-A INPUT -j DNAT --to-destination 192.0.2.1-192.0.2.9', 'hash'],
])('%s: what becomes of a packet may hang on more: %s', (rule, doubt) => {
  const { doubts } = redacted(`${table(rule, '-A INPUT -m iprange --src-range 192.0.2.1-192.0.2.9').join('\n')}\n`);
  expect([...doubts]).toEqual([[doubt, { file: 'x', line: 4 }]]);
});

function isRead(file: string): boolean {
  try {
    return parse([{ name: file, text: readCorpus(file) }]).tables.length > 0;
  } catch {
    return false;
  }
}

describe.skipIf(corpusMissing !== undefined)('rulesets of real hosts', () => {
  test.each(corpus.map(({ file }) => file).filter(isRead))('%s is read as before, without its addresses', (file) => {
    const texts = [{ name: file, text: readCorpus(file) }];
    const before = parse(texts);
    const { text, replaced } = redact(texts, before, fillFrom(1));
    const after = parse([{ name: file, text }]);
    const rules = ({ tables }: typeof before) =>
      tables.map(({ name, family, chains }) => [
        name,
        family,
        ...Array.from(chains.values(), (chain) =>
          chain.rules.map(({ refused, matches, target }) => [
            refused,
            matches.map(({ name: one }) => one),
            target?.kind,
          ]),
        ),
      ]);
    expect(rules(after)).toEqual(rules(before));
    expect(after.sets.map(({ members }) => members.alive)).toEqual(before.sets.map(({ members }) => members.alive));
    const now = new Set(replaced.map(([, , is]) => is));
    const words = new Set(text.match(/[\d.]+/g));
    expect(replaced.filter(([kind, was]) => kind === 'address' && !now.has(was) && words.has(was))).toEqual([]);
  });
});
