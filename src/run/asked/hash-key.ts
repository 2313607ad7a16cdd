/** hashlimit_init_dst of net/netfilter/xt_hashlimit.c: what tells the entries of a table apart. */
import { Field, FRAG_OFFSET } from '../../abi.js';
import type { HashlimitTest } from '../../model/limit-test.js';
import { formatAddress, maskedBy, prefixMask, type Words } from '../../net/address.js';
import { behindExtensions } from '../../net/ipv6-headers.js';
import { Protocol } from '../../net/protocol.js';
import type { Asking } from './asking.js';

/** What the table does not go by is 0. */
export interface HashKey {
  readonly src: Words;
  readonly dst: Words;
  readonly sport: number;
  readonly dport: number;
}

export const keyText = ({ src, dst, sport, dport }: HashKey): string => [...src, ...dst, sport, dport].join();

/** As far as the table goes by it: `192.0.2.1:5 → 198.51.100.0/24`. */
export function keyWords({ modes, masks }: HashlimitTest, key: HashKey): string {
  const addressOf = (side: 'src' | 'dst') =>
    formatAddress(key[side]) + (masks[side] < 32 * key[side].length ? `/${masks[side]}` : '');
  const end = (side: 'src' | 'dst', port: 'sport' | 'dport') => {
    const address = modes.includes(`${side}ip`) ? addressOf(side) : '';
    const asked = modes.includes(`${side}port`);
    return `${/[:/]/.test(address) && asked ? `[${address}]` : address}${asked ? `:${key[port]}` : ''}`;
  };
  const [from, to] = [end('src', 'sport'), end('dst', 'dport')];
  return to === '' ? from : `${from} → ${to}`.trim();
}

/** Undefined: the headers are cut, or nothing follows them. */
export function hashKey({ modes, masks }: HashlimitTest, asking: Asking): HashKey | undefined {
  const { family } = asking;
  const address = (side: 'src' | 'dst') =>
    maskedBy(
      asking.addressAt(side === 'src' ? Field.Src : Field.Dst),
      prefixMask(modes.includes(`${side}ip`) ? masks[side] : 0, family),
    );
  const asksPorts = modes.includes('srcport') || modes.includes('dstport');
  const ports = asksPorts ? portsOf(asking) : NO_PORTS;
  return (
    ports && {
      src: address('src'),
      dst: address('dst'),
      sport: modes.includes('srcport') ? ports[0] : 0,
      dport: modes.includes('dstport') ? ports[1] : 0,
    }
  );
}

type Ports = readonly [sport: number, dport: number];
export const NO_PORTS: Ports = [0, 0];

/** Where something stands that is taken for two ports (proto_ports_offset of include/linux/in.h). */
const PORTS_AT: ReadonlyMap<number, number> = new Map([
  [Protocol.Tcp, 0],
  [Protocol.Udp, 0],
  [Protocol.Dccp, 0],
  [Protocol.Esp, 0],
  [Protocol.Sctp, 0],
  [Protocol.UdpLite, 0],
  [Protocol.Ah, 4],
]);

/** Of IPv4 nobody looks whether it is a later fragment: what stands at its beginning is taken for ports. */
export function portsOf(asking: Asking): Ports | undefined {
  const { bytes } = asking;
  const later = (asking.field(Field.Frag) & FRAG_OFFSET) !== 0;
  const behind =
    asking.family === 4
      ? { protocol: asking.field(Field.Proto), at: asking.field(Field.IpLen) }
      : behindExtensions(bytes);
  if (behind === undefined) return later ? NO_PORTS : undefined;
  const offset = PORTS_AT.get(behind.protocol);
  if (offset === undefined) return NO_PORTS;
  const at = behind.at + offset;
  if (at + 4 > bytes.length) return undefined;
  return [(bytes[at]! << 8) | bytes[at + 1]!, (bytes[at + 2]! << 8) | bytes[at + 3]!];
}
