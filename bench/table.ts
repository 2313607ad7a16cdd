/** What was measured, as lines for a terminal, and as tables of Markdown. */
import type { Measured } from './contest.js';

/** Calls are no measure that stays: what is told is the work done in a second. */
export const perSecond = ({ amount, ms }: Measured, entrant: string): number => (1000 * amount) / ms[entrant]!;

/** Three digits, and k or M. */
export function short(value: number): string {
  const [scaled, unit] = value >= 1e6 ? [value / 1e6, ' M'] : value >= 1e4 ? [value / 1e3, ' k'] : [value, ''];
  return `${scaled >= 100 ? Math.round(scaled) : Number(scaled.toPrecision(3))}${unit}`;
}

/** How many times as much packetwalk does in the same time. */
export const times = (one: Measured, entrant: string): string =>
  `${short(perSecond(one, 'packetwalk') / perSecond(one, entrant))} ×`;

/** A line for each entrant. */
export function terminalLines(one: Measured): string[] {
  return Object.keys(one.ms).map((entrant, i) => {
    const what = i === 0 ? `${one.subject} ${one.kind}, ${one.rules} rules` : '';
    const ratio = i === 0 ? '' : `  packetwalk does ${times(one, entrant)} as much`;
    const rate = `${short(perSecond(one, entrant))} ${one.unit}/s`;
    return `${what.padEnd(36)} ${entrant.padEnd(12)} ${rate.padStart(22)}${ratio}`.trimEnd();
  });
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}
