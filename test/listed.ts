/**
 * Listings of the rows beside the extensions: one rule for each, all of a table in one chain. test/listed/TABLE.txt is what
 * iptables 1.8.9 prints of them, TABLE6.txt what ip6tables does of its own rows: the save, and the listing with numbers (-n) and with names. As root, where that is
 * installed, `npx vitest run --project kernel test/kernel/listing.kernel.test.ts -u` writes them anew.
 */
import type { Table, TableName } from '../src/model/ruleset.js';
import type { Family } from '../src/net/address.js';
import { parseListing } from '../src/parse/rules/listing/reader.js';
import { printRule } from '../src/parse/rules/print-rule.js';
import { parseSave } from '../src/parse/rules/save.js';
import { linesOf } from '../src/parse/text.js';
import { type Row, rowTables } from './rows.js';

/** The chain that holds the rules. */
export const CHAIN = 'rows';
/** The iptables whose listings are kept. */
export const RECORDED_OF = 'iptables v1.8.9 (legacy)';

/** Rules that a listing does not tell, or that iptables cannot load beside the others. */
const LEFT: readonly (readonly [rule: RegExp, why: string])[] = [
  [/--sport ! 1|65536/, 'iptables 1.8.9 takes it otherwise'],
  [/--(log|nflog)-prefix .*[\\"']/, 'a prefix is printed as it is, quotes and all'],
  [/-j SECMARK/, 'a kernel without a security module takes none'],
  [/-j CLUSTERIP/, 'Linux has no such target since 6.3'],
  [/! --quota/, 'that it is negated is not printed'],
  [/--ct(orig|repl)(src|dst) \S+\/255/, 'a mask that is no prefix is not printed'],
  [/-m osf .*--(ttl|log)/, 'neither is printed'],
  [/-m ipvs |-j (LED|ULOG)( |$)/, 'the kernel that was asked is without them: test/unlisted.test.ts'],
];

/** Rows that iptables takes and lists. */
export const listedRows: readonly Row[] = rowTables()
  .flatMap(({ rows }) => rows)
  .filter(({ ok, rule }) => ok && !LEFT.some(([text]) => text.test(rule)));

/** The rows of a table that are kept: of those of a family that are printed alike the first, in its first table. */
function recordedRows(table: TableName, family: Family): Row[] {
  const first = new Map<string, Row>();
  for (const row of listedRows) if (row.family === family && !first.has(row.expected)) first.set(row.expected, row);
  return [...first.values()].filter((row) => row.table === table);
}
export const TABLES: readonly TableName[] = [...new Set(listedRows.map(({ table }) => table))];

/** The files in test/listed, without their ending, and the rows that each keeps. */
export const RECORDED = ([4, 6] as const)
  .flatMap((family) => TABLES.map((table) => ({ family, table, rows: recordedRows(table, family) })))
  .filter(({ rows }) => rows.length > 0)
  .map((one) => ({ ...one, name: one.family === 6 ? `${one.table}6` : one.table }));

const printed = (tables: readonly Table[], family: Family): string[] =>
  tables.flatMap(({ chains }) => chains.get(CHAIN)?.rules ?? []).map((rule) => printRule(rule, family));

export const savedRules = (save: string, family: Family): string[] =>
  printed(parseSave(save, 'save', { add: () => {} }), family);

/** The rules of `iptables -L`, as iptables-save would print them, but for names that are not shown. */
export function listedRules(listing: string, table: TableName, family: Family): string[] {
  const heading = `# ${family === 4 ? 'iptables' : 'ip6tables'} -t ${table} -L\n`;
  return printed(parseListing(linesOf(heading + listing), 'listing', { add: () => {} }, family, []), family).map(
    withoutNames,
  );
}

/** What a listing tells of a rule. */
export const withoutNames = (rule: string): string => rule.replace(/ --hashlimit-name \S+/, '');
/** What one without -v does. */
export const withoutInterfaces = (rule: string): string => withoutNames(rule).replaceAll(/ (! )?-[io] \S+/g, '');
