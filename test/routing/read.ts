/** A host of its texts, for tests. */
import type { Findings } from '../../src/model/finding.js';
import type { Host } from '../../src/model/host.js';
import type { Family } from '../../src/net/address.js';
import { addressesOfLines } from '../../src/parse/host/addr.js';
import { addressesOfJson } from '../../src/parse/host/addr-json.js';
import { buildHost } from '../../src/parse/host/host.js';
import { parsePolicyRules } from '../../src/parse/host/iprule.js';
import { parseLinks } from '../../src/parse/host/link.js';
import { routesOfLines } from '../../src/parse/host/route.js';
import { routesOfJson } from '../../src/parse/host/route-json.js';
import { parseSysctl } from '../../src/parse/host/sysctl.js';
import { looksLikeJson } from '../../src/parse/json-list.js';

export interface HostTexts {
  readonly addr?: string;
  readonly link?: string;
  readonly route?: readonly string[];
  readonly rule?: string;
  readonly sysctl?: string;
  /** of the policy rules; 4 where it is left out. */
  readonly family?: Family;
}

export function readHost({ addr, link, route, rule, sysctl, family = 4 }: HostTexts, findings: Findings): Host {
  const addressesOf = looksLikeJson(addr ?? '') ? addressesOfJson : addressesOfLines;
  const list = addr === undefined ? undefined : addressesOf(addr, 'addr', findings);
  return buildHost({
    addressLinks: list?.links,
    addresses: list?.addresses,
    links: link === undefined ? undefined : parseLinks(link, 'link', findings),
    routes: route?.map((text) => (looksLikeJson(text) ? routesOfJson : routesOfLines)(text, 'route', findings)),
    rules: rule === undefined ? undefined : parsePolicyRules([{ name: `rule${family}`, text: rule }], {}, findings),
    sysctls: sysctl === undefined ? undefined : parseSysctl(sysctl, 'sysctl', findings),
  });
}
