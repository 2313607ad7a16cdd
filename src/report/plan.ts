/** How many packets would be classified: `show --plan`, for people and as JSON. It speaks English. */
import type { Compiled } from '../compile/compile.js';
import { optionText } from '../model/option-text.js';
import type { ColumnsPlan, GroupPlan, HostPlan } from '../model/plan.js';
import { printRule } from '../parse/rules/print-rule.js';
import { MIB } from '../run/budget.js';
import type { LoadedHost } from '../run/engine.js';
import { INSTEAD, whyText } from './plan-why.js';
import { number, tableOf } from './table.js';

/** A host's plan, and what it is of. */
export interface Planned {
  readonly plan: HostPlan;
  readonly host: Pick<LoadedHost, 'compiled' | 'tracking'>;
}

export function planJson(plans: readonly Planned[]): object {
  return {
    schema: 1,
    plans: plans.map(({ plan: { columns, ...plan }, host: { compiled } }) => ({
      ...plan,
      ...(columns && {
        columns: {
          ...columns,
          seconds: Number(columns.seconds.toFixed(6)),
          values: columns.values.map(({ by, ...values }) => ({ ...values, by: partBy(compiled, by) })),
          long: partsOf(compiled, columns.long),
          forks: partsOf(compiled, columns.forks),
        },
      }),
    })),
  };
}

export const renderPlans = (plans: readonly Planned[]): string =>
  plans.map((planned) => `${linesOf(planned).join('\n')}\n`).join('\n');

function linesOf({ plan, host }: Planned): string[] {
  const { family, columns, used, why, fields, tables, budget } = plan;
  if (columns !== undefined)
    return [
      `IPv${family}: packets go by columns: those whose values nothing tells apart fare as the first of them did.`,
      ...(host.tracking.on ? [TRACKED] : []),
      ...columnLines(columns, budget, host.compiled),
      ...partLines('They walk, each time, where they come to', columns.long, host.compiled),
      ...partLines('Order or chance decides, and what is known forks, at', columns.forks, host.compiled),
    ];
  const kinds = tables.map((one) => [
    `  ${one.table} ${one.hook}`,
    one.kinds === undefined ? 'each walks' : number(one.kinds),
  ]);
  return [
    `IPv${family}: packets do not go by columns: ${whyText({ why: why!, ...(fields && { fields }) })}.`,
    `${INSTEAD[used][0]!.toUpperCase()}${INSTEAD[used].slice(1)}.`,
    ...(kinds.length > 0 ? ['', ...tableOf([['tables', 'kinds'], ...kinds])] : []),
  ];
}
const TRACKED =
  'Where connections are remembered (classify --packets without --connections off) packets take their turn.';

function columnLines(
  { fields, groups, tuples, lists, values, cells, bytes, seconds }: ColumnsPlan,
  budget: number,
  compiled: Compiled,
): string[] {
  const section = (rows: readonly (readonly string[])[]) => (rows.length > 1 ? ['', ...tableOf(rows)] : []);
  return [
    ...section([['fields', 'classes'], ...fields.map(({ field, classes }) => [`  ${field}`, number(classes)])]),
    ...section([
      ['taken together', 'sums', 'classes'],
      ...groups.map((one, i) => [`  ${fieldsText(one, groups[i - 1])}`, number(one.sums), number(one.classes)]),
    ]),
    ...section([
      ['looked up together', 'tuples', 'classes'],
      ...tuples.map((one) => [`  ${one.fields.join(', ')}`, number(one.tuples), number(one.classes)]),
    ]),
    ...section([
      ['first that matches', 'rules', 'parts'],
      ...lists.map((one) => [`  ${one.table} ${one.chain}`, number(one.rules), number(one.parts)]),
    ]),
    ...section([
      ['values one by one', 'room', 'at most'],
      ...values.map(({ field, room, most }) => [`  ${field}`, number(room), number(most)]),
    ]).map((line, i) => `${line}  ${textOf(partBy(compiled, values[i - 2]?.by))}`.trimEnd()),
    '',
    `${number(cells)} cells; tables of ${(bytes / MIB).toFixed(1)} MiB, where ${budget / MIB} are allowed (--memory), built in ${seconds.toFixed(2)} s.`,
  ];
}

/** What a group holds all of stands above it. */
function fieldsText({ fields }: GroupPlan, above: GroupPlan | undefined): string {
  const more = fields.filter((field) => !above?.fields.includes(field));
  return above === undefined || more.length === fields.length ? fields.join(', ') : `… and ${more.join(', ')}`;
}

const textOf = (part: Part | undefined): string => (part === undefined ? '' : `${placeText(part)}  ${part.text}`);
const placeText = ({ table, chain, rule, file, line }: Part): string => `${table} ${chain} ${rule}  ${file}:${line}`;

/** Parts of rules that are listed; --json has all. */
const PARTS = 20;

function partLines(title: string, addresses: readonly number[], compiled: Compiled): string[] {
  const parts = partsOf(compiled, addresses);
  if (parts.length === 0) return [];
  const rows = parts.slice(0, PARTS).map((part) => ({ place: `  ${placeText(part)}`, text: part.text }));
  const width = Math.max(...rows.map(({ place }) => place.length));
  const lines = rows.map(({ place, text }) => `${place.padEnd(width)}  ${text}`.trimEnd());
  const more = parts.length - rows.length;
  return ['', `${title}:`, ...lines, ...(more > 0 ? [`  and ${number(more)} more`] : [])];
}

type Part = ReturnType<typeof partsOf>[number];

const partBy = (compiled: Compiled, address: number | undefined): Part | undefined =>
  address === undefined ? undefined : partsOf(compiled, [address])[0];

/** Parts of rules by their instructions, each once: a condition as it is written there, else the rule's target. */
function partsOf({ rules, conditions, program }: Compiled, addresses: readonly number[]) {
  const texts = new Map<number, Set<string>>();
  let id = 0;
  for (const address of addresses) {
    while (rules[id + 1] !== undefined && rules[id + 1]!.address <= address) id++;
    const { rule } = rules[id]!;
    const condition = conditions.get(address);
    const target = / (-[jg] .*)$/.exec(printRule(rule, program.family))?.[1] ?? '';
    const text = condition === undefined ? target : optionText(rule, condition);
    texts.set(id, (texts.get(id) ?? new Set()).add(text));
  }
  return [...texts].flatMap(([id, ofRule]) => {
    const { table, chain, number, rule } = rules[id]!;
    // some instructions only make sure that others can be carried out
    const written = [...ofRule].filter((text) => text !== '' || ofRule.size === 1);
    return written.map((text) => ({ table, chain, rule: number, file: rule.file, line: rule.line, text }));
  });
}
