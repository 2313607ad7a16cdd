/** Counters by name, so that those of one run can be held against those of another. */
import type { Summary } from '../src/model/summary.js';

/** `filter INPUT 3` or `filter INPUT policy`: packets/bytes. */
export function countersOf({ rules, policies }: Pick<Summary, 'rules' | 'policies'>): Map<string, string> {
  const counters = new Map<string, string>();
  for (const { table, chain, rule, packets, bytes } of rules)
    counters.set(`${table} ${chain} ${rule}`, `${packets}/${bytes}`);
  for (const { table, chain, packets, bytes } of policies)
    counters.set(`${table} ${chain} policy`, `${packets}/${bytes}`);
  return counters;
}

/** What iptables-save -c prints: packets/bytes by rule and policy, and the text of each rule. */
export function readSave(text: string) {
  const counters = new Map<string, string>();
  const rule = new Map<string, string>();
  const rules = new Map<string, number>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const policy = /^:(\S+) [A-Z]+ \[(\d+):(\d+)\]$/.exec(line);
    if (policy !== null) counters.set(`${table} ${policy[1]} policy`, `${policy[2]}/${policy[3]}`);
    const [, packets, bytes, words, chain] = /^\[(\d+):(\d+)\] (-A (\S+).*)$/.exec(line) ?? [];
    if (words === undefined) continue;
    const number = (rules.get(`${table} ${chain}`) ?? 0) + 1;
    rules.set(`${table} ${chain}`, number);
    counters.set(`${table} ${chain} ${number}`, `${packets}/${bytes}`);
    rule.set(`${table} ${chain} ${number}`, words);
  }
  return { counters, rule };
}
