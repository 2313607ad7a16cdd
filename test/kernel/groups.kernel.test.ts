/** Multicast groups: what the kernel does for a link that has joined one, and what is said where that was assumed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import type { PacketOut } from '../../src/model/trace.js';
import { parseTexts } from '../../src/parse/index.js';
import { createEngine } from '../../src/run/engine.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { buildPacket, type PacketSpec, toHex } from './packets.js';
import type { PacketLine } from './scenario.js';

const HOST = [
  'ip tuntap add eth0 mode tun',
  'ip addr add 192.168.1.1/24 dev eth0',
  'ip link set eth0 up',
  'ip route add default dev eth0',
];
const RULES = '*mangle\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\nCOMMIT\n';
const JOINED = '224.0.0.251';
const JOIN = `ip addr add ${JOINED}/32 dev eth0 autojoin`;

const wire = (dst: string) => ({ in: 'eth0', hex: hex({ src: '192.168.1.5', dst }) });
// the address by which the link has joined is an own one besides, to which an unbound socket would send by lo
const local = (dst: string) => ({ in: null, hex: hex({ src: '192.168.1.1', dst }), bind: 'eth0' });
const hex = (spec: PacketSpec) => toHex(buildPacket({ ...spec, proto: 'udp', sport: 5353, dport: 5353 }));

type Row = readonly [name: string, setup: readonly string[], assume: readonly string[], packet: PacketLine];
const ROWS: readonly Row[] = [
  ['in, joined', [JOIN], [`joined:${JOINED}`], wire(JOINED)],
  ['in, not joined', [], [], wire(JOINED)],
  ['in, another one', [JOIN], [`joined:${JOINED}`], wire('224.0.0.9')],
  ['in, to all hosts', [], [], wire('224.0.0.1')],
  ['sent, joined', [JOIN], [`joined:${JOINED}`], local(JOINED)],
  ['sent, not joined', [], [], local(JOINED)],
  ['sent, another one', [JOIN], [`joined:${JOINED}`], local('224.0.0.9')],
  ['sent, to all hosts', [], [], local('224.0.0.1')],
];

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('multicast groups'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  test.each(ROWS)('%s', async (_, setup, assume, packet) => {
    const scenario = { family: 4 as const, rules: RULES, sets: '', setup: HOST };
    await kernel.load(scenario);
    const texts = Object.entries(await kernel.capture()).map(([name, text]) => ({ name, text }));
    const [asked] = await kernel.run({ ...scenario, setup: [...HOST, ...setup], packets: [packet] });

    const input = parseTexts([...texts, { name: 'x.rules', text: RULES }], { add: () => {} });
    const host = await (await createEngine()).load({ ...input, assume: new Map(assume.map((fact) => [fact, true])) });
    const { bind: _bound, ...line } = packet;
    const { out, copies } = host.walk(readJsonPacket({ text: JSON.stringify(line), number: 1 } as never).packet);
    const all: PacketOut[] = out === undefined ? [...copies] : [...copies, out];
    expect(all.map(({ hook, iface }) => `${hook} ${iface}`)).toEqual(
      asked!.out.map(({ hook, iface }) => `${hook} ${iface}`),
    );
  });
});
