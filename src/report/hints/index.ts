/** What helps whoever asked, beside the answer: `explain` prints it at the end where it is given this. */
import type { Packet } from '../../model/packet.js';
import type { LoadedHost } from '../../run/engine.js';
import { explainFlow } from '../flow.js';
import type { Message } from '../lang/messages.js';
import { say } from '../story.js';
import { beyond, missingTables } from './elsewhere.js';
import { lostWithoutRule } from './lost.js';
import { undecided } from './passed.js';
import { passes, type Scene, sceneOf } from './scene.js';
import { shadowed } from './shadow.js';
import { tried } from './tried.js';

/** More would not be read. */
const MOST = 5;

/**
 * What helps whoever asks about a packet, the most helpful first, as a story's `hints`: of one that the host has walked
 * last, or is to see first. It is walked some times more: here, which leaves no trace, and on hosts that go without some rule
 * or have it elsewhere.
 */
export async function hints(host: LoadedHost, packet: Packet): Promise<Message[]> {
  const { scene, lost } = host.again(() => {
    const seen = sceneOf(host, packet);
    return { scene: seen, lost: answerLost(seen) };
  });
  const { translated, unreached } = await tried(scene);
  const all = [
    ...lost,
    ...lostWithoutRule(scene),
    ...(await shadowed(scene)),
    ...unreached,
    ...translated,
    ...undecided(scene),
    ...missingTables(scene),
  ];
  const last = beyond(scene);
  return [...all.slice(0, MOST - last.length), ...last];
}

/** The packet gets through, and its answer does not. */
function answerLost({ from, host, packet, result, events }: Scene): Message[] {
  const first = events.some((event) => event.kind === 'confirmed');
  if (!first || packet.state !== undefined || passes(result.fate) !== true || !from.remembers) return [];
  const { headline, packets } = host.again(() => explainFlow(host, packet, { to: 'answer' }));
  const answer = packets[1];
  if (answer === undefined || headline[0]?.key !== 'answer.lost' || answer.result.out !== undefined) return [];
  const { kind, table, chain, rule } = answer.by;
  return [
    say('hint.answer', {
      fate: answer.fate,
      by: kind === 'rule' || kind === 'policy' ? { table: table!, chain: chain!, rule: rule ?? null } : null,
    }),
  ];
}
