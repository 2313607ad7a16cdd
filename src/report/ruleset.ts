/** Rules as plain JSON, for programs that ask what stands in a ruleset: docs/json.md describes the shape. */
import { findMatch, findTarget } from '../ext/registry.js';
import type { Host } from '../model/host.js';
import {
  type Chain,
  type Counters,
  type ExtensionUse,
  isBuiltin,
  type Negatable,
  type Rule,
  ruleNumber,
  type Table,
} from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import { type Family, formatAddress, formatMasked } from '../net/address.js';
import { protocolName } from '../net/protocol.js';
import { printMember, printRange } from '../parse/ipset/print.js';
import { printRule } from '../parse/rules/print-rule.js';
import { hostJson } from './host.js';

export const rulesetJson = (
  tables: readonly Table[],
  sets: readonly SetDef[],
  host: Host,
  connections?: { readonly length: number },
) => ({
  schema: 1,
  tables: tables.map(tableJson),
  sets: sets.map(setJson),
  host: hostJson(host),
  connections: connections?.length,
});

const tableJson = (table: Table) => ({
  table: table.name,
  family: table.family,
  file: table.file,
  complete: table.complete,
  chains: [...table.chains.values()].map((chain) => chainJson(chain, table)),
});

const chainJson = (chain: Chain, table: Table) => ({
  chain: chain.name,
  builtin: isBuiltin(table.name, chain.name),
  line: chain.line === 0 ? undefined : chain.line,
  policy: chain.policy,
  ...countersJson(chain.counters),
  rules: chain.rules.map((rule, index) => ruleJson(rule, ruleNumber(chain, index), table.family)),
});

const ruleJson = (rule: Rule, number: number, family: Family) => ({
  rule: number,
  line: rule.line,
  source: rule.source,
  text: printRule(rule, family),
  refused: rule.refused ? true : undefined,
  ...countersJson(rule.counters),
  src: negatableJson(rule.head.src, formatMasked),
  dst: negatableJson(rule.head.dst, formatMasked),
  in: negatableJson(rule.head.in, String),
  out: negatableJson(rule.head.out, String),
  proto: negatableJson(rule.head.protocol, protocolName),
  fragment: negatableJson(rule.head.fragment, () => true),
  matches: rule.matches.map((use) => useJson(use, 'match', family)),
  target: targetJson(rule, family),
});

/** Counters may be greater than what a number of JSON is read as: beyond 2^53 they are rounded. */
const countersJson = (counters: Counters | undefined) =>
  counters === undefined ? {} : { packets: Number(counters.packets), bytes: Number(counters.bytes) };

const negatableJson = <V>(given: Negatable<V> | undefined, print: (value: V) => string | true) =>
  given === undefined ? undefined : { ...(given.not ? { not: true } : {}), value: print(given.value) };

function targetJson({ target }: Rule, family: Family) {
  if (target === undefined) return undefined;
  if (target.kind === 'verdict') return { kind: 'verdict', name: target.verdict };
  if (target.kind === 'extension') return { kind: 'extension', ...useJson(target.use, 'target', family) };
  return { kind: target.kind, name: target.chain };
}

/** Options in the form that iptables-save prints; of an extension that is not evaluated, its words. */
function useJson(use: ExtensionUse, kind: 'match' | 'target', family: Family) {
  const extension = kind === 'match' ? findMatch(use.name, family) : findTarget(use.name, family);
  if (!use.known || extension === undefined)
    return { name: use.name, known: false, words: use.words.map(({ text }) => text) };
  const options = Object.entries(extension.options).flatMap(([key, { value }]) => {
    const given = use.options[key];
    if (given === undefined) return [];
    const words = value.print(given.value, { family });
    return [
      { option: key, ...(given.not ? { not: true } : {}), ...(words.length > 0 ? { value: words.join(' ') } : {}) },
    ];
  });
  return { name: use.name, known: true, options };
}

/** Members as they stand behind `add NAME`, options and all. */
const setJson = (set: SetDef) => ({
  set: set.name,
  type: set.type,
  family: set.family,
  file: set.place?.file,
  line: set.place?.line,
  known: set.known,
  options: {
    ...set.options,
    bitmask: set.options.bitmask && formatAddress(set.options.bitmask),
    range: set.options.range && printRange(set, set.options.range),
  },
  members: Array.from({ length: set.members.count }, (_, row) => printMember(set, row)),
});
