/** Where packets come from, by their sources. */
import type { Words } from '../net/address.js';
import type { Routing } from './routing.js';

const NO_PACKET = { mark: 0, tos: 0, proto: 0, sport: 0, dport: 0, uid: 0 };

/** This host, or an interface. */
export type Origin = 'own' | { readonly iface: string };

/** The interface is that of the way back; undefined: not known. */
export function originOf(routing: Routing, source: Words): Origin | undefined {
  if (routing.typeOf(source) === 'local') return 'own';
  const way = routing.output({ ...NO_PACKET, src: undefined, dst: source });
  return way.kind === 'send' && way.to === 'unicast' ? { iface: way.oif } : undefined;
}
