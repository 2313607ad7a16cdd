/** Hooks and chains as a graph. Chains of one kind, such as KUBE-SVC-*, are one node of it until somebody opens it. */
import { chainAim, type HookName, isBuiltin, type PlainTable, type Table } from '../../model/ruleset.js';
import type { ChainMap, MapEdge, MapNode, MapPlace } from './messages.js';

/** Chains of one prefix that are a family. */
const FAMILY = 4;

/** In the kernel's order (include/uapi/linux/netfilter_ipv4.h, nf_ip_hook_priorities). */
const ORDER: Readonly<Record<HookName, readonly PlainTable[]>> = {
  PREROUTING: ['raw', 'mangle', 'nat'],
  INPUT: ['mangle', 'filter', 'security', 'nat'],
  FORWARD: ['mangle', 'filter', 'security'],
  OUTPUT: ['raw', 'mangle', 'nat', 'filter', 'security'],
  POSTROUTING: ['mangle', 'nat'],
};
/** The ways between the places, and the hooks on them. */
const WAYS: readonly (readonly [MapPlace, readonly HookName[], MapPlace])[] = [
  ['arrives', ['PREROUTING'], 'routing'],
  ['routing', ['INPUT'], 'here'],
  ['routing', ['FORWARD', 'POSTROUTING'], 'leaves'],
  ['here', ['OUTPUT', 'POSTROUTING'], 'leaves'],
];

/** `open`: ids of families whose chains are nodes of their own. Tables of one family of addresses. */
export function mapOf(tables: readonly Table[], open: ReadonlySet<string>): ChainMap {
  const nodes = new Map<string, MapNode>();
  const edges = new Map<string, MapEdge>();
  for (const place of ['arrives', 'routing', 'here', 'leaves'] as const)
    nodes.set(place, { id: place, kind: 'place', table: '', name: place, rules: 0, chains: 1, place });
  const edge = (from: string, to: string, rules: number) => {
    const key = `${from}\n${to}`;
    edges.set(key, { from, to, rules: (edges.get(key)?.rules ?? 0) + rules });
  };
  for (const table of tables) addChains(table, open, nodes, edge);
  for (const [from, hooks, to] of WAYS) {
    const stops = hooks.flatMap((hook) => ORDER[hook].map((table) => `${table} ${hook}`).filter((id) => nodes.has(id)));
    for (const [i, one] of [from, ...stops].entries()) edge(one, stops[i] ?? to, 0);
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function addChains(
  { name: table, chains }: Table,
  open: ReadonlySet<string>,
  nodes: Map<string, MapNode>,
  edge: (from: string, to: string, rules: number) => void,
): void {
  const familyOf = families([...chains.keys()].filter((name) => !isBuiltin(table, name)));
  const idOf = (chain: string): string => {
    const family = familyOf.get(chain);
    const id = `${table} ${family}`;
    return family === undefined || open.has(id) ? `${table} ${chain}` : id;
  };
  for (const { name, rules } of chains.values()) {
    const id = idOf(name);
    const before = nodes.get(id);
    const isFamily = id !== `${table} ${name}`;
    nodes.set(id, {
      id,
      kind: isFamily ? 'family' : isBuiltin(table, name) ? 'hook' : 'chain',
      table,
      name: isFamily ? familyOf.get(name)! : name,
      rules: (before?.rules ?? 0) + rules.length,
      chains: (before?.chains ?? 0) + 1,
    });
    for (const { target } of rules) {
      const aim = chainAim(target);
      if (aim !== undefined && chains.has(aim.chain)) edge(id, idOf(aim.chain), 1);
    }
  }
}

/** By chain the pattern of its family: names that are alike but for what stands behind the last `-`. */
function families(names: readonly string[]): Map<string, string> {
  const byPattern = new Map<string, string[]>();
  for (const name of names) {
    const pattern = name.replace(/-[^-]+$/, '-*');
    if (pattern !== name) byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), name]);
  }
  const found = new Map<string, string>();
  for (const [pattern, all] of byPattern) if (all.length >= FAMILY) for (const name of all) found.set(name, pattern);
  return found;
}
