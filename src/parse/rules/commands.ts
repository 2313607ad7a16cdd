/**
 * What `iptables -S` prints: `-P CHAIN POLICY`, `-N CHAIN`, then the rules, and no word about the table. People paste it
 * below the command that printed it, several outputs one below the other, or some rules alone.
 */
import { BUILTIN, isBuiltin, isTableName, type TableName } from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';
import type { Line } from '../text.js';

/** A command that prints rules, as it was typed. */
export interface TypedCommand {
  readonly family: Family;
  /** undefined: -t names none that there is, as in a loop of a shell. */
  readonly table: TableName | undefined;
}

/** A prompt is looked for in so much of a line: beyond it, lines made of prompts would take for ever. */
const LONGEST = 300;
const COMMAND =
  /^(?:(?:\S.*?)?[#$>%]\s*)?(?:sudo\s+)?(?:\/\S*\/)?(ip6?)tables(?:-legacy|-nft)?(?:-save(?:\s|$)|\s)\s*(.*)$/;
const PRINTS = /(?:^|\s)(?:-[a-zA-Z]*[SL]|--list(?:-rules)?)(?:\s|$)/;

/** Whether `typedCommand` has to be asked, which takes longer. */
export const mayBeTyped = (line: string): boolean => line.includes('tables');

/** `root@host:~# iptables -t nat -S`, at a prompt or by itself; undefined: something else. */
export function typedCommand(line: string): TypedCommand | undefined {
  // a rule that a prompt was glued to is one all the same
  if (!mayBeTyped(line) || /^(?:\[\d+:\d+\] *)?-[APN] /.test(line)) return undefined;
  const match = COMMAND.exec(line.slice(0, LONGEST));
  if (match === null) return undefined;
  const [whole, tool, words] = match as unknown as [string, string, string];
  if (!/tables(-legacy|-nft)?-save/.test(whole) && !PRINTS.test(words)) return undefined;
  const named = /(?:^|\s)(?:-t|--table)(?:\s+|=|(?=[a-z]))(\S+)/.exec(words)?.[1];
  const table = named === undefined ? 'filter' : isTableName(named) ? named : undefined;
  return { family: tool === 'ip6' ? 6 : 4, table };
}

export type CommandLine =
  | { readonly kind: 'policy'; readonly chain: string; readonly policy: string; readonly counters: string | undefined }
  | { readonly kind: 'new'; readonly chain: string }
  | { readonly kind: 'rule'; readonly chain: string };

/** A line of `iptables -S`, or a rule that somebody wrote by itself, or undefined; `text` is without the blanks around it. */
export function commandLine(text: string): CommandLine | undefined {
  const rule = /^(?:\[\d+:\d+\]\s*)?-(?:A|I(?= ))(?:\s+(\S+)|$)/.exec(text);
  if (rule !== null) return { kind: 'rule', chain: rule[1] ?? '' };
  const [, policed, policy, packets, bytes] = /^-P\s+(\S+)\s+(\S+)(?:\s+-c\s+(\d+)\s+(\d+))?$/.exec(text) ?? [];
  if (policed !== undefined)
    return {
      kind: 'policy',
      chain: policed,
      policy: policy!,
      counters: packets === undefined ? undefined : `[${packets}:${bytes}]`,
    };
  // a save whose first lines were lost
  const [, chain, own, counters] = /^:\s*(\S+)\s+(ACCEPT|DROP|-)(?:\s+(\[\d+:\d+\]))?$/.exec(text) ?? [];
  if (chain !== undefined)
    return own === '-' ? { kind: 'new', chain } : { kind: 'policy', chain, policy: own!, counters };
  const made = /^-N\s+(\S+)$/.exec(text)?.[1];
  return made === undefined ? undefined : { kind: 'new', chain: made };
}

/** An output has its policies first, then new chains, then rules: whatever goes back begins another. */
export function beginsAnother(line: CommandLine, before: CommandLine): boolean {
  if (line.kind === 'rule') return false;
  if (before.kind === 'rule' || line.kind === 'new') return before.kind === 'rule';
  return before.kind === 'new' || line.chain === before.chain || rank(line.chain) < rank(before.chain);
}

/** Policies stand in the hooks' order; older versions have POSTROUTING before OUTPUT. */
const rank = (chain: string): number => ['PREROUTING', 'INPUT', 'FORWARD'].indexOf(chain) >>> 0;

export interface NamedTable {
  readonly table: TableName;
  readonly family: Family | undefined;
  /** by: the command above it; its chains, which no other table has; a guess. */
  readonly by: 'command' | 'chains' | 'guess';
  /** the chains that it has lines of; none: it is some rules alone. */
  readonly declared: readonly string[];
}

/** The table of the output that begins at a line. */
export function tableAt(lines: readonly Line[], from: number, typed: TypedCommand | undefined): NamedTable {
  const policed = new Set<string>();
  const named = new Set<string>();
  const declared: string[] = [];
  let before: CommandLine | undefined;
  for (let i = from; i < lines.length; i++) {
    const text = lines[i]!.text.trim();
    if (text.startsWith('*') || typedCommand(text) !== undefined) break;
    const line = commandLine(text);
    if (line === undefined) continue;
    if (before !== undefined && beginsAnother(line, before)) break;
    before = line;
    if (line.kind !== 'rule') declared.push(line.chain);
    if (line.kind === 'policy') policed.add(line.chain);
    if (HOOKS.has(line.chain)) named.add(line.chain);
  }
  const has = (table: TableName) => [...named].every((chain) => isBuiltin(table, chain));
  const family = typed?.family;
  if (typed?.table !== undefined && has(typed.table)) return { table: typed.table, family, by: 'command', declared };
  const whole = LIKELY.find((table) => BUILTIN[table].length === policed.size && has(table));
  if (whole !== undefined && policed.size === named.size) return { table: whole, family, by: 'chains', declared };
  // nat had no INPUT before Linux 2.6.36
  const both = named.has('PREROUTING') && named.has('POSTROUTING');
  const table = LIKELY.find(has);
  return { table: table ?? 'filter', family, by: both && table !== undefined ? 'chains' : 'guess', declared };
}

const HOOKS: ReadonlySet<string> = new Set(BUILTIN.mangle);
/** What people mean comes first: `security` has the chains of filter. */
export const LIKELY: readonly TableName[] = ['filter', 'nat', 'mangle', 'raw'];
