/** Why packets do not go by columns, and what takes them instead. */
import type { EngineName, EngineUse, NoColumns, Refusal } from '../model/plan.js';
import { number } from './table.js';

const WHYS: Readonly<Record<NoColumns, string>> = {
  asked: 'the bytecode was asked for',
  connections: 'connections are remembered, and a packet has to see what those before it have opened',
  tuples: "rules read connections' addresses and ports, or change packets without them",
  ports: 'routing rules ask for protocols, ports or users',
  addresses: 'routes tell too many addresses apart',
  classes: 'values fall into too many classes',
  memory: 'its tables do not fit into so much memory (--memory)',
  'new-kinds': 'most packets were of kinds that none before them was of',
  few: 'so few packets came that nothing was laid out for them',
};

/** Why packets do not go by columns. */
export function whyText({ why, fields = [] }: Refusal): string {
  const counts = [...fields].sort((a, b) => b.classes - a.classes).filter(({ classes }) => classes > 1);
  const most = counts.map(({ field, classes }) => `${field} ${number(classes)}`);
  return WHYS[why] + (most.length > 0 ? ` (${most.join(', ')})` : '');
}

export const INSTEAD: Readonly<Record<EngineName, string>> = {
  columns: 'packets go by columns; those that values do not tell walk',
  tables: 'each table does with a packet what it did with others of its kind',
  bytecode: 'each packet walks by itself',
};

/** Why the column program did not take all packets that it might, and what did; undefined: it did. */
export function insteadText({ used, why, fields, walked = 0 }: EngineUse): string | undefined {
  if (why === undefined) return undefined;
  const instead = used === 'columns' ? `${number(walked)} walked` : INSTEAD[used];
  return `${whyText({ why, ...(fields && { fields }) })}; ${instead}`;
}
