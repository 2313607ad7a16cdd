/** The routing of a family. That of IPv6 stands in files of its own, which pages are built without. */
import { PacketwalkError } from '../errors.js';
import type { Host } from '../model/host.js';
import type { Family } from '../net/address.js';
import type { AssumedHost } from './assumed-host.js';
import { Routing6 } from './ipv6/routing.js';
import { type Routing, Routing4 } from './routing.js';

/** Throws PacketwalkError in pages, for IPv6. */
export function routingOf(family: Family, host: Host, assumed: AssumedHost): Routing {
  if (family === 4) return new Routing4(host, assumed);
  if (Routing6 === undefined)
    throw new PacketwalkError('rules of IPv6 are not evaluated in pages yet', { code: 'not-evaluated' });
  return new Routing6(host, assumed);
}
