/**
 * The wants of all rules that packets can come to, as `Wants` of src/input/synthetic/palette.ts has them, and by which
 * jumps the kernel comes to each chain.
 */
import { FORWARD, INPUT, OUTPUT, WANT_BITS, WANT_MEMBER, type Wants } from '../input/synthetic/palette.js';
import { type Chain, type HookName, isBuiltin, meaningOf, type Rule, type Table } from '../model/ruleset.js';
import type { Range } from './address-codes.js';
import type { Want } from './palette-rules.js';

/** The ways by which packets come to a hook. */
const WAYS: Readonly<Record<HookName, number>> = {
  PREROUTING: INPUT | FORWARD,
  INPUT,
  FORWARD,
  OUTPUT,
  POSTROUTING: FORWARD | OUTPUT,
};

/** A chain that a hook leads to. */
interface Reached {
  readonly chain: Chain;
  readonly contexts: Context[];
  /** rows of Wants that jump from here. */
  readonly jumps: { readonly row: number; readonly to: Reached }[];
}

/** How the kernel comes to a chain: by a hook, or by a row of another chain, which it came to by a context of that. */
interface Context {
  readonly ways: number;
  readonly from: { readonly row: number; readonly chain: Reached; readonly context: number } | undefined;
}

/** Contexts that a chain keeps; more where they bring a way that no other has. */
const CONTEXTS = 8;

/** `wantsOf`: the alternatives of a rule. */
export function wantsOfTables(
  tables: readonly Table[],
  wantsOf: (table: Table, rule: Rule) => readonly (readonly Want[])[],
): Wants {
  const wants = new PackedWants();
  const all: Reached[] = [];
  for (const table of tables) {
    const reached = reachedIn(table);
    for (const one of reached.values()) {
      const number = all.push(one) - 1;
      for (const rule of one.chain.rules) {
        const to = reached.get(jumpOf(rule) ?? '');
        for (const alternative of rule.refused ? [] : wantsOf(table, rule)) {
          const row = wants.put(alternative, number);
          if (to !== undefined) one.jumps.push({ row, to });
        }
      }
    }
  }
  spread(all);
  return { ...wants.arrays(), ...packContexts(all) };
}

function jumpOf(rule: Rule): string | undefined {
  const { target } = meaningOf(rule);
  return !rule.refused && (target?.kind === 'jump' || target?.kind === 'goto') ? target.chain : undefined;
}

function reachedIn(table: Table): Map<string, Reached> {
  const reached = new Map<string, Reached>();
  const reach = (name: string, contexts: Context[]) => {
    const chain = table.chains.get(name);
    if (chain !== undefined && !reached.has(name)) reached.set(name, { chain, contexts, jumps: [] });
  };
  for (const name of table.chains.keys())
    if (isBuiltin(table.name, name)) reach(name, [{ ways: WAYS[name], from: undefined }]);
  // grows while it is gone through
  for (const { chain } of reached.values())
    for (const rule of chain.rules) {
      const to = jumpOf(rule);
      if (to !== undefined) reach(to, []);
    }
  return reached;
}

/** Follows jumps from the hooks on; chains in a circle end it as well, since a chain keeps few contexts. */
function spread(all: readonly Reached[]): void {
  const queue = all.flatMap((chain) => chain.contexts.map((_, context) => ({ chain, context })));
  // grows while it is gone through
  for (const { chain, context } of queue) {
    const { ways } = chain.contexts[context]!;
    for (const { row, to } of chain.jumps) {
      const covered = to.contexts.reduce((bits, one) => bits | one.ways, 0);
      if (to.contexts.length >= CONTEXTS && (ways & ~covered) === 0) continue;
      queue.push({ chain: to, context: to.contexts.push({ ways, from: { row, chain, context } }) - 1 });
    }
  }
}

function packContexts(all: readonly Reached[]): Pick<Wants, 'contextAt' | 'contexts'> {
  const first = new Map<Reached, number>();
  const contextAt = [0];
  for (const chain of all) {
    const at = contextAt.at(-1)!;
    first.set(chain, at);
    contextAt.push(at + chain.contexts.length);
  }
  const words = all.flatMap(({ contexts }) =>
    contexts.flatMap(({ ways, from }) =>
      from === undefined ? [ways, 0, 0] : [ways, from.row + 1, first.get(from.chain)! + from.context],
    ),
  );
  return { contextAt: Uint32Array.from(contextAt), contexts: Uint32Array.from(words) };
}

class PackedWants {
  readonly #words: number[] = [];
  readonly #at = [0];
  readonly #ranges: number[] = [];
  readonly #chain: number[] = [];

  /** Returns the number of the row. */
  put(wants: readonly Want[], chain: number): number {
    for (const want of wants) {
      if (want.kind === 'bits') this.#words.push(WANT_BITS + want.part, want.mask, want.value);
      else if (want.kind === 'range') this.#putRanges(want.part, want.ranges);
      else {
        const numbers = want.samples.map((number): Range => [number, number]);
        this.#putRanges(WANT_MEMBER + (want.directions << 8), numbers);
      }
    }
    this.#at.push(this.#words.length / 3);
    return this.#chain.push(chain) - 1;
  }

  #putRanges(kind: number, ranges: readonly Range[]): void {
    this.#words.push(kind, this.#ranges.length / 2, ranges.length);
    for (const [min, max] of ranges) this.#ranges.push(min, max);
  }

  arrays(): Pick<Wants, 'words' | 'at' | 'ranges' | 'chain'> {
    return {
      words: Uint32Array.from(this.#words),
      at: Uint32Array.from(this.#at),
      ranges: Uint32Array.from(this.#ranges),
      chain: Uint32Array.from(this.#chain),
    };
  }
}
