/**
 * Rows of any folder, iptables' own among them: whose rows a file has, and what is made of them here. A file's name says it:
 * `libxt_NAME.t` of both families, `libipt_NAME.t` of iptables, `libip6t_NAME.t` of ip6tables, `NAME.t` as those beside the
 * extensions here; `standard` and `iptables` are rules without an extension.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findMatch, findTarget } from '../../src/ext/registry.js';
import type { Family } from '../../src/net/address.js';
import { type Row, readRows, readRule } from '../rows.js';

export interface RowFile {
  readonly name: string;
  readonly family: Family;
  /** there is an extension of that name, or the rows need none. */
  readonly known: boolean;
  readonly rows: readonly Row[];
}

const OF_PREFIX: Readonly<Record<string, readonly Family[]>> = {
  libxt_: [4, 6],
  libipt_: [4],
  libip6t_: [6],
  '': [4, 6],
};
const WITHOUT_EXTENSION: ReadonlySet<string> = new Set(['standard', 'iptables']);
const isKnown = (name: string, family: Family) =>
  WITHOUT_EXTENSION.has(name) || (findMatch(name, family) ?? findTarget(name, family)) !== undefined;
/** Rows of both families are written for iptables: an address in one makes it a row of IPv4. */
const HAS_ADDRESS = /\b\d+\.\d+\.\d+\.\d+\b/;

/** The files of a folder that have rows of these families. */
export function rowFiles(folder: string, families: readonly Family[]): RowFile[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const [, prefix = '', name] = /^(lib[^_]+_)?(.+)\.t$/.exec(file) ?? [];
      if (name === undefined) return [];
      return (OF_PREFIX[prefix] ?? [])
        .filter((family) => families.includes(family))
        .map((family) => {
          const own = prefix === '' && !WITHOUT_EXTENSION.has(name);
          const rows = readRows(join(folder, file), own ? 4 : family).filter(
            (row) => row.family === family && !(family === 6 && prefix === 'libxt_' && HAS_ADDRESS.test(row.rule)),
          );
          return { name: file, family, known: isKnown(name, family), rows };
        });
    })
    .filter(({ rows }) => rows.length > 0);
}

export interface Made {
  readonly printed: string;
  /** why, where it is refused. */
  readonly refused: string | undefined;
}

/** What is made of a row's rule here. */
export function read(row: Row): Made {
  const { rule, findings, printed } = readRule(row.rule, row.table, row.chain, row.family);
  if (!rule.refused) return { printed, refused: undefined };
  return { printed, refused: findings.find(({ severity }) => severity === 'error')?.message ?? 'without a finding' };
}

/** Whether that is what the row says. iptables' own runner looks for a row's text in the save, which may go on there. */
export function asExpected(row: Row, { printed, refused }: Made): boolean {
  if (refused !== undefined || !row.ok) return !row.ok === (refused !== undefined);
  const same = printed === row.expected || printed.startsWith(`${row.expected} `);
  return same !== (row.otherwise === true);
}

/** The row as it would stand if iptables' answer (ask-rows.ts) had been written down, and whether that is another. */
export function corrected(row: Row, answer: string | undefined | null): { row: Row; other: boolean } {
  if (answer === null) return { row, other: false };
  const { otherwise: _, ...rest } = row;
  const made: Made = { printed: answer ?? '', refused: answer === undefined ? 'by iptables' : undefined };
  return { row: { ...rest, ok: answer !== undefined, expected: answer ?? '' }, other: !asExpected(row, made) };
}
