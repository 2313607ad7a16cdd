/** realm_mt of net/netfilter/xt_realm.c: what a packet's route has for tclassid. */
import { Beside, Field } from '../../abi.js';
import type { Hop, Realms, Route } from '../../model/host.js';
import type { RealmTest } from '../../model/told-test.js';
import type { RouteUse } from '../../model/trace.js';
import { sameWords, type Words } from '../../net/address.js';
import type { Forward, Local, Send } from '../decision.js';
import { flowOf } from '../flow.js';
import { wayBack } from '../martians.js';
import { type RoutingHost, ZERO } from '../routing-host.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

export function realm({ value, mask }: RealmTest, asking: Asking): TestAnswer {
  const { realm: told } = asking.told;
  const realms = typeof told === 'string' ? (told === 'cosmos' ? 0 : undefined) : (told ?? ofRoute(asking));
  if (realms === undefined) return undefined;
  asking.tell(() => ({ what: 'realm', source: realms >>> 16, destination: realms & 0xffff }));
  return (realms & mask) >>> 0 === value;
}

function ofRoute(asking: Asking): number | undefined {
  const { routing, ways } = asking.setup;
  const { host } = routing;
  if (host === undefined) return undefined;
  if (!host.fib.usesRealms) return host.fib.complete ? 0 : undefined;
  const decision = ways.wayOf(asking.field(Beside.Way))?.decision;
  switch (decision?.kind) {
    case 'send':
      return ofSend(host, decision);
    case 'local':
      return ofSource(host, asking, decision, undefined);
    case 'forward': {
      const source = ofSource(host, asking, decision, decision.oif);
      const own = ofHop(host, decision.by, decision);
      const rule = ofRule(host, decision.by);
      return source === undefined || own === undefined || rule === undefined
        ? undefined
        : filled(filled(own, rule), source);
    }
    default:
      return undefined;
  }
}

/** rt_set_nexthop of net/ipv4/route.c; to all, and to a group by a route for more than groups, the route itself says nothing. */
function ofSend(host: RoutingHost, decision: Send): number | undefined {
  const { by, to } = decision;
  if (by === undefined) return 0;
  const rule = ofRule(host, by);
  const bare = to === 'broadcast' || (to === 'multicast' && by.prefix < 4);
  const own = bare ? 0 : ofHop(host, by, decision);
  return own === undefined || rule === undefined ? undefined : filled(own, rule);
}

/** set_class_tag: the half that is not there yet. */
function filled(realms: number, more: number): number {
  const low = (realms & 0xffff) === 0 ? more & 0xffff : 0;
  const high = realms >>> 16 === 0 ? more & 0xffff0000 : 0;
  return (realms | low | high) >>> 0;
}

const number = (realms: Realms | undefined): number | undefined => (realms === 'named' ? undefined : (realms ?? 0));
/** undefined: they differ, or one is not known. */
function oneOf(all: readonly (Realms | undefined)[]): number | undefined {
  const [first, ...others] = all.map(number);
  return others.every((other) => other === first) ? first : undefined;
}

/** Of the hop that a route was taken by. */
function ofHop(
  host: RoutingHost,
  by: RouteUse,
  { oif, gateway }: { readonly oif: string; readonly gateway: Words | undefined },
): number | undefined {
  const isIt = ({ table, prefix, address }: Route) =>
    table === by.table && prefix === by.prefix && sameWords(address, by.address);
  const hops = host.fib.routes.filter(isIt).flatMap((route) => route.hops);
  const fits = (hop: Hop): boolean =>
    hop.link === oif && (gateway === undefined || (hop.gateway !== undefined && sameWords(hop.gateway, gateway)));
  const fitting = hops.filter(fits);
  return oneOf((fitting.length > 0 ? fitting : hops).map(({ realms }) => realms));
}

/** Of the policy rule; the kernel keeps a hop's route, and with it the realms of whichever rule led to it first. */
function ofRule(host: RoutingHost, { table }: RouteUse): number | undefined {
  const leading = host.fib.rules.filter(({ action }) => action.kind === 'lookup' && action.table === table);
  return leading.length === 0 ? 0 : oneOf(leading.map(({ realms }) => realms));
}

/** fib_combine_itag of include/net/ip_fib.h: the route back to the source makes that half. */
function ofSource(
  host: RoutingHost,
  asking: Asking,
  decision: Local | Forward,
  oif: string | undefined,
): number | undefined {
  const iif = asking.interfaceAt(Field.InIf);
  const packet = { ...flowOf(asking.setup.stages.columns, asking.slot), iif, oif: undefined, uid: undefined };
  const toMany = decision.kind === 'local' && decision.how !== 'unicast';
  if (packet.src[0] === 0) return 0;
  const found = host.fib.lookup(wayBack(host, packet, toMany ? ZERO : packet.dst, oif));
  if (found.kind === 'unknown') return undefined;
  if (found.kind === 'error') return 0;
  const { hops, route } = found;
  if (!route.hops.some(({ link }) => link === iif) && !host.addresses.hasAny(iif)) return 0;
  const own = number(hops[0]!.realms);
  const rule = number(found.rule?.realms);
  if (own === undefined || rule === undefined) return undefined;
  const source = (own << 16) >>> 0;
  return ((source === 0 ? rule << 16 : source) | (rule >>> 16)) >>> 0;
}
