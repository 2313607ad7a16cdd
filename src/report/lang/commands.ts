/** What messages of every language name of a family. */
import type { Family } from '../../net/address.js';

export const LOOPBACK: Readonly<Record<Family, string>> = { 4: '127.0.0.1', 6: '::1' };
/** What shows the way back to a packet's source; IPv6 has no rp_filter of its own. */
export const WAY_BACK: Readonly<Record<Family, readonly string[]>> = {
  4: ['ip route get', 'rp_filter'],
  6: ['ip -6 route get'],
};
