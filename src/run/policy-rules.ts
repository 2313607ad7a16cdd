/** The policy rules of routing (`ip rule`): which of them a flow meets (net/core/fib_rules.c, net/ipv4/fib_rules.c). */
import { anyPacket, type PolicyRule, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from '../model/host.js';
import { prefixMask, type Words } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';

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

const inPrefix = (address: Words, prefix: { address: Words; prefix: number } | undefined): boolean =>
  prefix === undefined || ((address[0]! ^ prefix.address[0]!) & prefixMask(prefix.prefix, 4)[0]!) === 0;
const inRange = (value: number, range: { min: number; max: number } | undefined): boolean =>
  range === undefined || (value >= range.min && value <= range.max);

/** fib_rule_match and fib4_rule_match. */
export function ruleMatches(rule: PolicyRule, flow: Flow): boolean {
  const ported = hasPorts(flow.proto);
  const matches =
    (rule.iif === undefined || rule.iif === flow.iif) &&
    (rule.oif === undefined || rule.oif === flow.oif) &&
    ((flow.mark ^ (rule.mark ?? 0)) & (rule.mark === undefined ? 0 : rule.markMask)) === 0 &&
    inRange(flow.uid ?? 0, rule.uid) &&
    inPrefix(flow.src, rule.from) &&
    inPrefix(flow.dst, rule.to) &&
    (rule.tos === undefined || rule.tos === 0 || rule.tos === (flow.tos & 0x1c)) &&
    (rule.protocol === undefined || rule.protocol === flow.proto) &&
    inRange(ported ? flow.sport : 0, rule.sport) &&
    inRange(ported ? flow.dport : 0, rule.dport);
  return matches !== rule.invert;
}

/** The rules of a host that was left alone (fib_default_rules_init). */
export function kernelRules(): PolicyRule[] {
  const rule = (priority: number, table: number) => anyPacket(4, priority, { kind: 'lookup', table });
  return [rule(0, TABLE_LOCAL), rule(32766, TABLE_MAIN), rule(32767, TABLE_DEFAULT)];
}

/** Whether these are the kernel's own rules and nothing else. */
export function isKernelRules(rules: readonly PolicyRule[]): boolean {
  const own = kernelRules();
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
