/** A plan of the column program as data, for who asks what was chosen. */
import { Op, Section } from '../../abi.js';
import type { Compiled } from '../../compile/compile.js';
import type { ColumnsPlan, FieldCount, GroupPlan } from '../../model/plan.js';
import { Group } from './groups.js';
import { fieldsOfMask } from './list-tuples.js';
import { columnName } from './names.js';
import { countOf, type Plan } from './plan.js';
import type { Terms } from './terms.js';

/** Whose outcome hangs on the packets before, or on chance, and on nothing else of the packet (isFork of assembly/interpret.ts). */
const FORKS: readonly Op[] = [Op.Limit, Op.Nth, Op.Random];

export function told(plan: Plan, terms: Terms, compiled: Compiled, milliseconds: number): ColumnsPlan {
  const code = compiled.program.section(Section.Code);
  const addresses = [...terms.unanswered].sort((a, b) => a - b);
  const isFork = (address: number) => FORKS.includes(code[address]! & 255);
  return {
    fields: plan.groups.flatMap(fieldsOf).filter(({ classes }) => classes > 1),
    groups: plan.groups.flatMap(groupsOf),
    tuples: plan.lists.flatMap(({ masks }) =>
      masks.map(({ mask, tuples, classes }) => ({
        fields: fieldsOfMask(mask).map(columnName),
        tuples: tuples.length,
        classes,
      })),
    ),
    lists: terms.firsts.map(({ rules, parts }) => {
      const { address } = rules[0]!;
      const { table, chain } = compiled.rules.find((one) => one.address === address)!;
      return { table, chain, rules: rules.length, parts };
    }),
    values: plan.values.map(({ column, ...room }) => ({ field: columnName(column), ...room })),
    cells: plan.size,
    bytes: plan.bytes,
    seconds: milliseconds / 1000,
    long: addresses.filter((address) => !terms.late.has(address) && !isFork(address)),
    forks: addresses.filter(isFork),
  };
}

const fieldsOf = (group: Group): FieldCount[] =>
  group.summands.flatMap(({ of }) => (of instanceof Group ? fieldsOf(of) : countOf(of)));

/** What is taken together first stands first; fields of one class tell nothing, and are in no sum. */
function groupsOf(group: Group): GroupPlan[] {
  const within = group.summands.flatMap(({ of }) => (of instanceof Group ? groupsOf(of) : []));
  const fields = fieldsOf(group).filter(({ classes }) => classes > 1);
  if (fields.length === 0) return within;
  return [...within, { fields: fields.map(({ field }) => field), sums: group.product, classes: group.classes.count }];
}
