/** The same flows through the kernel: the states that rules see, and what `conntrack -L` tells of the entry after each packet. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FLOWS, flowPacket } from '../tracked-flows.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { buildPacket, toHex } from './packets.js';
import type { KernelResult } from './scenario.js';

const HOST = [
  'ip tuntap add eth0 mode tun',
  'ip tuntap add eth1 mode tun',
  'ip addr add 192.168.1.1/24 dev eth0',
  'ip addr add 10.20.0.1/24 dev eth1',
  'ip link set eth0 up',
  'ip link set eth1 up',
];
const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID'];
const RULES = `*mangle\n${STATES.map((state) => `-A PREROUTING -m conntrack --ctstate ${state}`).join('\n')}\nCOMMIT\n`;

/** Longer than a tick of the kernel's clock, so that less than whole seconds are left. */
const TICK_MS = 15;

const stateOf = ({ hits }: KernelResult): string => hits.map(({ rule }) => STATES[rule - 1]).join();

/** The only entry; what is left is told in whole seconds, and some of the first has gone. */
function entryOf(listing: string): string {
  const found = /^\S+ +\d+ (\d+) (?:([A-Z_0-9]+) )?src=.*/m.exec(listing);
  if (found === null) return 'none';
  const [line, left, name] = found;
  return `${name === undefined ? '' : `${name} `}${Number(left) + 1}${line.includes('[ASSURED]') ? ' ASSURED' : ''}`;
}

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('trackers'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  test.each(FLOWS)('$proto: $title', async ({ proto, packets }) => {
    await kernel.load({ family: 4, rules: RULES, sets: '', setup: HOST });
    const told: [string, string][] = [];
    for (const [text] of packets) {
      const { after, direction, spec } = flowPacket(proto, text);
      await wait(after);
      const result = await kernel.send({ in: `eth${direction}`, hex: toHex(buildPacket(spec)), keep: true });
      await wait(TICK_MS);
      told.push([text, `${stateOf(result)}, ${entryOf(await kernel.output('conntrack', '-L'))}`]);
    }
    expect(told).toEqual(packets.map(([text, expected]) => [text, expected.replace(/ [-a-z]+,/, ',')]));
  });
});
