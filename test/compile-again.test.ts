/** Tables of which some rules were compiled before: the program asks and does what it would have if it were made anew. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Compiled, compile } from '../src/compile/compile.js';
import { disassemble } from '../src/compile/disassemble.js';
import { EVERYTHING, type Knowledge } from '../src/compile/passes/unknowns.js';
import type { Chain, Rule, Table } from '../src/model/ruleset.js';
import { parseSave } from '../src/parse/rules/save.js';
import { ROOT } from './root.js';

const FOLDER = join(ROOT, 'test/golden');
const TEXTS = readdirSync(FOLDER).filter((file) => file.endsWith('.rules'));
const NOTHING: Knowledge = { sets: new Set(), addresses: false, routes: false, mtus: false };

const changed = (tables: readonly Table[], change: (chain: Chain, table: Table) => readonly Rule[]): Table[] =>
  tables.map((table) => ({
    ...table,
    chains: new Map([...table.chains].map(([name, chain]) => [name, { ...chain, rules: [...change(chain, table)] }])),
  }));
const reversed = (tables: readonly Table[]): Table[] =>
  tables.map((table) => ({ ...table, chains: new Map([...table.chains].reverse()) })).reverse();
/** Without its user chains, which rules lead to all the same. */
const cut = (tables: readonly Table[]): Table[] =>
  tables.map((table) => ({ ...table, chains: new Map([...table.chains].filter(([name]) => /^[A-Z]+$/.test(name))) }));

const CHANGES: Readonly<Record<string, (tables: readonly Table[]) => readonly Table[]>> = {
  'the same': (tables) => tables,
  'every third rule left out': (tables) => changed(tables, ({ rules }) => rules.filter((_, i) => i % 3 !== 1)),
  'the last rule first': (tables) => changed(tables, ({ rules }) => [...rules.slice(-1), ...rules.slice(0, -1)]),
  'every rule twice': (tables) => changed(tables, ({ rules }) => rules.flatMap((rule) => [rule, rule])),
  'no rule': (tables) => changed(tables, () => []),
  'chains in another order': reversed,
  'user chains left out': cut,
};

/** Which cell is whose is of no account. */
const listing = (compiled: Compiled): string => disassemble(compiled).replace(/cell \d+/g, 'cell');
const cells = (compiled: Compiled): number => new Set(disassemble(compiled).match(/cell \d+/g)).size;

test.each(TEXTS.flatMap((file) => Object.keys(CHANGES).map((what) => [file, what] as const)))(
  '%s, %s',
  (file, what) => {
    const tables = parseSave(readFileSync(join(FOLDER, file), 'utf8'), file, { add: () => {} });
    const { family } = tables[0]!;
    for (const known of [EVERYTHING, NOTHING])
      for (const [first, then] of [
        [tables, CHANGES[what]!(tables)],
        [CHANGES[what]!(tables), tables],
      ] as const) {
        const before = compile(first, family, known);
        const again = compile(then, family, known, before);
        expect(listing(again)).toBe(listing(compile(then, family, known)));
        // each limit has a bucket of its own
        expect(cells(again)).toBe(cells(compile(then, family, known)));
      }
  },
);
