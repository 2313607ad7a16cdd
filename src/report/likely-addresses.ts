/** Addresses of a packet whose description leaves them out: such as a host like this one meets. */
import type { Fallback } from '../input/resolve.js';
import type { FieldPacket, Packet } from '../model/packet.js';
import { formatAddress, type Words } from '../net/address.js';
import type { LoadedHost } from '../run/engine.js';

/** Networks for documentation (RFC 5737), which nobody has. */
export const SOMEBODY: Fallback = { src: [0xc6336401], dst: [0xcb007101] };

/** The same packet from somebody whom the way back leads to, to this host where its addresses are known. */
export function withLikelyAddresses(host: LoadedHost, packet: Packet): Packet {
  if (packet.kind !== 'fields' || typeof packet.in !== 'string') return packet;
  const own = (host.host.addresses ?? []).filter(({ family }) => family === 4);
  const here = own.filter(({ link }) => link === packet.in);
  const dst = here[0] ?? own.find(({ link }) => link !== 'lo');
  const back = (source: Words) => {
    const origin = host.originOf(source);
    return origin === undefined || (origin !== 'own' && origin.iface === packet.in);
  };
  // a neighbour, where nobody else can come in here
  const neighbours = here.map(({ address, prefix }) => neighbourOf(address[0]!, prefix));
  const src = [SOMEBODY.src, ...neighbours].find(back);
  return assumed(assumed(packet, 'src', src), 'dst', packet.path === 'forward' ? undefined : dst?.address);
}

/** Another address of the same network. */
const neighbourOf = (address: number, prefix: number): Words => {
  const size = 2 ** (32 - prefix);
  const first = address - (address % size);
  return [first + (address === first + 1 ? 2 : 1)];
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
