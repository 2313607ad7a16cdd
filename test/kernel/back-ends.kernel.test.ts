/** A kernel that holds tables of iptables-legacy and of iptables-nft asks both, that first which was loaded last. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createEngine, parse, readPacket } from '../../src/index.js';
import { compileHost } from '../../src/run/host-program.js';
import { countersOf, readSave } from '../counters.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { kernelAndFolder } from './kernel-and-folder.js';
import { buildPacket, toHex } from './packets.js';

/** Ports tell the packets apart; each back end has rules that the other has not. */
const rulesOf = (here: string, there: string, target: string) => [
  '*mangle',
  ':PREROUTING ACCEPT [0:0]',
  ':INPUT ACCEPT [0:0]',
  ':FORWARD ACCEPT [0:0]',
  ':OUTPUT ACCEPT [0:0]',
  ':POSTROUTING ACCEPT [0:0]',
  `-A PREROUTING -m mark --mark ${there}`,
  `-A PREROUTING -p udp -m udp --dport 1 -j MARK --set-xmark ${here}/0xff`,
  'COMMIT',
  '*nat',
  ':PREROUTING ACCEPT [0:0]',
  ':INPUT ACCEPT [0:0]',
  ':OUTPUT ACCEPT [0:0]',
  ':POSTROUTING ACCEPT [0:0]',
  `-A PREROUTING -p udp -m udp --dport 2 -j REDIRECT --to-ports ${target}`,
  `-A PREROUTING -p udp -m udp --dport ${here} -j REDIRECT --to-ports ${target}`,
  '-A PREROUTING -p udp -m udp --dport 3 -j ACCEPT',
  'COMMIT',
  '*filter',
  ':INPUT ACCEPT [0:0]',
  ':FORWARD ACCEPT [0:0]',
  ':OUTPUT ACCEPT [0:0]',
  `-A INPUT -p udp -m udp --dport ${target}`,
  '-A INPUT -p udp -m udp --dport 4 -j DROP',
  `-A INPUT -p udp -m udp --dport ${there} -j DROP`,
  '-A INPUT -p udp -m udp --dport 5 -j ACCEPT',
  'COMMIT',
  '',
];
const LEGACY = rulesOf('0x20', '0x21', '1000')
  .join('\n')
  .replaceAll('dport 0x20', 'dport 32')
  .replaceAll('dport 0x21', 'dport 33');
const NFT = rulesOf('0x21', '0x20', '2000')
  .join('\n')
  .replaceAll('dport 0x20', 'dport 32')
  .replaceAll('dport 0x21', 'dport 33');
const PORTS = [1, 2, 3, 4, 5, 6, 32, 33, 1000, 2000];

const FAMILIES = [
  { family: 4, tool: 'iptables', own: '192.168.1.1', length: 24, other: '192.168.1.5' },
  { family: 6, tool: 'ip6tables', own: '2001:db8:1::1', length: 64, other: '2001:db8:1::5' },
] as const;

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('tables of two back ends'), () => {
  const here = kernelAndFolder();

  test.each(FAMILIES)('of IPv$family, iptables-legacy loaded last', async ({ family, tool, own, length, other }) => {
    const { kernel, folder } = here;
    const setup = ['ip tuntap add eth0 mode tun', `ip addr add ${own}/${length} dev eth0`, 'ip link set eth0 up'];
    await kernel.load({ family, rules: '', sets: '', setup });
    for (const [end, rules] of [
      ['nft', NFT],
      ['legacy', LEGACY],
    ] as const) {
      writeFileSync(join(folder, end), rules);
      await kernel.output(`${tool}-${end}-restore`, join(folder, end));
    }
    const texts = Object.entries(await kernel.capture()).map(([name, text]) => ({ name, text }));
    const saved = async (end: string) => ({ name: end, text: await kernel.output(`${tool}-${end}-save`, '-c') });
    const host = await (await createEngine()).load(
      compileHost(parse([...texts, await saved('nft'), await saved('legacy')]), {}, family),
    );
    for (const [i, dport] of PORTS.entries()) {
      const packet = {
        in: 'eth0',
        hex: toHex(buildPacket({ src: other, dst: own, proto: 'udp', sport: 5000 + i, dport })),
      };
      await kernel.send(packet);
      host.walk(readPacket(packet).packet);
    }
    const counters = countersOf({
      rules: host.compiled.rules.map(({ table, chain, number: rule }, id) => ({
        table,
        chain,
        rule,
        ...host.counter(id),
      })),
      policies: [],
    } as never);
    const kernels = new Map<string, string>();
    for (const [end, before] of [
      ['legacy', ''],
      ['nft', 'nft '],
    ] as const)
      for (const [name, count] of readSave((await saved(end)).text).counters)
        if (!name.endsWith('policy')) kernels.set(before + name, count);
    expect(Object.fromEntries(counters)).toEqual(Object.fromEntries(kernels));
    // what the other has not marked yet, has translated already, or dropped
    const idle = [...counters].flatMap(([name, count]) => (count === '0/0' ? [name] : []));
    expect(idle.sort()).toEqual([
      'filter INPUT 3',
      'mangle PREROUTING 1',
      'nft filter INPUT 2',
      'nft filter INPUT 3',
      'nft nat PREROUTING 1',
    ]);
  });
});
