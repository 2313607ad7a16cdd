/** What hints look at: one packet's walk, the rules that it met or could have met, and other hosts to try it on. */
import { Field, TranslateKind } from '../../abi.js';
import type { RuleInfo } from '../../compile/compile.js';
import { type Limits, limitsOf } from '../../compile/findings/limits.js';
import { lowerConditions, lowerTarget } from '../../compile/lower.js';
import type { Action } from '../../model/action.js';
import type { Packet } from '../../model/packet.js';
import { contains } from '../../model/ranges.js';
import { BUILTIN, type Chain, type HookName, meaningOf, type Rule, type TableName } from '../../model/ruleset.js';
import { type Fate, ownEvents, type WalkEvent, type WalkResult } from '../../model/trace.js';
import type { CompiledHost } from '../../run/compiled-host.js';
import { createEngine, type LoadedHost } from '../../run/engine.js';
import type { Columns } from '../fields.js';
import type { Verdicts } from '../lang/messages.js';
import { walkPast } from '../past-questions.js';

/** A rule with its place in the tables that were given. */
export type Placed = Pick<RuleInfo, 'table' | 'chain' | 'number' | 'rule'>;

export interface Scene {
  readonly from: CompiledHost;
  readonly host: LoadedHost;
  readonly packet: Packet;
  readonly result: WalkResult;
  /** without those of a copy of it. */
  readonly events: readonly WalkEvent[];
}

/** Walks the packet, on a host that has not seen it. */
export function sceneOf(host: LoadedHost, packet: Packet): Scene {
  const { result } = walkPast(host, packet);
  return { from: host.from, host, packet, result, events: ownEvents(result.events) };
}

/** The same on a host of its own. */
export const walkOn = async (from: CompiledHost, packet: Packet): Promise<Scene> =>
  sceneOf(await (await createEngine()).load(from), packet);

/** The same host without some of its rules; tracking stays as it is. */
export const withoutRules = (from: CompiledHost, left: ReadonlySet<Rule>): CompiledHost =>
  from.withTables(
    from.tables.map((table) => {
      const rest = (chain: Chain) => ({ ...chain, rules: chain.rules.filter((rule) => !left.has(rule)) });
      return { ...table, chains: new Map([...table.chains].map(([name, chain]) => [name, rest(chain)])) };
    }),
  );

/** A rule that a built-in chain is to have before its own. */
export interface Added {
  readonly table: TableName;
  readonly hook: HookName;
  readonly rule: Rule;
}

export function withMore(from: CompiledHost, more: readonly Added[]): CompiledHost {
  const tables = new Map(from.tables.map((table) => [table.name, { ...table, chains: new Map(table.chains) }]));
  const added = new Map<string, Added[]>();
  for (const one of more) {
    const key = `${one.table} ${one.hook}`;
    const before = added.get(key);
    if (before === undefined) added.set(key, [one]);
    else before.push(one);
  }
  for (const all of added.values()) {
    const { table: name, hook } = all[0]!;
    const table = tables.get(name) ?? { ...from.tables[0]!, name, chains: emptyChains(name) };
    tables.set(name, table);
    const chain = table.chains.get(hook)!;
    table.chains.set(hook, { ...chain, rules: [...all.map(({ rule }) => rule), ...chain.rules] });
  }
  return from.withTables([...tables.values()]);
}

/** A table has all of its built-in chains. */
const emptyChains = (table: TableName): Map<string, Chain> =>
  new Map(
    BUILTIN[table].map((name) => [name, { name, line: 0, policy: 'ACCEPT', counters: undefined, rules: [] }] as const),
  );

const ENDS: Readonly<Partial<Record<Fate, 'passes' | 'ends'>>> = {
  delivered: 'passes',
  forwarded: 'passes',
  sent: 'passes',
  dropped: 'ends',
  rejected: 'ends',
};
/** Whether the packet gets through; undefined: it is not known, or a target took it. */
export const passes = (fate: Fate): boolean | undefined => {
  const end = ENDS[fate];
  return end === undefined ? undefined : end === 'passes';
};

/** What a rule does with a packet that matches; undefined: it ends nothing by itself. */
export function verdictOf(one: Placed, from: CompiledHost): Verdicts | undefined {
  const action = lastAction(one, from);
  if (action?.kind === 'reject') return 'reject';
  if (action?.kind === 'translate') return 'translate';
  if (action?.kind !== 'verdict') return undefined;
  const { target } = meaningOf(one.rule);
  return target?.kind === 'verdict' && target.verdict === 'ACCEPT' ? 'accept' : 'drop';
}

/** Whether a rule of PREROUTING or OUTPUT sends packets to another address or port. */
export function translatesDestination(one: Placed, from: CompiledHost): boolean {
  const action = lastAction(one, from);
  return action?.kind === 'translate' && OF_DESTINATIONS.includes(action.translation.kind);
}
const OF_DESTINATIONS = [TranslateKind.Destination, TranslateKind.Redirect, TranslateKind.Netmap];

const lastAction = ({ table, chain, rule }: Placed, { family }: CompiledHost): Action | undefined =>
  lowerTarget(rule, { family, table, chain }).at(-1);

export const limitsIn = ({ table, chain, rule }: Placed, { family }: CompiledHost): Limits =>
  limitsOf(lowerConditions(rule, { family, table, chain }));

/** Whether the rule does not ask for another destination, or protocol: enough to leave most rules aside without a walk. */
export const mayMatch = ({ numbers }: Limits, now: Columns): boolean =>
  TARGETS.every((field) => {
    const ranges = numbers.get(field);
    return ranges === undefined || contains(ranges, now[field]!);
  });
const TARGETS: readonly Field[] = [Field.Proto, Field.Dst, Field.Dst + 1, Field.Dst + 2, Field.Dst + 3, Field.Dport];

/** The rule names addresses, ports or sets: whoever wrote it meant some packets, and not what is left over. */
export function isSpecific({ numbers, reads, never, open }: Limits): boolean {
  return never === undefined && !open && (reads.has('set') || NAMED.some((field) => numbers.has(field)));
}
const NAMED = [Field.Src, Field.Dst, Field.Sport, Field.Dport] as const;
