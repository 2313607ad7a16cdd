/** A packet to build. Only the two addresses are needed; everything else has the value that a host would use. */
export interface PacketSpec {
  src: string;
  dst: string;
  /** A name (tcp, udp, icmp, ipv6-icmp, sctp, udplite, gre, esp, ah, dccp, igmp, ipip …) or a number. */
  proto?: string | number;

  ttl?: number;
  tos?: number;
  /** The identification of the IP header (the fragment header in IPv6). */
  ipId?: number;
  df?: boolean;
  mf?: boolean;
  /** Fragment offset in units of 8 bytes. From 1 on there is no transport header: `payload` stands alone. */
  frag?: number;
  /** Bytes of IPv4 options, padded to a multiple of four. */
  ipOptions?: Uint8Array | string;
  /** IPv6 extension headers before the transport header, in order; `body` is what follows the two first bytes. */
  ext?: { type: number; body: Uint8Array | string }[];

  sport?: number;
  dport?: number;
  /** TCP flags: `SYN,ACK`, or letters `SA`, or the byte. */
  flags?: string | number;
  seq?: number;
  ack?: number;
  window?: number;
  urgent?: number;
  /** TCP options, padded by zeros to a multiple of four. */
  tcpopts?: Uint8Array | string;
  /** TCP header length in words, when it shall lie; that of DCCP. */
  doff?: number;
  /** UDP length field (UDP-Lite: coverage), when it shall lie. */
  udpLength?: number;

  /** ICMP type, code, and the four bytes behind the checksum as id and sequence. */
  type?: number;
  code?: number;
  id?: number;
  icmpSeq?: number;

  /** SCTP: the chunk types (each an empty chunk of 4 bytes unless `payload` is given) and the verification tag. */
  chunks?: number[];
  vtag?: number;
  /** The byte of a DCCP header that has the type: doubled, and 1 more where its numbers are long. */
  dccpType?: number;

  payload?: Uint8Array | string;
  /** IP total length wanted: the payload is filled with zeros, or cut, until it is met. */
  length?: number;
  /** Cut what follows the IP header to so many bytes, the total length along with it. */
  truncate?: number;
  /** Bytes that follow the IP packet and are not counted in its length. */
  trailer?: number;

  badChecksum?: boolean;
  /** UDP only: send checksum 0. */
  noChecksum?: boolean;
  /** The protocol number in the pseudo header, when it is not that of the packet. */
  checksumProto?: number;
  badIpChecksum?: boolean;
  /** The IHL field in words, or the total length field, when they shall lie. */
  ihl?: number;
  totalLength?: number;
}
