/** Fragments of IPv6, counted: `classify` counts what `trace` says of one packet after another. */
import { expect, test } from 'vitest';
import { Pack } from '../../src/input/pack.js';
import type { PacketBytes } from '../../src/model/batch.js';
import type { Packet } from '../../src/model/packet.js';
import type { HostOptions } from '../../src/run/host-options.js';
import { programOf } from '../../src/run/host-program.js';
import { parse } from '../../src/run/host-texts.js';
import { differing, inBatches, load, oneByOne } from '../classify/ways.js';
import { Random } from '../kernel/generate/random.js';
import { drawFragments6 } from '../kernel/packets/pieces6.js';
import { packetOf } from '../kernel/walked.js';

const LINKS = [
  ['lan', '2001:db8::1'],
  ['wan', '2001:db8:1::1'],
] as const;
const ADDRESSES = ['1: lo: <LOOPBACK,UP> mtu 65536\n    inet6 ::1/128 scope host']
  .concat(LINKS.map(([name, own], n) => `${n + 2}: ${name}: <BROADCAST,UP> mtu 1500\n    inet6 ${own}/64 scope global`))
  .join('\n');
const chains = (...names: string[]) =>
  names.flatMap((name) =>
    ['-m frag --fragmore', '-p udp', '-m length --length 0:99'].map((rule) => `-A ${name} ${rule}\n`),
  );
const RULES = `*raw
${chains('PREROUTING', 'OUTPUT').join('')}COMMIT
*mangle
${chains('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING').join('')}COMMIT
`;
const TRACKED = `${RULES}*filter\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\n-A INPUT -m conntrack --ctstate NEW\nCOMMIT\n`;

function packed(packets: readonly Packet[], rows: number): PacketBytes[] {
  const pack = new Pack(rows, 1 << 17);
  const batches: PacketBytes[] = [];
  for (const packet of packets) for (const batch of pack.add(packet)) batches.push(structuredClone(batch));
  return [...batches, ...pack.take()];
}

test.each<[name: string, rules: string, options: HostOptions]>([
  ['tracked', TRACKED, {}],
  ['tracked, and nothing is remembered', TRACKED, { connections: 'off' }],
  ['not tracked', RULES, { tracking: 'off' }],
])('%s', { timeout: 60_000 }, async (_, rules, options) => {
  const texts = Object.entries({ 'rules.v6': rules, addr: ADDRESSES }).map(([name, text]) => ({ name, text }));
  const program = programOf(parse(texts), options, 6);
  const packets = Array.from({ length: 40 }, (_, number) =>
    drawFragments6(new Random(number), { number, links: LINKS, beyond: '2001:db8:1::9' }),
  )
    .flat()
    .map((line) => packetOf(line));
  const walked = await load(program, 'bytecode');
  // of fragments, bytes in all are not compared
  const { bytes } = inBatches(walked, packed(packets, 1)).summary;
  const one = oneByOne(walked, packets, [bytes]);
  expect(Object.keys(one.summary.fates).length).toBeGreaterThan(3);
  for (const [kind, rows] of [
    ['auto', 500],
    ['auto', 7],
    ['bytecode', 500],
  ] as const) {
    const counted = inBatches(await load(program, kind), packed(packets, rows));
    expect(
      differing(one, counted, (i) => JSON.stringify(packets[i])),
      `${kind}, ${rows}`,
    ).toEqual([]);
  }
});
