/**
 * What `conntrack -L` and /proc/net/nf_conntrack print of one host at one time (test/connections) is read alike, and
 * printed to the character.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CT_STATUS_ASSURED as ASSURED,
  CT_STATUS_CONFIRMED as CONFIRMED,
  CT_STATUS_DST_NAT as DST_NAT,
  CT_STATUS_SEEN_REPLY as SEEN_REPLY,
  CT_STATUS_SRC_NAT as SRC_NAT,
} from '../src/abi.js';
import {
  type Connection,
  compareConnections,
  CT_STATUS_HW_OFFLOAD as HW_OFFLOAD,
  CT_STATUS_OFFLOAD as OFFLOAD,
} from '../src/model/connection.js';
import type { Finding } from '../src/model/finding.js';
import { type ConnectionForm, printConnections } from '../src/parse/connections/print.js';
import { parseTexts } from '../src/parse/index.js';
import { ROOT } from './root.js';

const textOf = (name: string) => readFileSync(join(ROOT, 'test/connections', `${name}.txt`), 'utf8');

function read(...texts: string[]) {
  const findings: Finding[] = [];
  const input = parseTexts(
    texts.map((text, i) => ({ name: `x${i === 0 ? '' : i}`, text })),
    { add: (finding) => findings.push(finding) },
  );
  const found = findings.map(
    ({ place, code, message, severity }) => `${place?.line}:${place?.column} ${severity} ${code}: ${message}`,
  );
  return { ...input, list: [...(input.connections ?? [])], findings, found };
}

/** What stands at the caret of a finding. */
const marked = ({ place }: Finding) => place?.source.slice(place.column - 1, place.column - 1 + place.length);

const LISTINGS: readonly (readonly [name: string, form: ConnectionForm])[] = [
  ['plain', {}],
  ['extended', { extended: true }],
  ['id', { id: true }],
  ['extended-id-labels', { extended: true, id: true }],
];

describe('what the program printed', () => {
  test.each(LISTINGS)('%s', (name, form) => {
    const { connections, list, found } = read(textOf(name));
    expect(found).toEqual([]);
    expect(list.length).toBe(15);
    expect(printConnections(connections!, form)).toBe(textOf(name));
  });

  /** It has one more who holds the entry, neither helpers nor ids, and no ports of DCCP. */
  test('/proc says the same of each connection', () => {
    const told = ({ use, helper, id, labels, timeout, ...rest }: Connection) => rest;
    const of = (name: string) => read(textOf(name)).list.sort(compareConnections).map(told);
    expect(of('proc')).toEqual(of('extended'));
  });

  test('columns that are blanks or tabs, lines with blanks around them, other line ends', () => {
    const text = textOf('extended-id-labels')
      .replaceAll('\n', '  \r\n')
      .replaceAll(' tcp', '\ttcp')
      .replaceAll('ipv', '  ipv');
    const { connections, found } = read(text);
    expect(found).toEqual([]);
    expect(printConnections(connections!, { extended: true, id: true })).toBe(textOf('extended-id-labels'));
  });
});

const TCP =
  'tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1000 [ASSURED] mark=0 use=1';
const UDP =
  'udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1000 mark=0 use=1';
const PING =
  'icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77 mark=0 use=1';
const GRE =
  'gre      47 29 src=10.0.0.1 dst=10.0.0.2 srckey=0x1 dstkey=0xffff src=10.0.0.2 dst=10.0.0.1 srckey=0xffff dstkey=0x1 mark=0 use=1';
const answers = (line: string, to: (text: string) => string) => {
  const at = line.lastIndexOf('src=');
  return line.slice(0, at) + to(line.slice(at));
};

test.each<[what: string, line: string, expected: Partial<Connection>]>([
  [
    'a connection',
    TCP,
    { family: 4, protocol: 6, timeout: 431999, state: 'ESTABLISHED', status: CONFIRMED | SEEN_REPLY | ASSURED },
  ],
  [
    'its packets',
    TCP,
    { original: { src: [0x0a000001], dst: [0x0a000002], sport: 1000, dport: 80, type: 0, code: 0, id: 0 } },
  ],
  [
    'its answers',
    TCP,
    { reply: { src: [0x0a000002], dst: [0x0a000001], sport: 80, dport: 1000, type: 0, code: 0, id: 0 } },
  ],
  ['without an answer', UDP, { state: undefined, status: CONFIRMED }],
  [
    'a ping',
    PING,
    { original: { src: [0x0a000001], dst: [0x0a000002], sport: 0, dport: 0, type: 8, code: 0, id: 77 }, id: undefined },
  ],
  ['a ping with an id of its own', `${PING} id=4294967295`, { id: 4294967295 }],
  [
    'keys',
    GRE,
    {
      protocol: 47,
      original: { src: [0x0a000001], dst: [0x0a000002], sport: 1, dport: 0xffff, type: 0, code: 0, id: 0 },
    },
  ],
  [
    'source translated',
    answers(TCP, (text) => text.replace('10.0.0.1', '192.0.2.1')),
    { status: CONFIRMED | SEEN_REPLY | ASSURED | SRC_NAT },
  ],
  [
    'source port translated',
    answers(TCP, (text) => text.replace('1000', '1001')),
    { status: CONFIRMED | SEEN_REPLY | ASSURED | SRC_NAT },
  ],
  ['id translated', answers(PING, (text) => text.replace('77', '78')), { status: CONFIRMED | SEEN_REPLY | SRC_NAT }],
  [
    'destination translated',
    answers(TCP, (text) => text.replace('10.0.0.2', '10.9.9.9')),
    { status: CONFIRMED | SEEN_REPLY | ASSURED | DST_NAT },
  ],
  [
    'destination port translated',
    answers(UDP, (text) => text.replace('=53', '=5353')),
    { status: CONFIRMED | DST_NAT },
  ],
  [
    'both translated',
    answers(UDP, (text) => text.replaceAll('10.0.0', '10.9.9')),
    { status: CONFIRMED | SRC_NAT | DST_NAT },
  ],
  ['a mark of 32 bits', TCP.replace('mark=0', 'mark=4294967295'), { mark: 0xffffffff }],
  ['no mark: a kernel without', TCP.replace('mark=0 ', ''), { mark: 0 }],
  ['a zone', TCP.replace(' use', ' zone=65535 use'), { zones: { original: 65535, reply: 65535 } }],
  [
    'a zone of packets',
    TCP.replace(' src=10.0.0.2', ' zone-orig=5 src=10.0.0.2'),
    { zones: { original: 5, reply: 0 } },
  ],
  ['a zone of answers', TCP.replace(' [', ' zone-reply=5 ['), { zones: { original: 0, reply: 5 } }],
  [
    'counters beyond 2^53',
    TCP.replaceAll(/(port=\d+) (?=src|\[)/g, '$1 packets=9007199254740993 bytes=18446744073709551615 '),
    {
      counters: {
        original: { packets: 9007199254740993n, bytes: 18446744073709551615n },
        reply: { packets: 9007199254740993n, bytes: 18446744073709551615n },
      },
    },
  ],
  [
    'helper, age, security mark',
    TCP.replace('use=1', 'secctx=u:r:t:s0 delta-time=7 helper=ftp use=3'),
    { helper: 'ftp', age: 7, security: 'secctx=u:r:t:s0', use: 3 },
  ],
  ['labels', `${TCP} labels=a,b`, { labels: 'a,b' }],
  ['labels without names', `${TCP} labels`, { labels: '' }],
  [
    'times in words',
    TCP.replace('use', '[start=Thu Nov 26 20:22:00 2026] [stop=Thu Nov 26 20:22:01 2026] use'),
    { use: 1 },
  ],
  ['a time', TCP.replace('use=1', 'use=2').replace('431999', '0'), { timeout: 0, use: 2 }],
  [
    'in a flow table',
    TCP.replace(' 431999 ESTABLISHED', '').replace('ASSURED', 'OFFLOAD'),
    { timeout: 86400, state: 'ESTABLISHED', status: CONFIRMED | SEEN_REPLY | ASSURED | OFFLOAD },
  ],
  [
    'in that of a card',
    UDP.replace(' 29', '').replace('[UNREPLIED] ', '').replace('mark', '[HW_OFFLOAD] mark'),
    { timeout: 86400, state: undefined, status: CONFIRMED | SEEN_REPLY | OFFLOAD | HW_OFFLOAD },
  ],
  [
    'a protocol without tracker',
    'unknown  89 599 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1 mark=0 use=1',
    { protocol: 89, timeout: 599 },
  ],
  [
    'DCCP of an older kernel',
    TCP.replace('tcp      6 431999 ESTABLISHED', 'dccp     33 431999 OPEN'),
    { protocol: 33, state: 'OPEN' },
  ],
  [
    'IPv6',
    TCP.replaceAll('10.0.0.', '2001:db8::'),
    {
      family: 6,
      original: {
        src: [0x20010db8, 0, 0, 1],
        dst: [0x20010db8, 0, 0, 2],
        sport: 1000,
        dport: 80,
        type: 0,
        code: 0,
        id: 0,
      },
    },
  ],
])('%s', (_, line, expected) => {
  const { list, found, connections } = read(`${line}\n`);
  expect(found).toEqual([]);
  expect(list.length).toBe(1);
  expect(list[0]).toMatchObject(expected);
  // what is left out of the line, or stands there in other words
  const printed = line.replace(/ \[st\w+=[^\]]*\]/g, '').replace(/(.ASSURED.) use/, '$1 mark=0 use');
  expect(printConnections(connections!, { id: true })).toBe(`${printed}\n`);
});

/** The line, what stands at the caret, the message. */
test.each<[line: string, at: string, message: string]>([
  ['tcp 7 431999 ESTABLISHED src=10.0.0.1', '7', '6, the number of tcp, was expected'],
  ['tcp 256 1 src=10.0.0.1', '256', 'a protocol was expected, its name and its number of 0..255'],
  ['ipv4 10 tcp 6 1 CLOSE src=10.0.0.1', '10', '2, the number of ipv4, was expected'],
  ['what is this', 'is', 'a protocol was expected, its name and its number of 0..255'],
  [UDP.replace(' 29 ', ' 4294967296 '), '4294967296', 'a timeout of 0..4294967295 seconds was expected'],
  [UDP.replace(' 29 ', ' '), UDP.replace(' 29 ', ' '), 'the timeout is missing, behind the protocol'],
  [TCP.replace('ESTABLISHED ', ''), TCP.replace('ESTABLISHED ', ''), 'the state is missing, behind the timeout'],
  [
    TCP.replace('ESTABLISHED', 'ESTABLISHD'),
    'ESTABLISHD',
    'ESTABLISHD is no state of this protocol: ESTABLISHED is one',
  ],
  [TCP.replace('ESTABLISHED', 'OPEN'), 'OPEN', 'OPEN is no state of this protocol'],
  [TCP.replace('ESTABLISHED', 'CLOSE CLOSE'), 'CLOSE', 'src= was expected'],
  [UDP.replace(' 29', ' 29 CLOSE'), 'CLOSE', 'src= was expected: a connection of this protocol has no state'],
  [TCP.replace('10.0.0.1', '10.0.0.256'), 'src=10.0.0.256', 'src: an address was expected'],
  [TCP.replace('10.0.0.2', '::1'), 'dst=::1', 'dst: an address of IPv4 was expected'],
  [`ipv6     10 ${TCP}`, 'src=10.0.0.1', 'src: an address of IPv6 was expected'],
  [TCP.replace('src=10.0.0.1', ''), 'dst=10.0.0.2', 'dst: src= was expected before it'],
  [TCP.replace('dport=80', 'dport=65536'), 'dport=65536', 'dport: 65536 is not in 0..65535'],
  [TCP.replace('dport=80', 'dport='), 'dport=', 'dport:  is not in 0..65535'],
  [TCP.replace('dport=80', 'dport=-1'), 'dport=-1', 'dport: -1 is not in 0..65535'],
  [TCP.replace('dport=80', 'sport=80'), 'sport=80', 'sport stands twice'],
  [TCP.replace('dport=80 ', ''), TCP.replace('dport=80 ', ''), 'dport= is missing in one of the directions'],
  [PING.replace('type=8', 'type=256'), 'type=256', 'type: 256 is not in 0..255'],
  [
    answers(PING, (text) => text.replace('id=77 ', '')),
    answers(PING, (text) => text.replace('id=77 ', '')),
    'id= is missing in one of the directions',
  ],
  [PING.replace('type=8', 'sport=8'), 'sport=8', 'sport: connections of protocol 1 have none'],
  [GRE.replace('=0x1', '=0x10000'), 'srckey=0x10000', 'srckey: 0x10000 is not in 0x0..0xffff'],
  [
    TCP.slice(0, TCP.lastIndexOf(' src')),
    TCP.slice(0, TCP.lastIndexOf(' src')),
    'a second src= and dst= are missing, those of the answers',
  ],
  [`${TCP} src=10.0.0.3`, 'src=10.0.0.3', 'src: a connection has two directions, and this is a third'],
  [`${TCP} mark=1`, 'mark=1', 'mark stands twice'],
  [TCP.replace('mark=0', 'mark=0x1'), 'mark=0x1', 'mark: 0x1 is not in 0..4294967295'],
  [TCP.replace('mark=0', 'zone=65536'), 'zone=65536', 'zone: 65536 is not in 0..65535'],
  [
    TCP.replace('dport=80', 'dport=80 packets=18446744073709551616'),
    'packets=18446744073709551616',
    'packets: 18446744073709551616 is not in 0..2^64-1',
  ],
  [TCP.replace('sport', 'zork=1 sport'), 'zork=1', 'zork=1 is nothing that conntrack prints'],
  [TCP.replace('use', '[start=Thu use'), 'use=1', 'a ] was expected'],
])('refused: %s', (line, at, message) => {
  const { list, findings } = read(`${UDP}\n${line}\n${UDP}\n${PING}\n`);
  expect(findings.map((one) => [one.message, one.code, one.severity])).toEqual([
    [message, 'unreadable-entry', 'warning'],
  ]);
  expect(findings[0]!.place!.line).toBe(2);
  expect(marked(findings[0]!)).toBe(at);
  expect(list.length).toBe(3);
});

describe('the text', () => {
  const SHOWN = (count: number) =>
    `conntrack v1.4.7 (conntrack-tools): ${count} flow entr${count === 1 ? 'y has' : 'ies have'} been shown.\n`;
  const ENTRIES = `${TCP}\n${UDP}\n`;

  test('what is known behind the answers is kept where a word is not', () => {
    const { list, findings, found } = read(`${TCP} zork=1 [ODD] id=5\n`);
    expect(found.map((text) => text.replace(/^\S+ /, ''))).toEqual([
      'warning unknown-word: zork=1 is nothing that conntrack prints: left out',
      'warning unknown-word: [ODD] is nothing that conntrack prints: left out',
    ]);
    expect(findings.map(marked)).toEqual(['zork=1', '[ODD]']);
    expect(list).toMatchObject([{ protocol: 6, id: 5 }]);
  });

  test.each<[what: string, text: string, count: number, found: string[]]>([
    ['counted', ENTRIES + SHOWN(2), 2, []],
    ['counted first', SHOWN(2) + ENTRIES, 2, []],
    ['none', SHOWN(0), 0, []],
    ['comments and blank lines', `# the gateway's\n\n${ENTRIES}`, 2, []],
    ['counted within a line', ENTRIES.replace('dport=53', `dpo${SHOWN(2)}rt=53`), 2, []],
    ['two counts', `${ENTRIES}${SHOWN(2)}${PING}\n${SHOWN(1)}`, 3, []],
    [
      'fewer than were counted',
      ENTRIES + SHOWN(3),
      2,
      ['3:1 note entries-missing: conntrack has shown 3 entries, but 2 stand here: the text may be cut'],
    ],
    ['cut', ENTRIES.trimEnd(), 2, ['2:1 note no-line-end: the text ends without a line end: it may be cut']],
  ])('%s', (_, text, count, expected) => {
    const { connections, recognised, found } = read(text);
    expect(recognised).toEqual(['x']);
    expect(connections!.length).toBe(count);
    expect(found).toEqual(expected);
  });

  test('a line that is torn by the count is named where it goes on', () => {
    const { findings } = read(`${TCP}\n${UDP.replace('dport=53', `dpo${SHOWN(3)}xx=53`)}\n${PING}\n`);
    expect(findings.map(({ message, place }) => [place!.line, place!.column, message])).toEqual([
      [3, 1, 'dpoxx=53 is nothing that conntrack prints'],
    ]);
  });

  test('several are one list, in the order given; without any there is none', () => {
    expect(read(ENTRIES, `${PING}\n`).list.map(({ protocol }) => protocol)).toEqual([6, 17, 1]);
    expect(read('net.ipv4.ip_forward = 1\n').connections).toBeUndefined();
  });

  test.each([
    [
      'events',
      '    [NEW] tcp      6 120 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1\n',
      /events of conntrack -E/,
    ],
    [
      'events with times',
      '[1700000000.123456\t] [DESTROY] udp      17 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2\n',
      /events of conntrack -E/,
    ],
    [
      'XML',
      '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n<flow></flow></conntrack>\n',
      /XML form of conntrack/,
    ],
  ])('%s are not read', (_, text, message) => {
    const { findings, recognised } = read(text);
    expect(recognised).toEqual([]);
    expect(findings.map(({ message, hint }) => [message, hint])).toEqual([
      [expect.stringMatching(message), expect.stringContaining('conntrack -L -o extended,id')],
    ]);
  });
});

/** More than stand in one piece of the list, each of another kind than its neighbours. */
test('a long list keeps what each line says', () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => {
    const line = [TCP, UDP, PING, GRE, TCP.replaceAll('10.0.0.', 'fd00::')][i % 5]!;
    const counted = i % 3 === 0 ? line.replaceAll(/ (?=src=1|\[A|mark)/g, ' ') : line;
    return `${counted.replace('mark=0', `mark=${i}`)}${i % 2 === 0 ? ` id=${i}` : ''}`;
  });
  const { connections, found } = read(`${lines.join('\n')}\n`);
  expect(found).toEqual([]);
  expect(printConnections(connections!, { id: true }).split('\n').slice(0, -1)).toEqual(lines);
  expect(connections!.at(9999).mark).toBe(9999);
});
