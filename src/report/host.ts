/** A host as plain JSON, addresses as text: what `show --json` prints as `host`. docs/json.md describes the shape. */
import type { Host, HostAddress, Link, PolicyRule, Route } from '../model/host.js';
import { formatAddress, type Words } from '../net/address.js';
import { protocolName } from '../net/protocol.js';

/** Undefined where no text told anything of the host. A part that no text told is absent. */
export function hostJson(host: Host) {
  const { links, addresses, routes, rules, sysctls, xfrm, tables, tables6, assumed } = host;
  if (!links && !addresses && !routes && !rules && !xfrm && sysctls.size === 0) return undefined;
  return {
    links: links?.map(linkJson),
    addresses: addresses?.map(addressJson),
    routes: routes?.map(routeJson),
    tables,
    tables6,
    rules: rules?.map(policyJson),
    xfrm: xfrm && { states: xfrm.states, policies: xfrm.policies ?? xfrm.out?.length },
    sysctls: Object.fromEntries(sysctls),
    assumed,
  };
}

const text = (address: Words | undefined) => (address === undefined ? undefined : formatAddress(address));
const prefixText = ({ address, prefix }: { readonly address: Words; readonly prefix: number }) =>
  `${formatAddress(address)}/${prefix}`;
/** A flag is there where it is true. */
const flag = (value: boolean) => (value ? true : undefined);

const linkJson = ({ loopback, ...link }: Link) => ({ ...link, loopback: flag(loopback) });

const addressJson = ({ link, family, scope, peer, broadcast, secondary, flags, ...prefix }: HostAddress) => ({
  link,
  family,
  address: prefixText(prefix),
  peer: text(peer),
  broadcast: text(broadcast),
  scope,
  secondary: flag(secondary),
  flags,
});

const routeJson = ({
  family,
  type,
  table,
  hops,
  source,
  metric,
  protocol,
  tos,
  scope,
  mtu,
  preference,
  ...prefix
}: Route) => ({
  family,
  type,
  table,
  to: prefixText(prefix),
  hops: hops.map(({ link, gateway, weight, dead, linkdown, onlink, realms }) => ({
    link,
    gateway: text(gateway),
    weight,
    dead: flag(dead),
    linkdown: flag(linkdown),
    onlink: flag(onlink),
    realms,
  })),
  src: text(source),
  metric,
  protocol,
  tos,
  scope,
  mtu,
  preference,
});

const policyJson = ({ from, to, invert, protocol, mark, markMask, ...rule }: PolicyRule) => ({
  ...rule,
  not: flag(invert),
  from: from && prefixText(from),
  to: to && prefixText(to),
  mark,
  markMask: mark === undefined ? undefined : markMask,
  protocol: protocol === undefined ? undefined : protocolName(protocol),
});
