/** What a packet's description says, and the host's texts decide otherwise. */
import { familyOfPacket } from '../input/encode.js';
import type { Finding } from '../model/finding.js';
import type { Host } from '../model/host.js';
import type { Packet } from '../model/packet.js';
import type { WalkEvent } from '../model/trace.js';
import type { Family } from '../net/address.js';

export type Note = Pick<Finding, 'code' | 'message'>;

/** What routing did not have to be told, interfaces that the host does not have, and a family whose rules do not count. */
export function unusedOf(packet: Packet, events: readonly WalkEvent[], host: Host, family: Family): Note[] {
  const notes: Note[] = [];
  const { out, path } = packet;
  const unused = (code: string, what: string, way: string) =>
    notes.push({ code, message: `${what}: it is not used, since the host's routes decide: ${way}` });
  const routed = events.find((event) => event.kind === 'routed');
  if (routed !== undefined) {
    const to = routed.to === 'local' ? 'input' : routed.to === 'forward' ? 'forward' : 'output';
    const way = routed.to === 'local' ? 'it is delivered to this host' : `it leaves by ${routed.iface}`;
    if (out !== undefined && (routed.to === 'local' || routed.iface !== out)) unused('unused-out', `-o ${out}`, way);
    // `trace --path` is for those packets that no route tells
    if (packet.given.has('path') && path !== to) unused('unused-path', `--path ${path}`, way);
  } else if (
    packet.given.has('path') &&
    // what routing does not know it asks, and then the path counts
    events.some((event) => event.kind === 'lost' && event.by === 'routing' && !event.why.includes(':'))
  )
    unused('unused-path', `--path ${path}`, 'it ends there');
  if (packet.out !== undefined && events.some((event) => event.kind === 'taken' && event.way === 'input'))
    notes.push({
      code: 'unused-out',
      message: `-o ${packet.out}: it is not used: the packet is delivered to this host`,
    });
  if (packet.given.has('in') && typeof packet.in === 'string' && !mayHave(host, packet.in))
    notes.push({ code: 'no-such-link', message: `-i ${packet.in}: no link ${packet.in} in what was given` });
  if (family === 4 && familyOfPacket(packet) === 6)
    notes.push({
      code: 'other-rules',
      message: 'the packet is of IPv6: the rules that ip6tables-save prints decide, and they were not given',
    });
  return notes;
}

/** Links without an address stand in a text about addresses too. */
const mayHave = ({ links, addresses, assumed }: Host, name: string): boolean =>
  (links === undefined && (addresses === undefined || assumed.includes('addresses-of-routes'))) ||
  (links ?? []).some((link) => link.name === name) ||
  (addresses ?? []).some(({ link }) => link === name);
