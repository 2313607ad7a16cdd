/** How deep jumps can nest in a table, and the refusal of loops, as mark_source_chains of the kernel's ip_tables.c has it. */
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

/** The greatest number of frames on the stack at once, the policy's among them. Throws where a hook reaches a loop. */
export function deepestWalk(table: Table): number {
  const done = new Map<string, number>();
  const path: Chaining[] = [];
  // a stack of its own: chains may nest thousands deep
  const visit = (root: string): number => {
    const work: { name: string; edges: readonly Chaining[]; next: number; deepest: number }[] = [];
    const open = new Set<string>();
    const enter = (name: string) => {
      open.add(name);
      work.push({ name, edges: edgesOf(table, name), next: 0, deepest: 0 });
    };
    enter(root);
    while (work.length > 0) {
      const top = work.at(-1)!;
      const edge = top.edges[top.next];
      if (edge === undefined) {
        done.set(top.name, top.deepest);
        open.delete(top.name);
        work.pop();
        path.pop();
        continue;
      }
      const known = done.get(edge.chain);
      if (known !== undefined) {
        top.deepest = Math.max(top.deepest, known + edge.frames);
        top.next++;
      } else if (open.has(edge.chain)) throw loop(table, [...path, edge], edge);
      else {
        path.push(edge);
        enter(edge.chain);
      }
    }
    return done.get(root)!;
  };
  return 1 + Math.max(0, ...BUILTIN[table.name].map((hook) => done.get(hook) ?? visit(hook)));
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

function loop(table: Table, path: readonly Chaining[], last: Chaining): PacketwalkError {
  const from = path.findIndex((edge) => edge.rule.chain === last.chain);
  const names = [...path.slice(from).map((edge) => edge.rule.chain), last.chain];
  return new PacketwalkError(`chains of table ${table.name} lead in a circle: ${names.join(' → ')}`, {
    code: 'chain-loop',
    place: placeOf(last.rule, last.at),
    hint: 'the kernel refuses such a table',
  });
}
