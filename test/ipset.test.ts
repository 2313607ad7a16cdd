import { describe, expect, it } from 'vitest';
import { parseTexts } from '../src/parse/index.js';
import { parseIpset, recogniseIpset } from '../src/parse/ipset/ipset.js';
import { printIpset } from '../src/parse/ipset/print.js';
import { readSets } from './sets/read.js';

/** Each: the create line without its name, members as written, members as they are then; absent: as written. */
const MEMBERS: readonly (readonly [create: string, written: string[], held?: string[]])[] = [
  ['bitmap:ip range 10.0.0.0/24', ['10.0.0.8/30'], ['10.0.0.8', '10.0.0.9', '10.0.0.10', '10.0.0.11']],
  [
    'bitmap:ip range 10.0.0.0/8 netmask 16',
    ['10.1.2.3', '10.4.0.0-10.6.0.1'],
    ['10.1.0.0', '10.4.0.0', '10.5.0.0', '10.6.0.0'],
  ],
  [
    'bitmap:ip,mac range 10.0.0.0/24',
    ['10.0.0.1', '10.0.0.2,aa:bb:cc:0:11:22'],
    ['10.0.0.1', '10.0.0.2,AA:BB:CC:00:11:22'],
  ],
  ['bitmap:port range 90-80', ['80-81', 'udp:82', '85-84'], ['80', '81', '82', '84', '85']],
  ['bitmap:port range 0-1023', ['ssh', 'udp:domain', '[ftp-data]'], ['22', '53', '20']],
  [
    'hash:ip',
    ['1.2.3.4', '10.0.0.0/31', '10.0.0.9-10.0.0.8'],
    ['1.2.3.4', '10.0.0.0', '10.0.0.1', '10.0.0.8', '10.0.0.9'],
  ],
  ['hash:ip netmask 24', ['10.0.0.9', '10.1.0.0/23'], ['10.0.0.0', '10.1.0.0', '10.1.1.0']],
  ['hash:ip bitmask 255.0.255.0', ['10.1.2.3'], ['10.0.2.0']],
  ['hash:ip family inet6', ['2001:db8:0::1', '2001:db8::2/128'], ['2001:db8::1', '2001:db8::2']],
  ['hash:ip family inet6 netmask 64', ['2001:db8::1'], ['2001:db8::']],
  ['hash:net', ['10.0.0.3/8', '10.9.9.9 nomatch', '10.1.1.1/32'], ['10.0.0.0/8', '10.9.9.9 nomatch', '10.1.1.1']],
  ['hash:net', ['10.0.0.1-10.0.0.9'], ['10.0.0.1', '10.0.0.2/31', '10.0.0.4/30', '10.0.0.8/31']],
  ['hash:net', ['0.0.0.0-127.255.255.255', '255.255.255.254-255.255.255.255'], ['0.0.0.0/1', '255.255.255.254/31']],
  ['hash:net family inet6', ['2001:db8::5/32'], ['2001:db8::/32']],
  [
    'hash:ip,port',
    ['10.0.0.1,80', '10.0.0.1,udp:55-53'],
    ['10.0.0.1,tcp:80', '10.0.0.1,udp:53', '10.0.0.1,udp:54', '10.0.0.1,udp:55'],
  ],
  [
    'hash:ip,port',
    ['10.0.0.1,icmp:ping', '10.0.0.1,icmp:3/2', '10.0.0.1,icmp:8/7'],
    ['10.0.0.1,icmp:echo-request', '10.0.0.1,icmp:protocol-unreachable', '10.0.0.1,icmp:8/7'],
  ],
  [
    'hash:ip,port',
    ['10.0.0.1,47:0', '10.0.0.1,200:0', '10.0.0.1,132:7', '10.0.0.1,TCP:http'],
    ['10.0.0.1,gre:0', '10.0.0.1,200:0', '10.0.0.1,sctp:7', '10.0.0.1,tcp:80'],
  ],
  ['hash:ip,port netmask 24', ['10.0.0.9,80'], ['10.0.0.0,tcp:80']],
  [
    'hash:ip,port family inet6',
    ['[2001:db8::2],80', '2001:db8::1,icmpv6:1/0'],
    ['2001:db8::2,tcp:80', '2001:db8::1,ipv6-icmp:no-route'],
  ],
  ['hash:ip,port,ip', ['10.0.0.0/31,80,10.0.0.2'], ['10.0.0.0,tcp:80,10.0.0.2', '10.0.0.1,tcp:80,10.0.0.2']],
  [
    'hash:ip,port,net',
    ['10.0.0.1,81,10.0.0.0-10.0.0.2', '10.0.0.1,80,10.0.0.9/8 nomatch'],
    ['10.0.0.1,tcp:81,10.0.0.0/31', '10.0.0.1,tcp:81,10.0.0.2', '10.0.0.1,tcp:80,10.0.0.0/8 nomatch'],
  ],
  ['hash:net,port', ['10.0.0.0/8,80', '10.0.0.0/8,dccp:0'], ['10.0.0.0/8,tcp:80', '10.0.0.0/8,dccp:0']],
  [
    'hash:net,net',
    ['10.0.0.0/8,11.0.0.0-11.0.0.2', '0.0.0.0/0,1.1.1.1'],
    ['10.0.0.0/8,11.0.0.0/31', '10.0.0.0/8,11.0.0.2', '0.0.0.0/0,1.1.1.1'],
  ],
  ['hash:net,port,net family inet6', ['::/0,udp:53,2001:db8::/33'], ['::/0,udp:53,2001:db8::/33']],
  [
    'hash:net,iface',
    ['10.0.0.1/8,eth0', '10.0.0.0/8,physdev:eth0', '11.0.0.0/8,wl wildcard nomatch', '0.0.0.0/0,lo'],
    ['10.0.0.0/8,eth0', '10.0.0.0/8,physdev:eth0', '11.0.0.0/8,wl nomatch wildcard', '0.0.0.0/0,lo'],
  ],
  [
    'hash:ip,mark',
    ['10.0.0.1,5', '10.0.0.2-10.0.0.3,0x80'],
    ['10.0.0.1,0x00000005', '10.0.0.2,0x00000080', '10.0.0.3,0x00000080'],
  ],
  ['hash:mac', ['aa:bb:cc:00:11:22'], ['AA:BB:CC:00:11:22']],
  ['hash:ip,mac', ['10.0.0.1,aa:bb:cc:00:11:22'], ['10.0.0.1,AA:BB:CC:00:11:22']],
  [
    'hash:ip timeout 60',
    ['1.1.1.1', '1.1.1.2 timeout 0', '1.1.1.3 timeout 0x10'],
    ['1.1.1.1 timeout 60', '1.1.1.2 timeout 0', '1.1.1.3 timeout 16'],
  ],
  [
    'hash:ip comment',
    ['1.1.1.1 comment "it\'s # x"', '1.1.1.2 comment plain'],
    ['1.1.1.1 comment "it\'s # x"', '1.1.1.2 comment "plain"'],
  ],
  ['hash:ip comment', ['1.1.1.1 comment "a \\"q\\" b"'], ['1.1.1.1 comment "a \\q\\ b"']],
  [
    'hash:ip counters',
    ['1.1.1.1 packets 4 bytes 5', '1.1.1.2'],
    ['1.1.1.1 packets 4 bytes 5', '1.1.1.2 packets 0 bytes 0'],
  ],
  [
    'hash:ip skbinfo',
    ['1.1.1.1 skbmark 0x1/0xff skbprio 1:10 skbqueue 3', '1.1.1.2 skbmark 0x07'],
    ['1.1.1.1 skbmark 0x1/0xff skbprio 1:10 skbqueue 3', '1.1.1.2 skbmark 0x7'],
  ],
];

/** As ipset 7.17 prints them. */
const CREATES: readonly (readonly [written: string, printed: string])[] = [
  ['bitmap:ip range 10.0.0.0/24', 'bitmap:ip range 10.0.0.0-10.0.0.255'],
  ['bitmap:port range tcp:22-ssh timeout 5', 'bitmap:port range 22-22 timeout 5'],
  ['hash:ip', 'hash:ip family inet hashsize 1024 maxelem 65536'],
  ['iphash --hashsize 100 --probes 8 --resize 50', 'hash:ip family inet hashsize 128 maxelem 65536'],
  ['hash:ip -6 netmask 64', 'hash:ip family inet6 hashsize 1024 maxelem 65536 netmask 64'],
  [
    'hash:ip hashsize 1 comment counters timeout 0 skbinfo',
    'hash:ip family inet hashsize 64 maxelem 65536 timeout 0 counters comment skbinfo',
  ],
  [
    'hash:ip bucketsize 3 initval 0x12',
    'hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 4 initval 0x00000012',
  ],
  [
    'hash:ip,port netmask 24 bucketsize 12',
    'hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 netmask 24',
  ],
  ['hash:ip,mark', 'hash:ip,mark family inet markmask 0xffffffff hashsize 1024 maxelem 65536'],
  ['hash:mac', 'hash:mac hashsize 1024 maxelem 65536'],
  ['list:set', 'list:set size 8'],
];

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');
const withoutTail = (line: string) => line.replace(/^add s /, '');

describe('ipset', () => {
  const rows = MEMBERS.map(([create, written, held = written]) => ({ create, written, held }));
  it.each(rows)('$create holds what ipset makes of $written', ({ create, written, held }) => {
    const text = lines(`create s ${create}`, ...written.map((member) => `add s ${member}`));
    const { sets, findings } = readSets(text);
    expect(findings).toEqual([]);
    const printed = printIpset(sets);
    expect(printed.trimEnd().split('\n').slice(1).map(withoutTail)).toEqual(held);
    expect(printIpset(readSets(printed).sets)).toBe(printed);
    expect(recogniseIpset(text)).toBe(true);
  });

  it.each(CREATES)('create s %s', (written, printed) => {
    const { sets, findings } = readSets(`create s ${written}`);
    expect(findings).toEqual([]);
    expect(printIpset(sets)).toBe(`create s ${printed}\n`);
  });
});

it('hash:ip,port masks the first address of a range alone, as the kernel does', () => {
  const { sets } = readSets('create s hash:ip,port netmask 24\nadd s 10.0.0.254-10.0.1.1,80\n');
  const held = printIpset(sets).trimEnd().split('\n').slice(1).map(withoutTail);
  expect(held).toEqual(Array.from({ length: 258 }, (_, i) => `10.0.${i >> 8}.${i & 255},tcp:80`));
});

/** Lines behind `create`s of a few sets, and what is found: line 1 is the one in question. */
const BAD: readonly (readonly [line: string, finding: string])[] = [
  ['add nosuch 1.1.1.1', '1:5 error unknown-set'],
  ['create x hash:foo', '1:10 error unknown-set-type'],
  ['create x hash:ip range 1-2', '1:18 error bad-set-option'],
  ['create x hash:ip netmask 33', '1:26 error bad-set-option'],
  ['create x hash:ip timeout 2147484', '1:26 error bad-set-option'],
  ['create x bitmap:ip range 10.0.0.0/8', '1:8 error refused-set'],
  ['create x bitmap:ip range 10.0.0.5-10.0.1.4 netmask 30', '1:8 error refused-set'],
  ['create a_name_of_thirty_two_characters_ hash:ip', '1:8 error refused-set'],
  ['create ip hash:ip', '1:8 warning duplicate-set'],
  ['frobnicate x', '1:1 warning unknown-line'],
  ['add ip', '1:5 error missing-word'],
  ['-A OUTPUT -j DROP', '1:1 warning unknown-line'],
  ['-F', '1:1 warning unknown-line'],
  ['add ip 1.1.1.256', '1:8 error bad-member'],
  ['add ip 1.1.1.1,80', '1:8 error bad-member'],
  ['add ip 0.0.0.0', '1:8 error refused-member'],
  ['add ip 2001:db8::1', '1:8 error bad-member'],
  ['add ip 1.1.1.1 nomatch', '1:16 error bad-member'],
  ['add ip 1.1.1.1 timeout 5', '1:16 error bad-member'],
  ['add ip 1.1.1.1 comment "open', '1:24 error open-quote'],
  ['add ip 9.9.9.9', '1:8 warning duplicate-member'],
  ['add ip 0.0.0.0-255.255.255.255', '1:8 error refused-member'],
  ['add ip 1.0.0.0/1', '1:8 error refused-member'],
  ['add ip 64.0.0.0/2', '1:8 error range-too-large'],
  ['add ip 10.0.0.0/8', '1:8 error set-full'],
  ['add two 1.1.1.1-1.1.1.3', '1:9 error set-full'],
  ['add net 0.0.0.0/0', '1:9 error refused-member'],
  ['add net 10.0.0.0/33', '1:9 error bad-member'],
  ['add np 10.0.0.0/8,gre:5', '1:19 error bad-member'],
  ['add np 10.0.0.0/8,tcp:70000', '1:19 error bad-member'],
  ['add np 10.0.0.0/8,icmp:8', '1:19 error bad-member'],
  ['add np 10.0.0.0/8,icmpv6:1/0', '1:19 error bad-member'],
  ['add if 10.0.0.0/8,abcdefghijklmnop', '1:19 error bad-member'],
  ['add if 10.0.0.0/8,wlan0', '1:8 warning duplicate-member'],
  ['add bm 10.0.1.0', '1:8 error refused-member'],
  ['del ip 7.7.7.7', '1:8 warning no-such-member'],
  ['rename ip net', '1:11 error duplicate-set'],
  ['rename ip2 x', '1:8 error set-in-use'],
  ['destroy ip2', '1:9 error set-in-use'],
  ['swap ip net', '1:9 error type-mismatch'],
  ['add list list', '1:10 error refused-member'],
  ['add list ip before net', '1:20 error refused-member'],
];
const BEFORE = [
  ...['create ip hash:ip', 'create ip2 hash:ip', 'create two hash:ip maxelem 2', 'create net hash:net'],
  ...[
    'create np hash:net,port',
    'create if hash:net,iface',
    'create bm bitmap:ip range 10.0.0.0/24',
    'create list list:set',
  ],
  ...['add ip 9.9.9.9', 'add if 10.0.0.0/8,wl wildcard', 'add list ip2'],
];

describe('what ipset refuses', () => {
  it.each(BAD)('%s', (line, finding) => {
    const before = BEFORE.join('\r\n');
    const { full } = readSets(`${before}\r\n${line}\r\nadd ip2 4.4.4.4\r\n`);
    const found = full.map(
      ({ place, severity, code }) => `${place!.line - BEFORE.length}:${place!.column} ${severity} ${code}`,
    );
    expect(found).toEqual([finding]);
    expect(full[0]!.place!.source).toBe(line);
  });

  it('keeps what stands behind a line that is refused', () => {
    const { sets } = readSets(lines('create s hash:ip', 'add s nonsense', 'add s 1.1.1.1'));
    expect(printIpset(sets)).toContain('add s 1.1.1.1');
  });

  it('tells of the same kind of trouble a few times only', () => {
    const { findings } = readSets(lines('create s hash:ip', ...Array.from({ length: 500 }, () => 'add s x')));
    expect(findings).toHaveLength(21);
  });
});

describe('commands', () => {
  it.each([
    [
      'add with -exist changes a member',
      ['create s hash:net timeout 9', 'add s 10.0.0.0/8', '-exist add s 10.0.0.0/8 nomatch timeout 3'],
      ['10.0.0.0/8 timeout 3 nomatch'],
    ],
    ['add without it does not', ['create s hash:net', 'add s 10.0.0.0/8', 'add s 10.0.0.0/8 nomatch'], ['10.0.0.0/8']],
    [
      'ipset in front',
      ['ipset create s hash:ip -exist', 'ipset -! add s 1.1.1.1', '/sbin/ipset -A s 1.1.1.2'],
      ['1.1.1.1', '1.1.1.2'],
    ],
    [
      'flags more than once',
      ['create s hash:ip', '-exist -q -exist add s 1.1.1.1', 'add -! -exist s 1.1.1.1'],
      ['1.1.1.1'],
    ],
    ['what version 4 wrote', ['-N s iphash --hashsize 1024', '-A s 1.1.1.1', 'COMMIT'], ['1.1.1.1']],
    ['flush', ['create s hash:ip', 'add s 1.1.1.1', 'flush s', 'add s 1.1.1.2'], ['1.1.1.2']],
    ['flush of all', ['create s hash:ip', 'add s 1.1.1.1', 'flush'], []],
    [
      'del',
      ['create s hash:ip comment', 'add s 1.1.1.0/30 comment "c"', 'del s 1.1.1.1-1.1.1.2', 'add s 1.1.1.2'],
      ['1.1.1.0 comment "c"', '1.1.1.2', '1.1.1.3 comment "c"'],
    ],
    ['rename', ['create t hash:ip', 'add t 1.1.1.1', 'rename t s'], ['1.1.1.1']],
    ['swap', ['create t hash:ip', 'add t 1.1.1.1', 'create s hash:ip', 'swap s t', 'destroy t'], ['1.1.1.1']],
    ['destroy', ['create s hash:ip', 'add s 1.1.1.1', 'destroy s', 'create s hash:ip'], []],
    [
      'before and after',
      [
        'create a hash:ip',
        'create b hash:ip',
        'create c hash:ip',
        'create d hash:ip',
        'create s list:set',
        'add s a',
        'add s c',
        'add s b before c',
        'add s d after a',
        'destroy d',
      ],
      ['a', 'd', 'b', 'c'],
    ],
    [
      'comments and old ends',
      ['# made by hand', '', 'create s hash:ip', '  add   s\t1.1.1.1  ', 'COMMIT'],
      ['1.1.1.1'],
    ],
  ])('%s', (_, commands, held) => {
    const { sets } = readSets(lines(...commands));
    const printed = printIpset(sets)
      .split('\n')
      .filter((line) => line.startsWith('add s '));
    expect(printed.map(withoutTail)).toEqual(held);
  });

  it('create alone is an empty set that is known', () => {
    const { sets } = readSets('create s hash:ip');
    expect(sets.map(({ known, members }) => [known, members.count])).toEqual([[true, 0]]);
  });

  it('a list that holds a set which is not given says so', () => {
    expect(readSets(lines('create l list:set', 'add l nosuch')).findings).toEqual(['2:7 warning unknown-set']);
  });
});

const LISTING = `Name: kube
Type: hash:ip,port
Revision: 7
Header: family inet hashsize 1024 maxelem 65536 comment bucketsize 12 initval 0xb984719b
Size in memory: 840
References: 1
Number of entries: 2
Members:
10.0.0.1,tcp:80 comment "a b"
10.0.0.2,udp:53

Name: ports
Type: bitmap:port
Header: range 0-1023
Number of entries: 1
Members:
22
`;

describe('ipset list', () => {
  it('reads members and header', () => {
    const { sets, findings } = readSets(LISTING);
    expect(findings).toEqual([]);
    expect(printIpset(sets)).toBe(
      lines(
        'create kube hash:ip,port family inet hashsize 1024 maxelem 65536 comment bucketsize 12 initval 0xb984719b',
        'add kube 10.0.0.1,tcp:80 comment "a b"',
        'add kube 10.0.0.2,udp:53',
        'create ports bitmap:port range 0-1023',
        'add ports 22',
      ),
    );
    expect(recogniseIpset(LISTING)).toBe(true);
  });

  it('without members a set is unknown, but for one of no entries', () => {
    const terse =
      'Name: a\nType: hash:ip\nHeader: family inet6\nNumber of entries: 3\n\nName: b\nType: hash:net\nNumber of entries: 0\n';
    const { sets } = readSets(terse);
    expect(sets.map(({ name, type, family, known }) => [name, type, family, known])).toEqual([
      ['a', 'hash:ip', 6, false],
      ['b', 'hash:net', 4, true],
    ]);
  });

  it('a save of the same set counts more than a terse listing, whichever comes first', () => {
    const terse = 'Name: s\nType: hash:ip\nNumber of entries: 1\n\n';
    const save = 'create s hash:ip\nadd s 1.1.1.1\n\n';
    for (const text of [terse + save, save + terse])
      expect(readSets(text).sets.map(({ known, members }) => [known, members.count])).toEqual([[true, 1]]);
  });

  it.each([
    [
      'a member that cannot be read',
      LISTING.replace('10.0.0.2,udp', '10.0.0.2;udp'),
      ['10:1 error bad-member', '1:7 warning cut-listing'],
    ],
    ['a type that is not known', LISTING.replace('hash:ip,port', 'hash:new'), ['2:7 error unknown-set-type']],
    ['a listing that was cut', LISTING.replace('10.0.0.2,udp:53\n', ''), ['1:7 warning cut-listing']],
  ])('%s', (_, text, found) => {
    expect(readSets(text).findings).toEqual(found);
  });

  it('refuses XML', () => {
    const text = '<ipsets>\n<ipset name="a">\n</ipset>\n</ipsets>\n';
    expect(recogniseIpset(text)).toBe(true);
    expect(readSets(text)).toMatchObject({ sets: [], findings: ['1:1 error ipset-xml'] });
  });
});

describe('recogniseIpset', () => {
  it('members of version 4 are no rules', () => {
    const text = '-N s iphash --hashsize 1024\n-A s 1.1.1.1\nCOMMIT\n';
    const { sets, tables } = parseTexts([{ name: 'x', text }], { add: () => {} });
    expect([sets.map(({ name }) => name), tables]).toEqual([['s'], []]);
  });

  it.each([
    ['*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m set --match-set s src -j DROP\nCOMMIT\n', false],
    ['add table ip filter\nadd rule ip filter input tcp dport 80 accept\n', false],
    ['1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n', false],
    ['add s 10.0.0.0/8\n', true],
    ['sudo ipset add s web\n', true],
  ])('%j: %s', (text, is) => {
    expect(recogniseIpset(text)).toBe(is);
  });
});

it('never throws, and says something of every line that it does not understand', () => {
  for (const text of [
    '"',
    'Name:',
    'Name: \nType:\nMembers:\n',
    'create',
    'add',
    'Members:\n1.1.1.1',
    '\u0000\ufffd',
    'swap a',
    'create s hash:ip timeout',
    'Name: __proto__\nType: constructor\n',
  ]) {
    const found: unknown[] = [];
    parseIpset(text, 'x', { add: (finding) => found.push(finding) });
    expect([text, found.length]).toEqual([text, expect.any(Number)]);
    expect(found.length).toBeGreaterThan(0);
  }
});

it('a member that is there is found, however many there are', () => {
  const lines = Array.from({ length: 200 }, (_, i) => `add s 10.0.0.${i}\n`).join('');
  const { sets, findings } = readSets(`create s hash:ip\n${lines}${lines}`);
  // of one kind twenty are named
  expect(findings).toHaveLength(21);
  expect(sets[0]!.members.count).toBe(200);
});
