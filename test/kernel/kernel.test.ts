/** The judge itself, held against what is known of the kernel: a harness that miscounts would judge wrongly. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kernel, KernelRefused, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { buildPacket, fragment, type PacketSpec, toHex } from './packets.js';
import type { KernelResult, PacketLine, PacketOut } from './scenario.js';

const HOST = [
  'ip link set lo up',
  ...['eth0 192.168.1.1/24', 'eth1 10.20.0.1/24', 'eth2 10.99.0.1/24'].flatMap((line) => {
    const [name, address] = line.split(' ');
    return [`ip tuntap add ${name} mode tun`, `ip addr add ${address} brd + dev ${name}`, `ip link set ${name} up`];
  }),
  'ip route add default via 192.168.1.254 dev eth0',
];
const HOST6 = [
  'ip link set lo up',
  'ip tuntap add eth0 mode tun',
  'ip tuntap add eth1 mode tun',
  'ip -6 addr add 2001:db8::1/64 dev eth0 nodad',
  'ip -6 addr add 2001:db8:1::1/64 dev eth1 nodad',
  'ip link set eth0 up',
  'ip link set eth1 up',
];

const TRACKED = '*raw\n-A PREROUTING -m conntrack --ctstate NEW\nCOMMIT\n';
const NAT_ONLY = '*nat\n-A PREROUTING -p tcp -j ACCEPT\nCOMMIT\n';
const FILTER = '*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n';
const MANGLE = '*mangle\n:PREROUTING ACCEPT\nCOMMIT\n';

const tcp = { src: '192.168.1.5', dst: '10.20.0.9', sport: 1000, dport: 80 };
const udp = { ...tcp, proto: 'udp' };
const toHost = { ...tcp, dst: '192.168.1.1' };
const wire = (spec: PacketSpec, device = 'eth0'): PacketLine => ({ in: device, hex: toHex(buildPacket(spec)) });
const local = (spec: PacketSpec, more: Partial<PacketLine> = {}): PacketLine => ({ ...wire(spec), in: null, ...more });

/** `filter FORWARD 1`, the policy as `filter FORWARD policy`; what counted more than once with `×2`. */
function counted({ hits, policies }: KernelResult): string[] {
  return [...hits, ...policies.map((policy) => ({ ...policy, rule: 'policy' }))].map(
    ({ table, chain, rule, packets }) => `${table} ${chain} ${rule}${packets === 1 ? '' : ` ×${packets}`}`,
  );
}

const address = (hex: string, at: number): string =>
  [0, 1, 2, 3].map((i) => Number.parseInt(hex.slice(2 * (at + i), 2 * (at + i) + 2), 16)).join('.');
const left = ({ hook, iface, hex }: PacketOut): string => `${hook} ${iface} ${address(hex, 12)}>${address(hex, 16)}`;

interface Case {
  name: string;
  rules: string;
  setup?: string[];
  sets?: string;
  packets: PacketLine[];
  /** What the last of the packets did. */
  counts: string[];
  out?: string[];
  error?: string;
}

const FORWARDED = ['postrouting eth1 192.168.1.5>10.20.0.9'];

const cases: Case[] = [
  {
    name: 'a policy counts',
    rules: FILTER,
    packets: [wire(tcp)],
    counts: ['filter FORWARD policy'],
    out: FORWARDED,
  },
  {
    name: 'nat is inert without a rule that needs tracking',
    rules: NAT_ONLY + FILTER,
    packets: [wire(tcp)],
    counts: ['filter FORWARD policy'],
    out: FORWARDED,
  },
  {
    name: 'nat is consulted with one',
    rules: TRACKED + NAT_ONLY,
    packets: [wire(tcp)],
    counts: ['nat PREROUTING 1', 'raw PREROUTING policy', 'nat POSTROUTING policy'],
    out: FORWARDED,
  },
  {
    name: 'each packet is the first of its connection',
    rules: TRACKED + NAT_ONLY,
    packets: [wire(udp), wire(udp), wire(tcp), wire(tcp)],
    counts: ['nat PREROUTING 1', 'raw PREROUTING policy', 'nat POSTROUTING policy'],
    out: FORWARDED,
  },
  {
    name: 'unless the one before is kept',
    rules: TRACKED + NAT_ONLY,
    packets: [{ ...wire(tcp), keep: true }, wire(tcp)],
    counts: ['raw PREROUTING policy'],
    out: FORWARDED,
  },
  {
    name: 'what REJECT answers is kept out of OUTPUT',
    rules: '*filter\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n',
    packets: [wire(tcp)],
    counts: ['filter FORWARD 1'],
  },
  {
    name: 'REJECT in OUTPUT tells the sender',
    rules: '*filter\n-A OUTPUT -p udp -j REJECT\nCOMMIT\n',
    packets: [local({ ...udp, src: '10.20.0.1' })],
    counts: ['filter OUTPUT 1'],
    error: 'EPERM',
  },
  {
    name: 'goto from a built-in chain ends in the policy',
    rules: '*filter\n:X -\n-A FORWARD -g X\n-A FORWARD -p tcp\n-A X -p tcp\n-A X -p udp\nCOMMIT\n',
    packets: [wire(tcp)],
    counts: ['filter FORWARD 1', 'filter X 1', 'filter FORWARD policy'],
    out: FORWARDED,
  },
  {
    name: 'user chains keep their names and numbers whatever their order, and count each pass',
    rules:
      '*filter\n:z -\n:empty -\n:q:x -\n-A FORWARD -j z\n-A FORWARD -j z\n-A z -j empty\n-A z -j q:x\n-A q:x -p udp\n-A q:x -p tcp\nCOMMIT\n',
    packets: [wire(tcp)],
    counts: [
      'filter FORWARD 1',
      'filter FORWARD 2',
      'filter q:x 2 ×2',
      'filter z 1 ×2',
      'filter z 2 ×2',
      'filter FORWARD policy',
    ],
    out: FORWARDED,
  },
  {
    name: 'DNAT',
    rules: '*nat\n-A PREROUTING -d 192.168.1.1 -p tcp --dport 80 -j DNAT --to-destination 10.20.0.7:8080\nCOMMIT\n',
    packets: [wire(toHost)],
    counts: ['nat PREROUTING 1', 'nat POSTROUTING policy'],
    out: ['postrouting eth1 192.168.1.5>10.20.0.7'],
  },
  {
    name: 'a martian is gone after PREROUTING',
    rules: MANGLE + FILTER,
    packets: [wire({ ...tcp, src: '127.0.0.1' })],
    counts: ['mangle PREROUTING policy'],
  },
  {
    name: 'sent by the host',
    rules: `${MANGLE}*filter\n-A OUTPUT -o eth1 -m mark --mark 7 -m owner --uid-owner 1000 --gid-owner 1001\nCOMMIT\n`,
    packets: [local({ ...udp, src: '10.20.0.1' }, { mark: 7, uid: 1000, gid: 1001 })],
    counts: ['filter OUTPUT 1', 'mangle OUTPUT policy', 'mangle POSTROUTING policy', 'filter OUTPUT policy'],
    out: ['postrouting eth1 10.20.0.1>10.20.0.9'],
  },
  {
    name: 'sent to itself: both ways through lo',
    rules: `${MANGLE}*filter\n-A INPUT -i lo\n-A OUTPUT -o lo\nCOMMIT\n`,
    packets: [local({ ...udp, src: '10.20.0.1', dst: '192.168.1.1' })],
    counts: [
      ...['filter INPUT 1', 'filter OUTPUT 1', 'mangle PREROUTING policy', 'mangle INPUT policy'],
      ...['mangle OUTPUT policy', 'mangle POSTROUTING policy', 'filter INPUT policy', 'filter OUTPUT policy'],
    ],
    out: ['postrouting lo 10.20.0.1>192.168.1.1', 'input lo 10.20.0.1>192.168.1.1'],
  },
  {
    name: 'a broadcast of its own comes back by the out device',
    rules: `${TRACKED}*mangle\n-A INPUT -i eth0\n-A POSTROUTING\nCOMMIT\n${NAT_ONLY}`,
    packets: [local({ ...udp, src: '192.168.1.1', dst: '192.168.1.255' })],
    counts: [
      ...['raw PREROUTING 1', 'mangle INPUT 1', 'mangle POSTROUTING 1 ×2', 'raw PREROUTING policy'],
      ...['raw OUTPUT policy', 'mangle PREROUTING policy', 'mangle INPUT policy', 'mangle OUTPUT policy'],
      ...['mangle POSTROUTING policy ×2', 'nat OUTPUT policy', 'nat POSTROUTING policy'],
    ],
    out: ['postrouting', 'input', 'postrouting'].map((hook) => `${hook} eth0 192.168.1.1>192.168.1.255`),
  },
  {
    name: 'no route: the sender hears of it, and no hook runs',
    rules: FILTER,
    setup: ['ip route del default'],
    packets: [local({ ...udp, src: '10.20.0.1', dst: '8.8.8.8' })],
    counts: [],
    error: 'ENETUNREACH',
  },
  {
    name: 'a later fragment without tracking',
    rules: '*filter\n-A FORWARD -f\n-A FORWARD -p tcp -m tcp --dport 80\nCOMMIT\n',
    packets: [{ in: 'eth0', hex: toHex(fragment(buildPacket({ ...tcp, length: 100 }), 40)[1]!) }],
    counts: ['filter FORWARD 1', 'filter FORWARD policy'],
    out: FORWARDED,
  },
  {
    name: 'a lone fragment with tracking counts nowhere',
    rules: TRACKED + FILTER,
    packets: [{ in: 'eth0', hex: toHex(fragment(buildPacket({ ...tcp, length: 100 }), 40)[0]!) }],
    counts: [],
  },
  {
    name: 'fragments do not meet',
    rules: TRACKED + FILTER,
    packets: fragment(buildPacket({ ...tcp, length: 100 }), 40).map((f) => ({ in: 'eth0', hex: toHex(f) })),
    counts: [],
  },
  {
    name: 'fragments that are kept become one packet',
    rules: TRACKED + FILTER,
    packets: fragment(buildPacket({ ...tcp, length: 100 }), 40).map((f) => ({ in: 'eth0', hex: toHex(f), keep: true })),
    counts: ['raw PREROUTING policy', 'filter FORWARD policy'],
    out: FORWARDED,
  },
  {
    name: 'a short tcp header is dropped at the match',
    rules: '*filter\n-A FORWARD -p tcp\n-A FORWARD -p tcp -m tcp --dport 80\nCOMMIT\n',
    packets: [wire({ ...tcp, truncate: 12 })],
    counts: ['filter FORWARD 1'],
  },
  {
    name: 'a portless protocol whose translation clashes is dropped at confirm',
    rules: '*nat\n-A POSTROUTING -o eth1 -j SNAT --to-source 10.20.0.1\nCOMMIT\n',
    packets: [
      { ...wire({ src: '192.168.1.6', dst: '10.20.0.9', proto: 'esp', length: 60 }), keep: true },
      wire({ src: '192.168.1.5', dst: '10.20.0.9', proto: 'esp', length: 60 }),
    ],
    counts: ['nat POSTROUTING 1', 'nat PREROUTING policy'],
  },
  {
    name: 'a bad checksum is INVALID',
    rules: '*filter\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n',
    packets: [wire({ ...tcp, badChecksum: true })],
    counts: ['filter FORWARD 1'],
  },
  ...['tcp', 'udp', 'icmp', 'sctp'].map((proto) => ({
    name: `a right ${proto} checksum is NEW`,
    rules: '*filter\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n',
    // an SCTP packet is new by its first chunk, and by INIT only with what INIT holds: COOKIE_ECHO needs nothing
    packets: [wire({ ...tcp, proto, ...(proto === 'sctp' ? { chunks: [10] } : { length: 77 }) })],
    counts: ['filter FORWARD policy'],
    out: FORWARDED,
  })),
  {
    name: 'sets',
    rules: '*filter\n-A FORWARD -m set --match-set s src,dst\n-A FORWARD -m set --match-set s dst,dst\nCOMMIT\n',
    sets: 'create s hash:ip,port family inet\nadd s 192.168.1.5,tcp:80\n',
    packets: [wire(tcp)],
    counts: ['filter FORWARD 1', 'filter FORWARD policy'],
    out: FORWARDED,
  },
  {
    name: 'a mark moves the packet to another link, and leaves with it',
    rules: '*mangle\n-A PREROUTING -j MARK --set-mark 0x80000005\nCOMMIT\n',
    setup: ['ip route add default dev eth2 table 5', 'ip rule add fwmark 0x80000005 table 5'],
    packets: [wire(tcp)],
    counts: ['mangle PREROUTING 1', 'mangle PREROUTING policy', 'mangle FORWARD policy', 'mangle POSTROUTING policy'],
    out: ['postrouting eth2 192.168.1.5>10.20.0.9'],
  },
];

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('the kernel'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  it.each(cases)('$name', async ({ rules, setup = [], sets = '', packets, counts, out = [], error }) => {
    const results = await kernel.run({ family: 4, rules, sets, setup: [...HOST, ...setup], packets });
    const last = results.at(-1)!;
    expect(last.sendError).toBe(error);
    expect(counted(last).sort()).toEqual([...counts].sort());
    expect(last.out.map(left)).toEqual(out);
  });

  it('counts bytes, and says the mark and the bytes that leave', async () => {
    await kernel.load({
      family: 4,
      sets: '',
      setup: HOST,
      rules: '*mangle\n-A FORWARD -j MARK --set-mark 9\nCOMMIT\n',
    });
    const result = await kernel.send(wire({ ...tcp, length: 1000 }));
    expect(result.hits).toEqual([{ table: 'mangle', chain: 'FORWARD', rule: 1, packets: 1, bytes: 1000 }]);
    expect(result.out).toEqual([
      { hook: 'postrouting', iface: 'eth1', mark: 9, hex: toHex(buildPacket({ ...tcp, length: 1000, ttl: 63 })) },
    ]);
  });

  it('reads IPv6', async () => {
    const rules = '*filter\n:X -\n-A FORWARD -j X\n-A X -p udp\n-A X -p tcp -m tcp --dport 80\nCOMMIT\n';
    const packet = { src: '2001:db8::5', dst: '2001:db8:1::9', dport: 80 };
    const packets = [wire(packet), local({ ...packet, src: '2001:db8:1::1' })];
    const [forwarded, sent] = await kernel.run({ family: 6, rules, sets: '', setup: HOST6, packets });
    expect(counted(forwarded!)).toEqual(['filter FORWARD 1', 'filter X 2', 'filter FORWARD policy']);
    expect(forwarded!.out).toEqual([
      { hook: 'postrouting', iface: 'eth1', mark: 0, hex: toHex(buildPacket({ ...packet, ttl: 63 })) },
    ]);
    expect(counted(sent!)).toEqual(['filter OUTPUT policy']);
    expect(sent!.out.map(({ hook, iface }) => `${hook} ${iface}`)).toEqual(['postrouting eth1']);
  });

  it('captures the host', async () => {
    const setup = [...HOST, 'ip rule add fwmark 1 table 100', 'sysctl -qw net.ipv4.conf.eth1.rp_filter=2'];
    const sets = 'create s hash:ip\nadd s 10.0.0.1\n';
    await kernel.load({ family: 4, rules: FILTER, sets, setup });
    const host = await kernel.capture();
    const names = (text: string, key: string): unknown[] =>
      (JSON.parse(text) as Record<string, unknown>[]).map((o) => o[key]);
    expect(names(host['addr.json'], 'ifname')).toEqual(['lo', 'eth0', 'eth1', 'eth2']);
    expect(names(host['link.json'], 'ifname')).toEqual(['lo', 'eth0', 'eth1', 'eth2']);
    expect(names(host['route.json'], 'dst')).toContain('default');
    expect(names(host['rule.json'], 'table')).toContain('100');
    expect(host['sysctl.txt'].split('\n')).toEqual(
      expect.arrayContaining([
        'net.ipv4.ip_forward = 1',
        'net.ipv4.conf.eth1.rp_filter = 2',
        'net.ipv4.conf.eth0.rp_filter = 0',
      ]),
    );
    expect(host['sysctl.txt']).toContain('net.netfilter.nf_conntrack_checksum = 1\n');
    expect(host['sets.ipset']).toContain('add s 10.0.0.1\n');
    expect(await kernel.output('iptables-legacy-save')).toContain(':FORWARD ACCEPT [0:0]\n');
  });

  it('says what was refused, and goes on', async () => {
    const bad = { family: 4 as const, sets: '', setup: HOST };
    await expect(kernel.load({ ...bad, rules: '*filter\n-A INPUT -j NOWHERE\nCOMMIT\n' })).rejects.toThrow(
      /NOWHERE|line 2/,
    );
    await expect(kernel.load({ ...bad, rules: '', sets: 'create s hash:nothing\n' })).rejects.toThrow(KernelRefused);
    await expect(kernel.load({ ...bad, rules: '', setup: ['ip link set nosuch up'] })).rejects.toThrow(/nosuch/);
    await kernel.load({ ...bad, rules: FILTER });
    await expect(kernel.send({ in: 'eth9', hex: wire(tcp).hex })).resolves.toMatchObject({ sendError: 'ENODEV' });
    await expect(kernel.send({ in: 'eth0', hex: 'no' })).rejects.toThrow('hexadecimal');
    expect(counted(await kernel.send(wire(tcp)))).toEqual(['filter FORWARD policy']);
  });
});
