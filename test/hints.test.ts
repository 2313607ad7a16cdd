/** What helps beside an answer: each hint where it is true of the packet, and not where it only looks so. */
import { describe, expect, it, test } from 'vitest';
import { compile, createEngine, en, explain, type HostOptions, hints, parse, readPacket } from '../src/index.js';
import type { MessageKey } from '../src/report/lang/messages.js';
import { renderStory } from '../src/report/render.js';

const filter = (rules: string, policy = 'DROP') =>
  `*filter\n:INPUT ${policy} [0:0]\n:FORWARD ${policy} [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}COMMIT\n`;
const nat = (rules: string) =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rules}COMMIT\n`;
/** eth0 has 192.0.2.2, docker0 leads to 172.17.0.0/16. */
const HOST =
  '1: lo: <LOOPBACK,UP> mtu 65536 state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n' +
  '2: eth0: <BROADCAST,UP> mtu 1500 state UP\n    inet 192.0.2.2/24 scope global eth0\n' +
  '3: docker0: <BROADCAST,UP> mtu 1500 state UP\n    inet 172.17.0.1/16 scope global docker0\n';
const ROUTES =
  'default via 192.0.2.1 dev eth0\n172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1\n' +
  '192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.2\n';

const SYN = { in: 'eth0', src: '192.0.2.9', dst: '192.0.2.2', proto: 'tcp', sport: 40000, dport: 80, flags: 'SYN' };
const IN = { ...SYN, path: 'input' };

async function load(rules: string, whole: boolean, options: HostOptions) {
  const host = whole
    ? [
        { name: 'addr', text: HOST },
        { name: 'route', text: ROUTES },
      ]
    : [];
  return (await createEngine()).load(compile(parse([{ name: 'x', text: rules }, ...host]), options));
}

/** The hints of some keys, in words. */
async function hinted(rules: string, packet: object, keys: readonly MessageKey[], options: HostOptions = {}) {
  const host = await load(rules, !('path' in packet), options);
  const all = await hints(host, readPacket(packet).packet);
  return all.filter(({ key }) => keys.includes(key)).map((one) => en.messages[one.key](one.params as never));
}

describe('a rule before another', () => {
  it.each<[what: string, rules: string, expected: string[]]>([
    [
      'a REJECT before an ACCEPT',
      filter('-A INPUT -j REJECT\n-A INPUT -p tcp --dport 80 -j ACCEPT\n'),
      ['filter INPUT rule 2 (x:6) would accept it, but rule 1 (x:5) comes first'],
    ],
    [
      'an ACCEPT before a DROP',
      filter('-A INPUT -p tcp -j ACCEPT\n-A INPUT -s 192.0.2.9/32 -j DROP\n'),
      ['filter INPUT rule 2 (x:6) would drop it, but rule 1 (x:5) comes first'],
    ],
    ['an ACCEPT before one that is left over', filter('-A INPUT -p tcp --dport 80 -j ACCEPT\n-A INPUT -j DROP\n'), []],
    ['an ACCEPT before a DROP of others', filter('-A INPUT -p tcp -j ACCEPT\n-A INPUT -s 192.0.2.8/32 -j DROP\n'), []],
    [
      'an ACCEPT before one that is left over, and one of others',
      filter('-A INPUT -p tcp --dport 80 -j ACCEPT\n-A INPUT -s 192.0.2.8/32 -j DROP\n-A INPUT -j DROP\n'),
      [],
    ],
    [
      'two before it, one of them in a chain',
      filter(
        '-N own\n-A INPUT -j own\n-A INPUT -j DROP\n-A INPUT -p tcp --dport 80 -j ACCEPT\n-A own -p tcp -j REJECT\n',
      ),
      ['filter INPUT rule 3 (x:8) would accept it, but filter own rule 1 (x:9) and rule 2 (x:7) come first'],
    ],
    [
      'the next does the same',
      filter('-A INPUT -s 192.0.2.9/32 -j DROP\n-A INPUT -p tcp -j REJECT\n', 'ACCEPT'),
      ['without filter INPUT rule 1 (x:5), rule 2 (x:6) would reject it all the same'],
    ],
    [
      'what is left over is dropped twice',
      filter('-A INPUT -p tcp -j REJECT --reject-with tcp-reset\n-A INPUT -j REJECT\n'),
      [],
    ],
    ['nothing behind it', filter('-A INPUT -s 192.0.2.9/32 -j DROP\n', 'ACCEPT'), []],
    ['the policy decides', filter('-A INPUT -p tcp --dport 81 -j ACCEPT\n'), []],
  ])('%s', async (_, rules, expected) => {
    expect(await hinted(rules, IN, ['hint.shadowed', 'hint.still'])).toEqual(expected);
  });
});

describe('a chain that the packet does not come to', () => {
  it.each<[what: string, rules: string, packet: object, expected: string[]]>([
    [
      'nobody calls it',
      filter('-N ufw-user-input\n-A ufw-user-input -p tcp --dport 80 -j ACCEPT\n'),
      IN,
      ['filter ufw-user-input rule 1 (x:6) would accept it, but no rule that was given leads to ufw-user-input'],
    ],
    ['it is called, and comes back', filter('-N own\n-A own -p tcp --dport 81 -j ACCEPT\n-A INPUT -j own\n'), IN, []],
    [
      'it is called here for others',
      filter('-N own\n-A own -p tcp --dport 80 -j ACCEPT\n-A INPUT -s 10.0.0.1/32 -j own\n'),
      IN,
      [],
    ],
    ['it does not match', filter('-N own\n-A own -p tcp --dport 80 -s 10.0.0.1/32 -j ACCEPT\n'), IN, []],
    ['it would do the same', filter('-N own\n-A own -p tcp --dport 80 -j DROP\n'), IN, []],
    [
      'the other hook',
      filter('-A INPUT -p tcp --dport 80 -j DROP\n', 'ACCEPT'),
      { ...SYN, path: 'forward' },
      ['filter INPUT rule 1 (x:5) would drop it, but it passes FORWARD, and not INPUT'],
    ],
    [
      "Docker's chain",
      filter('-N DOCKER-USER\n-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -p tcp --dport 80 -j DROP\n', 'ACCEPT'),
      IN,
      [
        'filter DOCKER-USER rule 1 (x:7) would drop it, but DOCKER-USER is called from FORWARD, and not from INPUT, which it passes',
      ],
    ],
    [
      'a DNAT of PREROUTING, and the host sends it',
      nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 172.17.0.2\n'),
      { ...SYN, in: null, src: '192.0.2.2', dst: '203.0.113.1' },
      ['nat PREROUTING rule 1 (x:6) would translate it, but it passes OUTPUT, and not PREROUTING'],
    ],
    ...['REDIRECT --to-ports 8080', 'NETMAP --to 172.17.0.0/16'].map((target): [string, string, object, string[]] => [
      target,
      nat(`:own - [0:0]\n-A own -p tcp --dport 80 -j ${target}\n`),
      SYN,
      ['nat own rule 1 (x:7) would translate it, but no rule that was given leads to own'],
    ]),
    ['one that leaves the destination', nat(':own - [0:0]\n-A own -p tcp --dport 80 -j MASQUERADE\n'), SYN, []],
  ])('%s', async (_, rules, packet, expected) => {
    expect(await hinted(rules, packet, ['hint.unreached'])).toEqual(expected);
  });
});

describe('behind a translation', () => {
  const DNAT = '-A PREROUTING -i eth0 -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\n';
  const AWAY = 'once translated it is for 172.17.0.2:80, and no longer for 192.0.2.2:8080: in filter, FORWARD decides';
  it.each<[what: string, rules: string, expected: string[]]>([
    ['a new way', filter('-A FORWARD -d 172.17.0.2/32 -j ACCEPT\n') + nat(DNAT), [AWAY]],
    [
      'rules that ask for the port of before',
      filter(
        '-A INPUT -p tcp --dport 8080 -j ACCEPT\n-A FORWARD -o docker0 -p tcp --dport 8080 -j ACCEPT\n-A FORWARD -p tcp --dport 8080 -s 10.0.0.1/32 -j ACCEPT\n',
      ) + nat(DNAT),
      [
        `${AWAY}; filter INPUT rule 1 (x:5) and filter FORWARD rule 1 (x:6) ask for the destination of before, and do not match`,
      ],
    ],
    ['one that asks for both ports', filter('-A FORWARD -p tcp --dport 80:8080 -j ACCEPT\n') + nat(DNAT), [AWAY]],
    ['none', filter('') + nat('-A PREROUTING -p tcp --dport 81 -j DNAT --to-destination 172.17.0.2\n'), []],
  ])('%s', async (_, rules, expected) => {
    expect(await hinted(rules, { ...SYN, dport: 8080 }, ['hint.translated'])).toEqual(expected);
  });
});

describe('what does not decide', () => {
  it.each<[what: string, rules: string, expected: string[]]>([
    [
      'RETURN',
      '-A INPUT -p tcp --dport 80 -j RETURN\n-A INPUT -p tcp -j ACCEPT\n',
      ['filter INPUT rule 1 (x:5) returns, which decides nothing: the policy of filter INPUT does'],
    ],
    [
      'no target',
      '-A INPUT -p tcp --dport 80\n-A INPUT -p tcp -j REJECT\n',
      ['filter INPUT rule 1 (x:5) has no target (-j) and only counts: filter INPUT rule 2 decides'],
    ],
    ['such that every packet meets', '-A INPUT -j RETURN\n', []],
    ['such that it does not meet', '-A INPUT -p tcp --dport 81 -j RETURN\n-A INPUT -p tcp --dport 81\n', []],
  ])('%s', async (_, rules, expected) => {
    expect(await hinted(filter(rules), IN, ['hint.returns', 'hint.counts'])).toEqual(expected);
  });
});

describe('the answer', () => {
  const packet = { ...SYN, in: 'docker0', src: '172.17.0.2', dst: '203.0.113.9' };
  it.each<[what: string, rules: string, packet: object, expected: string[]]>([
    [
      'is dropped',
      '-A FORWARD -i docker0 -j ACCEPT\n',
      packet,
      ['its answer does not get back: dropped by the policy of filter FORWARD (--reply tells it)'],
    ],
    ['gets back', '-A FORWARD -i docker0 -j ACCEPT\n-A FORWARD -m state --state ESTABLISHED -j ACCEPT\n', packet, []],
    ['does not come, since the packet is dropped', '', packet, []],
    [
      'is not looked for where the state is given',
      '-A FORWARD -i docker0 -j ACCEPT\n-A FORWARD -m state --state NEW -j ACCEPT\n',
      { ...packet, state: 'NEW' },
      [],
    ],
  ])('%s', async (_, rules, packet, expected) => {
    expect(await hinted(filter(rules), packet, ['hint.answer'])).toEqual(expected);
  });
});

describe('an answer that does not come back the same way', () => {
  const DNAT = '-A PREROUTING -d 192.0.2.2/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.0.2.80:8080\n';
  const keys = ['hint.hairpin', 'hint.otherway'] as const;
  const other = { ...SYN, in: 'docker0' };
  it.each<[what: string, rules: string, packet: object, sysctl: string[], expected: string[]]>([
    [
      'past this host, where asker and server are neighbours',
      nat(DNAT),
      SYN,
      [],
      [
        'its answer does not get back: 192.0.2.80 answers 192.0.2.9 directly, as both are in 192.0.2.0/24, and 192.0.2.9 waits for 192.0.2.2:80; by iptables -t nat -A POSTROUTING -s 192.0.2.0/24 -d 192.0.2.80 -p tcp --dport 8080 -j MASQUERADE the answer comes here',
      ],
    ],
    ['with that rule', nat(`${DNAT}-A POSTROUTING -s 192.0.2.0/24 -d 192.0.2.80 -j MASQUERADE\n`), SYN, [], []],
    ['from elsewhere', nat(DNAT), { ...SYN, src: '203.0.113.9' }, [], []],
    ['to a neighbour that is not translated', nat(''), { ...SYN, dst: '192.0.2.80' }, [], []],
    [
      'by another interface',
      nat(''),
      other,
      [],
      [
        'it came in by docker0, and the way back to its source leads by eth0: with rp_filter 1 it would be dropped (sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.docker0.rp_filter)',
      ],
    ],
    ['by another interface, and rp_filter was given', nat(''), other, ['net.ipv4.conf.all.rp_filter=0'], []],
    ['by the same interface', nat(''), SYN, [], []],
  ])('%s', async (_, rules, packet, sysctl, expected) => {
    expect(await hinted(rules, packet, keys, { sysctl })).toEqual(expected);
  });
});

describe('where a rule would go that lets such packets in', () => {
  const web = (rules: string, policy?: string) => filter(rules, policy);
  it.each<[what: string, rules: string, packet: object, expected: string[]]>([
    [
      'before the one that rejects all others',
      web('-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j REJECT\n'),
      IN,
      ['to let such packets pass, before filter INPUT rule 2 (x:6): iptables -I INPUT 2 -p tcp --dport 80 -j ACCEPT'],
    ],
    [
      'behind all, where the policy drops',
      web(''),
      IN,
      ['to let such packets pass, iptables -A INPUT -p tcp --dport 80 -j ACCEPT'],
    ],
    [
      'to whom, where it is passed on',
      web('-A FORWARD -j DROP\n'),
      { ...IN, dst: '172.17.0.2', path: 'forward' },
      [
        'to let such packets pass, before filter FORWARD rule 1 (x:5): iptables -I FORWARD 1 -d 172.17.0.2 -p tcp --dport 80 -j ACCEPT',
      ],
    ],
    ['a rule that means such packets', web('-A INPUT -p tcp --dport 80 -j DROP\n'), IN, []],
    ['a later rule would accept it', web('-A INPUT -j DROP\n-A INPUT -p tcp --dport 80 -j ACCEPT\n'), IN, []],
    ['it is accepted', web('', 'ACCEPT'), IN, []],
    [
      'a port that nobody gave',
      web(''),
      { in: 'eth0', src: '192.0.2.9', dst: '192.0.2.2', proto: 'tcp', flags: 'SYN', path: 'input' },
      [],
    ],
    ['no port', web(''), { in: 'eth0', src: '192.0.2.9', dst: '192.0.2.2', proto: 'icmp', path: 'input' }, []],
    ['a later packet', web(''), { ...IN, state: 'ESTABLISHED' }, []],
    [
      'a chain of its own decides',
      web('-A INPUT -j own\n-A own -j DROP\n').replace(':INPUT', ':own - [0:0]\n:INPUT'),
      IN,
      [],
    ],
    ['ufw writes the rules', web('-A INPUT -j ufw-in\n').replace(':INPUT', ':ufw-in - [0:0]\n:INPUT'), IN, []],
  ])('%s', async (_, rules, packet, expected) => {
    expect(await hinted(rules, packet, ['hint.insert'])).toEqual(expected);
  });
});

describe('where something is not known, the likeliest way', () => {
  const keys = ['hint.supposing', 'hint.insert', 'hint.translated'] as const;
  const anybody = {
    in: 'eth0',
    src: '198.51.100.9',
    dst: '203.0.113.1',
    proto: 'tcp',
    sport: 40000,
    dport: 80,
    flags: 'SYN',
  };
  async function told(rules: string) {
    const host = await load(rules, false, {});
    const all = await hints(host, readPacket(anybody).packet);
    return all
      .filter(({ key }) => keys.some((one) => one === key))
      .map((one) => en.messages[one.key](one.params as never));
  }
  it.each<[what: string, rules: string, expected: string[]]>([
    [
      'the packet is for this host',
      filter('-A INPUT -j REJECT\n'),
      [
        'where local:203.0.113.1=yes (--assume):',
        'to let such packets pass, before filter INPUT rule 1 (x:5): iptables -I INPUT 1 -p tcp --dport 80 -j ACCEPT',
      ],
    ],
    [
      'and its new destination is another',
      `${nat('-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:8080\n')}${filter('-A FORWARD -o docker0 -j ACCEPT\n')}`,
      [
        'where local:172.17.0.2=no and out:docker0=yes (--assume):',
        'once translated it is for 172.17.0.2:8080, and no longer for 203.0.113.1:80: in filter, FORWARD decides',
      ],
    ],
    [
      'rules that nobody has seen',
      'Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)\n pkts bytes target prot opt in out source destination\n',
      [],
    ],
  ])('%s', async (_, rules, expected) => {
    expect(await told(rules)).toEqual(expected);
  });
});

describe('no rule drops it', () => {
  const all = 'net.ipv4.conf.all';
  const eth0 = 'net.ipv4.conf.eth0';
  it.each<[what: string, packet: object, sysctl: string[], expected: string[]]>([
    [
      'the reverse path filter',
      { ...SYN, in: 'docker0' },
      [`${all}.rp_filter=1`],
      [
        `no rule does that, but a setting: ${all}.rp_filter is 1, net.ipv4.conf.docker0.rp_filter is 0 (taken for granted) (sysctl ${all}.rp_filter net.ipv4.conf.docker0.rp_filter; ip -4 route get 192.0.2.9)`,
      ],
    ],
    [
      'forwarding is off',
      { ...SYN, dst: '172.17.0.2' },
      ['net.ipv4.ip_forward=0'],
      [
        `no rule does that, but a setting: net.ipv4.ip_forward is 0, ${all}.forwarding is 1 (taken for granted), ${eth0}.forwarding is 1 (taken for granted) (sysctl net.ipv4.ip_forward ${all}.forwarding ${eth0}.forwarding)`,
      ],
    ],
    [
      'a source of this host',
      { ...SYN, src: '192.0.2.2', dst: '192.0.2.2' },
      [],
      [
        `no rule does that, but a setting: ${all}.accept_local is 0 (taken for granted), ${eth0}.accept_local is 0 (taken for granted) (sysctl ${all}.accept_local ${eth0}.accept_local)`,
      ],
    ],
    [
      'a group',
      { in: 'eth0', src: '192.0.2.9', dst: '224.0.0.251', proto: 'udp' },
      [],
      ['no rule does that: ip -4 maddr tells what does'],
    ],
    ['a rule does', SYN, [], []],
  ])('%s', async (_, packet, sysctl, expected) => {
    expect(await hinted(filter(''), packet, ['hint.norule'], { sysctl })).toEqual(expected);
  });
});

describe('tables that were not given', () => {
  const ACCEPT = '-A INPUT -p tcp --dport 80 -j ACCEPT\n';
  const LISTING = 'Chain INPUT (policy DROP)\ntarget     prot opt source               destination\n';
  it.each<[what: string, rules: string, packet: object, expected: string[]]>([
    [
      'it gets through',
      filter(ACCEPT),
      IN,
      [
        'no raw, mangle or nat table was given: rules there could drop it, or send it elsewhere by DNAT (iptables-save prints all tables)',
      ],
    ],
    [
      'it is dropped in filter',
      filter(''),
      IN,
      [
        'no nat table was given: rules there could send it elsewhere by DNAT, past the rule that decides here (iptables-save prints all tables)',
      ],
    ],
    ['of a known connection', filter(''), { ...IN, state: 'ESTABLISHED' }, []],
    ['a listing', LISTING, IN, [expect.stringMatching(/^no nat table was given/) as unknown as string]],
    ['a save of two tables is all that there is', filter(ACCEPT) + nat(''), IN, []],
  ])('%s', async (_, rules, packet, expected) => {
    expect(await hinted(rules, packet, ['hint.tables'])).toEqual(expected);
  });
});

describe('where else to look', () => {
  it.each<[what: string, packet: object, policy: string, checks: string[]]>([
    ['delivered', IN, 'ACCEPT', ['listens', 'nft', 'outside']],
    [
      'no port is given',
      { in: 'eth0', src: '192.0.2.9', dst: '192.0.2.2', proto: 'tcp', path: 'input' },
      'ACCEPT',
      ['nft', 'outside'],
    ],
    ['forwarded', { ...SYN, path: 'forward' }, 'ACCEPT', ['back', 'nft', 'target', 'outside']],
    ['sent', { ...SYN, in: null, path: 'output' }, 'ACCEPT', ['nft', 'target', 'outside']],
    ['dropped', IN, 'DROP', []],
  ])('%s', async (_, packet, policy, checks) => {
    const host = await load(filter('', policy), false, {});
    const all = await hints(host, readPacket(packet).packet);
    const found = all.flatMap((one) => (one.key === 'hint.passes' ? one.params.checks.map(({ what }) => what) : []));
    expect(found).toEqual(checks);
  });
});

describe('of IPv6', () => {
  const SIX = '# Generated by ip6tables-save v1.8.9\n';
  const HOST6 =
    '2: eth0: <BROADCAST,UP> mtu 1500 state UP\n    inet6 2001:db8:9::2/64 scope global\n    inet6 fe80::2/64 scope link\n' +
    '3: lan: <BROADCAST,UP> mtu 1500 state UP\n    inet6 2001:db8:1::1/64 scope global\n    inet6 fe80::3/64 scope link\n';
  const ROUTES6 =
    '2001:db8:9::/64 dev eth0 proto kernel metric 256 pref medium\n2001:db8:1::/64 dev lan proto kernel metric 256 pref medium\n' +
    'unreachable 2001:db8:d::/48 dev lo metric 1024 pref medium\ndefault via fe80::99 dev eth0 metric 1024 pref medium\n';
  const SYN6 = { ...SYN, src: '2001:db8:9::9', dst: '2001:db8:9::2' };
  const IN6 = { ...SYN6, path: 'input' };
  const TO_LAN = { ...SYN6, dst: '2001:db8:1::80' };
  const DNAT6 =
    '-A PREROUTING -i eth0 -d 2001:db8:9::2/128 -p tcp --dport 8080 -j DNAT --to-destination [2001:db8:1::80]:80\n';
  const MOVED =
    'once translated it is for [2001:db8:1::80]:80, and no longer for [2001:db8:9::2]:8080: in filter, FORWARD decides';
  const OFF = 'no rule does that, but a setting: net.ipv6.conf';

  it.each<[what: string, rules: string, packet: object, expected: unknown[], options?: HostOptions]>([
    [
      'a rule before another',
      filter('-A INPUT -j REJECT\n-A INPUT -s 2001:db8:9::/64 -j ACCEPT\n'),
      IN6,
      ['filter INPUT rule 2 (x:7) would accept it, but rule 1 (x:6) comes first'],
    ],
    [
      'one of another network, of which the first words are the same',
      filter('-A INPUT -j REJECT\n-A INPUT -s 2001:db8:9:1::/64 -j ACCEPT\n'),
      IN6,
      ['to let such packets pass, before filter INPUT rule 1 (x:6): ip6tables -I INPUT 1 -p tcp --dport 80 -j ACCEPT'],
    ],
    [
      'a chain that nobody calls',
      filter('-N own\n-A own -d 2001:db8:9::2/128 -j ACCEPT\n'),
      IN6,
      ['filter own rule 1 (x:7) would accept it, but no rule that was given leads to own'],
    ],
    ['a chain for another', filter('-N own\n-A own -d 2001:db8:9::3/128 -j DROP\n', 'ACCEPT'), IN6, []],
    [
      'a translation, and who asks for the destination of before',
      nat(DNAT6) +
        filter('-A FORWARD -d 2001:db8:9::2/128 -j ACCEPT\n-A FORWARD -d 2001:db8:9::3/128 -j ACCEPT\n', 'ACCEPT'),
      { ...SYN6, dport: 8080 },
      [`${MOVED}; filter FORWARD rule 1 (x:13) asks for the destination of before, and does not match`],
    ],
    [
      'where a rule would go',
      filter('-A FORWARD -j DROP\n'),
      TO_LAN,
      [
        'to let such packets pass, before filter FORWARD rule 1 (x:6): ip6tables -I FORWARD 1 -d 2001:db8:1::80 -p tcp --dport 80 -j ACCEPT',
      ],
    ],
    [
      'forwarding is off',
      filter('', 'ACCEPT'),
      TO_LAN,
      [`${OFF}.all.forwarding is 0 (sysctl net.ipv6.conf.all.forwarding)`],
      { sysctl: ['net.ipv6.conf.all.forwarding=0'] },
    ],
    [
      'IPv6 is off on the interface',
      filter('', 'ACCEPT'),
      SYN6,
      [
        `${OFF}.all.disable_ipv6 is 0 (taken for granted), net.ipv6.conf.eth0.disable_ipv6 is 1 (sysctl net.ipv6.conf.all.disable_ipv6 net.ipv6.conf.eth0.disable_ipv6)`,
      ],
      { sysctl: ['net.ipv6.conf.eth0.disable_ipv6=1'] },
    ],
    [
      'a route refuses it',
      filter('', 'ACCEPT'),
      { ...SYN6, dst: '2001:db8:d::1' },
      ['no rule does that: ip -6 route get 2001:db8:d::1 from 2001:db8:9::9 iif eth0 tells what does'],
    ],
    [
      'a group',
      filter('', 'ACCEPT'),
      { in: 'eth0', src: 'fe80::9', dst: 'ff02::fb', proto: 'udp' },
      ['no rule does that: ip -6 maddr tells what does'],
    ],
    [
      'an answer that is dropped',
      filter('-A FORWARD -i lan -j ACCEPT\n'),
      { ...SYN6, in: 'lan', src: '2001:db8:1::5', dst: '2001:db8:f::1' },
      ['its answer does not get back: dropped by the policy of filter FORWARD (--reply tells it)'],
    ],
    [
      'an answer that goes past this host',
      nat('-A PREROUTING -d 2001:db8:9::2/128 -p tcp --dport 80 -j DNAT --to-destination [2001:db8:9::80]:8080\n'),
      SYN6,
      [
        'its answer does not get back: 2001:db8:9::80 answers 2001:db8:9::9 directly, as both are in 2001:db8:9::/64, and 2001:db8:9::9 waits for [2001:db8:9::2]:80; by ip6tables -t nat -A POSTROUTING -s 2001:db8:9::/64 -d 2001:db8:9::80 -p tcp --dport 8080 -j MASQUERADE the answer comes here',
        'once translated it is for [2001:db8:9::80]:8080, and no longer for [2001:db8:9::2]:80',
      ],
    ],
    ['a source that no setting lets in', filter('', 'ACCEPT'), { ...SYN6, src: '::1' }, []],
    [
      'tables that were not given, and where else to look',
      filter('', 'ACCEPT'),
      { ...IN6, dst: '2001:db8:9::3' },
      [
        'no raw, mangle or nat table was given: rules there could drop it, or send it elsewhere by DNAT (ip6tables-save prints all tables)',
        expect.stringContaining('not on ::1 alone'),
      ],
    ],
    [
      'the way back, of what is passed on',
      filter('', 'ACCEPT') + nat(''),
      TO_LAN,
      [expect.stringContaining('the way back (ip -6 route get);')],
    ],
  ])('%s', async (what, rules, packet, expected, options = {}) => {
    const host = 'path' in packet ? [] : [HOST6, ROUTES6];
    const parsed = parse([SIX + rules, ...host].map((text, i) => ({ name: i === 0 ? 'x' : `x${i}`, text })));
    const loaded = await (await createEngine()).load(compile(parsed, options, 6));
    const all = await hints(loaded, readPacket(packet).packet);
    const beside = what.includes('look') || what.includes('way back') ? [] : ['hint.tables', 'hint.passes'];
    const told = all.filter(({ key }) => !beside.includes(key));
    expect(told.map((one) => en.messages[one.key](one.params as never))).toEqual(expected);
  });

  test('where its addresses are not known, the likeliest way', async () => {
    const parsed = parse([{ name: 'x', text: SIX + filter('-A INPUT -j REJECT\n') }]);
    const loaded = await (await createEngine()).load(compile(parsed, {}, 6));
    const all = await hints(loaded, readPacket({ ...SYN6, proto: 'tcp' }).packet);
    expect(all.map((one) => en.messages[one.key](one.params as never))).toEqual([
      'where local:2001:db8:9::2=yes (--assume):',
      'to let such packets pass, before filter INPUT rule 1 (x:6): ip6tables -I INPUT 1 -p tcp --dport 80 -j ACCEPT',
    ]);
  });
});

test('at most five, the last of which is where else to look', async () => {
  const chains = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `-N ${name}\n-A ${name} -s 192.0.2.9/32 -j DROP\n`);
  const host = await load(filter(chains.join(''), 'ACCEPT'), false, {});
  const all = await hints(host, readPacket(IN).packet);
  expect(all.map(({ key }) => key)).toEqual([...Array(3).fill('hint.unreached'), 'hint.tables', 'hint.passes']);
});

test('they leave the host as it was, before its first packet and behind it', async () => {
  const rules = filter('-A INPUT -m limit --limit 1/day --limit-burst 1 -j ACCEPT\n');
  const host = await load(rules, false, {});
  const { packet } = readPacket(IN);
  const first = await hints(host, packet);
  const story = explain(host, packet, { hints: first });
  expect(story.fate).toBe('delivered');
  expect(await hints(host, packet)).toEqual(first);
  expect(host.connections().length).toBe(1);
  expect(explain(host, { ...packet, sport: 1 } as typeof packet).fate).toBe('dropped');
  const text = renderStory(story, en, { colour: false, width: 100 });
  expect(text).toContain('\n\nWhat may help:\n  no raw, mangle or nat table');
});
