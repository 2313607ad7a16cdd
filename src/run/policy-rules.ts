/** The policy rules of routing (`ip rule`): which of them a flow meets (net/core/fib_rules.c, net/ipv4/fib_rules.c). */
import { anyPacket, type PolicyRule, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from '../model/host.js';
import { type Family, prefixMask, type Words } from '../net/address.js';

/** What routes and rules look at. Interfaces are names; ports are 0 where there are none. */
export interface Flow {
  readonly src: Words;
  readonly dst: Words;
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly mark: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly uid: number;
}

/** Of a packet that this host sends and of which nothing is said. */
export const NO_FLOW: Flow = {
  src: [0],
  dst: [0],
  iif: 'lo',
  oif: undefined,
  mark: 0,
  tos: 0,
  proto: 0,
  sport: 0,
  dport: 0,
  uid: 0,
};

const inPrefix = (address: Words, prefix: { address: Words; prefix: number } | undefined, family: Family): boolean => {
  if (prefix === undefined) return true;
  const mask = prefixMask(prefix.prefix, family);
  return address.every((word, i) => ((word ^ prefix.address[i]!) & mask[i]!) === 0);
};
const inRange = (value: number, range: { min: number; max: number } | undefined): boolean =>
  range === undefined || (value >= range.min && value <= range.max);

/** fib_rule_match and fib4_rule_match. */
export function ruleMatches(rule: PolicyRule, flow: Flow, family: Family): boolean {
  const matches =
    (rule.iif === undefined || rule.iif === flow.iif) &&
    (rule.oif === undefined || rule.oif === flow.oif) &&
    ((flow.mark ^ (rule.mark ?? 0)) & (rule.mark === undefined ? 0 : rule.markMask)) === 0 &&
    inRange(flow.uid, rule.uid) &&
    inPrefix(flow.src, rule.from, family) &&
    inPrefix(flow.dst, rule.to, family) &&
    (rule.tos === undefined || rule.tos === 0 || rule.tos === (flow.tos & 0x1c)) &&
    (rule.protocol === undefined || rule.protocol === flow.proto) &&
    inRange(flow.sport, rule.sport) &&
    inRange(flow.dport, rule.dport);
  return matches !== rule.invert;
}

/** The rules of a host that was left alone (fib_default_rules_init). */
export function kernelRules(family: Family): PolicyRule[] {
  const rule = (priority: number, table: number) => anyPacket(family, priority, { kind: 'lookup', table });
  const rules = [rule(0, TABLE_LOCAL), rule(32766, TABLE_MAIN)];
  return family === 4 ? [...rules, rule(32767, TABLE_DEFAULT)] : rules;
}

/** Whether these are the kernel's own rules and nothing else. */
export function isKernelRules(rules: readonly PolicyRule[], family: Family): boolean {
  const own = kernelRules(family);
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
