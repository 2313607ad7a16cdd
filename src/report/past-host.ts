/** Where answers go that do not come back the way of what they answer: past this host, or by another of its interfaces. */
import { Field } from '../abi.js';
import type { Packet } from '../model/packet.js';
import { ownEvents, type WalkResult } from '../model/trace.js';
import { bitsOf, formatAddress, maskedBy, prefixMask, sameWords, type Words } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import type { LoadedHost } from '../run/engine.js';
import { readSysctl } from '../run/host-conf.js';
import { withPort, wordsAt } from './fields.js';
import { columnsAt } from './ways/columns.js';

/** An answer that goes past this host: who sends it to whom, the network that both are in, and whose answer is waited for. */
export interface Direct {
  readonly from: string;
  readonly to: string;
  readonly network: string;
  readonly wanted: string;
  /** the packet as it left. */
  readonly left: readonly number[];
}

/**
 * Whether whoever got a packet answers its sender directly, so that nobody translates the answer back: the packet was sent to
 * another address than it left for, and still has its own source, which lies in the network that it left by. undefined: no.
 */
export function answeredDirectly(host: LoadedHost, result: WalkResult): Direct | undefined {
  const { fate, out, start } = result;
  if (fate !== 'forwarded' || out === undefined) return undefined;
  const { family } = host.from;
  const left = columnsAt({ start, events: ownEvents(result.events) }, host);
  const [src, dst] = [wordsAt(left, Field.Src, family), wordsAt(left, Field.Dst, family)];
  const wanted = wordsAt(start, Field.Dst, family);
  const ports = hasPorts(start[Field.Proto]!);
  const moved = !sameWords(dst, wanted) || (ports && left[Field.Dport] !== start[Field.Dport]);
  if (!moved || !sameWords(src, wordsAt(start, Field.Src, family))) return undefined;
  const networkOf = (one: Words, prefix: number) => maskedBy(one, prefixMask(prefix, family));
  const network = host.host.addresses?.find(({ link, address, prefix, ...own }) => {
    const isIn = (one: Words) => sameWords(networkOf(one, prefix), networkOf(address, prefix));
    const isLink = link === out.iface && own.family === family && prefix > 0 && prefix < bitsOf(family);
    return isLink && isIn(src) && isIn(dst);
  });
  if (network === undefined) return undefined;
  return {
    from: formatAddress(dst),
    to: formatAddress(src),
    network: `${formatAddress(networkOf(network.address, network.prefix))}/${network.prefix}`,
    wanted: withPort(formatAddress(wanted), ports ? start[Field.Dport] : undefined),
    left,
  };
}

/** The settings of rp_filter for what comes in on an interface, where none of them was given: they are taken as 0. IPv6 has none. */
export function assumedChecks({ host: { sysctls }, from }: LoadedHost, { in: iface }: Pick<Packet, 'in'>): string[] {
  if (from.family === 6) return [];
  const keys = ['all', iface ?? ''].map((link) => `net.ipv4.conf.${link}.rp_filter`);
  return keys.some((key) => readSysctl(sysctls, key) !== undefined) ? [] : keys;
}
