/** A plan of the column program as data, for who asks what was chosen. */
import { type Field, Op, Section } from '../../abi.js';
import type { Compiled } from '../../compile/compile.js';
import type { ColumnsPlan } from '../../model/plan.js';
import { columnName } from './names.js';
import type { Plan } from './plan.js';
import type { Terms } from './terms.js';
import { fieldsOfMask } from './tuples.js';

/** Whose outcome hangs on the packets before, or on chance, and on nothing else of the packet (isFork of assembly/interpret.ts). */
const FORKS: readonly Op[] = [Op.Limit, Op.Nth, Op.Random];

export function told(plan: Plan, terms: Terms, compiled: Compiled, milliseconds: number): ColumnsPlan {
  const code = compiled.program.section(Section.Code);
  const addresses = [...terms.unanswered].sort((a, b) => a - b);
  const isFork = (address: number) => FORKS.includes(code[address]! & 255);
  return {
    fields: plan.fields.filter(({ classes }) => classes > 1),
    groups: plan.groups,
    tuples: plan.tuples.flatMap(({ masks }) =>
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
    values: plan.values.map(({ column, ...room }) => ({
      field: columnName(column),
      ...room,
      by: terms.exact.get(column as Field),
    })),
    cells: plan.size,
    bytes: plan.bytes,
    seconds: milliseconds / 1000,
    long: addresses.filter((address) => !terms.late.has(address) && !isFork(address)),
    forks: addresses.filter(isFork),
  };
}
