/** What a packet's description says, and the host's texts decide otherwise. */
import type { Finding } from '../model/finding.js';
import type { Packet } from '../model/packet.js';
import type { WalkEvent } from '../model/trace.js';

export type Note = Pick<Finding, 'code' | 'message'>;

/** What routing did not have to be told. */
export function unusedOf({ out }: Packet, events: readonly WalkEvent[]): Note[] {
  const routed = events.find((event) => event.kind === 'routed');
  if (out === undefined || routed === undefined || (routed.to !== 'local' && routed.iface === out)) return [];
  const way = routed.to === 'local' ? 'it is delivered to this host' : `it leaves by ${routed.iface}`;
  return [{ code: 'unused-out', message: `-o ${out}: it is not used, since the host's routes decide: ${way}` }];
}
