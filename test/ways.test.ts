/** What else becomes of a packet where something is not known: the small tree under `explain`'s headline. */
import { describe, expect, it } from 'vitest';
import { compile, createEngine, en, explain, type HostOptions, parse, readPacket, renderStory } from '../src/index.js';
import { packetFromOptions } from '../src/input/options.js';
import { parseAddress, parseIpv4 } from '../src/net/address.js';
import { textIn } from '../src/report/lang/messages.js';
import { SOMEBODY, withLikely } from '../src/report/likely.js';
import { allWays } from '../src/report/ways/index.js';
import type { WayNode } from '../src/report/ways/tell.js';
import { fraction } from '../src/report/ways/tell.js';
import { drawOf } from '../src/run/draw.js';

const SAVE = (rules: string, policy = 'DROP') =>
  `*filter\n:INPUT ${policy} [0:0]\n:FORWARD ${policy} [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}\nCOMMIT\n`;
const TCP = { in: 'eth0', src: '192.0.2.1', dst: '192.0.2.2', proto: 'tcp', path: 'input' };
const SYN = { ...TCP, flags: 'SYN', sport: 40000 };

async function told(text: string, packet: object, options: HostOptions = {}, family: 4 | 6 = 4) {
  const host = await (await createEngine()).load(compile(parse([{ name: 'x', text }]), options, family));
  const story = explain(host, readPacket(packet).packet, { ways: allWays });
  const lines = renderStory(story, en, { colour: false, width: 200 }).split('\n');
  const ways = lines.slice(
    1,
    lines.findIndex((line) => line.startsWith('  assumed:')),
  );
  return { story, lines: ways.filter((line) => !line.startsWith('  it depends on')).map((line) => line.slice(2)) };
}

describe('ways', () => {
  it.each([
    ['nothing is open', '-A INPUT -p tcp --dport 22 -j ACCEPT', { ...SYN, dport: 22 }, []],
    [
      'the source port',
      '-A INPUT -p tcp --dport 22 --sport 1024: -j ACCEPT',
      { ...TCP, flags: 'SYN', dport: 22 },
      [
        'if the source port is in 1024:65535: delivered (eth0: tcp 192.0.2.1:32768 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'the source port, in vain',
      '-A INPUT -p tcp --dport 22 --sport 1024: -j ACCEPT\n-A INPUT -j ACCEPT',
      { ...TCP, flags: 'SYN', dport: 22 },
      [],
    ],
    [
      'ports that lead to the same stand together',
      '-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT',
      SYN,
      [
        'if the destination port is 22,80,443: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:5) or rule 2 (x:6)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'whether it is of a known connection',
      '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      { ...TCP, sport: 40000, dport: 22 },
      [
        'if it belongs to a connection that is known already: delivered, by filter INPUT rule 1 (x:5)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'a state that was given',
      '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      { ...SYN, dport: 22, state: 'NEW' },
      [],
    ],
    [
      'an open question, and what settles it',
      '-A INPUT -m set --match-set good src -j ACCEPT',
      { ...SYN, dport: 22 },
      [
        'if 192.0.2.1 or tcp:40000 is in good: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)',
        'otherwise: dropped, by filter INPUT policy',
        'to settle it:',
        "  ipset list good: set good, whose members were not given (--assume 'set:good=yes' or =no)",
      ],
    ],
    [
      'two of one command are asked once',
      '-A INPUT -m set --match-set good src -j ACCEPT\n-A INPUT -m set --match-set good dst,dst -j ACCEPT\n-A INPUT -m set --match-set bad src -j ACCEPT',
      { ...SYN, dport: 22 },
      expect.arrayContaining([expect.stringMatching(/ipset list good/), expect.stringMatching(/ipset list bad/)]),
    ],
    [
      'what has to hold together is one choice',
      '-A INPUT -m set --match-set good src -m set --match-set better dst -p tcp -m tcp --sport 1024: -j ACCEPT',
      { ...TCP, flags: 'SYN', dport: 22 },
      expect.arrayContaining([
        'if 192.0.2.1 is in good, and 192.0.2.2 or tcp:22 is in better, and the source port is in 1024:65535: delivered (eth0: tcp 192.0.2.1:32768 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)',
        'otherwise: dropped, by filter INPUT policy',
      ]),
    ],
    [
      'and either of what brings a packet to the same rule',
      '-N ok\n-A ok -j ACCEPT\n-A INPUT -m set --match-set good src -j ok\n-A INPUT -m set --match-set better dst -j ok',
      { ...SYN, dport: 22 },
      expect.arrayContaining([
        'if 192.0.2.1 or tcp:40000 is in good, or 192.0.2.2 or tcp:22 is in better: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter ok rule 1 (x:6)',
      ]),
    ],
    [
      'not if it is another rule',
      '-A INPUT -m set --match-set good src -j ACCEPT\n-A INPUT -m set --match-set better dst -j ACCEPT',
      { ...SYN, dport: 22 },
      expect.arrayContaining([
        'if 192.0.2.1 or tcp:40000 is in good: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)',
        'otherwise if 192.0.2.2 or tcp:22 is in better: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 2 (x:6)',
      ]),
    ],
    [
      'what holds for first packets alone',
      '-A INPUT -m conntrack --ctstate NEW -m set --match-set good src,src -j ACCEPT',
      { ...TCP, sport: 40000, dport: 22 },
      expect.arrayContaining([
        'if it is the first packet of its connection, and 192.0.2.1,tcp:40000 is in good: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)',
        'otherwise: dropped, by filter INPUT policy',
      ]),
    ],
    [
      'questions whose answers lead to the same',
      '-A INPUT -m set --match-set good src -j ACCEPT\n-A INPUT -j ACCEPT',
      { ...SYN, dport: 22 },
      [
        'or by filter INPUT rule 1 (x:5): it ends alike',
        'it does not depend on set good, whose members were not given',
      ],
    ],
    [
      'a draw, then one of the rest',
      '-A INPUT -m statistic --mode random --probability 0.33333333349 -j ACCEPT\n-A INPUT -m statistic --mode random --probability 0.5 -j REJECT',
      { ...SYN, dport: 22 },
      [
        'with probability 1/3: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)',
        'otherwise with probability 1/2: rejected, by filter INPUT rule 2 (x:6)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'a mark that differs',
      '-A INPUT -m ttl --ttl-lt 10 -j ACCEPT',
      { ...SYN, dport: 22 },
      [
        'if the ttl is in 2:9: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
  ])('%s', async (_, rules, packet, lines) => {
    expect((await told(SAVE(rules), packet)).lines).toEqual(lines);
  });

  it('what is for others goes no further where the host does not forward', async () => {
    const { path: _, ...packet } = { ...SYN, dport: 22 };
    const options = { sysctl: ['net.ipv4.ip_forward=0'] };
    expect((await told(SAVE('-A FORWARD -j ACCEPT', 'ACCEPT'), packet, options)).lines.slice(0, 2)).toEqual([
      "if 192.0.2.2 is this host's own address: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT policy",
      'otherwise: dropped, it is not for this host, and forwarding is off (ip_forward)',
    ]);
    const { story } = await told(SAVE(''), { ...packet, path: 'forward' }, options);
    expect(story.by).toMatchObject({ kind: 'routing', why: 'forwarding-off' });
  });

  it('what a rule has written needs nobody to give', async () => {
    const mangle = '*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j TOS --set-tos 0x10/0xff\nCOMMIT\n';
    const filter = SAVE('-A INPUT -m tos --tos 0x10/0xff -j ACCEPT');
    expect((await told(mangle + filter, { ...SYN, dport: 22 })).lines).toEqual([]);
    expect((await told(filter, { ...SYN, dport: 22 })).lines).toHaveLength(2);
  });

  it('whether it is of a known connection is known where connections are', async () => {
    const text = SAVE('-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT');
    const known =
      'tcp      6 431999 ESTABLISHED src=192.0.2.7 dst=192.0.2.2 sport=1 dport=22 src=192.0.2.2 dst=192.0.2.7 sport=22 dport=1 [ASSURED] mark=0 use=1\n';
    const ways = async (...texts: string[]) => {
      const parsed = parse(texts.map((one, i) => ({ name: `x${i}`, text: one })));
      const host = await (await createEngine()).load(compile(parsed));
      return explain(host, readPacket({ ...TCP, sport: 40000, dport: 22 }).packet, { ways: allWays }).ways;
    };
    expect(await ways(text)).toBeDefined();
    expect(await ways(text, known)).toBeUndefined();
  });

  const NAT = (rules: string) => `*nat\n${rules}\nCOMMIT\n`;
  const REDIRECTED = '-A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222';
  it.each<[what: string, text: string, packet: object, fate: string, lines: string[]]>([
    [
      'an address that MASQUERADE takes',
      NAT('-A POSTROUTING -o eth1 -j MASQUERADE'),
      { ...SYN, dport: 22, path: 'forward', out: 'eth1' },
      'forwarded',
      ['translated by nat POSTROUTING rule 1 (x:2)', 'it does not depend on which address eth1 has'],
    ],
    [
      'and where it is not known of which link',
      NAT('-A POSTROUTING -j MASQUERADE'),
      { ...SYN, dport: 22, path: 'forward' },
      'forwarded',
      ['translated by nat POSTROUTING rule 1 (x:2)'],
    ],
    [
      'one that REDIRECT takes',
      NAT(REDIRECTED),
      { ...SYN, dport: 22 },
      'delivered',
      ['translated by nat PREROUTING rule 1 (x:2)', 'it does not depend on which address eth0 has'],
    ],
    [
      'but not where a rule asks for it',
      `${NAT(REDIRECTED)}${SAVE('-A INPUT -d 192.0.2.0/24 -j ACCEPT\n-A INPUT -d 203.0.113.0/24 -j REJECT')}`,
      { ...SYN, dport: 22 },
      'unknown',
      [],
    ],
  ])('%s', async (_, text, packet, fate, lines) => {
    const { story, lines: told_ } = await told(text, packet);
    expect(story.fate).toBe(fate);
    expect(told_).toEqual(lines);
    const assumed = story.assumed.map((one) => textIn(en, one)).filter((one) => one.startsWith('address:'));
    expect(assumed.length).toBe(fate === 'unknown' ? 0 : 1);
  });

  it('an address that was assumed of an interface', async () => {
    const text = `${NAT(REDIRECTED)}${SAVE('-A INPUT -d 10.0.0.1 -j ACCEPT')}`;
    const options = { assume: ['address:eth0:10.0.0.1'] };
    expect((await told(text, { ...SYN, dport: 22 }, options)).story.fate).toBe('delivered');
    expect((await told(text, { ...SYN, dport: 22 }, { assume: ['address:eth0:10.0.0.2'] })).story.fate).toBe('dropped');
  });

  it('who nobody gave is for this host or not, and not an address of its own', async () => {
    const host = await (await createEngine()).load(compile(parse([{ name: 'x', text: SAVE('-A INPUT -j ACCEPT') }])));
    const { packet } = packetFromOptions({ in: 'eth0', src: '192.0.2.1' }, undefined, SOMEBODY);
    const lines = renderStory(explain(host, packet, { ways: allWays }), en, { colour: false, width: 200 });
    expect(lines).toMatch(/\n {2}if its destination is this host's own address: delivered/);
    expect(lines).toMatch(
      /\n {4}-d, --path input\|forward: whether its destination is this host's own address \(--assume/,
    );
  });

  it('by which interface it leaves is no answer where no route tells it', async () => {
    const packet = { ...SYN, dport: 22, path: 'forward' };
    expect((await told(SAVE('-A FORWARD -o docker0 -j ACCEPT', 'ACCEPT'), packet)).lines).toEqual([
      'or by filter FORWARD rule 1 (x:5): it ends alike',
      'it does not depend on whether it leaves by docker0: the routes were not given',
    ]);
    expect((await told(SAVE('-A FORWARD -o docker0 -j ACCEPT'), packet)).story.ways).toBeDefined();
  });

  it('ways that meet again are one, however many', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `LOG        all  --  anywhere anywhere  LOG level warning prefix "${i}"`,
    );
    const listing = `Chain INPUT (policy DROP)\ntarget     prot opt source     destination\n${rows.join('\n')}\nACCEPT tcp -- anywhere anywhere tcp dpt:22\n`;
    expect((await told(listing, { ...SYN, dport: 22 })).lines.slice(0, 3)).toEqual([
      'if the rule of line 43 is for this interface, or for all: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 41 (x:43)',
      'otherwise: dropped, by filter INPUT policy',
      'to settle it:',
    ]);
  });

  it('a chain that was not given decides what becomes of the packet', async () => {
    const listing = `Chain INPUT (policy DROP)
target     prot opt in  out source     destination
f2b-sshd   tcp  --  *   *   0.0.0.0/0  0.0.0.0/0  tcp dpt:22
`;
    expect((await told(listing, { ...SYN, dport: 22 })).lines).toEqual(
      expect.arrayContaining([
        'if a rule of chain f2b-sshd takes the packet: decided in f2b-sshd, which was not given, by filter INPUT rule 1 (x:3)',
        'otherwise: dropped, by filter INPUT policy',
      ]),
    );
  });

  it('whether the packet is for this host, where no text tells its addresses', async () => {
    const { path: _, ...packet } = { ...SYN, dport: 22 };
    expect((await told(SAVE('-A INPUT -p tcp --dport 22 -j ACCEPT'), packet)).lines).toEqual([
      "if 192.0.2.2 is this host's own address: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:5)",
      'otherwise: dropped, by filter FORWARD policy',
      'to settle it:',
      "  ip -4 addr: whether 192.0.2.2 is this host's own address (--assume 'local:192.0.2.2=yes' or =no)",
    ]);
  });

  it('whether there is a route, where no text tells the routes', async () => {
    const { path: _, ...packet } = { ...SYN, dst: '198.51.100.9', dport: 22 };
    const { lines } = await told(SAVE('-A FORWARD -p tcp -j REJECT'), packet, { local: ['192.0.2.2'] });
    expect(lines).toEqual([
      'if this host has a route to 198.51.100.9: rejected, by filter FORWARD rule 1 (x:5)',
      'otherwise: dropped, there is no route to its destination',
      'to settle it:',
      '  ip -4 route get 198.51.100.9: whether there is a route, and by which interface (or --path, -o)',
    ]);
  });

  it('interfaces that a listing does not show: one command tells all', async () => {
    const columns = 'target prot opt source destination';
    const text = `Chain INPUT (policy DROP)\n${columns}\nACCEPT all -- anywhere anywhere\nREJECT tcp -- anywhere anywhere\nLOG all -- anywhere anywhere LOG level warning\n`;
    expect((await told(text, { ...SYN, dport: 22 })).lines).toEqual([
      'if the rule of line 3 is for this interface, or for all: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 1 (x:3)',
      'otherwise if the rule of line 4 is for this interface, or for all: rejected, by filter INPUT rule 2 (x:4)',
      'otherwise: dropped, by filter INPUT policy',
      'to settle it:',
      "  iptables-save: whether the rule of line 3 is for this interface: it may be `-i lo`, as the listing was made without -v (--assume 'interface:INPUT:3=yes' or =no, interface=yes for all)",
    ]);
  });

  it('the fate is told where every way ends alike', async () => {
    const rules = '-A INPUT -m set --match-set good src\n-A INPUT -p tcp -j ACCEPT';
    expect((await told(SAVE(rules), { ...SYN, dport: 22 })).story.fate).toBe('delivered');
  });

  it('says where there are more ways than are walked', async () => {
    const rules = Array.from(
      { length: 12 },
      (_, i) => `-A INPUT -m set --match-set s${i} src -j MARK --set-xmark ${1 << i}/${1 << i}`,
    );
    const text = `*mangle\n:INPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
    expect((await told(text, { ...SYN, dport: 22 })).lines).toContainEqual(
      expect.stringMatching(/it hangs on more than is told here/),
    );
  });

  it('leaves the host as it was: the same again is told the same', async () => {
    const text = SAVE(
      '-A INPUT -m limit --limit 1/hour --limit-burst 1 -j ACCEPT\n-A INPUT -m set --match-set good src -j ACCEPT',
    );
    const host = await (await createEngine()).load(compile(parse([{ name: 'x', text }])));
    const packet = readPacket({ ...TCP, dport: 22 }).packet;
    const before = allWays(host, packet);
    expect(allWays(host, packet)).toEqual(before);
    expect(host.walk(packet).fate).toBe('delivered');
  });
});

it('connections that count, of 64 bits, are told apart like others', async () => {
  const counts = '-A INPUT -m connbytes --connbytes 1 --connbytes-mode packets --connbytes-dir both -j LOG\n';
  const { lines } = await told(
    SAVE(`${counts}-A INPUT -m cpu --cpu 1 -j ACCEPT\n-A INPUT -m cpu --cpu 2 -j REJECT`),
    { ...SYN, dport: 22 },
    { connections: 'on' },
  );
  expect(lines.slice(0, 3)).toEqual([
    'if match cpu --cpu 1 holds: delivered (eth0: tcp 192.0.2.1:40000 → 192.0.2.2:22), by filter INPUT rule 2 (x:6)',
    'otherwise if match cpu --cpu 2 holds: rejected, by filter INPUT rule 3 (x:7)',
    'otherwise: dropped, by filter INPUT policy',
  ]);
});

describe('addresses that nobody gave', () => {
  const RULES = SAVE(
    [
      '-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT',
      '-A INPUT -m iprange --src-range 192.0.2.5-192.0.2.9 -j REJECT',
      '-A INPUT -m set --match-set ok src -j ACCEPT',
      '-A INPUT -p udp -j ACCEPT',
    ].join('\n'),
  );
  const HOST =
    '2: eth0: <UP> mtu 1500\n    inet 203.0.113.10/24 scope global eth0\n3: eth1: <UP> mtu 1500\n    inet 10.9.0.1/16 scope global eth1\n';

  async function asked(values: Record<string, unknown>, texts: readonly string[] = [RULES]) {
    const parsed = parse(texts.map((text, i) => ({ name: `x${i || ''}`, text })));
    const host = await (await createEngine()).load(compile(parsed));
    const packet = withLikely(host, packetFromOptions(values, undefined, SOMEBODY).packet);
    const { ways } = explain(host, packet, { ways: allWays });
    const flat = (way: WayNode): string[] =>
      'end' in way ? [textIn(en, way.end)] : [textIn(en, way.choice), ...flat(way.yes), ...flat(way.no)];
    return { packet, lines: ways === undefined ? [] : flat(ways) };
  }

  it('are told apart as far as rules do', async () => {
    const { lines } = await asked({ in: 'eth0', path: 'input', proto: 'tcp', dport: '22', syn: true });
    expect(lines).toEqual([
      'if the source is 10.0.0.0/8',
      'delivered (eth0: tcp 10.0.0.1:32768 → 203.0.113.1:22), by filter INPUT rule 1 (x:5)',
      'if the source is 192.0.2.5-192.0.2.9',
      'rejected, by filter INPUT rule 2 (x:6)',
      'if set ok holds the packet',
      'delivered (eth0: tcp 198.51.100.1:32768 → 203.0.113.1:22), by filter INPUT rule 3 (x:7)',
      'dropped, by filter INPUT policy',
    ]);
  });

  it('and so are protocols', async () => {
    const { lines } = await asked({ in: 'eth0', path: 'input', src: '10.1.1.1', dst: '203.0.113.10' });
    expect(lines).toContain('if the protocol is tcp');
    expect(lines).toContain('if the protocol is udp');
  });

  it.each([
    [{ in: 'eth0' }, '198.51.100.1', '203.0.113.10'],
    // the way back to anybody else does not lead there
    [{ in: 'eth1' }, '10.9.0.2', '10.9.0.1'],
    [{ in: 'eth0', src: '10.0.0.1' }, '10.0.0.1', '203.0.113.10'],
    [{ in: 'eth0', path: 'forward' }, '198.51.100.1', '203.0.113.1'],
  ])('%j: from somebody who can come in there', async (values, src, dst) => {
    const { packet } = await asked(values, [
      RULES,
      HOST,
      'default via 203.0.113.1 dev eth0\n203.0.113.0/24 dev eth0 scope link\n10.9.0.0/16 dev eth1 scope link\n',
    ]);
    expect(packet).toMatchObject({ src: parseIpv4(src), dst: parseIpv4(dst) });
  });

  it.each([
    // it comes in on the link by which anybody is answered
    [{}, 'eth0', '198.51.100.1', '203.0.113.10'],
    [{ dst: '10.9.0.1' }, 'eth0', '198.51.100.1', '10.9.0.1'],
    // from whom its source lies behind
    [{ src: '10.9.3.3' }, undefined, '10.9.3.3', '10.9.0.1'],
    [{ src: '10.9.0.1' }, undefined, '10.9.0.1', '198.51.100.1'],
    [{ path: 'output' }, null, '203.0.113.10', '198.51.100.1'],
    [{ path: 'output', dst: '10.9.0.9' }, null, '203.0.113.10', '10.9.0.9'],
    [{ in: 'eth0', dst: '2001:db8::5' }, 'eth0', '2001:db8:0:1::1', '2001:db8::5'],
  ])('%j: by a likely way', async (values, iface, src, dst) => {
    const { packet } = await asked(values, [
      RULES,
      HOST,
      'default via 203.0.113.1 dev eth0\n203.0.113.0/24 dev eth0 scope link\n10.9.0.0/16 dev eth1 scope link\n',
    ]);
    expect(packet).toMatchObject({ in: iface, src: parseAddress(src), dst: parseAddress(dst) });
  });

  it.each([
    [
      'interfaces that rules name, and any other',
      '-A INPUT -i lo -j ACCEPT\n-A INPUT -i eth1 -j ACCEPT\n-A INPUT -i wg+ -j ACCEPT\n-A INPUT ! -i ppp0 -j REJECT',
      [],
      [
        'if it comes in on eth1 or wg+',
        'delivered (eth1: udp 198.51.100.1:32768 → 203.0.113.1:53), by filter INPUT rule 2 (x:6) or rule 3 (x:7)',
        'if it comes in on ppp0',
        'dropped, by filter INPUT policy',
        'rejected, by filter INPUT rule 4 (x:8)',
      ],
    ],
    [
      'one that a pattern takes',
      '-A INPUT -i wg+ -j ACCEPT',
      [],
      [
        'if it comes in on wg+',
        'delivered (wg0: udp 198.51.100.1:32768 → 203.0.113.1:53), by filter INPUT rule 1 (x:5)',
        'dropped, by filter INPUT policy',
      ],
    ],
    ['links that the host has', '-A INPUT -i wg+ -j ACCEPT', [HOST], []],
    [
      'one of them',
      '-A INPUT -i eth1 -j ACCEPT',
      [HOST],
      [
        'if it comes in on eth1',
        'delivered (eth1: udp 198.51.100.1:32768 → 203.0.113.10:53), by filter INPUT rule 1 (x:5)',
        'dropped, by filter INPUT policy',
      ],
    ],
  ])('%s', async (_, rules, texts, lines) => {
    const values = { path: 'input', proto: 'udp', dport: '53', state: 'NEW' };
    expect((await asked(values, [SAVE(rules), ...texts])).lines).toEqual(lines);
  });
});

describe('of IPv6', () => {
  const SAVE6 = (rules: string, policy?: string) => `# Generated by ip6tables-save v1.8.9\n${SAVE(rules, policy)}`;
  const TCP6 = { in: 'eth0', src: '2001:db8:1::1', dst: '2001:db8:1::2', proto: 'tcp', path: 'input' };
  const SYN6 = { ...TCP6, flags: 'SYN', sport: 40000, dport: 22 };
  const OUT = 'delivered (eth0: tcp [2001:db8:1::1]:40000 → [2001:db8:1::2]:22)';
  const { path: _, ...ANYWHERE } = SYN6;
  const NAT6 = (rules: string) => `# Generated by ip6tables-save v1.8.9\n*nat\n${rules}\nCOMMIT\n`;

  it.each<[what: string, rules: string, packet: object, lines: string[], options?: HostOptions]>([
    [
      'the source port',
      '-A INPUT -p tcp --dport 22 --sport 1024: -j ACCEPT',
      { ...TCP6, flags: 'SYN', dport: 22 },
      [
        'if the source port is in 1024:65535: delivered (eth0: tcp [2001:db8:1::1]:32768 → [2001:db8:1::2]:22), by filter INPUT rule 1 (x:6)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'the type of ICMPv6',
      '-A INPUT -p icmpv6 -m icmp6 --icmpv6-type 128 -j ACCEPT',
      { ...TCP6, proto: 'icmpv6', state: 'NEW' },
      [
        'if the ICMP type is 128: delivered (eth0: ipv6-icmp 2001:db8:1::1 → 2001:db8:1::2), by filter INPUT rule 1 (x:6)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'whether it is of a known connection',
      '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      { ...TCP6, sport: 40000, dport: 22 },
      [
        'if it belongs to a connection that is known already: delivered, by filter INPUT rule 1 (x:6)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'a set',
      '-A INPUT -m set --match-set good src,dst -j ACCEPT\n-A INPUT -m set --match-set better src,src -j ACCEPT',
      SYN6,
      [
        `if set good holds the packet: ${OUT}, by filter INPUT rule 1 (x:6)`,
        `otherwise if 2001:db8:1::1,tcp:40000 is in better: ${OUT}, by filter INPUT rule 2 (x:7)`,
        'otherwise: dropped, by filter INPUT policy',
        'to settle it:',
        "  ipset list good: set good, whose members were not given (--assume 'set:good=yes' or =no)",
        "  ipset list better: set better, whose members were not given (--assume 'set:better=yes' or =no)",
      ],
    ],
    [
      'whether the packet is for this host',
      '-A INPUT -p tcp --dport 22 -j ACCEPT',
      ANYWHERE,
      [
        `if 2001:db8:1::2 is this host's own address: ${OUT}, by filter INPUT rule 1 (x:6)`,
        'otherwise: dropped, by filter FORWARD policy',
        'to settle it:',
        "  ip -6 addr: whether 2001:db8:1::2 is this host's own address (--assume 'local:2001:db8:1::2=yes' or =no)",
      ],
    ],
    [
      'whether a rule finds it so',
      '-A INPUT -m addrtype --src-type LOCAL -j DROP\n-A INPUT -j ACCEPT',
      SYN6,
      [
        "if 2001:db8:1::1 is this host's own address: dropped, by filter INPUT rule 1 (x:6)",
        `otherwise: ${OUT}, by filter INPUT rule 2 (x:7)`,
        'to settle it:',
        "  ip -6 addr: whether 2001:db8:1::1 is this host's own address (--assume 'local:2001:db8:1::1=yes' or =no)",
      ],
    ],
    [
      'whether there is a route',
      '-A FORWARD -p tcp -j REJECT',
      ANYWHERE,
      [
        'if this host has a route to 2001:db8:1::2: rejected, by filter FORWARD rule 1 (x:6)',
        'otherwise: dropped, there is no route to its destination',
        'to settle it:',
        '  ip -6 route get 2001:db8:1::2: whether there is a route, and by which interface (or --path, -o)',
      ],
      { local: ['2001:db8:1::9'] },
    ],
    [
      'a group',
      '-A INPUT -p udp --dport 5353 -j ACCEPT',
      { in: 'eth0', src: 'fe80::1', dst: 'ff02::fb', proto: 'udp', sport: 5353, dport: 5353, state: 'NEW' },
      [
        'if this host has joined ff02::fb: delivered (eth0: udp [fe80::1]:5353 → [ff02::fb]:5353), by filter INPUT rule 1 (x:6)',
        'otherwise: dropped, this host has not joined the multicast group',
        'to settle it:',
        "  ip -6 maddr: whether this host has joined the multicast group ff02::fb (--assume 'joined:ff02::fb=yes' or =no)",
      ],
    ],
  ])('%s', async (_what, rules, packet, lines, options) => {
    expect((await told(SAVE6(rules), packet, options, 6)).lines).toEqual(lines);
  });

  it.each<[what: string, text: string, packet: object, fate: string, lines: string[]]>([
    [
      'an address that MASQUERADE takes',
      NAT6('-A POSTROUTING -o eth1 -j MASQUERADE'),
      { ...SYN6, path: 'forward', out: 'eth1' },
      'forwarded',
      ['translated by nat POSTROUTING rule 1 (x:3)', 'it does not depend on which address eth1 has'],
    ],
    [
      'but not where a rule asks for it',
      `${NAT6('-A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222')}${SAVE('-A INPUT -d 2001:db8:2::/48 -j ACCEPT')}`,
      SYN6,
      'unknown',
      [],
    ],
  ])('%s', async (_what, text, packet, fate, lines) => {
    const { story, lines: told_ } = await told(text, packet, {}, 6);
    expect(story.fate).toBe(fate);
    expect(told_).toEqual(lines);
  });

  it.each<[what: string, rules: string, lines: string[]]>([
    [
      'a prefix, and one in it',
      '-A INPUT -s 2001:db8:a:b::/64 -j DROP\n-A INPUT -s 2001:db8:a::/48 -j ACCEPT\n-A INPUT -j DROP',
      [
        'if the source is 2001:db8:a:b::/64: dropped, by filter INPUT rule 1 (x:6)',
        'otherwise if the source is 2001:db8:a::-2001:db8:a:a:ffff:ffff:ffff:ffff,2001:db8:a:c::-2001:db8:a:ffff:ffff:ffff:ffff:ffff: delivered (eth0: tcp [2001:db8:a::1]:40000 → [2001:db8:1::2]:22), by filter INPUT rule 2 (x:7)',
        'otherwise: dropped, by filter INPUT rule 3 (x:8)',
      ],
    ],
    [
      'one address, and a range',
      '-A INPUT -s 2001:db8:c::1/128 -j REJECT\n-A INPUT -m iprange --src-range 2001:db8:d::5-2001:db8:d::9 -j ACCEPT',
      [
        'if the source is 2001:db8:c::1: rejected, by filter INPUT rule 1 (x:6)',
        'otherwise if the source is 2001:db8:d::5-2001:db8:d::9: delivered (eth0: tcp [2001:db8:d::6]:40000 → [2001:db8:1::2]:22), by filter INPUT rule 2 (x:7)',
        'otherwise: dropped, by filter INPUT policy',
      ],
    ],
    [
      'all but a prefix',
      '-A INPUT ! -s 2001:db8::/33 -j REJECT',
      [
        'if the source is 2001:db8::/33: dropped, by filter INPUT policy',
        'otherwise: rejected, by filter INPUT rule 1 (x:6)',
      ],
    ],
    ['a mask that is no prefix tells none apart', '-A INPUT -s ::5/::ffff:ffff -j ACCEPT', []],
    [
      'nor does one behind a prefix',
      '-A INPUT -s 2001:db8:1:2:3:4:5:10/ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff6 -j ACCEPT',
      [],
    ],
  ])('addresses that nobody gave: %s', async (_what, rules, lines) => {
    const host = await (await createEngine()).load(compile(parse([{ name: 'x', text: SAVE6(rules) }]), {}, 6));
    const { src: __, flags: ___, ...given } = SYN6;
    const { packet } = packetFromOptions({ ...given, dport: '22', sport: '40000', syn: true }, undefined, SOMEBODY);
    const story = renderStory(explain(host, packet, { ways: allWays }), en, { colour: false, width: 300 });
    const found = story.split('\n').filter((line) => /^ {2}(otherwise|if )/.test(line));
    expect(found.map((line) => line.slice(2))).toEqual(lines);
  });

  it('what neighbours say is of no connection, and comes over no router where nobody says otherwise', async () => {
    const rules = '-A INPUT -m hl --hl-eq 255 -j ACCEPT\n-A INPUT -m conntrack --ctstate ESTABLISHED -j REJECT';
    const host = await (await createEngine()).load(compile(parse([{ name: 'x', text: SAVE6(rules) }]), {}, 6));
    const given = { in: 'eth0', path: 'input', src: 'fe80::2', dst: 'fe80::1', proto: 'icmpv6', code: 0 };
    const story = (type: number) =>
      renderStory(explain(host, readPacket({ ...given, type }).packet, { ways: allWays }), en, {
        colour: false,
        width: 300,
      });
    for (const type of [133, 134, 135, 136, 137]) {
      expect(story(type)).toMatch(/^delivered .* rule 1 /);
      expect(story(type)).toContain('ttl 255');
    }
    for (const type of [130, 133, 135, 143, 152]) expect(story(type)).not.toContain('connection that is known');
    expect(story(128)).toContain('connection that is known');
    expect(story(128)).toContain('ttl 64');
  });
});

describe('values', () => {
  it.each([
    [0.33333333349, '1/3'],
    [0.5, '1/2'],
    [0.1, '1/10'],
    [0.66666666651, '2/3'],
    [1, '1'],
    [0.123456, '0.1235'],
  ])('%d of all is %s', (probability, text) => {
    expect(fraction(Math.round(probability * 0x80000000))).toBe(text);
  });

  it('are drawn as the core draws', async () => {
    const rules = Array.from(
      { length: 6 },
      () => '-A INPUT -m statistic --mode random --probability 0.5 -j MARK --or-mark 1',
    );
    const text = `*mangle\n:INPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
    for (const seed of [1, 2, 77, 0xffffffff]) {
      const host = await (await createEngine()).load(compile(parse([{ name: 'x', text }]), { seed }));
      const { hits, start } = host.walk(readPacket({ ...SYN, dport: 22 }).packet, { everything: true });
      const drawn = rules.flatMap((__, i) => (drawOf(seed, start[56]!, i) >>> 1 < 0x40000000 ? [i] : []));
      expect([...hits]).toEqual(drawn);
    }
  });
});
