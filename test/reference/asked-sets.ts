/** Sets of the generator, each asked in every way of every packet: no rule stands before another. */

import { ip, ipText } from '../kernel/generate/address.js';
import { generateScenario } from '../kernel/generate.js';
import { buildPacket, type PacketSpec, toHex } from '../kernel/packets.js';
import type { Scenario } from '../kernel/scenario.js';

const WAYS = ['src,src,src', 'dst,dst,dst', 'src,dst,src', 'dst,src,dst --return-nomatch'];

/** Its rules stand in filter FORWARD; a seed may have no set. */
export function askedSets(seed: number): Scenario {
  const { sets, packets } = generateScenario(2, seed, { tracking: false });
  const rules = [...sets.matchAll(/^create (\S+)/gm)].flatMap(([, name]) =>
    WAYS.map((way) => `-A FORWARD -m set --match-set ${name} ${way}\n`),
  );
  const specs = packets.slice(0, 3).map(({ spec }) => spec);
  return {
    family: 4,
    rules: `*filter\n:FORWARD ACCEPT [0:0]\n${rules.join('')}COMMIT\n`,
    sets,
    setup: [],
    packets: [
      ...packets.map((packet) => ({ ...packet, in: packet.in ?? 'eth0' })),
      ...atEnds(sets, specs).map((spec) => ({ in: 'eth0', hex: toHex(buildPacket(spec)) })),
    ],
  };
}

/** The packets, from and to both ends of the address ranges that sets hold, and one beyond. */
function atEnds(sets: string, specs: readonly PacketSpec[]): PacketSpec[] {
  const ranges = [...sets.matchAll(/ (\d+\.\d+\.\d+\.\d+)-(\d+\.\d+\.\d+\.\d+)/g)];
  return ranges.flatMap(([, min, max]) =>
    [ip(min!) - 1, ip(min!), ip(max!), ip(max!) + 1].flatMap((end) =>
      specs.map((spec) => ({ ...spec, src: ipText(end), dst: ipText(end) })),
    ),
  );
}
