/**
 * Rulesets as people have them, made loadable: what a paste has lost or won is mended, and said. Whether the rules are
 * right is for iptables-restore to say.
 */

import { TARGET_NAMES } from '../../../src/ext/registry.js';
import type { GivenRules } from '../generate/near.js';
import { scenarioNear } from '../generate.js';
import { type Kernel, KernelRefused } from '../kernel.js';

export interface Mended {
  readonly text: string;
  /** what was done, for people. */
  readonly notes: readonly string[];
}

/** A MAC address that somebody has hidden, and what iptables takes for it. */
const HIDDEN_MAC = 'XX:XX:XX:XX:XX:XX';
const SOME_MAC = '02:00:00:00:00:01';

/** What a terminal has put where it has broken a line. */
const BREAK = / {60,}/g;

/**
 * Ends of lines, broken ones, quotes that are cut off, prose and blanks around the tables, a table that is cut off before its COMMIT,
 * and hidden MAC addresses. Lines of no table stay.
 */
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
  if (text.includes(HIDDEN_MAC)) notes.add(`hidden MAC addresses made ${SOME_MAC}`);
  if (/^-A.* {60}/m.test(text)) notes.add('broken lines joined');
  for (const line of text.replaceAll('\r\n', '\n').replaceAll(HIDDEN_MAC, SOME_MAC).replace(/\n$/, '').split('\n')) {
    if (line.startsWith('*')) {
      commit();
      open = true;
    } else if (line.startsWith('COMMIT')) open = false;
    else if (tables && !open && line !== '' && !line.startsWith('#')) {
      notes.add('text around tables taken away');
      continue;
    }
    if (!line.startsWith('-A')) lines.push(line);
    else {
      const whole = line.replace(BREAK, '');
      const open = (whole.match(/\\.|"/g) ?? []).filter((one) => one === '"').length % 2 === 1;
      // iptables has the end of the line in the quote, which packetwalk refuses
      if (open) notes.add('open quotes closed');
      lines.push(open ? `${whole}"` : whole);
    }
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

/** The text without line `number`, the tables of a table's line with it; undefined: nothing that can be left out stands there. */
export function withoutLine(
  text: string,
  number: number,
): { readonly text: string; readonly line: string } | undefined {
  const lines = text.split('\n');
  const line = lines[number - 1]?.trim() ?? '';
  if (line === '' || line.startsWith('COMMIT')) return undefined;
  const end = line.startsWith('*') ? lines.indexOf('COMMIT', number) : number - 1;
  return end < 0 ? undefined : { text: lines.toSpliced(number - 1, end - number + 2).join('\n'), line };
}

const RULE = /^(?:\[\d+:\d+\] *)?-A (\S+)(?:.* -[jg] (\S+))?/;

/**
 * A part of a ruleset, of which packets come nowhere: in tables whose built-in chains have no rule, one is led to each chain that no rule
 * leads to.
 */
export function led(text: string): { readonly text: string; readonly chains: readonly string[] } {
  const chains: string[] = [];
  const table = (whole: string, name: string): string => {
    const rules = whole.split('\n').flatMap((line) => {
      const [, chain, to] = RULE.exec(line) ?? [];
      return chain === undefined ? [] : [{ chain, to }];
    });
    if (rules.some(({ chain }) => /^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/.test(chain))) return whole;
    const names = [...new Set(rules.map(({ chain }) => chain))];
    const first = names.filter((chain) => !rules.some(({ to }) => to === chain));
    chains.push(...first);
    const hook = /^(filter|security)$/.test(name) ? 'FORWARD' : 'PREROUTING';
    const leads = first.map((chain) => `-A ${hook} -j ${chain}\n`).join('');
    return whole.replace(/COMMIT$/, (end) => leads + end);
  };
  return { text: text.replace(/^\*(\w+)\n[\s\S]*?^COMMIT$/gm, table), chains };
}

export type Loadable =
  | (GivenRules & {
      readonly notes: readonly string[] /** lines that iptables does not take. */;
      readonly left: readonly string[];
    })
  | { readonly refused: string };

/**
 * A text with which the kernel loads; chains that rules jump to and that nobody declares are made, empty. `most`: so many lines that
 * iptables refuses are left out, for packetwalk as well.
 */
export async function loadable(kernel: Kernel, given: GivenRules, most = 0): Promise<Loadable> {
  const { text, notes } = mended(given.rules);
  const made: string[] = [];
  const left: string[] = [];
  for (let rules = text; ; ) {
    try {
      const { packets: _packets, ...host } = scenarioNear({ ...given, rules }, 1);
      await kernel.load(host);
      if (!/^(\[\d+:\d+\] *)?-[AI] /m.test(rules) && left.length > 0)
        return { refused: `no rule is taken: ${left[0]}` };
      const chains = made.length > 0 ? [`chains made: ${made.join(', ')}`] : [];
      return { ...given, rules, notes: [...notes, ...chains], left };
    } catch (error) {
      if (!(error instanceof KernelRefused)) throw error;
      const { output, message } = error;
      const [, chain] = /Couldn't load target `([\w.:-]+)'/.exec(output) ?? [];
      const [, line] = /\bline:? (\d+)/.exec(output) ?? [];
      if (chain !== undefined && !made.includes(chain) && !TARGET_NAMES.includes(chain)) {
        made.push(chain);
        rules = withChain(rules, chain, Number(line));
        continue;
      }
      const without = left.length < most ? withoutLine(rules, Number(line)) : undefined;
      if (without === undefined) return { refused: message };
      left.push(without.line);
      rules = without.text;
    }
  }
}
