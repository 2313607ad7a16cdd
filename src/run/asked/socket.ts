/** socket_match of net/netfilter/xt_socket.c, and nf_sk_lookup_slow_v4 and _v6 behind it: what looks for a socket, and which it finds. */
import { Field, PACKET_HELD } from '../../abi.js';
import type { SocketTest } from '../../model/outside-test.js';
import { icmpProtocol, Protocol } from '../../net/protocol.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { agreed, beforeNat, type Ends, endsOf, isWild, Lookup } from './socket-list.js';

export function socket(test: SocketTest, asking: Asking): TestAnswer {
  const ends = looksFor(asking);
  if (typeof ends === 'string') {
    asking.tell(() => ({ what: 'socket', why: ends }));
    return false;
  }
  const { socket: told } = asking.told;
  const found = told ?? (ends && listed(test, asking, ends));
  if (found === undefined) return undefined;
  asking.tell(() => ({ what: 'socket', why: found ? 'found' : 'none' }));
  // of one that is told nobody says whether it is transparent
  return told === true && test.transparent ? undefined : found;
}

/** By the host's list of sockets. */
function listed({ transparent, wild, marks }: SocketTest, asking: Asking, ends: Ends): boolean | undefined {
  // TPROXY has given it to one
  if ((asking.field(Field.Flags) & PACKET_HELD) !== 0) return undefined;
  const found = agreed(new Lookup(asking, ends).find(), (one) => {
    if (one === 'none' || (one !== 'unseen' && isWild(one) && !wild)) return false;
    return transparent ? (one === 'unseen' ? undefined : one.transparent) : true;
  });
  return found && marks ? undefined : found;
}

const LEAST: Readonly<Record<number, number>> = { [Protocol.Tcp]: 20, [Protocol.Udp]: 8 };
/** icmp_is_err of net/icmp.h. */
const ERRORS: readonly number[] = [3, 4, 5, 11, 12];

/** What it looks for, or why for nothing; undefined: nobody knows. */
function looksFor(asking: Asking): 'protocol' | 'cut' | Ends | undefined {
  const { family } = asking;
  const protocol = asking.field(Field.Proto);
  const bytes = asking.field(Field.TransportLen);
  const least = LEAST[protocol];
  if (least !== undefined) return bytes < least ? 'cut' : beforeNat(asking, endsOf(asking), false);
  if (protocol !== icmpProtocol(family)) return 'protocol';
  if (bytes < 8) return 'cut';
  const type = asking.field(Field.Sport);
  return (family === 4 ? ERRORS.includes(type) : type < 128) ? looksForQuoted(asking) : 'protocol';
}

/** extract_icmp4_fields and extract_icmp6_fields: the packet of this host that an error is about. */
function looksForQuoted(asking: Asking): 'protocol' | 'cut' | Ends | undefined {
  const { family, bytes } = asking;
  const at = asking.field(Field.IpLen) + 8;
  const least = family === 4 ? 20 : 40;
  if (bytes.length < at + least) return 'cut';
  const protocol = bytes[at + (family === 4 ? 9 : 6)]!;
  // those of IPv6 that stand between are not gone through here
  if (family === 6 && BETWEEN.includes(protocol)) return undefined;
  if (LEAST[protocol] === undefined) return 'protocol';
  const ports = at + (family === 4 ? 4 * (bytes[at]! & 15) : least);
  if (bytes.length < ports + 4) return 'cut';
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const address = (from: number) =>
    Array.from({ length: family === 4 ? 1 : 4 }, (_, i) => view.getUint32(from + 4 * i));
  const [source, destination] = family === 4 ? [at + 12, at + 16] : [at + 8, at + 24];
  const own = { own: address(source), ownPort: view.getUint16(ports) };
  const far = { far: address(destination), farPort: view.getUint16(ports + 2) };
  return beforeNat(asking, { protocol, ...own, ...far, begins: false }, true);
}
/** Extension headers (ipv6_ext_hdr of net/ipv6/exthdrs_core.c). */
const BETWEEN: readonly number[] = [0, 43, 44, 51, 60];
