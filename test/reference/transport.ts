/**
 * Matches that read a transport header. A header that is not all there makes the packet a hot drop; a fragment that is
 * not the first has none, and meets none of them.
 */
import type { Reader } from './header.js';
import type { Packet } from './packet.js';
import { port, portsTest, reads } from './ports.js';
import { sctp } from './sctp.js';
import { numberOf, rangeOf, refuse } from './words.js';

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

function flagBits(text: string): number {
  if (text === 'ALL') return 0x3f;
  if (text === 'NONE') return 0;
  return text.split(',').reduce((bits, name) => {
    const bit = FLAGS.indexOf(name);
    return bit < 0 ? refuse(`the flag ${name}`) : bits | (1 << bit);
  }, 0);
}

/** tcp_mt of net/netfilter/xt_tcpudp.c. */
const tcp: Reader = (options) => {
  const ports = portsTest(options);
  const flags = options.takePair('--tcp-flags');
  const syn = options.flag('--syn');
  if (flags !== undefined && syn !== undefined) refuse('--syn beside --tcp-flags');
  const [mask, wanted] = flags === undefined ? [0x17, 0x02] : flags.values.map(flagBits);
  const asked = flags ?? syn;
  const option = options.take('--tcp-option');
  const kind = option === undefined ? 0 : numberOf(option.value, 255);
  return (packet) => {
    if (packet.fragmentOffset !== 0) {
      // such a fragment would put other flags in the place of those that were let through
      if (packet.fragmentOffset === 1) packet.hotDrop = true;
      return false;
    }
    if (!reads(packet, 20) || !ports(packet)) return false;
    const held = (packet.byte(packet.head + 13) & mask!) === wanted;
    if (asked !== undefined && held === asked.not) return false;
    if (option === undefined) return true;
    const list = tcpOptions(packet);
    return list !== undefined && list.some(([found]) => found === kind) !== option.not;
  };
};

/** The TCP options as kind and what follows it; undefined, and a hot drop, where they are not all there. */
function tcpOptions(packet: Packet): (readonly [number, Uint8Array])[] | undefined {
  const size = 4 * (packet.byte(packet.head + 12) >> 4);
  if (size < 20 || !reads(packet, size)) {
    packet.hotDrop = true;
    return undefined;
  }
  const bytes = packet.bytes.subarray(packet.head + 20, packet.head + size);
  const list: (readonly [number, Uint8Array])[] = [];
  for (let at = 0; at < bytes.length; ) {
    list.push([bytes[at]!, bytes.subarray(at + 1)]);
    // end and no-operation are one byte; a length of 0 is taken for 1
    at += bytes[at]! < 2 ? 1 : bytes[at + 1] || 1;
  }
  return list;
}

/** tcpmss_mt of net/netfilter/xt_tcpmss.c, which does not look at fragments. */
const tcpmss: Reader = (options) => {
  const { value, not } = options.take('--mss') ?? refuse('tcpmss without --mss');
  const [min, max] = rangeOf(value, 65535);
  return (packet) => {
    const list = reads(packet, 20) ? tcpOptions(packet) : undefined;
    if (list === undefined) return false;
    const found = list.find(([kind, rest]) => kind === 2 && rest.length >= 3 && rest[0] === 4)?.[1];
    if (found === undefined) return not;
    const mss = 256 * found[1]! + found[2]!;
    return (mss >= min && mss <= max) !== not;
  };
};

/** ecn_mt4 of net/netfilter/xt_ecn.c: a TCP header that is cut is no match and no drop, and fragments are not looked at. */
const ecn: Reader = (options) => {
  const ip = options.take('--ecn-ip-ect');
  const bits = numberOf(ip?.value ?? '0', 3);
  const flags = [options.flag('--ecn-tcp-ece'), options.flag('--ecn-tcp-cwr')];
  return (packet) => {
    if (ip !== undefined && ((packet.tos & 3) === bits) === ip.not) return false;
    return flags.every((flag, i) => {
      if (flag === undefined) return true;
      if (packet.head + 20 > packet.length) return false;
      return ((packet.byte(packet.head + 13) & (0x40 << i)) !== 0) !== flag.not;
    });
  };
};

const udp: Reader = (options) => {
  const ports = portsTest(options);
  return (packet) => packet.fragmentOffset === 0 && reads(packet, 8) && ports(packet);
};

/** The types that have a name, and the codes of those that are one. */
const ICMP: Readonly<Record<string, string>> = {
  'echo-request': '8',
  'echo-reply': '0',
  'host-unreachable': '3/1',
  'port-unreachable': '3/3',
  'fragmentation-needed': '3/4',
  'ttl-zero-during-transit': '11/0',
  'ttl-exceeded': '11',
  any: '255',
};

const icmp: Reader = (options) => {
  const { value, not } = options.take('--icmp-type') ?? refuse('icmp without --icmp-type');
  const [type, code] = (ICMP[value] ?? value).split('/').map((text) => numberOf(text, 255));
  return (packet) => {
    if (packet.fragmentOffset !== 0 || !reads(packet, 8)) return false;
    // 255 stands for any, though there could be such a type
    const sameCode = code === undefined || packet.byte(packet.head + 1) === code;
    return (type === 255 || (packet.byte(packet.head) === type && sameCode)) !== not;
  };
};

/** multiport_mt of net/netfilter/xt_multiport.c. */
const multiport: Reader = (options) => {
  const sources = options.take('--sports', '--source-ports', '--source-port');
  const destinations = options.take('--dports', '--destination-ports', '--destination-port');
  const either = options.take('--ports', '--port');
  const [one, more] = [sources, destinations, either].filter((option) => option !== undefined);
  if (one === undefined || more !== undefined) return refuse('such a multiport');
  const ranges = one.value.split(',').map(port);
  return (packet) => {
    if (packet.fragmentOffset !== 0 || !reads(packet, 4)) return false;
    const source = packet.half(packet.head);
    const destination = packet.half(packet.head + 2);
    const values = sources ? [source] : destinations ? [destination] : [source, destination];
    return ranges.some(([min, max]) => values.some((value) => value >= min && value <= max)) !== one.not;
  };
};

/** esp_mt of net/netfilter/xt_esp.c, ah_mt of net/ipv4/netfilter/ipt_ah.c: a header of so many bytes, its number at that place. */
const byIndex =
  (name: string, bytes: number, place: number): Reader =>
  (options) => {
    const option = options.take(name);
    const [min, max] = option === undefined ? [0, 0xffffffff] : rangeOf(option.value, 0xffffffff);
    return (packet) => {
      if (packet.fragmentOffset !== 0 || !reads(packet, bytes)) return false;
      const index = packet.word(packet.head + place);
      return (index >= min && index <= max) !== (option?.not ?? false);
    };
  };

/** comp_mt of net/netfilter/xt_ipcomp.c, whose index has 16 bits; libxt_ipcomp.c begins with that of 0. */
const ipcomp: Reader = (options) => {
  const option = options.take('--ipcompspi');
  const [min, max] = rangeOf(option?.value ?? '0', 0xffffffff);
  options.flag('--compres');
  return (packet) => {
    if (packet.fragmentOffset !== 0 || !reads(packet, 4)) return false;
    const index = packet.half(packet.head + 2);
    return (index >= min && index <= max) !== (option?.not ?? false);
  };
};

const DCCP_TYPES = ['REQUEST', 'RESPONSE', 'DATA', 'ACK', 'DATAACK', 'CLOSEREQ', 'CLOSE', 'RESET', 'SYNC', 'SYNCACK'];
/** dccp_packet_hdr_len; 12 of those that are not named. */
const DCCP_BYTES = [4, 12, 0, 8, 8, 8, 8, 12, 8, 8];

/** dccp_mt of net/netfilter/xt_dccp.c. */
const dccp: Reader = (options) => {
  const ports = portsTest(options);
  const types = options.take('--dccp-types');
  const known = [...DCCP_TYPES, 'INVALID'];
  const wanted = types?.value.split(',').map((name) => (known.includes(name) ? name : refuse(`the type ${name}`)));
  const option = options.take('--dccp-option');
  const kind = numberOf(option?.value ?? '0', 255);
  return (packet) => {
    if (packet.fragmentOffset !== 0 || !reads(packet, 12) || !ports(packet)) return false;
    const type = (packet.byte(packet.head + 8) & 0x1e) / 2;
    if (wanted !== undefined && wanted.includes(DCCP_TYPES[type] ?? 'INVALID') === types!.not) return false;
    if (option === undefined) return true;
    return dccpOptions(packet, type).includes(kind) !== option.not;
  };
};

/** None, and a hot drop, where the header says that it ends before its options begin, or behind the packet. */
function dccpOptions(packet: Packet, type: number): number[] {
  const extended = packet.byte(packet.head + 8) & 1;
  const begin = 12 + 4 * extended + (DCCP_BYTES[type] ?? 12);
  const size = 4 * packet.byte(packet.head + 4);
  if (size < begin) packet.hotDrop = true;
  if (size <= begin || !reads(packet, size)) return [];
  const kinds: number[] = [];
  for (let at = begin; at < size; ) {
    const option = packet.byte(packet.head + at);
    kinds.push(option);
    at += option < 2 || at + 1 === size ? 1 : packet.byte(packet.head + at + 1) || 1;
  }
  return kinds;
}

export const TRANSPORT_MATCHES: Readonly<Record<string, Reader>> = {
  ...{ tcp, udp, icmp, sctp, dccp, multiport, tcpmss, ecn },
  esp: byIndex('--espspi', 8, 0),
  ah: byIndex('--ahspi', 12, 4),
  ipcomp,
};
