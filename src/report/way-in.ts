/** Where a packet comes from whose description does not say. */
import { PacketwalkError } from '../errors.js';
import type { Packet } from '../model/packet.js';
import type { LoadedHost } from '../run/engine.js';
import type { Message } from './lang/messages.js';
import { say } from './story.js';

/**
 * Without an interface the packet is this host's own where its source is, else it comes by the way back to its source;
 * `assumed` says so. Throws where that is not known.
 */
export function wayIn(host: LoadedHost, packet: Packet): { packet: Packet; assumed: readonly Message[] } {
  if (packet.in !== undefined || packet.kind === 'raw') return { packet, assumed: [] };
  const origin = host.originOf(packet.src);
  if (origin === 'own') return { packet: { ...packet, in: null }, assumed: [say('assumed.own', {})] };
  if (origin !== undefined)
    return { packet: { ...packet, in: origin.iface }, assumed: [say('assumed.iface', { iface: origin.iface })] };
  if (packet.path === 'output') return { packet: { ...packet, in: null }, assumed: [] };
  if (packet.path !== undefined) return { packet: { ...packet, in: '' }, assumed: [] };
  throw new PacketwalkError('-i: the interface that the packet comes in on is missing', {
    code: 'missing-interface',
    hint: 'name it, or give the host (ip addr, ip route), by which it can be told; --path output for a packet of this host',
  });
}
