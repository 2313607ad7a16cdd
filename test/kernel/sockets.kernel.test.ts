/**
 * What rules ask of sockets, before the kernel: packets to sockets that listen, are connected, bound to an interface or to nothing,
 * transparent or not. packetwalk has the lists that the host's programs print: from one that shows all it has to know each answer, from
 * others what it knows has to be right.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { HOST, HOST6, wire, wire6 } from './matches/table.js';
import {
  ALL,
  DUAL,
  LISTS,
  ONLY6,
  on,
  opening,
  PROC,
  ready,
  socket,
  TRANSPARENT,
  TRANSPARENT6,
  to,
} from './opened-sockets.js';
import { buildPacket } from './packets.js';
import { chainOf } from './remembering/sequence.js';
import type { PacketLine } from './scenario.js';
import { loadTexts } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

interface Asked {
  readonly family: 4 | 6;
  readonly setup: readonly string[];
  readonly sockets: readonly string[];
  readonly rules: readonly string[];
  readonly packets: readonly PacketLine[];
}
const AT = 'mangle PREROUTING';

async function listed(commands: readonly string[] = LISTS) {
  const lists: (readonly [command: string, text: string])[] = [];
  for (const command of commands) lists.push([command, `# ${command}\n${await kernel.output(...command.split(' '))}`]);
  return lists;
}

/** `more`: rules that stand before, for tracking. */
async function compare({ family, setup, sockets, rules, packets }: Asked, more = ''): Promise<void> {
  await kernel.load({
    family,
    rules: chainOf(AT, rules) + more,
    sets: '',
    setup: [...setup, ...ready(opening(sockets))],
  });
  const captured = await kernel.capture();
  const lists = await listed();
  const answers: string[][] = [];
  for (const line of packets) {
    const { hits } = await kernel.send(line);
    answers.push(
      rules.map((_, r) => (hits.some(({ rule, table }) => table === 'mangle' && rule === r + 1) ? 'yes' : 'no')),
    );
  }
  for (const [command, list] of lists) {
    for (const [r, rule] of rules.entries()) {
      const text = chainOf(AT, [`${rule} -j DROP`]) + more;
      const host = await loadTexts(
        family === 4
          ? { ...captured, 'rules.save': text, 'sockets.txt': list }
          : { ...captured, 'rules.v6': text, 'sockets.txt': list },
      );
      const said = packets.map((line, i) => {
        const { fate } = host.walk(readJsonPacket({ number: i, text: JSON.stringify(line), cut: false }).packet);
        return fate === 'dropped' ? 'yes' : fate === 'unknown' ? '?' : 'no';
      });
      const wrong = said.flatMap((ours, i) => {
        const theirs = answers[i]![r]!;
        const isOpen = ours === '?' && command !== ALL;
        return ours === theirs || isOpen ? [] : { command, rule, packet: i, ours, theirs };
      });
      expect(wrong).toEqual([]);
    }
  }
  expect(rules.filter((_, r) => new Set(answers.map((all) => all[r])).size < 2)).toEqual([]);
}

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk agree on'), () => {
  const RULES = ['', ' --nowildcard', ' --transparent', ' --nowildcard --transparent'].map(
    (words) => `-m socket${words}`,
  );
  const SYN = { proto: 6, flags: 2 };
  test('sockets of IPv4', { timeout: 120_000 }, async () => {
    const own = '192.168.1.1';
    const sockets = [
      socket('udp', own, 7000),
      socket('udp', '0.0.0.0', 7001),
      `${socket('udp', '0.0.0.0', 7011)}${TRANSPARENT}`,
      socket('udp', own, 7002, to('10.20.0.9', 53)),
      `${socket('udp', own, 7003)}${TRANSPARENT}`,
      `${socket('udp', '0.0.0.0', 7004)}${on('eth1')}`,
      socket('udp', '::', 7005, DUAL),
      socket('udp', '::', 7006, ONLY6),
      socket('tcp', own, 8000),
      socket('tcp', '0.0.0.0', 8001),
      `${socket('tcp', own, 8002)}${TRANSPARENT}`,
      socket('tcp', own, 8003, to('10.20.0.9', 80)),
      `${socket('tcp', own, 8004)}${on('eth1')}`,
      socket('tcp', '::', 8005, DUAL),
      socket('tcp', '::', 8006, ONLY6),
      `${socket('tcp', '0.0.0.0', 8007)}${TRANSPARENT}`,
    ];
    const udp = (dport: number, more = {}, device?: string) => wire({ dst: own, proto: 17, dport, ...more }, device);
    const tcp = (dport: number, more = {}, device?: string) => wire({ dst: own, dport, ...SYN, ...more }, device);
    const packets = [
      ...[7000, 7001, 7011, 7002, 7003, 7004, 7005, 7006, 7007].map((port) => udp(port)),
      udp(7002, { src: '10.20.0.9', sport: 53 }, 'eth1'),
      udp(7004, { src: '10.20.0.9' }, 'eth1'),
      ...[7000, 7001, 8000].map((port) => udp(port, { dst: '192.168.1.7' })),
      ...[8000, 8001, 8002, 8003, 8004, 8005, 8006, 8007, 8008].flatMap((port) => [
        tcp(port),
        // a SYN leaves a half-open connection behind
        tcp(port, { sport: 1001, flags: 0x10 }),
      ]),
      tcp(8003, { src: '10.20.0.9', sport: 80, flags: 0x12 }, 'eth1'),
      tcp(8004, { src: '10.20.0.9' }, 'eth1'),
      ...[8000, 8001].map((port) => tcp(port, { dst: '192.168.1.7' })),
    ];
    const quotes = [7000, 7001, 7002, 7005, 7007].map((sport) =>
      wire({
        dst: own,
        proto: 1,
        type: 3,
        payload: buildPacket({ src: own, dst: '10.20.0.9', proto: 17, sport, dport: 53 }),
      }),
    );
    await compare({ family: 4, setup: HOST, sockets, rules: RULES, packets: [...packets, ...quotes] });
  });

  test('sockets of IPv6', { timeout: 120_000 }, async () => {
    const own = '2001:db8::254';
    const sockets = [
      socket('udp', own, 7000),
      socket('udp', '::', 7001, ONLY6),
      `${socket('udp', own, 7003)}${TRANSPARENT6}`,
      socket('udp', own, 7002, to('2001:db8:1::9', 53)),
      socket('udp', '0.0.0.0', 7004),
      socket('tcp', own, 8000),
      socket('tcp', '::', 8001, DUAL),
      `${socket('tcp', own, 8002)}${on('eth1')}`,
      socket('tcp', own, 8003, to('2001:db8:1::9', 80)),
      socket('tcp', '0.0.0.0', 8004),
      `${socket('tcp', '::', 8007, ONLY6)}${TRANSPARENT6}`,
    ];
    const packets = [
      ...[7000, 7001, 7002, 7003, 7004, 7005].map((dport) => wire6({ dst: own, proto: 17, dport })),
      { ...wire6({ src: '2001:db8:1::9', dst: own, proto: 17, sport: 53, dport: 7002 }), in: 'eth1' },
      ...[8000, 8001, 8002, 8003, 8004, 8007, 8008].map((dport) => wire6({ dst: own, dport, ...SYN })),
      { ...wire6({ src: '2001:db8:1::9', dst: own, dport: 8002, ...SYN }), in: 'eth1' },
      { ...wire6({ src: '2001:db8:1::9', dst: own, sport: 80, dport: 8003, proto: 6, flags: 0x12 }), in: 'eth1' },
      ...[7000, 7002].map((sport) =>
        wire6({
          dst: own,
          proto: 58,
          type: 1,
          payload: buildPacket({ src: own, dst: '2001:db8:1::9', proto: 17, sport, dport: 53 }),
        }),
      ),
    ];
    await compare({ family: 6, setup: HOST6, sockets, rules: RULES, packets });
  });

  test('TPROXY', { timeout: 120_000 }, async () => {
    const own = '192.168.1.1';
    const sockets = [
      `${socket('udp', own, 7000)}${TRANSPARENT}`,
      `${socket('udp', '0.0.0.0', 7001)}${TRANSPARENT}`,
      socket('udp', own, 7001, ''),
      socket('udp', '0.0.0.0', 7002),
      `${socket('udp', own, 7003, to('192.168.1.5', 1000))}${TRANSPARENT}`,
      `${socket('tcp', own, 8000)}${TRANSPARENT}`,
      `${socket('tcp', '0.0.0.0', 8001)}${TRANSPARENT}`,
      socket('tcp', '0.0.0.0', 8002),
      `${socket('tcp', own, 8003, to('192.168.1.5', 1000))}${TRANSPARENT}`,
    ];
    await kernel.load({
      family: 4,
      rules: chainOf(AT, ['-j ACCEPT']),
      sets: '',
      setup: [
        ...HOST,
        'ip rule add fwmark 0x1/0xff lookup 100',
        'ip route add local default dev lo table 100',
        ...ready(opening(sockets)),
      ],
    });
    const captured = await kernel.capture();
    const lists = await listed([ALL, 'ss -tulpn', PROC]);
    const led = (proto: string, ports: readonly number[]) =>
      ports.flatMap((port) =>
        ['', ` --on-ip ${own}`, ' --on-ip 10.20.0.1'].map(
          (ip) => `-p ${proto} -j TPROXY --on-port ${port}${ip} --tproxy-mark 0x1/0xff`,
        ),
      );
    const rules = [...led('udp', [7000, 7001, 7002, 7003, 7009, 0]), ...led('tcp', [8000, 8001, 8002, 8009, 0])];
    let known = 0;
    for (const [number, rule] of rules.entries()) {
      const text = `${chainOf(AT, [rule]).replace('COMMIT\n', '')}:INPUT ACCEPT [0:0]\n-A INPUT -m mark --mark 0x1/0xff\nCOMMIT\n`;
      await kernel.restore(text);
      const packets = rule.includes('udp')
        ? [7003, 7000, 7001, 7002, 53].map((dport) => wire({ dst: own, proto: 17, dport }))
        : [8003, 8000, 8002, 80].map((dport) =>
            wire({ dst: own, dport, ...SYN, ...(dport === 8003 ? { flags: 0x10 } : { sport: 2000 + number }) }),
          );
      const theirs: string[] = [];
      for (const line of packets) {
        const { hits } = await kernel.send(line);
        theirs.push(hits.some(({ chain }) => chain === 'INPUT') ? 'yes' : 'no');
      }
      for (const [command, list] of lists) {
        const host = await loadTexts({ ...captured, 'rules.save': text, 'sockets.txt': list }, {
          usual: new Map(),
        } as never);
        const ours = packets.map((line, i) => {
          const { fate } = host.walk(readJsonPacket({ number: i, text: JSON.stringify(line), cut: false }).packet);
          if (fate !== 'unknown') known++;
          return fate === 'dropped' ? 'no' : fate === 'unknown' ? (command === ALL ? '?' : theirs[i]) : 'yes';
        });
        expect({ command, rule, ours }).toEqual({ command, rule, ours: theirs });
      }
    }
    expect(known).toBeGreaterThan(150);
  });
});
