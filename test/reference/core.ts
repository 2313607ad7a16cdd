/** The options of a rule itself: ip_packet_match of net/ipv4/netfilter/ip_tables.c. */
import type { Packet } from './packet.js';
import { addressOf, maskOfLength, numberOf, type Options, refuse } from './words.js';

/** Whether the packet is what a rule, or one of its matches, asks for. */
export type Test = (packet: Packet) => boolean;

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  ipencap: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  ospf: 89,
  ipcomp: 108,
  sctp: 132,
  udplite: 136,
};

/** All of them must hold. */
export function coreTest(options: Options): Test {
  const tests = [
    addressTest(options.take('-s'), (packet) => packet.source),
    addressTest(options.take('-d'), (packet) => packet.destination),
    deviceTest(options.take('-i'), (packet) => packet.inDevice),
    deviceTest(options.take('-o'), (packet) => packet.outDevice),
    protocolTest(options.take('-p')),
    fragmentTest(options.flag('-f')),
  ];
  return (packet) => tests.every((test) => test(packet));
}

type Taken = ReturnType<Options['take']>;
const always: Test = () => true;

function addressTest(option: Taken, of: (packet: Packet) => number): Test {
  if (option === undefined) return always;
  const [text = '', under = '32', more] = option.value.split('/');
  if (more !== undefined) refuse(option.value);
  const mask = under.includes('.') ? addressOf(under) : maskOfLength(numberOf(under, 32));
  // iptables takes away the bits outside of the mask
  const wanted = (addressOf(text) & mask) >>> 0;
  return (packet) => ((of(packet) & mask) >>> 0 === wanted) !== option.not;
}

/** A name that ends in + stands for all that begin so; no device is an empty name. */
function deviceTest(option: Taken, of: (packet: Packet) => string): Test {
  if (option === undefined) return always;
  const { value, not } = option;
  if (value.endsWith('+')) return (packet) => of(packet).startsWith(value.slice(0, -1)) !== not;
  return (packet) => (of(packet) === value) !== not;
}

function protocolTest(option: Taken): Test {
  if (option === undefined) return always;
  const wanted = PROTOCOLS[option.value] ?? numberOf(option.value, 255);
  if (wanted === 0) return option.not ? refuse('! -p all') : always;
  return (packet) => (packet.protocol === wanted) !== option.not;
}

/** `-f`: a fragment, but not the first. */
function fragmentTest(option: { readonly not: boolean } | undefined): Test {
  if (option === undefined) return always;
  return (packet) => (packet.fragmentOffset !== 0) !== option.not;
}
