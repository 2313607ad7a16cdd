/** SYNPROXY before the kernel: what of the packets to it is kept, and what meets the rule behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { HOST, HOST6, local, wire, wire6 } from './matches/table.js';
import { countersOf, differences, ofKernel, ofWalk } from './observed.js';
import type { PacketSpec } from './packets.js';
import type { PacketLine } from './scenario.js';
import { loadCaptured, packetOf } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

const PROXY = '-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460';
const both = (rule: string): string => `-A INPUT ${rule}\n-A FORWARD ${rule}\n`;
/** Packets from port 7 are not tracked. */
const RULES = `*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --sport 7 -j CT --notrack\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n${both(PROXY)}${both('-p tcp')}COMMIT\n`;

/** FIN, SYN, RST, ACK in each way, and those that nobody asks for. */
const FLAGS = [
  ...Array.from({ length: 16 }, (_, bits) => (bits & 7) | ((bits & 8) << 1)),
  2 | 8 | 64 | 128,
  16 | 8,
  255,
];
const TIMES = '080a0000000100000002';
const SPECS: readonly Partial<PacketSpec>[] = [
  ...FLAGS.map((flags) => ({ flags })),
  ...[2, 16, 4].flatMap((flags) => [
    { flags, badChecksum: true },
    ...[0, 12, 19, 20].map((truncate) => ({ flags, truncate })),
    ...[4, 5, 6, 15].map((doff) => ({ flags, doff })),
    ...['020405b4', '0204', '02', '0300', `01010402${TIMES}`, '00ffff'].map((tcpopts) => ({ flags, tcpopts })),
    { flags, doff: 6, payload: '020405b4' },
    { flags, doff: 6, payload: '020405' },
    { flags, payload: '00'.repeat(40) },
  ]),
];

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk agree on SYNPROXY'), () => {
  test.each([4, 6] as const)('of IPv%i', { timeout: 120_000 }, async (family) => {
    await kernel.load({ family, rules: RULES, sets: '', setup: [...(family === 4 ? HOST : HOST6)] });
    // nobody has been given a cookie
    const assume = new Map([['cookie', false]]);
    const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': RULES }, { family, assume });
    const make = family === 4 ? wire : wire6;
    const [own, behind] = family === 4 ? ['192.168.1.1', '10.20.0.9'] : ['2001:db8::254', '2001:db8:1::9'];
    const packets: PacketLine[] = [own, behind].flatMap((dst) =>
      [7, 1000].flatMap((sport) => SPECS.map((spec) => make({ dst, sport, ...spec }))),
    );
    if (family === 4) packets.push(...SPECS.map((spec) => local({ src: own, dst: own, ...spec })));
    const passed = { yes: 0, no: 0 };
    for (const line of packets) {
      const theirs = ofKernel(await kernel.send(line));
      const before = countersOf(host);
      const ours = ofWalk(host.walk(packetOf(line), { bytes: true }), host, before, countersOf(host));
      const counters = [
        { ...theirs, out: [] },
        { ...ours, out: [] },
      ] as const;
      expect({ line, differences: differences(...counters) }).toEqual({ line, differences: [] });
      if (['INPUT', 'FORWARD'].some((chain) => theirs.counters.has(`filter ${chain} 2`))) passed.yes++;
      else passed.no++;
    }
    expect(Math.min(passed.yes, passed.no)).toBeGreaterThan(50);
  });
});
