/** What becomes behind INPUT of a fragment of IPv6 that is for this host: told, since no rule sees it. */
import { Field, PACKET_FRAGMENT, PACKET_GATHERED } from '../../abi.js';
import { FRAGMENT_HEADER, HOP_BY_HOP, IPV6_HEADER } from '../../net/ipv6-headers.js';
import type { Batch } from '../batch.js';
import { type Gathered, lost } from '../gathered.js';
import type { WalkSetup } from '../setup.js';

const PARAMETER_PROBLEM = 4;

/**
 * ipv6_frag_rcv. Headers before the fragment header have handlers of their own (exthdrs.c), of which hop-by-hop options alone
 * were looked at; behind others nothing is told.
 */
export function receive({ stages, fragments, now }: WalkSetup, batch: Batch, slot: number): void {
  const flags = stages.field(slot, Field.Flags);
  if (stages.family === 4 || fragments === undefined || (flags & PACKET_FRAGMENT) === 0) return;
  const bytes = stages.bytesOf(slot);
  const next = bytes[6] === HOP_BY_HOP ? bytes[IPV6_HEADER] : bytes[6];
  if (next !== FRAGMENT_HEADER) return;
  const twice = (flags & PACKET_GATHERED) !== 0;
  const received: Gathered<number> = twice
    ? { ...lost('fragment-nested', false, 'dropped'), problem: 0 }
    : fragments.add({ by: 'delivery', link: stages.field(slot, Field.InIf), vrf: 0, bytes, about: 0, now });
  if (received.kind === 'passes') return;
  // nobody answers a packet to a group
  const code = received.kind === 'lost' && bytes[24] !== 0xff ? received.problem : undefined;
  batch.tell(slot, {
    kind: 'received',
    ...(received.kind === 'whole' && { fragments: received.packet.ends.length, bytes: received.packet.bytes }),
    ...(received.kind === 'lost' && { why: received.why }),
    ...(code !== undefined && { answer: `ipv6-icmp ${PARAMETER_PROBLEM}/${code}` }),
  });
}
