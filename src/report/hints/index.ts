/** What helps whoever asked, beside the answer: `explain` prints it at the end where it is given this. */
import { Field } from '../../abi.js';
import type { Packet } from '../../model/packet.js';
import type { Family } from '../../net/address.js';
import { hasPorts, protocolName } from '../../net/protocol.js';
import type { LoadedHost } from '../../run/engine.js';
import { explainFlow } from '../flow.js';
import { IPTABLES } from '../headline.js';
import type { Message } from '../lang/messages.js';
import { answeredDirectly, assumedChecks, type Direct } from '../past-host.js';
import { say } from '../story.js';
import { beyond, missingTables } from './elsewhere.js';
import { inserted } from './insert.js';
import { likeliest } from './likeliest.js';
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
  const found = await hintsOf(host, packet);
  const likely = found.length === 0 ? await likeliest(host, packet) : undefined;
  if (likely === undefined) return found;
  // where else to look is for what is known
  const more = (await hintsOf(likely.host, packet)).filter(({ key }) => key !== 'hint.passes' && key !== 'hint.tables');
  return more.length === 0 ? [] : [say('hint.supposing', { facts: likely.facts }), ...more];
}

async function hintsOf(host: LoadedHost, packet: Packet): Promise<Message[]> {
  const { scene, lost } = host.again(() => {
    const seen = sceneOf(host, packet);
    return { scene: seen, lost: answerLost(seen) };
  });
  const { translated, unreached } = await tried(scene);
  const behind = await shadowed(scene);
  const all = [
    ...lost,
    ...lostWithoutRule(scene),
    ...behind,
    ...unreached,
    ...(behind.length + unreached.length > 0 ? [] : inserted(scene)),
    ...translated,
    ...undecided(scene),
    ...missingTables(scene),
  ];
  const last = beyond(scene);
  return [...all.slice(0, MOST - last.length), ...last];
}

/** The packet gets through, and its answer does not; or the way that the answer takes may stop the packet. */
function answerLost({ from, host, packet, result, events }: Scene): Message[] {
  const first = events.some((event) => event.kind === 'confirmed');
  if (!first || packet.state !== undefined || passes(result.fate) !== true || !from.remembers) return [];
  const direct = answeredDirectly(host, result);
  if (direct !== undefined) return [say('hint.hairpin', { ...endsOf(direct), rule: masquerade(direct, from.family) })];
  const { headline, packets } = host.again(() => explainFlow(host, packet, { to: 'answer' }));
  const answer = packets[1];
  if (answer === undefined) return [];
  if (headline[0]?.key !== 'answer.lost') return otherWay(host, packet);
  if (answer.result.out !== undefined) return [];
  const { kind, table, chain, rule } = answer.by;
  return [
    say('hint.answer', {
      fate: answer.fate,
      by: kind === 'rule' || kind === 'policy' ? { table: table!, chain: chain!, rule: rule ?? null } : null,
    }),
  ];
}

const endsOf = ({ from, to, network, wanted }: Direct) => ({ from, to, network, wanted });

/** The rule by which what comes from there has this host's address, so that its answers come here. */
function masquerade({ from, network, left }: Direct, family: Family): string {
  const proto = left[Field.Proto]!;
  const port = hasPorts(proto) ? ` -p ${protocolName(proto)} --dport ${left[Field.Dport]}` : '';
  return `${IPTABLES[family]} -t nat -A POSTROUTING -s ${network} -d ${from}${port} -j MASQUERADE`;
}

/** The reverse path filter would drop it, and was taken as off. */
function otherWay(host: LoadedHost, packet: Packet): Message[] {
  const settings = assumedChecks(host, packet);
  const src = packet.kind === 'fields' ? packet.src : undefined;
  if (!packet.in || src === undefined || settings.length === 0) return [];
  const back = host.originOf(src);
  if (back === undefined || back === 'own' || back.iface === packet.in) return [];
  return [say('hint.otherway', { came: packet.in, back: back.iface, settings })];
}
