/** What rules of IPv6 need (ipv6.ts), for bundles for pages, which are built without it. */
import { later } from '../run/later.js';
import { knowsIpv6, learnIpv6 } from '../run/routing-of.js';
import { learnHeaders } from './read-text.js';

/**
 * Makes `compile` take rules of IPv6. Pages need it before; elsewhere it does nothing. Throws PacketwalkError where the file
 * cannot be loaded.
 */
export async function loadIpv6(): Promise<void> {
  if (knowsIpv6()) return;
  const part = await later('ipv6.js', import('./ipv6.js'));
  learnIpv6(part);
  learnHeaders(part);
}
