/**
 * All that rules of IPv6 alone need. For pages it is a file of its own, so that one that has no such rules never asks for it.
 */
export * from '../run/ipv6.js';
export { headerText } from './header-text.js';
