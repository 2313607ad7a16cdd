/**
 * Rulesets as people have them, made loadable: what a paste has lost or won is mended, and said. Whether the rules are
 * right is for iptables-restore to say.
 */
import type { GivenRules } from '../generate/near.js';
import { scenarioNear } from '../generate.js';
import { type Kernel, KernelRefused } from '../kernel.js';

export interface Mended {
  readonly text: string;
  /** what was done, for people. */
  readonly notes: readonly string[];
}

/** Ends of lines, prose and blanks around the tables, and a table that is cut off before its COMMIT. Lines of no table stay. */
export function mended(text: string): Mended {
  const notes = new Set<string>();
  const lines: string[] = [];
  let open = false;
  const tables = /^\*/m.test(text);
  const commit = (): void => {
    if (!open) return;
    lines.push('COMMIT');
    notes.add('COMMIT added');
  };
  for (const line of text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')) {
    if (line.startsWith('*')) {
      commit();
      open = true;
    } else if (line.startsWith('COMMIT')) open = false;
    else if (tables && !open && line !== '' && !line.startsWith('#')) {
      notes.add('text around tables taken away');
      continue;
    }
    lines.push(line);
  }
  commit();
  return { text: lines.map((line) => `${line}\n`).join(''), notes: [...notes] };
}

/** The text with a chain declared in the table that line `number` (from 1) stands in. */
export function withChain(text: string, chain: string, number: number): string {
  const lines = text.split('\n');
  const table = lines.slice(0, number).findLastIndex((line) => line.startsWith('*'));
  return lines.toSpliced(table + 1, 0, `:${chain} - [0:0]`).join('\n');
}

export type Loadable = (GivenRules & { readonly notes: readonly string[] }) | { readonly refused: string };

/** A text with which the kernel loads; chains that rules jump to and that nobody declares are made, empty. */
export async function loadable(kernel: Kernel, given: GivenRules): Promise<Loadable> {
  const { text, notes } = mended(given.rules);
  const made: string[] = [];
  for (let rules = text; ; ) {
    try {
      const { packets: _packets, ...host } = scenarioNear({ ...given, rules }, 1);
      await kernel.load(host);
      const chains = made.length > 0 ? [`chains made: ${made.join(', ')}`] : [];
      return { ...given, rules, notes: [...notes, ...chains] };
    } catch (error) {
      if (!(error instanceof KernelRefused)) throw error;
      const [, chain, line] = /Couldn't load target `([\w.:-]+)'[\s\S]*?at line: (\d+)/.exec(error.output) ?? [];
      if (chain === undefined || made.includes(chain)) return { refused: error.message };
      made.push(chain);
      rules = withChain(rules, chain, Number(line));
    }
  }
}
