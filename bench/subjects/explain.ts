/** One packet's walk with every condition recorded, told and written: a packet that no rule of a flat list takes. */
import { en, readPacket, renderStory, explain as tell } from '../../src/index.js';
import type { Contest } from '../contest.js';
import { loadRules } from '../hosts.js';

/** Of a protocol that no flat rule asks for. */
const PACKET = { in: 'eth0', src: '10.0.0.1', dst: '10.0.0.2', proto: 'gre', path: 'forward' };

export async function* explain(sizes: readonly number[]): AsyncGenerator<Contest> {
  for (const rules of sizes) {
    const host = await loadRules('flat', rules);
    const { packet } = readPacket(PACKET);
    const packetwalk = () => renderStory(tell(host, packet), en, { colour: false, width: 110 });
    yield { subject: 'explain', kind: 'flat', rules, amount: 1, unit: 'explanations', entrants: { packetwalk } };
  }
}
