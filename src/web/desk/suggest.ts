/** What a person may want to write into a packet's fields: what the rules test, and what the host has. */
import type { Rule, Table } from '../../model/ruleset.js';
import type { SetDef } from '../../model/set.js';
import { formatAddress } from '../../net/address.js';
import { printMember } from '../../parse/ipset/print.js';
import { printRule } from '../../parse/rules/print-rule.js';
import type { HostTexts } from '../../run/host-texts.js';
import { MOST_SUGGESTIONS, type SuggestedField, type Suggestions } from './messages.js';

/** Rules that are looked at, and members of each set. */
const MOST_RULES = 5000;
const MOST_MEMBERS = 5;

/** Options as iptables-save prints them. */
const OPTIONS: readonly (readonly [RegExp, SuggestedField])[] = [
  [/(?:^| )-i (\S+)/g, 'in'],
  [/(?:^| )-o (\S+)/g, 'out'],
  [/(?:^| )-p (\S+)/g, 'proto'],
  [/(?:^| )-s (\S+)/g, 'src'],
  [/(?:^| )-d (\S+)/g, 'dst'],
  [/ --sports? ([\d,:]+)/g, 'sport'],
  [/ --dports? ([\d,:]+)/g, 'dport'],
];

export function suggestionsOf({ evaluated, host, sets }: HostTexts): Suggestions {
  const found = new Found();
  for (const { address, link } of host.addresses ?? []) {
    found.add('dst', formatAddress(address));
    found.add('in', link);
  }
  for (const { name } of host.links ?? []) {
    found.add('in', name);
    found.add('out', name);
  }
  for (const { rule, table } of first(evaluated, MOST_RULES)) found.takeRule(printRule(rule, table.family));
  for (const set of sets) for (const member of membersOf(set)) found.add('src', member);
  return found.sorted();
}

function* first(tables: readonly Table[], most: number): Generator<{ rule: Rule; table: Table }> {
  let left = most;
  for (const table of tables)
    for (const { rules } of table.chains.values())
      for (const rule of rules) {
        if (left-- === 0) return;
        yield { rule, table };
      }
}

/** The address that each of the first members begins with, where it does with one. */
function membersOf(set: SetDef): string[] {
  if (!/^(?:hash|bitmap):(?:ip|net)\b/.test(set.type)) return [];
  const rows = Math.min(set.members.count, MOST_MEMBERS);
  return Array.from({ length: rows }, (_, row) => printMember(set, row).split(/[ ,]/)[0]!);
}

class Found {
  private readonly counts: Record<SuggestedField, Map<string, number>> = {
    in: new Map(),
    out: new Map(),
    proto: new Map(),
    src: new Map(),
    dst: new Map(),
    sport: new Map(),
    dport: new Map(),
  };

  takeRule(text: string): void {
    for (const [option, field] of OPTIONS)
      for (const [, value] of text.matchAll(option)) for (const one of value!.split(',')) this.add(field, one);
  }

  /** Of a prefix or a range its first address or port. */
  add(field: SuggestedField, value: string): void {
    const one =
      field === 'src' || field === 'dst' ? value.split('/')[0]! : field.endsWith('port') ? value.split(':')[0]! : value;
    // `eth+` is no interface
    if (one === '' || one.endsWith('+') || /^(?:0\.0\.0\.0|::)$/.test(one)) return;
    const counts = this.counts[field];
    counts.set(one, (counts.get(one) ?? 0) + 1);
  }

  sorted(): Suggestions {
    const fields = Object.entries(this.counts).map(([field, counts]) => {
      const byCount = [...counts].sort(([, a], [, b]) => b - a);
      return [field, byCount.slice(0, MOST_SUGGESTIONS).map(([value]) => value)];
    });
    return Object.fromEntries(fields) as Suggestions;
  }
}
