import { describe, expect, test } from 'vitest';
import type { Extension } from '../src/ext/define.js';
import { RARE_MATCHES, RARE_TARGETS } from '../src/ext/rare-extensions.js';
import { MATCHES, RARE_MATCH_NAMES, RARE_TARGET_NAMES, TARGETS } from '../src/ext/registry.js';
import { allRowTables, type Row, readRule } from './rows.js';

const tables = allRowTables();
const rowName = ({ family, table, chain, rule }: Row) => `${family === 6 ? '6 ' : ''}${table} ${chain} ${rule}`;

describe.each(tables.map((table) => [`${table.kind} ${table.name}`, table] as const))('%s', (_, table) => {
  test.each(table.rows.map((row) => [rowName(row), row] as const))('%s', (_, row) => {
    const { rule, findings, printed } = readRule(row.rule, row.table, row.chain, row.family);
    const errors = findings.filter((finding) => finding.severity === 'error').map((finding) => finding.message);
    if (!row.ok) {
      expect(errors, 'refused').not.toEqual([]);
      expect(rule.refused).toBe(true);
      return;
    }
    expect(errors).toEqual([]);
    expect(printed).toBe(row.expected);
    const again = readRule(printed, row.table, row.chain, row.family);
    expect(again.printed, 'printing is stable').toBe(printed);
  });
});

describe('every extension', () => {
  test.each([...MATCHES, ...TARGETS].map((one) => [`${one.kind} ${one.name}`, one] as const))('%s', (_, extension) => {
    const rows = tables.find((table) => table.kind === extension.kind && table.name === extension.name)?.rows ?? [];
    expect(
      rows.some((row) => row.ok),
      'has a plain row',
    ).toBe(true);
    if (canBeRefused(extension))
      expect(
        rows.some((row) => !row.ok),
        'has a refused row',
      ).toBe(true);
    if (Object.values(extension.options).some((option) => option.invert))
      expect(
        rows.some((row) => row.ok && row.rule.includes('! ')),
        'has a negated row',
      ).toBe(true);
  });
});

test('rows are of an extension that is in one of the lists', () => {
  const all = [...MATCHES, ...TARGETS].map(({ kind, name }) => `${kind} ${name}`);
  expect(tables.map(({ kind, name }) => `${kind} ${name}`).filter((one) => !all.includes(one))).toEqual([]);
});

test('the registry names the rare extensions', () => {
  // one that is another for each family has one name
  const names = (list: readonly Extension[]) => [...new Set(list.flatMap(({ name, alias = [] }) => [name, ...alias]))];
  const how = 'src/ext/registry.ts has the names in the order in which src/ext/rare-extensions.ts lists them';
  expect([...RARE_MATCH_NAMES], how).toEqual(names(RARE_MATCHES));
  expect([...RARE_TARGET_NAMES], how).toEqual(names(RARE_TARGETS));
});

const canBeRefused = (extension: Extension) =>
  Object.keys(extension.options).length > 0 || extension.tables !== undefined || extension.protocols !== undefined;
