/** What decided without having been told stands among what an explanation took for granted, and nowhere else. */
import { expect, test } from 'vitest';
import { encodePacket } from '../src/input/encode.js';
import { readJsonPacket } from '../src/input/json.js';
import type { Packet } from '../src/model/packet.js';
import { parseTexts } from '../src/parse/index.js';
import { explain } from '../src/report/explain.js';
import { en } from '../src/report/lang/en.js';
import { type Message, textIn } from '../src/report/lang/messages.js';
import { createEngine } from '../src/run/engine.js';
import { compileHost } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';

const ADDR = '2: eth0: <UP> mtu 1500\n    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0\n';
const DECLARED = '*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m state --state NEW\nCOMMIT\n';
const UNDECLARED = '*filter\n-A INPUT -m state --state NEW -p icmp -j ACCEPT\nCOMMIT\n';
const RANDOM = '*filter\n:INPUT DROP [0:0]\n-A INPUT -m statistic --mode random --probability 0.5\nCOMMIT\n';
const HELPED = `*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j CT --helper ftp\nCOMMIT\n${DECLARED.replace('-m state', '-m helper ! --helper sip -m state')}`;
const TIMED = `*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j CT --timeout slow\nCOMMIT\n${DECLARED}`;
const SNAT =
  '*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n-A INPUT -j SNAT --to-source 192.0.2.9 --random\nCOMMIT\n';
const LOOSE = 'net.netfilter.nf_conntrack_tcp_loose';
const CHECKSUM = 'net.netfilter.nf_conntrack_checksum';

const IN = { in: 'eth0', src: '192.0.2.7', dst: '192.0.2.1', sport: 1000 };
const UDP = { ...IN, proto: 'udp', dport: 53 };
const SYN = { ...IN, proto: 'tcp', dport: 80, flags: 'S' };
const ACK = { ...SYN, flags: 'A' };
const PING = { ...IN, sport: undefined, proto: 'icmp', type: 8, id: 7 };
const GROUP = { ...UDP, dst: '224.0.0.9' };
const SENT = { ...GROUP, in: null, src: '192.0.2.1' };

const bad = (packet: Packet): Packet => {
  const bytes = encodePacket(packet);
  bytes[26]! ^= 1;
  return { ...packet, kind: 'raw', bytes } as Packet;
};

type Row = readonly [about: RegExp, rules: string, packet: object, given: string, expected: string | undefined];

const ROWS: readonly Row[] = [
  [/tcp_loose/, DECLARED, ACK, '', 'nf_conntrack_tcp_loose 1'],
  [/tcp_loose/, DECLARED, ACK, LOOSE, undefined],
  [/tcp_loose/, DECLARED, SYN, '', undefined],
  [/tcp_loose/, DECLARED, { ...ACK, state: 'ESTABLISHED' }, '', undefined],
  [/checksum/, DECLARED, { ...UDP, bad }, '', 'nf_conntrack_checksum 1'],
  [/checksum/, DECLARED, { ...UDP, bad }, CHECKSUM, undefined],
  [/checksum/, DECLARED, UDP, '', undefined],

  [/policy/, UNDECLARED, UDP, '', 'policy of filter INPUT: ACCEPT'],
  [/policy/, UNDECLARED, PING, '', undefined],
  [/policy/, DECLARED, UDP, '', undefined],

  [/expected/, HELPED, SYN, '', "no connection is expected by another one's helper (ftp, sip)"],
  [/expected/, HELPED, { ...SYN, state: 'RELATED' }, 'match:helper=no', undefined],
  [
    /expected/,
    HELPED,
    { ...ACK, state: 'ESTABLISHED' },
    '',
    "no connection is expected by another one's helper (ftp, sip)",
  ],
  [/expected/, DECLARED, SYN, '', undefined],
  [/timeout/, TIMED, SYN, '', 'connections last as the settings have it: timeout policies (slow) are not known'],
  [/timeout/, TIMED, UDP, '', undefined],

  [/joined/, DECLARED, GROUP, '', "no group but the kernel's own is joined (ip maddr)"],
  [/joined/, DECLARED, SENT, '', "no group but the kernel's own is joined (ip maddr)"],
  [/joined/, DECLARED, GROUP, 'joined:224.0.0.9=no', 'joined:224.0.0.9=no'],
  [/joined/, DECLARED, SENT, 'joined:224.0.0.9', 'joined:224.0.0.9=yes'],
  [/joined/, DECLARED, UDP, '', undefined],

  [/was drawn/, RANDOM, UDP, '', 'what is left to chance (statistic --mode random) was drawn'],
  [/left to chance/, RANDOM, UDP, 'random=yes', 'what is left to chance matches (--assume random)'],
  [/left to chance/, RANDOM, UDP, 'random=no', 'what is left to chance does not match (--assume random)'],
  [/left to chance/, DECLARED, UDP, 'random=no', undefined],
  [/was drawn/, SNAT, UDP, '', 'was drawn: the kernel takes any of 600-1023'],
  [/was drawn/, SNAT, { ...UDP, sport: 2000 }, '', 'was drawn: the kernel takes any of 1024-65535'],
  [/identifier/, SNAT, PING, '', 'was drawn: the kernel takes any of 0-65535'],
];

test.each(ROWS)(
  '%s in %j, %o, %s: %s',
  async (about, rules, { bad: spoil, ...fields }: { bad?: typeof bad }, given, expected) => {
    const sysctl = given.startsWith('net.') ? `${given} = 1\n` : '';
    const [fact, answer] = given.split('=');
    const texts = [rules, ADDR, sysctl].filter((text) => text !== '').map((text, i) => ({ name: `${i}`, text }));
    const input = parseTexts(texts, { add: ({ message }) => expect(message).toBe('') });
    const assume = new Map(given === '' || sysctl !== '' ? [] : [[fact!, answer !== 'no']]);
    const host = await (await createEngine()).load({ ...input, assume });
    const { packet } = readJsonPacket({ text: JSON.stringify(fields), number: 1 } as never);
    const story = explain(host, spoil === undefined ? packet : spoil(packet), { all: false });
    const said = story.assumed.map((message) => textIn(en, message)).filter((text) => about.test(text));
    if (expected === undefined) expect(said).toEqual([]);
    else expect(said.join('; ')).toContain(expected);
  },
);

const OPEN = [
  '*filter',
  ':INPUT DROP [0:0]',
  '-A INPUT -p udp -m set --match-set never src -j DROP',
  '-A INPUT -p tcp -m set --match-set a src -j ACCEPT',
  '-A INPUT -m set --match-set b src -j RETURN',
  '-A INPUT -m geosite --of x -j DROP',
  '-A INPUT -m addrtype --dst-type LOCAL -m addrtype --dst-type MULTICAST',
  '-A INPUT -j LUA --script x',
  '-A INPUT -p tcp -j ACCEPT',
  '-A INPUT -m set --match-set behind src -j DROP',
  'COMMIT',
  '',
].join('\n');

test.each<[about: string, given: object, expected: string]>([
  ['what was given', { assume: ['set:a=yes'] }, 'set:a=yes'],
  ['given as a kind', { assume: ['set=no', 'match', 'random=no'] }, 'set=no; match=yes'],
  ['nothing that nobody asks', { assume: ['set:a=yes', 'set:z=yes', 'out:eth1'] }, 'set:a=yes; out:eth1=yes'],
  [
    'what the walk came to',
    { lenient: true },
    'set:a=no; set:b=no; match:geosite=no; local:192.0.2.1=no; target:LUA=no',
  ],
  [
    'what was given, and what the walk came to beside it',
    { lenient: true, assume: ['local=yes', 'set:b=no', 'target=no', 'set:behind=yes'] },
    'local=yes; set:b=no; target=no; set:behind=yes; set:a=no; match:geosite=no',
  ],
])('answers that were taken for granted: %s', async (_, options, expected) => {
  const host = await (await createEngine()).load(compileHost(parse([{ name: 'x', text: OPEN }]), options));
  const { packet } = readJsonPacket({ text: JSON.stringify({ ...SYN, path: 'input' }), number: 1 } as never);
  const facts = explain(host, packet, { all: false }).assumed.filter(({ key }) => key === 'assumed.fact');
  expect(facts.map((message) => textIn(en, message)).join('; ')).toBe(expected);
});

test.each([
  [
    'off',
    'connections are not tracked, so that it is consulted for none',
    'connection tracking is off, as --tracking has it',
  ],
  ['on', undefined, 'connection tracking is on, as --tracking has it'],
] as const)('tracking that is switched %s', async (tracking, skipped, expected) => {
  const rules = `${SNAT}*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n`;
  const texts = [rules, ADDR].map((text, i) => ({ name: `${i}`, text }));
  const host = await (await createEngine()).load(compileHost(parse(texts), { tracking }));
  const { packet } = readJsonPacket({ text: JSON.stringify(UDP), number: 1 } as never);
  const { assumed, walk } = explain(host, packet);
  const say = (message: Message) => textIn(en, message);
  expect(assumed.filter(({ key }) => key === 'assumed.tracking').map(say)).toEqual([expected]);
  const skips = walk.map(({ message }) => message).filter(({ key }) => key === 'hook.skip');
  expect(skips.map(say)).toEqual(
    skipped === undefined ? [] : ['PREROUTING', 'INPUT'].map((hook) => `nat ${hook} is not consulted: ${skipped}`),
  );
});

test.each([
  [{ out: 'eth0' }, 'routing is not known; the interface was given: sent by eth0'],
  [{ path: 'output' }, 'routing is not known; the way was given: sent'],
] as const)('the way that was given: %o', async (given, expected) => {
  const host = await (await createEngine()).load(compileHost(parse([{ name: 'x', text: DECLARED }])));
  const { packet } = readJsonPacket({ text: JSON.stringify({ ...UDP, in: null, ...given }), number: 1 } as never);
  expect(explain(host, packet).walk.map(({ message }) => textIn(en, message))).toContain(expected);
});
