/** What iptables-restore changes of a kernel between packets; `-u` keeps the answers, which test/update.test.ts compares with ours. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESTORED, RULES, SENT, savedIn } from '../update/restored.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { buildPacket, toHex } from './packets.js';

const SETUP = [
  'ip tuntap add eth0 mode tun',
  'ip addr add 192.0.2.1/24 dev eth0',
  'ip link set eth0 up',
  'ip tuntap add eth1 mode tun',
  'ip addr add 10.0.0.1/16 dev eth1',
  'ip link set eth1 up',
  'ip route add default via 192.0.2.254 dev eth0',
];

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('other rules between packets'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  const send = async () => {
    for (const { dst, dport } of SENT) {
      const hex = toHex(buildPacket({ src: '198.51.100.1', dst, proto: 'udp', sport: 4000, dport }));
      await kernel.send({ in: 'eth0', hex, keep: true });
    }
  };

  test.each(Object.entries(RESTORED))('%s', async (what, { text, options }) => {
    await kernel.load({ family: 4, rules: RULES, sets: '', setup: SETUP });
    await send();
    await kernel.restore(text, ...(options?.counters === true ? ['-c'] : []));
    await send();
    const said = await kernel.output('iptables-legacy-save', '-c');
    await expect(said.replace(/^#.*\n/gm, '')).toMatchFileSnapshot(savedIn(what));
  });
});
