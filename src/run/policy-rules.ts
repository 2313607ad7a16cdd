/**
 * The policy rules of routing (`ip rule`): which of them a flow meets (net/core/fib_rules.c, net/ipv4/fib_rules.c,
 * net/ipv6/fib6_rules.c).
 */
import { anyPacket, type Host, type PolicyRule, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from '../model/host.js';
import { type Family, prefixMask, type Words } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import type { Found, Lookup, TableLookup } from './fib.js';

/** What routes and rules look at. Interfaces are names. */
export interface Flow {
  readonly src: Words;
  readonly dst: Words;
  readonly iif: string | undefined;
  readonly oif?: string | undefined;
  readonly mark: number;
  readonly tos: number;
  readonly proto: number;
  /** anything where the protocol has none, such as ICMP's type and code: the kernel's flows have neither. */
  readonly sport: number;
  readonly dport: number;
  /** 0 where it is left out. */
  readonly uid?: number | undefined;
}

/** Of a packet that this host sends and of which nothing is said. */
export const NO_FLOW: Flow = {
  src: [0],
  dst: [0],
  iif: 'lo',
  mark: 0,
  tos: 0,
  proto: 0,
  sport: 0,
  dport: 0,
};

const inPrefix = (address: Words, side: PolicyRule['from'], family: Family): boolean =>
  side === undefined ||
  prefixMask(side.prefix, family).every((mask, i) => ((address[i]! ^ side.address[i]!) & mask) === 0);
const inRange = (value: number, range: { min: number; max: number } | undefined): boolean =>
  range === undefined || (value >= range.min && value <= range.max);

/** The bits of tos that rules compare: three of IPv4, the whole code point of IPv6. */
export const TOS_MASKS: Readonly<Record<Family, number>> = { 4: 0x1c, 6: 0xfc };

/** fib_rule_match and fib4_rule_match, or fib6_rule_match. */
function ruleMatches(rule: PolicyRule, flow: Flow): boolean {
  const ported = hasPorts(flow.proto);
  const matches =
    (rule.iif === undefined || rule.iif === flow.iif) &&
    (rule.oif === undefined || rule.oif === flow.oif) &&
    ((flow.mark ^ (rule.mark ?? 0)) & (rule.mark === undefined ? 0 : rule.markMask)) === 0 &&
    inRange(flow.uid ?? 0, rule.uid) &&
    inPrefix(flow.src, rule.from, rule.family) &&
    inPrefix(flow.dst, rule.to, rule.family) &&
    (rule.tos === undefined || rule.tos === 0 || rule.tos === (flow.tos & TOS_MASKS[rule.family])) &&
    (rule.protocol === undefined || rule.protocol === flow.proto) &&
    inRange(ported ? flow.sport : 0, rule.sport) &&
    inRange(ported ? flow.dport : 0, rule.dport);
  return matches !== rule.invert;
}

/**
 * What the rules make of a flow (fib_rules_lookup). `ask` looks it up in a table; `linkOf`: of a route that was found, whose
 * group suppress_ifgroup asks for.
 */
export function followRules(
  rules: readonly PolicyRule[],
  flow: Flow,
  ask: (table: number) => TableLookup,
  linkOf: (found: Found) => string | undefined,
  group: (link: string) => number,
): Lookup {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    if (!ruleMatches(rule, flow)) continue;
    const action = rule.action;
    if (action.kind === 'goto') {
      const target = rules.findIndex((other) => other.priority === action.priority);
      // a target that is not there, or behind, is an unresolved goto, which does nothing
      if (target > i) i = target - 1;
      continue;
    }
    if (action.kind === 'nop') continue;
    // unreachable is ENETUNREACH here, EHOSTUNREACH as a route
    if (action.kind !== 'lookup')
      return { kind: 'error', error: action.kind === 'unreachable' ? 'no-route' : action.kind };
    const found = ask(action.table);
    if (found.kind === 'again') continue;
    if (found.kind !== 'route') return found;
    if (!suppresses(rule, found, linkOf(found), group)) return { ...found, rule };
  }
  return { kind: 'error', error: 'no-route' };
}

function suppresses(
  { suppressPrefix, suppressGroup }: PolicyRule,
  { route }: Found,
  link: string | undefined,
  group: (link: string) => number,
): boolean {
  if (suppressPrefix !== undefined && route.prefix <= suppressPrefix) return true;
  return suppressGroup !== undefined && link !== undefined && group(link) === suppressGroup;
}

/** A host's rules of a family, in their order; the kernel's own where none were given. */
export function rulesOf(host: Host, family: Family): readonly PolicyRule[] {
  const rules = (host.rules ?? []).filter((rule) => rule.family === family);
  return rules.length === 0 ? kernelRules(family) : [...rules].sort((a, b) => a.priority - b.priority);
}

/** Whether a rule makes the kernel look at protocol and ports on input (fib_rule_requires_fldissect). */
export const readsPorts = (rules: readonly PolicyRule[]): boolean =>
  rules.some(
    (rule) =>
      rule.iif !== 'lo' && (rule.protocol !== undefined || rule.sport !== undefined || rule.dport !== undefined),
  );

/** The rules of a host that was left alone (fib_default_rules_init, fib6_rules_net_init). */
function kernelRules(family: Family): PolicyRule[] {
  const rule = (priority: number, table: number) => anyPacket(family, priority, { kind: 'lookup', table });
  const both = [rule(0, TABLE_LOCAL), rule(32766, TABLE_MAIN)];
  return family === 6 ? both : [...both, rule(32767, TABLE_DEFAULT)];
}

/** Whether these are the kernel's own rules of their family and nothing else. */
export function isKernelRules(rules: readonly PolicyRule[]): boolean {
  const own = kernelRules(rules[0]?.family ?? 4);
  return (
    rules.length === own.length &&
    rules.every((rule, i) => {
      const other = own[i]!;
      return (Object.keys(other) as (keyof PolicyRule)[]).every((key) => {
        if (key === 'markMask') return true;
        return JSON.stringify(rule[key]) === JSON.stringify(other[key]);
      });
    })
  );
}
