/** What tells the ways of packets of IPv6 apart, for who remembers them (route-memo.ts). */
import { Field } from '../../abi.js';
import type { Host } from '../../model/host.js';
import { readSysctl } from '../host-conf.js';
import { addressOf } from '../packet-slots.js';
import type { Routing } from '../routing.js';
import type { Columns } from '../run-block.js';

/** Of a packet's addresses; as text where each is a kind by itself: of groups each, and each destination where rules ask for sources. */
export function addressesOf(routing: Routing, columns: Columns, slot: number): number | string {
  const word = (field: Field) => columns[field]![slot]!;
  const { kinds } = routing;
  if (kinds === undefined || word(Field.Dst) >>> 24 === 0xff) {
    const src = addressOf(columns, slot, Field.Src, 6);
    return `${routing.sourceAspects(src) ?? src} ${addressOf(columns, slot, Field.Dst, 6)}`;
  }
  const of = (field: Field) => kinds.of(word(field), word(field + 1), word(field + 2), word(field + 3));
  return kinds.sources[of(Field.Src)]! * kinds.count + of(Field.Dst);
}

/** Lengths that routing compares with beside those of links: IPV6_MIN_MTU, and what a setting makes of a link. */
export const mtusOf = ({ sysctls }: Host): number[] => [
  1280,
  ...[...sysctls].flatMap(([key]) => (/^net\.ipv6\.conf\..*\.mtu$/.test(key) ? (readSysctl(sysctls, key) ?? []) : [])),
];
