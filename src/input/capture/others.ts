/** What records hold that hold no IP packet, in words. */
import { Other } from './link.js';

/** By ethertype; each finishes the sentence "the record holds …". */
const ETHERTYPES: ReadonlyMap<number, string> = new Map([
  [0x0806, 'ARP'],
  [0x8035, 'RARP'],
  [0x22f0, 'AVTP'],
  [0x6003, 'DECnet'],
  [0x8137, 'IPX'],
  [0x8808, 'Ethernet flow control'],
  [0x8809, 'LACP or another slow protocol'],
  [0x8847, 'MPLS'],
  [0x8848, 'MPLS'],
  [0x8863, 'PPPoE discovery'],
  [0x8864, 'PPPoE'],
  [0x888e, '802.1X'],
  [0x8892, 'PROFINET'],
  [0x88a2, 'ATA over Ethernet'],
  [0x88a4, 'EtherCAT'],
  [0x88b5, 'a local experiment'],
  [0x88cc, 'LLDP'],
  [0x88e5, 'MACsec'],
  [0x88f7, 'PTP'],
  [0x9000, 'an Ethernet loopback test'],
]);

/** An ethertype or an Other in words. */
export function otherName(kind: number): string {
  if (kind === Other.Llc) return 'an 802.2 frame (spanning tree or its like)';
  if (kind === Other.Short) return 'fewer bytes than the header of its frame';
  const number = kind & 0xffff;
  switch (kind - number) {
    case 0:
      return ETHERTYPES.get(kind) ?? `ethertype 0x${kind.toString(16).padStart(4, '0')}`;
    case Other.LinkType:
      return `a frame of link type ${number}, which is not read`;
    case Other.AddressFamily:
      return `address family ${number}`;
    case Other.Ppp:
      return `PPP protocol 0x${number.toString(16).padStart(4, '0')}`;
    default:
      return `a frame of hardware type ${number}`;
  }
}
