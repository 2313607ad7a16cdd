/** socket_match of net/netfilter/xt_socket.c, and nf_sk_lookup_slow_v4 and _v6 behind it: of what it looks for a socket. */
import { Field } from '../../abi.js';
import type { SocketTest } from '../../model/outside-test.js';
import { icmpProtocol, Protocol } from '../../net/protocol.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

export function socket({ transparent }: SocketTest, asking: Asking): TestAnswer {
  const why = looksFor(asking);
  if (why !== undefined) {
    asking.tell(() => ({ what: 'socket', why }));
    return false;
  }
  const found = asking.told.socket;
  if (found === undefined) return undefined;
  asking.tell(() => ({ what: 'socket', why: found ? 'found' : 'none' }));
  // of one that is there nobody says whether it is transparent
  return found && transparent ? undefined : found;
}

const LEAST: Readonly<Record<number, number>> = { [Protocol.Tcp]: 20, [Protocol.Udp]: 8 };
/** icmp_is_err of net/icmp.h. */
const ERRORS: readonly number[] = [3, 4, 5, 11, 12];

/** Why it looks for none; undefined: it does. */
function looksFor(asking: Asking): 'protocol' | 'cut' | undefined {
  const { family } = asking;
  const protocol = asking.field(Field.Proto);
  const bytes = asking.field(Field.TransportLen);
  const least = LEAST[protocol];
  if (least !== undefined) return bytes < least ? 'cut' : undefined;
  if (protocol !== icmpProtocol(family)) return 'protocol';
  if (bytes < 8) return 'cut';
  const type = asking.field(Field.Sport);
  return (family === 4 ? ERRORS.includes(type) : type < 128) ? looksForQuoted(asking) : 'protocol';
}

/** extract_icmp4_fields and extract_icmp6_fields: the packet of this host that an error is about. */
function looksForQuoted(asking: Asking): 'protocol' | 'cut' | undefined {
  const { family, bytes } = asking;
  const at = asking.field(Field.IpLen) + 8;
  const least = family === 4 ? 20 : 40;
  if (bytes.length < at + least) return 'cut';
  const protocol = bytes[at + (family === 4 ? 9 : 6)]!;
  // those of IPv6 that stand between are not gone through here
  if (family === 6 && BETWEEN.includes(protocol)) return undefined;
  if (LEAST[protocol] === undefined) return 'protocol';
  return bytes.length < at + (family === 4 ? 4 * (bytes[at]! & 15) : least) + 4 ? 'cut' : undefined;
}
/** Extension headers (ipv6_ext_hdr of net/ipv6/exthdrs_core.c). */
const BETWEEN: readonly number[] = [0, 43, 44, 51, 60];
