/** The routing of a family. That of IPv6, with all else that is IPv6's own, pages have as a file of its own. */
import { PacketwalkError } from '../errors.js';
import type { Host } from '../model/host.js';
import type { Family } from '../net/address.js';
import type { AssumedHost } from './assumed-host.js';
import * as IPV6 from './ipv6.js';
import { type Routing, Routing4 } from './routing.js';

/** Bundles for pages are built without it. */
let ipv6: typeof IPV6 | undefined = 'Routing6' in IPV6 ? IPV6 : undefined;

export const knowsIpv6 = (): boolean => ipv6 !== undefined;
/** For who is built without it. */
export function learnIpv6(part: typeof IPV6): void {
  ipv6 = part;
}

/** What is IPv6's own. Throws PacketwalkError where it is not loaded. */
export function ipv6Part(): typeof IPV6 {
  if (ipv6 !== undefined) return ipv6;
  throw new PacketwalkError('what walks packets of IPv6 is a file of its own, and was not loaded', {
    code: 'family-wanted',
    hint: 'await loadIpv6() before rules of IPv6 are compiled',
  });
}

/** Throws PacketwalkError in pages, for IPv6 that is not loaded. */
export const routingOf = (family: Family, host: Host, assumed: AssumedHost): Routing =>
  family === 4 ? new Routing4(host, assumed) : new (ipv6Part().Routing6)(host, assumed);
