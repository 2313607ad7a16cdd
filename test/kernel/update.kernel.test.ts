/** What iptables-restore changes of a kernel between packets; `-u` keeps the answers, which test/update.test.ts compares with ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile, createEngine, parse, printIpset } from '../../src/index.js';
import { RESTORED, RULES, SENT, savedIn } from '../update/restored.js';
import { COMMANDS, NAMING, SETS } from '../update/set-commands.js';
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

describe.skipIf(reason !== undefined)(kernelTitle('commands to sets that rules name'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  test.each(Object.entries(COMMANDS))('%s', async (_, { text, exist, code }) => {
    await kernel.load({ family: 4, rules: NAMING, sets: SETS, setup: [] });
    const folder = mkdtempSync(join(tmpdir(), 'packetwalk-kernel-'));
    const file = join(folder, 'commands');
    writeFileSync(file, text);
    const carriedOut = kernel.output('ipset', ...(exist === true ? ['-exist'] : []), 'restore', '-file', file);
    if (code === undefined) await carriedOut;
    else await expect(carriedOut).rejects.toThrow();
    rmSync(folder, { recursive: true });
    if (code !== undefined) return;
    const host = await (await createEngine()).load(
      compile(
        parse([
          { name: 'rules', text: NAMING },
          { name: 'sets', text: SETS },
        ]),
      ),
    );
    await host.updateSets(text, exist === undefined ? {} : { exist });
    const members = (save: string) =>
      (save.match(/^add .*$/gm) ?? []).map((line) => line.replace(/(timeout )[1-9]\d*/, '$1')).sort();
    expect(members(printIpset(host.from.setsGiven))).toEqual(members(await kernel.output('ipset', 'save')));
  });
});
