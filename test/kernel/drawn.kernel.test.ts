/** Ports that a translation draws: the kernel takes some other one of the range that is said here each time, and no other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import { parseTexts } from '../../src/parse/index.js';
import { createEngine } from '../../src/run/engine.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { buildPacket, toHex } from './packets.js';

const HOST = [
  'ip tuntap add eth0 mode tun',
  'ip tuntap add eth1 mode tun',
  'ip addr add 192.168.1.1/24 dev eth0',
  'ip addr add 10.20.0.1/24 dev eth1',
  'ip link set eth0 up',
  'ip link set eth1 up',
];
const TRIES = 12;

const ROWS: readonly (readonly [rule: string, sport: number])[] = [
  ['POSTROUTING -j MASQUERADE', 5000],
  ['POSTROUTING -j MASQUERADE --random', 5000],
  ['POSTROUTING -j MASQUERADE --random-fully', 700],
  ['POSTROUTING -j MASQUERADE --random-fully', 80],
  ['POSTROUTING -j SNAT --to-source 10.20.0.7 --random', 512],
  ['POSTROUTING -j SNAT --to-source 10.20.0.7 --random', 511],
  ['POSTROUTING -p udp -j SNAT --to-source 10.20.0.7:4000-4200', 4100],
  ['POSTROUTING -p udp -j SNAT --to-source 10.20.0.7:4000-4200', 5000],
  ['POSTROUTING -p udp -j MASQUERADE --to-ports 7', 5000],
  ['PREROUTING -p udp -j DNAT --to-destination 10.20.0.8:4000-4200', 5000],
  ['PREROUTING -p udp -j DNAT --to-destination 10.20.0.8:4000-4200 --random', 5000],
  ['PREROUTING -j DNAT --to-destination 10.20.0.8 --random', 5000],
];

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('drawn ports'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  test.each(ROWS)('%s, from port %i', async (rule, sport) => {
    const rules = `*nat\n-A ${rule}\nCOMMIT\n`;
    const spec = { src: '192.168.1.5', dst: '10.20.0.9', proto: 'udp', sport, dport: 53 };
    const packet = { in: 'eth0', hex: toHex(buildPacket(spec)) };
    const packets = new Array(TRIES).fill(packet);
    const asked = await kernel.run({ family: 4, rules, sets: '', setup: HOST, packets });
    const at = 20 + (rule.startsWith('PRE') ? 2 : 0);
    const ports = asked.map(({ out }) => Number.parseInt(out[0]!.hex.slice(2 * at, 2 * at + 4), 16));

    const texts = Object.entries(await kernel.capture()).map(([name, text]) => ({ name, text }));
    const input = parseTexts([...texts, { name: 'x.rules', text: rules }], { add: () => {} });
    const host = await (await createEngine()).load(input);
    const { events } = host.walk(readJsonPacket({ text: JSON.stringify(packet), number: 1 } as never).packet);
    const event = events.find(({ kind }) => kind === 'translated');
    if (event?.kind !== 'translated') throw new Error('nothing is translated');
    if (event.drawn === undefined) expect(new Set(ports)).toEqual(new Set([event.to.port]));
    else {
      const { min, max } = event.drawn;
      expect(ports.filter((port) => port < min || port > max)).toEqual([]);
      expect(new Set(ports).size).toBeGreaterThan(TRIES / 2);
    }
  });
});
