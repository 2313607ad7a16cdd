/** Kinds of IPv4 addresses by their bits, as include/linux/in.h draws them. */
import type { Words } from '../net/address.js';

/** Of IPv6 too. */
export const isZero = (address: Words): boolean => address.every((word) => word === 0);
export const isLimitedBroadcast = (address: Words): boolean => address[0] === 0xffffffff;
export const isMulticast = (address: Words): boolean => address[0]! >>> 28 === 14;
/** 224.0.0.0/24, which never leaves its link. */
export const isLocalMulticast = (address: Words): boolean => address[0]! >>> 8 === 0xe00000;
export const isLoopback = (address: Words): boolean => address[0]! >>> 24 === 127;
/** The group that every link joins when it comes up (ip_mc_up of net/ipv4/igmp.c). */
export const isAllHosts = (address: Words): boolean => address[0] === 0xe0000001;
