/** How deep jumps can nest in a table, and the loops of its chains, as mark_source_chains of the kernel's ip_tables.c has it. */
import { PacketwalkError } from '../errors.js';
import { aimAt, BUILTIN, type ChainAim, meaningOf, placeOf, type Rule, type Table } from '../model/ruleset.js';

/** Chains that lead in a circle: the names from the first to its return, and the rule that closes it. */
export interface ChainLoop {
  readonly names: readonly string[];
  /** a hook leads there: the kernel refuses the table. */
  readonly reached: boolean;
  readonly rule: Rule;
}

/** What was found of chains that were looked at whole: they are compiled afterwards. */
const known = new WeakMap<Table['chains'], Walked>();

interface Walked {
  /** frames that jumps from hooks push at most. */
  readonly deepest: number;
  /** those that a hook reaches first. */
  readonly loops: readonly ChainLoop[];
}

/** The greatest number of frames on the stack at once, the policy's among them. Throws where a hook reaches a loop. */
export function deepestWalk(table: Table): number {
  const { deepest, loops } = known.get(table.chains) ?? fromHooks(new ChainWalk(table), table);
  const loop = loops[0];
  if (loop?.reached) throw new PacketwalkError(...loopProblem(table, loop));
  return 1 + deepest;
}

/** Every loop of a table, those that a hook reaches first. */
export function chainLoops(table: Table): readonly ChainLoop[] {
  const walk = new ChainWalk(table);
  const walked = fromHooks(walk, table);
  for (const chain of table.chains.keys()) walk.from(chain, false);
  known.set(table.chains, walked);
  return walked.loops;
}

function fromHooks(walk: ChainWalk, { name }: Table): Walked {
  const deepest = Math.max(0, ...BUILTIN[name].map((hook) => walk.from(hook, true)));
  return { deepest, loops: walk.loops };
}

/** A loop as the message and details of an error or a finding. */
export function loopProblem(table: Table, { names, reached, rule }: ChainLoop) {
  const details = {
    code: 'chain-loop',
    place: placeOf(rule, aimAt(rule)),
    hint: reached ? 'the kernel refuses such a table' : 'no hook leads there, so that no packet comes to it',
  };
  return [`chains of table ${table.name} lead in a circle: ${names.join(' → ')}`, details] as const;
}

/** A chain on the way of the walk. */
interface Visit {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** the rule at hand. */
  next: number;
  deepest: number;
  /** the frames that jumps from there push at most; OPEN while the walk is in it. */
  depth: number;
}

/** Visits chains depth first, each once. */
class ChainWalk {
  readonly loops: ChainLoop[] = [];
  private readonly seen = new Map<string, Visit>();

  constructor(private readonly table: Table) {}

  /** The frames that jumps from a chain push at most; loops on the way are noted and not followed. */
  from(root: string, reached: boolean): number {
    const known = this.seen.get(root);
    if (known !== undefined) return known.depth;
    // a stack of its own: chains may nest thousands deep
    const work = [this.enter(root)];
    for (let top = work[0]; top !== undefined; top = work.at(-1)) {
      const target = aimOf(top.rules[top.next]);
      if (target !== undefined) {
        const there = this.seen.get(target.chain);
        if (there === undefined) {
          work.push(this.enter(target.chain));
          continue;
        }
        const { depth } = there;
        if (depth === OPEN) this.loops.push(loopOf(work, target, reached));
        // a goto pushes no frame
        else top.deepest = Math.max(top.deepest, depth + (target.kind === 'jump' ? 1 : 0));
      }
      if (++top.next < top.rules.length) continue;
      top.depth = top.deepest;
      work.pop();
    }
    return this.seen.get(root)!.depth;
  }

  private enter(name: string): Visit {
    const rules = this.table.chains.get(name)?.rules ?? [];
    const visit: Visit = { name, rules, next: 0, deepest: 0, depth: OPEN };
    this.seen.set(name, visit);
    return visit;
  }
}

const OPEN = -1;

/** The target of a rule that leads to a chain. */
function aimOf(rule: Rule | undefined): ChainAim | undefined {
  return rule === undefined || rule.refused ? undefined : meaningOf(rule).leads;
}

/** The walk is in the chain that the last rule on its way leads back to. */
function loopOf(work: readonly Visit[], { chain }: ChainAim, reached: boolean): ChainLoop {
  const names = work.map(({ name }) => name);
  const { rules, next } = work.at(-1)!;
  return { names: [...names.slice(names.indexOf(chain)), chain], reached, rule: rules[next]! };
}
