/** Where answers go that do not come back the way of what they answer: past this host, or by another of its interfaces. */
import { Field } from '../abi.js';
import type { Packet } from '../model/packet.js';
import { ownEvents, type WalkResult } from '../model/trace.js';
import { formatAddress, formatIpv4, maskedBy, prefixMask } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import type { LoadedHost } from '../run/engine.js';
import { readSysctl } from '../run/host-conf.js';
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
  const left = columnsAt({ start, events: ownEvents(result.events) }, host);
  const [src, dst] = [left[Field.Src]!, left[Field.Dst]!];
  const ports = hasPorts(start[Field.Proto]!);
  const moved = dst !== start[Field.Dst] || (ports && left[Field.Dport] !== start[Field.Dport]);
  if (!moved || src !== start[Field.Src]) return undefined;
  const network = host.host.addresses?.find(({ link, family, address, prefix }) => {
    const networkOf = (one: number) => maskedBy([one], prefixMask(prefix, 4))[0];
    const own = networkOf(address[0]!);
    const isLink = link === out.iface && family === 4 && prefix > 0 && prefix < 32;
    return isLink && networkOf(src) === own && networkOf(dst) === own;
  });
  if (network === undefined) return undefined;
  const end = (columns: readonly number[]) =>
    `${formatIpv4(columns[Field.Dst]!)}${ports ? `:${columns[Field.Dport]}` : ''}`;
  return {
    from: formatIpv4(dst),
    to: formatIpv4(src),
    network: `${formatAddress(maskedBy(network.address, prefixMask(network.prefix, 4)))}/${network.prefix}`,
    wanted: end(start),
    left,
  };
}

/** The settings of rp_filter for what comes in on an interface, where none of them was given: they are taken as 0. */
export function assumedChecks({ host: { sysctls } }: LoadedHost, { in: iface }: Pick<Packet, 'in'>): string[] {
  const keys = ['all', iface ?? ''].map((link) => `net.ipv4.conf.${link}.rp_filter`);
  return keys.some((key) => readSysctl(sysctls, key) !== undefined) ? [] : keys;
}
