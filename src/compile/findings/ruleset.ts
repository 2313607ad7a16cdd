/** The evaluated tables of one family as findings look at them: what each rule asks and does, which chains lead where. */
import { Field, Mangle } from '../../abi.js';
import type { LowerContext } from '../../ext/define.js';
import type { Action } from '../../model/action.js';
import type { Condition, Test } from '../../model/condition.js';
import type { Host } from '../../model/host.js';
import {
  BUILTIN,
  type Chain,
  type HookName,
  isBuiltin,
  type Rule,
  ruleNumber,
  type Span,
  type Table,
  type TableName,
} from '../../model/ruleset.js';
import type { SetDef } from '../../model/set.js';
import type { Family } from '../../net/address.js';
import { lowerConditions, lowerTarget } from '../lower.js';
import { type Limits, limitsOf } from './limits.js';

/** What findings are looked for in: tables of both families, those that are evaluated alone. */
export interface Given {
  readonly tables: readonly Table[];
  readonly sets: readonly SetDef[];
  readonly host: Host;
}

/** A rule, and what it asks and does: found out when it is first looked at, as few look at all of each rule. */
export class RuleView {
  #conditions: readonly Condition[] | undefined;
  #limits: Limits | undefined;
  #actions: readonly Action[] | undefined;
  #always: boolean | undefined;

  /** `number` counts from 1. */
  constructor(
    readonly rule: Rule,
    readonly number: number,
    private readonly table: Table,
  ) {}

  private get context(): LowerContext {
    const { family, name } = this.table;
    return { family, table: name, chain: this.rule.chain };
  }
  get conditions(): readonly Condition[] {
    this.#conditions ??= lowerConditions(this.rule, this.context);
    return this.#conditions;
  }
  get limits(): Limits {
    this.#limits ??= limitsOf(this.conditions);
    return this.#limits;
  }
  get actions(): readonly Action[] {
    this.#actions ??= lowerTarget(this.rule, this.context);
    return this.#actions;
  }
  /** it holds for every packet that comes to it: many are asked this and no more, so that the limits are not kept for it. */
  get always(): boolean {
    this.#always ??= isOpen(this.#limits ?? limitsOf(lowerConditions(this.rule, this.context)));
    return this.#always;
  }
}

const isOpen = ({ numbers, interfaces, tests, header, open, never }: Limits): boolean =>
  never === undefined && !open && !header && numbers.size === 0 && interfaces.size === 0 && tests.size === 0;

/** Every test of a rule, with the option that it came from. */
export function testsOf({ rule, conditions }: RuleView): { readonly test: Test; readonly at: Span | undefined }[] {
  const of = (condition: Condition): { test: Test; at: Span | undefined }[] => {
    if (!('test' in condition)) return ('all' in condition ? condition.all : condition.any).flatMap(of);
    const { test, origin } = condition;
    return [
      {
        test,
        get at() {
          return origin && rule.matches[origin.use]?.options[origin.option]?.at;
        },
      },
    ];
  };
  return conditions.flatMap(of);
}

export class ChainView {
  /** hooks from which packets come here, a bit each in the order of BUILTIN. */
  hooks = 0;
  /** rules that lead here. */
  readonly callers: Rule[] = [];
  /** no packet comes back from here. */
  ends = false;
  #rules: readonly RuleView[] | undefined;

  constructor(
    readonly table: TableView,
    readonly chain: Chain,
    readonly builtin: boolean,
  ) {}

  get name(): string {
    return this.chain.name;
  }

  get rules(): readonly RuleView[] {
    this.#rules ??= this.chain.rules.map((rule, i) => new RuleView(rule, ruleNumber(this.chain, i), this.table.table));
    return this.#rules;
  }

  /** The chain that a rule leads to, where it is known. */
  next({ actions }: RuleView): ChainView | undefined {
    const action = actions[0];
    return action?.kind === 'jump' || action?.kind === 'goto' ? this.table.chains.get(action.chain) : undefined;
  }

  /** The first rule that takes every packet: nothing comes to what stands behind it. */
  get last(): RuleView | undefined {
    return this.rules.find((view) => view.always && this.takes(view));
  }

  /** No packet that fits the rule comes to the next one. */
  takes(view: RuleView): boolean {
    const action = view.actions.at(-1);
    switch (action?.kind) {
      case 'verdict':
      case 'reject':
      case 'translate':
      case 'return':
      case 'goto':
        return true;
      case 'jump':
        return this.next(view)?.ends === true;
      default:
        return false;
    }
  }
}

export class TableView {
  readonly chains: ReadonlyMap<string, ChainView>;
  /** all of the table was given. */
  readonly whole: boolean;
  readonly #changes = new Set<Field | 'set'>();

  constructor(readonly table: Table) {
    const { name, chains, origin, complete } = table;
    this.chains = new Map(
      [...chains.values()].map((chain) => [chain.name, new ChainView(this, chain, isBuiltin(name, chain.name))]),
    );
    // nat had no INPUT before Linux 2.6.36
    const hasPolicy = (hook: HookName) =>
      chains.get(hook)?.policy !== undefined || (name === 'nat' && hook === 'INPUT');
    const isCut = [...chains.values()].some(({ gaps }) => gaps !== undefined);
    this.whole = complete || (origin !== 'rules' && BUILTIN[name].every(hasPolicy) && !isCut);
    this.#follow();
    // of a chain that nothing leads to nobody asks it
    for (const chain of calleesFirst([...this.chains.values()])) chain.ends = chain.callers.length > 0 && endsIn(chain);
  }

  get name(): TableName {
    return this.table.name;
  }
  get file(): string {
    return this.table.file;
  }

  hook(name: HookName): ChainView | undefined {
    return isBuiltin(this.name, name) ? this.chains.get(name) : undefined;
  }

  hooksOf({ hooks }: ChainView): HookName[] {
    return BUILTIN[this.name].filter((_, i) => (hooks & (1 << i)) !== 0);
  }

  /** Whether rules of this table may change what the limits are about, from one rule to the next. */
  changes({ reads }: Limits): boolean {
    return [...reads].some((one) => this.#changes.has(one));
  }

  /** Who leads where, from which hooks, and what is changed on the way. */
  #follow(): void {
    for (const chain of this.chains.values())
      for (const view of chain.rules) {
        chain.next(view)?.callers.push(view.rule);
        for (const action of view.actions) this.#note(action);
      }
    const work = BUILTIN[this.name].flatMap((name, i) => {
      const chain = this.chains.get(name);
      if (chain !== undefined) chain.hooks = 1 << i;
      return chain ?? [];
    });
    // a chain comes again where more hooks were found to lead to it
    for (const chain of work)
      for (const view of chain.rules) {
        const next = chain.next(view);
        if (next === undefined || (next.hooks | chain.hooks) === next.hooks) continue;
        next.hooks |= chain.hooks;
        work.push(next);
      }
  }

  #note(action: Action): void {
    if (action.kind === 'edit') this.#changes.add(action.field);
    else if (action.kind === 'hash-mark') this.#changes.add(Field.Mark);
    else if (action.kind === 'ttl') this.#changes.add(Field.Ttl);
    else if (changesAddresses(action)) for (const one of ADDRESSES) this.#changes.add(one);
    else if (action.kind === 'connmark') this.#changes.add(Field.CtMark).add(Field.Mark);
    else if (action.kind === 'host' && action.act.what === 'set-change') this.#changes.add('set');
    else if (action.kind === 'host' && action.act.what === 'set-map') this.#changes.add(Field.Mark);
    // a target that is not evaluated may be any of those
    else if (action.kind === 'ask' || action.kind === 'host') for (const one of CHANGEABLE) this.#changes.add(one);
  }
}
const changesAddresses = (action: Action): boolean =>
  action.kind === 'mangle'
    ? action.what >= Mangle.SourcePrefix
    : action.kind === 'host' && action.act.what === 'rawnat';
const ADDRESSES = Array.from({ length: Field.Proto }, (_, word) => (Field.Src + word) as Field);
const CHANGEABLE = [Field.Mark, Field.CtMark, Field.Tos, Field.Ttl, 'set'] as const;

export class Ruleset {
  readonly tables: readonly TableView[];

  constructor(
    readonly family: Family,
    { tables, sets, host }: Given,
  ) {
    this.tables = tables.filter((table) => table.family === family).map((table) => new TableView(table));
    this.sets = new Map(sets.map((set) => [set.name, set]));
    this.host = host;
  }
  readonly sets: ReadonlyMap<string, SetDef>;
  readonly host: Host;

  table(name: TableName): TableView | undefined {
    return this.tables.find((table) => table.name === name);
  }

  /** Every chain of every table. */
  *chains(): Generator<ChainView> {
    for (const table of this.tables) yield* table.chains.values();
  }

  /** Every rule that could be read. */
  *rules(): Generator<{ readonly chain: ChainView; readonly view: RuleView }> {
    for (const chain of this.chains()) for (const view of chain.rules) if (!view.rule.refused) yield { chain, view };
  }

  /** Nothing that rules of this family do is unknown, as far as the texts go. */
  get whole(): boolean {
    return this.tables.length > 0 && this.tables.every(({ whole }) => whole);
  }
}

/** Each chain behind those that it leads to; in a circle of chains, behind some of them. */
function calleesFirst(chains: readonly ChainView[]): ChainView[] {
  const out: ChainView[] = [];
  const seen = new Set<ChainView>();
  for (const root of chains) {
    if (seen.has(root)) continue;
    seen.add(root);
    // a stack of its own: chains may nest thousands deep
    const work = [{ chain: root, at: 0 }];
    for (let top = work[0]; top !== undefined; top = work.at(-1)) {
      const view = top.chain.rules[top.at++];
      if (view === undefined) {
        out.push(top.chain);
        work.pop();
        continue;
      }
      const next = top.chain.next(view);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      work.push({ chain: next, at: 0 });
    }
  }
  return out;
}

/** Whether no packet comes out of a user chain again, to the rule behind the one that led there. */
function endsIn(chain: ChainView): boolean {
  for (const view of chain.rules) {
    const action = view.actions.at(-1);
    // the end of a chain that goto leads to goes back to where this one would
    const comesBack = action?.kind === 'return' || (action?.kind === 'goto' && chain.next(view)?.ends !== true);
    if (comesBack && view.limits.never === undefined) return false;
    if (chain.takes(view) && view.always) return true;
  }
  return false;
}
