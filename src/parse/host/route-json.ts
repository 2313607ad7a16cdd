/** `ip -j route`. */
import type { Findings } from '../../model/finding.js';
import type { Realms } from '../../model/host.js';
import { type Family, parseAddress, type Words } from '../../net/address.js';
import { isRecord, jsonObjects, recordsOf, stringsOf } from '../json-list.js';
import type { Readable } from '../text.js';
import { linkName, parseRealms, parseScope, parseTos, tableNumber } from './iproute-values.js';
import { listingOf, type RouteListing } from './route.js';
import { isRouteType, newHop, RouteDraft, targetOf } from './route-draft.js';

type Fields = Readonly<Record<string, unknown>>;

export function routesOfJson(text: Readable, file: string, findings: Findings): RouteListing {
  const drafts: RouteDraft[] = [];
  for (const { fields, place } of jsonObjects(text, file, findings)) {
    const complain = (code: string, message: string) =>
      findings.add({ severity: 'warning', code, message, place: place() });
    const draft = draftOfJson(fields, complain);
    if (draft !== undefined) drafts.push(draft);
  }
  return listingOf(drafts);
}

/** Undefined where the object is no route; `complain` has then been told why. */
function draftOfJson(fields: Fields, complain: (code: string, message: string) => void): RouteDraft | undefined {
  const type = String(fields.type ?? 'unicast');
  const target = typeof fields.dst === 'string' ? targetOf(fields.dst, () => familyOf(fields)) : undefined;
  if (target === undefined || !isRouteType(type)) {
    complain('unreadable-route', 'expected a route with dst');
    return undefined;
  }
  if ('uid' in fields || stringsOf(fields.flags).includes('cache') || Array.isArray(fields.cache)) {
    complain('route-get', 'the answer of ip route get to one question is no route of a table');
    return undefined;
  }
  const draft = new RouteDraft(type, target);
  const fact = <T>(name: string, read: (text: string) => T | undefined): T | undefined => {
    const value = fields[name];
    if (value === undefined) return undefined;
    const result = typeof value === 'string' || typeof value === 'number' ? read(String(value)) : undefined;
    if (result === undefined) complain('bad-value', `${name} of the route to ${String(fields.dst)} cannot be read`);
    return result;
  };
  draft.table = fact('table', tableNumber);
  draft.protocol = fact('protocol', (text) => text);
  draft.scope = fact('scope', parseScope) ?? 'global';
  draft.source = fact('prefsrc', parseAddress);
  draft.metric = fact('metric', Number) ?? 0;
  draft.tos = fact('tos', parseTos) ?? 0;
  const mtu = recordsOf(fields.metrics).find((metrics) => 'mtu' in metrics)?.mtu;
  draft.mtu = typeof mtu === 'number' ? mtu : undefined;
  draft.prefer(fields.pref);
  const nexthops = recordsOf(fields.nexthops);
  if (nexthops.length > 0) for (const nexthop of nexthops) readHop(draft, nexthop);
  else if ('dev' in fields || 'gateway' in fields || 'via' in fields) readHop(draft, fields);
  return draft;
}

function readHop(draft: RouteDraft, fields: Fields): void {
  const hop = newHop();
  draft.hops.push(hop);
  if (typeof fields.dev === 'string') hop.link = linkName(fields.dev);
  hop.gateway = gatewayOf(fields);
  if (typeof fields.weight === 'number') hop.weight = fields.weight;
  const realms = realmsOf(fields.flow);
  if (realms !== undefined) hop.realms = realms;
  for (const flag of stringsOf(fields.flags)) draft.flag(flag);
}

function realmsOf(flow: unknown): Realms | undefined {
  if (!isRecord(flow)) return undefined;
  return parseRealms([flow.from, flow.to].filter((one) => one !== undefined).join('/'));
}

/** `via` holds a gateway of the other family. */
function gatewayOf(fields: Fields): Words | undefined {
  const text = isRecord(fields.via) ? fields.via.host : fields.gateway;
  return typeof text === 'string' ? parseAddress(text) : undefined;
}

function familyOf(fields: Fields): Family {
  const texts = [fields.gateway, fields.prefsrc, ...recordsOf(fields.nexthops).map((hop) => hop.gateway)];
  return 'pref' in fields || texts.some((text) => typeof text === 'string' && text.includes(':')) ? 6 : 4;
}
