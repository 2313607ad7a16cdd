/** What a packet's description leaves out and its host suggests: addresses, and the interface that it comes in on. */
import type { Fallback } from '../input/resolve.js';
import type { HostAddress } from '../model/host.js';
import type { FieldPacket, Packet } from '../model/packet.js';
import { ANY_INTERFACE } from '../model/question.js';
import { formatAddress, maskedBy, prefixMask, sameWords, type Words } from '../net/address.js';
import type { LoadedHost } from '../run/engine.js';

/** Networks for documentation (RFC 5737 and 3849), which nobody has: of somebody else, and of this host. */
export const SOMEBODY: Fallback = {
  4: { other: [0xc6336401], own: [0xcb007101] },
  6: { other: [0x20010db8, 1, 0, 1], own: [0x20010db8, 2, 0, 1] },
};

/**
 * The same packet, of which nobody said that this host sends it, from somebody whom the way back leads to, to this host
 * where its addresses are known. What was supplied stands in `assumed`: an interface too, '' where none is known.
 */
export function withLikely(host: LoadedHost, packet: Packet): Packet {
  if (packet.kind !== 'fields') return packet;
  const own = (host.host.addresses ?? []).filter(({ family, link }) => family === packet.family && link !== 'lo');
  if (packet.in === null) return assumed(packet, 'src', own[0]?.address);
  const origin = packet.in === undefined && packet.given.has('src') ? host.originOf(packet.src) : undefined;
  if (origin === 'own') return assumed(packet, 'dst', SOMEBODY[packet.family].other);
  if (origin !== undefined) return assumed(packet, 'dst', ownOn(own, origin.iface));
  const placed = packet.in === undefined ? comesIn(host, packet) : packet;
  const here = own.filter(({ link }) => link === placed.in);
  const back = (source: Words) => {
    const origin = host.originOf(source);
    return origin === undefined || (origin !== 'own' && origin.iface === placed.in);
  };
  // a neighbour, where nobody else can come in here
  const src = [SOMEBODY[packet.family].other, ...here.map(neighbourOf)].find(back);
  const dst = placed.path === 'forward' ? undefined : ownOn(own, placed.in);
  return assumed(assumed(placed, 'src', src), 'dst', dst);
}

const ownOn = (own: readonly HostAddress[], iface: string | null | undefined): Words | undefined =>
  (own.find(({ link }) => link === iface) ?? own[0])?.address;

/** By the link that the way to anybody leads by. */
function comesIn(host: LoadedHost, packet: FieldPacket): FieldPacket {
  const origin = host.originOf(SOMEBODY[packet.family].other);
  const iface = origin !== undefined && origin !== 'own' ? origin.iface : (linksOf(host)[0] ?? '');
  const value = iface === '' ? ANY_INTERFACE : iface;
  return { ...packet, in: iface, assumed: [{ field: 'in', value }, ...packet.assumed] };
}

/** The links that packets come in on from elsewhere; none where they were not given. */
export const linksOf = ({ host }: LoadedHost): readonly string[] =>
  (host.links ?? []).filter(({ loopback }) => !loopback).map(({ name }) => name);

/** Another address of the same network. */
const neighbourOf = ({ family, address, prefix }: HostAddress): Words => {
  const network = maskedBy(address, prefixMask(prefix, family));
  const [first, second] = [1, 2].map((more) => [...network.slice(0, -1), network.at(-1)! + more]);
  return sameWords(address, first!) ? second! : first!;
};

function assumed(packet: FieldPacket, side: 'src' | 'dst', address: Words | undefined): FieldPacket {
  if (address === undefined || !packet.assumed.some(({ field }) => field === side)) return packet;
  const value = formatAddress(address);
  return {
    ...packet,
    [side]: address,
    assumed: packet.assumed.map((one) => (one.field === side ? { ...one, value } : one)),
  };
}
