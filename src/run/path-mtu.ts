/** What a packet's path takes, as TCPMSS asks for it. */
import { Beside } from '../abi.js';
import type { Host } from '../model/host.js';
import { flowOf } from './flow.js';
import type { Routing } from './routing.js';
import type { Stages } from './stage.js';
import type { WayTables } from './way-tables.js';

/**
 * tcpmss_mangle_packet of net/netfilter/xt_TCPMSS.c: what the packet's own way takes, or, where that is less, the way back
 * to its source (tcpmss_reverse_mtu), which is looked for by its address alone. 0: nobody knows.
 */
export function pathMtu(stages: Stages, found: WayTables, routing: Routing, packet: number): number {
  const there = found.wayOf(stages.field(packet, Beside.Way))?.decision;
  if (there === undefined || !('mtu' in there) || there.mtu === undefined) return 0;
  const dst = flowOf(stages.columns, packet, stages.family).src;
  const back = routing.output({ src: undefined, dst, mark: 0, tos: 0, proto: 0, sport: 0, dport: 0, uid: 0 });
  // a source that nobody can reach asks for nothing; which of several hops is taken, a hash tells
  const ways = back.kind === 'multipath' ? back.ways.map(({ decision }) => decision) : [back];
  const mtus = ways.map((way) => (way.kind === 'error' ? there.mtu! : way.kind === 'send' ? (way.mtu ?? 0) : 0));
  return mtus.every((mtu) => mtu === mtus[0]) ? Math.min(there.mtu, mtus[0]!) : 0;
}

/** Whether the texts tell what each route takes. */
export function tellsMtus({ links = [], routes = [] }: Host): boolean {
  const told = new Set(links.flatMap(({ name, mtu }) => (mtu === undefined ? [] : [name])));
  const asked = routes.flatMap(({ mtu, hops }) => (mtu === undefined ? hops.map(({ link }) => link) : []));
  return ['lo', ...asked].every((link) => link === undefined || told.has(link));
}
