/** Packets that are made of others as those left the host: an answer cannot be written before the port is drawn. */
import { endpointsOf, withEndpoints, withQuote } from './packets/rewrite.js';
import type { MadeOf, PacketLine, PacketOut } from './scenario.js';

/** The link-layer address that the owner of an IP address has in the tests: the last four bytes, as hex, make it. */
export const macOf = (last: string): string => `0200${last.padStart(8, '0')}`.match(/../g)!.join(':');
/** That of who sends a packet. */
export const senderOf = (hex: string): string => macOf(hex.startsWith('6') ? hex.slice(40, 48) : hex.slice(24, 32));

/**
 * The packet as it is sent, `hex` and `in` filled in; made again of the same, it is the same. `left`: what of the one it
 * is made of passed the last hook, in order; where nothing did, all is as it stands there.
 */
export function made(line: PacketLine, left: readonly PacketOut[] = []): PacketLine {
  const of = line.answers ?? line.quotes;
  const last = left.at(-1);
  if (of === undefined || last === undefined) return line;
  const other = endpointsOf(last.hex);
  if (other === undefined) return line;
  const may = (part: NonNullable<MadeOf['except']>[number]): boolean => !of.except?.includes(part);
  const addresses = {
    ...(may('src') && { src: other.dst }),
    ...(may('dst') && { dst: other.src }),
  };
  const ports = {
    ...(may('sport') && { sport: other.dport }),
    ...(may('dport') && { dport: other.sport }),
  };
  const hex = line.quotes
    ? withQuote(withEndpoints(line.hex, addresses), last.hex)
    : withEndpoints(line.hex, { ...addresses, ...ports });
  if (!may('in')) return { ...line, hex };
  if (last.hook === 'input' || last.iface === 'lo') return { ...line, hex, in: null };
  // what comes from the wire belongs to nobody here
  const { mark: _mark, uid: _uid, gid: _gid, bind: _bind, ...rest } = line;
  return { ...rest, hex, in: last.iface };
}
