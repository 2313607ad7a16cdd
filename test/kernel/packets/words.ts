/** Names of protocols and of TCP flags. */
const PROTOCOLS: Record<string, number> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  ipcomp: 108,
  sctp: 132,
  udplite: 136,
};

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const FLAG_LETTERS = 'FSRPAUEC';

export function protocolNumber(proto: string | number): number {
  if (typeof proto === 'number') return proto;
  const known = PROTOCOLS[proto.toLowerCase()] ?? (/^\d+$/.test(proto) ? Number(proto) : undefined);
  if (known === undefined || known > 255) throw new Error(`unknown protocol ${proto}`);
  return known;
}

export function tcpFlags(flags: string | number): number {
  if (typeof flags === 'number') return flags;
  let byte = 0;
  const words = flags.toUpperCase().split(/[,|+ ]/);
  for (const word of words) {
    if (word === '' || word === 'NONE') continue;
    const named = FLAG_NAMES.indexOf(word);
    if (named >= 0) {
      byte |= 1 << named;
      continue;
    }
    for (const letter of word) {
      const bit = FLAG_LETTERS.indexOf(letter);
      if (bit < 0) throw new Error(`unknown tcp flag in ${flags}`);
      byte |= 1 << bit;
    }
  }
  return byte;
}
