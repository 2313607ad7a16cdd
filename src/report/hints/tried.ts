/**
 * Rules that the packet does not meet, and would match: in chains that nothing leads to from where it is, and such that ask
 * for what it was before its destination was translated. They are put where the packet comes by, without their targets, and
 * the walk tells which of them match.
 */
import { Field } from '../../abi.js';
import { type ChainView, Ruleset } from '../../compile/findings/ruleset.js';
import { contains } from '../../model/ranges.js';
import { type HookName, type Rule, ruleWith, type TableName } from '../../model/ruleset.js';
import type { WalkEvent } from '../../model/trace.js';
import type { CompiledHost } from '../../run/compiled-host.js';
import { endText } from '../fields.js';
import type { Message } from '../lang/messages.js';
import { ruleAt, say } from '../story.js';
import { columnsAt } from '../ways/columns.js';
import {
  type Added,
  isSpecific,
  limitsIn,
  mayMatch,
  type Placed,
  passes,
  type Scene,
  translatesDestination,
  verdictOf,
  walkOn,
  withMore,
} from './scene.js';

/** Rules that are named in one message, and chains that are. */
const NAMED = 3;

interface Candidate extends Placed {
  /** where the packet is when it could meet the rule. */
  readonly at: { readonly table: TableName; readonly hook: HookName };
  /** the hooks from which its chain is reached. */
  readonly hooks: readonly HookName[];
  /** it asks for the destination of before. */
  readonly stale: boolean;
}

export interface Tried {
  readonly translated: readonly Message[];
  readonly unreached: readonly Message[];
}

export async function tried(scene: Scene): Promise<Tried> {
  const { from, events, result } = scene;
  if (passes(result.fate) === undefined) return { translated: [], unreached: [] };
  const rules = rulesetOf(from);
  const moved = translation(events);
  const stale = moved === undefined ? [] : staleRules(rules, from, moved);
  const hits = await matching(scene, [...unreachedRules(rules, scene, moved !== undefined), ...stale]);
  const unreached = firstOfChains(hits.filter((one) => !one.stale)).slice(0, NAMED);
  return {
    translated: moved === undefined ? [] : [translated(moved, scene, hits)],
    unreached: unreached.map((one) =>
      say('hint.unreached', {
        rule: ruleAt(one),
        verdict: verdictOf(one, from)!,
        hook: one.at.hook,
        hooks: one.hooks,
      }),
    ),
  };
}

/** A host on which something is assumed has the same rules: they are looked through once. */
function rulesetOf(from: CompiledHost): Ruleset {
  let rules = looked.get(from.tables);
  if (rules === undefined) {
    rules = new Ruleset(from.family, from);
    looked.set(from.tables, rules);
  }
  return rules;
}
const looked = new WeakMap<CompiledHost['tables'], Ruleset>();

/** Those of them that match, each once. */
async function matching({ from, packet }: Scene, candidates: readonly Candidate[]): Promise<Candidate[]> {
  if (candidates.length === 0) return [];
  const asked = new Map<Rule, Candidate>();
  const more = candidates.map((one): Added => {
    // what it leaves by is not known yet where the packet still has its first destination
    const { out, ...anyOut } = one.rule.head;
    const rule = ruleWith(one.rule, { target: undefined, head: one.stale ? anyOut : one.rule.head });
    asked.set(rule, one);
    return { ...one.at, rule };
  });
  const { result, host } = await walkOn(withMore(from, more), packet);
  const hits = result.hits.flatMap((id) => asked.get(host.compiled.rules[id]!.rule) ?? []);
  return [...new Set(hits)];
}

/** Of the chains that the packet cannot come to, rules that name such packets and would have done something else with it. */
function unreachedRules(rules: Ruleset, { from, events, result, host }: Scene, moved: boolean): Candidate[] {
  const through = passes(result.fate);
  const now = columnsAt(result, host);
  return events.flatMap((event) => {
    if (event.kind !== 'enter') return [];
    const { table, hook } = event;
    const view = rules.table(table);
    if (view === undefined || (table === 'nat' ? moved || hook === 'INPUT' : table !== 'filter')) return [];
    const otherwise = (one: Placed) => {
      if (table === 'nat') return translatesDestination(one, from);
      const verdict = verdictOf(one, from);
      return through ? verdict === 'drop' || verdict === 'reject' : verdict === 'accept';
    };
    return [...view.chains.values()].flatMap((chain) => {
      const hooks = view.hooksOf(chain);
      if (hooks.includes(hook) || !comparable(hook, chain, hooks)) return [];
      return chain.rules.flatMap(({ rule, number }): Candidate[] => {
        const one: Placed = { table, chain: chain.name, number, rule };
        if (!otherwise(one)) return [];
        // they are looked at once, and not kept of thousands of rules
        const limits = limitsIn(one, from);
        const fits = isSpecific(limits) && mayMatch(limits, now);
        return fits ? [{ ...one, at: { table, hook }, hooks, stale: false }] : [];
      });
    });
  });
}

/** Chains of no hook at all, one that people take for this one, and such as are called there. */
function comparable(hook: HookName, { name, callers }: ChainView, hooks: readonly HookName[]): boolean {
  const others = TAKEN_FOR[hook] ?? [];
  const near = (chain: string) => others.some((one) => one === chain);
  return hooks.length === 0 || near(name) || callers.some(({ chain }) => near(chain));
}
const TAKEN_FOR: Readonly<Partial<Record<HookName, readonly HookName[]>>> = {
  INPUT: ['FORWARD'],
  FORWARD: ['INPUT'],
  // what the host itself sends meets no rule of PREROUTING
  OUTPUT: ['PREROUTING'],
};

/** Rules of filter that ask for the destination of before, and not for the one that it has there. */
function staleRules(rules: Ruleset, from: CompiledHost, moved: Moved): Candidate[] {
  const view = rules.table('filter');
  if (view === undefined) return [];
  return [...view.chains.values()].flatMap((chain) =>
    chain.rules.flatMap(({ rule, number }) => {
      const one: Placed = { table: 'filter', chain: chain.name, number, rule };
      if (verdictOf(one, from) === undefined) return [];
      const limits = limitsIn(one, from);
      if (limits.open) return [];
      const asks = moved.fields.some(({ field, before, now }) => {
        const ranges = limits.numbers.get(field);
        return ranges !== undefined && contains(ranges, before) && !contains(ranges, now);
      });
      const at = { table: 'mangle', hook: moved.hook } as const;
      return asks ? [{ ...one, at, hooks: view.hooksOf(chain), stale: true }] : [];
    }),
  );
}

interface Moved {
  readonly event: Extract<WalkEvent, { kind: 'translated' }>;
  readonly hook: 'PREROUTING' | 'OUTPUT';
  readonly fields: readonly { readonly field: Field; readonly before: number; readonly now: number }[];
}

/** The translation of the destination by a rule, where it changes anything. */
function translation(events: readonly WalkEvent[]): Moved | undefined {
  let hook: HookName = 'PREROUTING';
  for (const event of events) {
    if (event.kind === 'enter') hook = event.hook;
    if (event.kind !== 'translated' || event.side !== 'dst' || event.rule === undefined) continue;
    const { from, to } = event;
    const fields = [
      ...from.address.map((before, i) => ({ field: (Field.Dst + i) as Field, before, now: to.address[i]! })),
      { field: Field.Dport, before: from.port ?? 0, now: to.port ?? 0 },
    ].filter(({ before, now }) => before !== now);
    if (fields.length === 0 || (hook !== 'PREROUTING' && hook !== 'OUTPUT')) return undefined;
    return { event, hook, fields };
  }
  return undefined;
}

function translated({ event: { from, to } }: Moved, { events }: Scene, hits: readonly Candidate[]): Message {
  const hooks = events.flatMap((event) => (event.kind === 'enter' && event.table === 'filter' ? [event.hook] : []));
  const rules = hits.filter(({ stale }) => stale).slice(0, NAMED);
  return say('hint.translated', {
    from: endText(from),
    to: endText(to),
    hook: hooks[0] ?? null,
    rules: rules.map(ruleAt),
  });
}

const firstOfChains = (hits: readonly Candidate[]): Candidate[] =>
  hits.filter((one, i) => hits.findIndex(({ table, chain }) => table === one.table && chain === one.chain) === i);
