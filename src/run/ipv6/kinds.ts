/** Kinds of IPv6 addresses by their bits (__ipv6_addr_type of net/ipv6/addrconf_core.c). */
import type { Words } from '../../net/address.js';

/** `::`: no address. */
export const UNSPECIFIED: Words = [0, 0, 0, 0];

const isShort = ([first, second, third]: Words): boolean => first === 0 && second === 0 && third === 0;

export const isUnspecified = (address: Words): boolean => isShort(address) && address[3] === 0;
export const isLoopback = (address: Words): boolean => isShort(address) && address[3] === 1;
export const isMulticast = (address: Words): boolean => address[0]! >>> 24 === 0xff;
export const isLinkLocal = (address: Words): boolean => address[0]! >>> 22 === 0x3fa;
const isSiteLocal = (address: Words): boolean => address[0]! >>> 22 === 0x3fb;
/** ::ffff:0:0/96, an address of IPv4. */
export const isMapped = (address: Words): boolean => address[0] === 0 && address[1] === 0 && address[2] === 0xffff;
/** ::/96. */
export const isCompatible = (address: Words): boolean => isShort(address) && address[3]! > 1;
export const isUnicast = (address: Words): boolean =>
  !isUnspecified(address) && !isMulticast(address) && !isMapped(address);

/** Such a destination means something on one link alone (rt6_need_strict of net/ipv6/route.c). */
export const needsLink = (address: Words): boolean =>
  isMulticast(address) || isLinkLocal(address) || isLoopback(address);

export const SCOPE_LINK = 2;
const SCOPE_SITE = 5;
const SCOPE_GLOBAL = 14;

/** 1 for the interface alone, 2 for its link, 14 for all; -1 of `::` (ipv6_addr_src_scope). */
export function scopeOf(address: Words): number {
  if (isUnspecified(address)) return -1;
  if (isMulticast(address)) return (address[0]! >>> 16) & 15;
  if (isLinkLocal(address) || isLoopback(address)) return SCOPE_LINK;
  return isSiteLocal(address) ? SCOPE_SITE : SCOPE_GLOBAL;
}

/** How far an address reaches that does not reach everywhere (ipv6_addr_scope of ipv6.h); undefined: it does. */
export function reachOf(address: Words): 'link' | 'interface' | 'site' | 'compatible' | undefined {
  const scope = isMulticast(address) ? scopeOf(address) : undefined;
  if (isLoopback(address) || scope === 1) return 'interface';
  if (isLinkLocal(address) || scope === SCOPE_LINK) return 'link';
  if (isSiteLocal(address) || scope === SCOPE_SITE) return 'site';
  return isCompatible(address) ? 'compatible' : undefined;
}

/** The group that the neighbours of an address ask for it by (addrconf_addr_solict_mult). */
export const solicitedNode = (address: Words): Words => [
  0xff020000,
  0,
  1,
  (0xff000000 | (address[3]! & 0xffffff)) >>> 0,
];
