/** Packets of IPv6 beside packets of IPv4, to the counters of the same rules written for each, near them. */
import {
  compile,
  createEngine,
  type LoadedHost,
  type PacketColumns,
  parse,
  synthesise,
  syntheticSpec,
} from '../../src/index.js';
import type { Contest } from '../contest.js';
import { twinTexts } from '../twins.js';

const PACKETS = 65_536;

export async function twins(
  rules: number,
  family: 4 | 6,
): Promise<{ readonly host: LoadedHost; readonly packets: PacketColumns }> {
  const program = compile(parse(twinTexts(rules)), { tracking: 'off', connections: 'off', engine: 'columns' }, family);
  const packets = synthesise(syntheticSpec(program, { profile: 'near', seed: 1 }), 0, PACKETS);
  return { host: await (await createEngine()).load(program), packets };
}

export async function* families(sizes: readonly number[]): AsyncGenerator<Contest> {
  for (const rules of sizes) {
    const [of4, of6] = [await twins(rules, 4), await twins(rules, 6)];
    yield {
      subject: 'families',
      kind: 'IPv6',
      rules,
      amount: PACKETS,
      unit: 'packets',
      entrants: { packetwalk: () => of6.host.classify(of6.packets), IPv4: () => of4.host.classify(of4.packets) },
    };
  }
}
