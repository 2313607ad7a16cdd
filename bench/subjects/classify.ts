/**
 * Packets in columns to the counters of every rule. On flat lists beside two peers that count the same; on rules of other
 * kinds, which the peers do not know, alone, with packets near them.
 */
import { synthesise, syntheticSpec } from '../../src/index.js';
import type { Contest } from '../contest.js';
import { flatRules, loadRules, tablesOf } from '../hosts.js';
import { packetsFor } from '../packets.js';
import { countByArrays, ruleColumns } from '../peers/arrays.js';
import { countByObjects, packetObjects } from '../peers/objects.js';

/** So many that the slowest of them has about as much to do at each size. */
const packetCount = (rules: number): number => Math.max(1024, Math.min(65_536, Math.floor(4_000_000 / rules)));

export async function* classify(sizes: readonly number[]): AsyncGenerator<Contest> {
  for (const rules of sizes) {
    const host = await loadRules('flat', rules);
    const list = flatRules(host);
    const columns = ruleColumns(list);
    const packets = packetsFor(list, packetCount(rules));
    const objects = packetObjects(packets);
    yield {
      subject: 'classify',
      kind: 'flat',
      rules,
      amount: packets.count,
      unit: 'packets',
      entrants: {
        packetwalk: () => host.classify(packets),
        arrays: () => countByArrays(columns, packets),
        objects: () => countByObjects(list, objects),
      },
    };
  }
  for (const kind of ['kube-proxy', 'mixed'] as const)
    for (const rules of sizes) {
      const host = await loadRules(kind, rules);
      const given = { tables: tablesOf(kind, rules), sets: [], host: host.host };
      const amount = packetCount(rules);
      const packets = synthesise(syntheticSpec(given, { profile: 'near', seed: 1 }), 0, amount);
      const packetwalk = () => host.classify(packets);
      yield { subject: 'classify', kind, rules, amount, unit: 'packets', entrants: { packetwalk } };
    }
}
