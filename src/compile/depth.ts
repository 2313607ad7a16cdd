/** How deep jumps can nest in a table, and the loops of its chains, as mark_source_chains of the kernel's ip_tables.c has it. */
import { PacketwalkError } from '../errors.js';
import { BUILTIN, placeOf, type Rule, type Span, type Table } from '../model/ruleset.js';

interface Chaining {
  readonly chain: string;
  /** frames that the jump pushes: a goto pushes none. */
  readonly frames: 0 | 1;
  readonly rule: Rule;
  /** where the target's name stands. */
  readonly at: Span;
}

/** Chains that lead in a circle: the names from the first to its return, and the rule that closes it. */
export interface ChainLoop {
  readonly names: readonly string[];
  /** a hook leads there: the kernel refuses the table. */
  readonly reached: boolean;
  readonly rule: Rule;
  readonly at: Span;
}

/** The greatest number of frames on the stack at once, the policy's among them. Throws where a hook reaches a loop. */
export function deepestWalk(table: Table): number {
  const walk = new ChainWalk(table);
  const deepest = Math.max(0, ...BUILTIN[table.name].map((hook) => walk.from(hook, true)));
  const loop = walk.loops[0];
  if (loop !== undefined) throw new PacketwalkError(...loopProblem(table, loop));
  return 1 + deepest;
}

/** Every loop of a table, those that a hook reaches first. */
export function chainLoops(table: Table): readonly ChainLoop[] {
  const walk = new ChainWalk(table);
  for (const hook of BUILTIN[table.name]) walk.from(hook, true);
  for (const chain of table.chains.keys()) walk.from(chain, false);
  return walk.loops;
}

/** A loop as the message and details of an error or a finding. */
export function loopProblem(table: Table, { names, reached, rule, at }: ChainLoop) {
  const details = {
    code: 'chain-loop',
    place: placeOf(rule, at),
    hint: reached ? 'the kernel refuses such a table' : 'no hook leads there, so that no packet comes to it',
  };
  return [`chains of table ${table.name} lead in a circle: ${names.join(' → ')}`, details] as const;
}

/** Visits chains depth first, each once. */
class ChainWalk {
  readonly loops: ChainLoop[] = [];
  private readonly done = new Map<string, number>();

  constructor(private readonly table: Table) {}

  /** The frames that jumps from a chain push at most; loops on the way are noted and not followed. */
  from(root: string, reached: boolean): number {
    const known = this.done.get(root);
    if (known !== undefined) return known;
    const path: Chaining[] = [];
    const open = new Set<string>();
    // a stack of its own: chains may nest thousands deep
    const work: { name: string; edges: readonly Chaining[]; next: number; deepest: number }[] = [];
    const enter = (name: string) => {
      open.add(name);
      work.push({ name, edges: edgesOf(this.table, name), next: 0, deepest: 0 });
    };
    enter(root);
    while (work.length > 0) {
      const top = work.at(-1)!;
      const edge = top.edges[top.next];
      if (edge === undefined) {
        this.done.set(top.name, top.deepest);
        open.delete(top.name);
        work.pop();
        path.pop();
        continue;
      }
      const depth = this.done.get(edge.chain);
      if (depth !== undefined) {
        top.deepest = Math.max(top.deepest, depth + edge.frames);
        top.next++;
      } else if (open.has(edge.chain)) {
        this.loops.push(loopOf([...path, edge], edge, reached));
        top.next++;
      } else {
        path.push(edge);
        enter(edge.chain);
      }
    }
    return this.done.get(root)!;
  }
}

function edgesOf(table: Table, name: string): Chaining[] {
  const edges: Chaining[] = [];
  for (const rule of table.chains.get(name)?.rules ?? []) {
    const target = rule.target;
    if (rule.refused || (target?.kind !== 'jump' && target?.kind !== 'goto')) continue;
    edges.push({ chain: target.chain, frames: target.kind === 'jump' ? 1 : 0, rule, at: target.at });
  }
  return edges;
}

function loopOf(path: readonly Chaining[], last: Chaining, reached: boolean): ChainLoop {
  const from = path.findIndex((edge) => edge.rule.chain === last.chain);
  const names = [...path.slice(from).map((edge) => edge.rule.chain), last.chain];
  return { names, reached, rule: last.rule, at: last.at };
}
