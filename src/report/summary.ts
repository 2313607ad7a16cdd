/** What many packets came to, for people: fates, the rules by their packets, policies, rules that no packet came to. */
import type { Compiled } from '../compile/compile.js';
import { readQuestion } from '../model/question.js';
import { ruleWith, type Table } from '../model/ruleset.js';
import type { Count, Summary, Totals } from '../model/summary.js';
import type { Fate, RuleRef } from '../model/trace.js';
import { printRule } from '../parse/rules/print-rule.js';
import { isForLater } from './first-packets.js';
import { type Language, type Message, textIn } from './lang/messages.js';
import { reasonOf } from './lang/reasons.js';
import { cut, length, type Style } from './render.js';
import { say } from './story.js';
import { number, tableOf } from './table.js';

export interface SummaryOptions extends Style {
  /** rules that are listed at most of those that were hit, and of those that were not; undefined: all. */
  readonly top?: number | undefined;
  /** not all packets were counted. */
  readonly partial: boolean;
  /** packets of which it is known that they could not be read. */
  readonly unread?: number | undefined;
  /** connections were remembered, so that rules for later packets were met by those. */
  readonly flows?: boolean | undefined;
  /** what was taken for granted of all packets. */
  readonly assumed?: readonly Message[] | undefined;
}

/** What the packets of a family came to by its rules. */
export interface FamilySummary extends Pick<SummaryOptions, 'flows' | 'assumed'> {
  readonly summary: Summary;
  readonly compiled: Compiled;
}

const LEAST_RULE = 20;

export const renderSummary = (
  summary: Summary,
  compiled: Compiled,
  language: Language,
  { flows, ...options }: SummaryOptions,
): string => renderSummaries([{ summary, compiled, flows }], summary, language, options);

/** A host's rules of both families, or of one; `all`: what all packets came to. */
export function renderSummaries(
  families: readonly FamilySummary[],
  all: Totals,
  language: Language,
  { top, partial, unread = 0, assumed = [], width }: Omit<SummaryOptions, 'flows'>,
): string {
  const words = (message: Message) => textIn(language, message);
  const { columns = length } = language;
  const table = (rows: readonly (readonly string[])[]) => tableOf(rows, columns);
  const several = families.length > 1;
  const lines = [...(partial ? [words(partly(unread))] : []), words(totals(all))];
  const taken = (list: readonly Message[]) => list.map(words).join('; ');
  if (assumed.length > 0) lines.push(`  ${words(say('assumed', { list: taken(assumed) }))}`);
  for (const { compiled, assumed: own = [] } of families)
    if (own.length > 0)
      lines.push(`  ${words(say('summary.assumed', { family: compiled.program.family, list: taken(own) }))}`);
  lines.push('', ...fateLines(families, all, { words, table }));

  const rules = families.flatMap(({ summary, compiled }) =>
    summary.rules.map((count, id): Counted => ({ ...count, id, compiled })),
  );
  const name = (compiled: Compiled, ...names: readonly (string | number)[]) =>
    `  ${[...(several ? [familyName(compiled)] : []), ...names].join(' ')}`;
  const nameOfRule = ({ compiled, table, chain, rule }: Counted) => name(compiled, table, chain, rule);
  const hit = rules.filter(({ packets }) => packets > 0).sort((a, b) => b.packets - a.packets);
  const shown = hit.slice(0, top);
  const text = (rule: Counted, used: number) => ruleText(rule, Math.max(LEAST_RULE, width - used), columns);
  const head = [words(say('summary.packets', {})), words(say('summary.bytes', {}))];
  if (shown.length > 0) {
    const title = words(say('summary.rules', { shown: shown.length, hit: hit.length }));
    const [first, ...rows] = table([[title, ...head], ...shown.map((rule) => [nameOfRule(rule), ...counts(rule)])]);
    lines.push('', first!, ...rows.map((row, i) => `${row}  ${text(shown[i]!, columns(row) + 2)}`));
  }
  const policies = families.flatMap(({ summary, compiled }) =>
    summary.policies.map((one) => [name(compiled, one.table, one.chain), ...counts(one)]),
  );
  if (policies.length > 0) lines.push('', ...table([[words(say('summary.policies', {})), ...head], ...policies]));
  const idle = rules.filter(({ packets }) => packets === 0);
  const { unknown = 0 } = all.fates;
  const notKnown = unknown === 0 ? '' : number(unknown);
  const counted = { rules: rules.length, unknown: notKnown, packets: number(all.packets) };
  lines.push('', words(say('summary.idle', { idle: idle.length, ...counted })));
  const first = families.filter(({ flows }) => !flows).map(({ compiled }) => compiled);
  if (idle.some(({ compiled, id }) => first.includes(compiled) && isForLater(compiled.rules[id]!.rule)))
    lines.push(`  ${words(say('summary.first', {}))}`);
  const names = idle.slice(0, top);
  const never = table(names.map((rule) => [nameOfRule(rule)]));
  lines.push(...never.map((row, i) => `${row}  ${text(names[i]!, columns(row) + 2)}`));
  const more = idle.length - names.length;
  if (more > 0) lines.push(`  ${words(say('summary.more', { more: number(more) }))}`);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

interface Counted extends RuleRef, Count {
  readonly id: number;
  readonly compiled: Compiled;
}

const familyName = ({ program }: Compiled): string => `IPv${program.family}`;

interface Printing {
  readonly words: (message: Message) => string;
  readonly table: (rows: readonly (readonly string[])[]) => string[];
}

/** Fates by their packets, of several families those of each beside, and under each fate what it came of. */
function fateLines(families: readonly FamilySummary[], all: Totals, { words, table }: Printing): string[] {
  const several = families.length > 1;
  const fates = Object.entries(all.fates).sort(([, a], [, b]) => b - a) as [Fate, number][];
  const of = (fate: Fate) => families.map(({ summary }) => number(summary.fates[fate] ?? 0));
  const head = ['', words(say('summary.packets', {})), '', ...families.map(({ compiled }) => familyName(compiled))];
  const [first, ...rows] = table([
    ...(several ? [head] : []),
    ...fates.map(([fate, packets]) => [
      `  ${words(say('summary.fate', { fate }))}`,
      number(packets),
      share(packets, all.packets),
      ...(several ? of(fate) : []),
    ]),
  ]);
  if (first === undefined) return [];
  const whys = (fate: Fate) =>
    families.flatMap(({ summary, compiled }) =>
      whysOf(summary, fate).map((why) => `    ${several ? `${familyName(compiled)} ` : ''}${words(why)}`),
    );
  const lines = several ? rows : [first, ...rows];
  return [...(several ? [first] : []), ...fates.flatMap(([fate], i) => [lines[i]!, ...whys(fate)])];
}

export const partly = (unread: number): Message =>
  say('summary.partial', { unread: unread === 0 ? '' : number(unread) });

/** The tables with these counters in place of those that were read. */
export function withCounters(tables: readonly Table[], compiled: Compiled, summary: Summary): Table[] {
  const counters = ({ packets, bytes }: Count) => ({ packets: BigInt(packets), bytes: BigInt(bytes) });
  const ofRule = new Map(compiled.rules.map(({ rule }, id) => [rule, counters(summary.rules[id]!)]));
  const ofPolicy = new Map(summary.policies.map((one) => [`${one.table} ${one.chain}`, counters(one)]));
  return tables.map((table) => ({
    ...table,
    chains: new Map(
      [...table.chains].map(([name, chain]) => [
        name,
        {
          ...chain,
          counters: ofPolicy.get(`${table.name} ${name}`),
          rules: chain.rules.map((rule) => ruleWith(rule, { counters: ofRule.get(rule) })),
        },
      ]),
    ),
  }));
}

function totals({ packets, bytes, seconds }: Totals): Message {
  const rate = seconds === 0 ? 0 : Number((packets / seconds).toPrecision(3));
  return say('summary.total', {
    packets: number(packets),
    bytes: number(bytes),
    seconds: seconds.toFixed(2),
    rate: rate >= 1e6 ? `${(rate / 1e6).toFixed(1)} M` : number(Math.round(rate)),
  });
}

/** What ended the packets of a fate, where that is not rules alone. */
function whysOf({ why }: Summary, fate: Fate): Message[] {
  const whys = Object.entries(why[fate] ?? {}).sort(([, a], [, b]) => b - a);
  if (whys.every(([name]) => name === 'rule')) return [];
  return whys.map(([name, packets]) => {
    const counted = { packets: number(packets) };
    if (name === 'rule') return say('summary.byRule', counted);
    if (name === 'policy') return say('summary.byPolicy', counted);
    return say('summary.why', { ...counted, why: questionOf(name) });
  });
}

/** A reason by its name, or a question that rules or routing ask. */
function questionOf(why: string) {
  const reason = reasonOf(why);
  const known = reason === why || why.startsWith('host:') || why.startsWith('bad-');
  return known ? reason : readQuestion(why);
}

const share = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;
const counts = ({ packets, bytes }: Count): string[] => [number(packets), number(bytes)];

function ruleText(
  { compiled: { rules, program }, id }: Counted,
  width: number,
  columns: (text: string) => number,
): string {
  const { rule, chain } = rules[id]!;
  return cut(printRule(rule, program.family).slice(`-A ${chain} `.length), width, columns);
}
