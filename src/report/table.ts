/** Tables for people. */
import { length } from './render.js';

/** With a comma between thousands. */
export const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** Rows with their cells in columns, the first to the left, the others to the right; `columns`: how wide a text is. */
export function tableOf(rows: readonly (readonly string[])[], columns: (text: string) => number = length): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => columns(row[i]!))));
  const pad = (cell: string, i: number) => {
    const blanks = ' '.repeat(widths[i]! - columns(cell));
    return i === 0 ? cell + blanks : blanks + cell;
  };
  return rows.map((row) => row.map(pad).join('  '));
}
