/**
 * Which of its IPv6 addresses a host takes as a source: RFC 6724 as ipv6_dev_get_saddr of net/ipv6/addrconf.c has it,
 * with the labels that addrlabel.c comes with.
 */
import type { HostAddress } from '../../model/host.js';
import { prefixMask, sameWords, type Words } from '../../net/address.js';
import { isTentative } from './kernel-routes.js';
import { isCompatible, isLoopback, isMapped, isMulticast, isUnspecified, SCOPE_LINK, scopeOf } from './kinds.js';

/** How a destination is reached. */
export interface Destination {
  readonly address: Words;
  /** the link that it is reached by, where that is known. */
  readonly link: string | undefined;
}

export interface SourceOptions {
  /** use_oif_addrs_only. */
  readonly usesOwnOnly: (link: string) => boolean;
  /** use_tempaddr. */
  readonly prefersTemporary: (link: string) => boolean;
}

type Rule = (own: HostAddress, to: Destination, options: SourceOptions) => number | boolean;

/** The more specific ones first. */
export const LABELS: readonly (readonly [address: Words, prefix: number, label: number])[] = [
  [[0, 0, 0, 1], 128, 0],
  [[0, 0, 0xffff, 0], 96, 4],
  [[0, 0, 0, 0], 96, 3],
  [[0x20010000, 0, 0, 0], 32, 6],
  [[0x20010010, 0, 0, 0], 28, 7],
  [[0x3ffe0000, 0, 0, 0], 16, 12],
  [[0x20020000, 0, 0, 0], 16, 2],
  [[0xfec00000, 0, 0, 0], 10, 11],
  [[0xfc000000, 0, 0, 0], 7, 5],
  [[0, 0, 0, 0], 0, 1],
];
const isIn = (address: Words, prefix: Words, length: number): boolean =>
  prefixMask(length, 6).every((mask, i) => ((address[i]! ^ prefix[i]!) & mask) === 0);
const labelOf = (address: Words): number => LABELS.find(([prefix, length]) => isIn(address, prefix, length))![2];

/** How many bits two addresses begin with that are the same (ipv6_addr_diff). */
function commonBits(a: Words, b: Words): number {
  const i = a.findIndex((word, at) => word !== b[at]);
  return i < 0 ? 128 : 32 * i + Math.clz32(a[i]! ^ b[i]!);
}

/**
 * What is greater goes before; the next one is asked where both have the same (ipv6_get_saddr_eval). Its rule about ORCHIDs
 * never decides by these labels.
 */
const RULES: readonly Rule[] = [
  ({ address }, to) => sameWords(address, to.address),
  ({ address }, to) => {
    const scope = scopeOf(address);
    return scope >= scopeOf(to.address) ? -scope : scope - 128;
  },
  ({ address, flags }) =>
    isMapped(address) ||
    isCompatible(address) ||
    isLoopback(address) ||
    !(flags?.includes('deprecated') || flags?.includes('optimistic')),
  ({ link }, to) => to.link === undefined || to.link === link,
  ({ address }, to) => labelOf(address) === labelOf(to.address),
  ({ link, flags }, _, { prefersTemporary }) => (flags?.includes('temporary') === true) === prefersTemporary(link),
  ({ address, prefix }, to) => Math.min(commonBits(address, to.address), prefix),
];

/** `addresses`: in the order of their links, and as each link has them. undefined: there is none. */
export function selectSource(
  addresses: readonly HostAddress[],
  to: Destination,
  options: SourceOptions,
): Words | undefined {
  // what is for one link alone is answered from there
  const near = to.link !== undefined && (isMulticast(to.address) || scopeOf(to.address) <= SCOPE_LINK);
  const ownOnly = near || (to.link !== undefined && options.usesOwnOnly(to.link));
  const usable = addresses.filter(
    (own) =>
      (!ownOnly || own.link === to.link) &&
      !isTentative(own) &&
      !isUnspecified(own.address) &&
      !isMulticast(own.address),
  );
  const isBetter = (own: HostAddress, than: HostAddress): boolean => {
    for (const rule of RULES) {
      const difference = Number(rule(own, to, options)) - Number(rule(than, to, options));
      if (difference !== 0) return difference > 0;
    }
    return false;
  };
  return usable.reduce<HostAddress | undefined>(
    (best, own) => (best === undefined || isBetter(own, best) ? own : best),
    undefined,
  )?.address;
}
