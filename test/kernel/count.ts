/** The sum of what was judged. */
import type { Judged } from './seeds.js';

/** What was judged so far. */
export class Count {
  packets = 0;
  rulesets = 0;
  /** groups of several packets. */
  flows = 0;
  drawn = 0;
  tables = 0;
  together = 0;
  byColumns = 0;
  wrong = 0;
  readonly refused: string[] = [];
  readonly unrepeatable: string[] = [];
  readonly open = new Map<string, number>();
  readonly met = new Set<string>();
  private readonly begin = Date.now();

  add({ seed, scenario, verdict }: Judged): void {
    if (verdict.refused !== undefined) {
      this.refused.push(`seed ${seed}: ${verdict.refused}`);
      return;
    }
    this.rulesets++;
    this.packets += verdict.packets;
    this.flows += scenario.packets.filter(({ keep }, n, all) => keep && !all[n - 1]?.keep).length;
    this.drawn += verdict.drawn;
    this.tables += verdict.tables;
    this.together += verdict.together;
    this.byColumns += verdict.byColumns;
    this.wrong += verdict.differing.length;
    for (const rule of verdict.met) this.met.add(rule);
    for (const { why } of verdict.open) this.open.set(why, (this.open.get(why) ?? 0) + 1);
    for (const { packet, why } of verdict.unrepeatable) this.unrepeatable.push(`seed ${seed} packet ${packet}: ${why}`);
  }

  get opened(): number {
    return [...this.open.values()].reduce((sum, n) => sum + n, 0);
  }

  get agreed(): number {
    return this.packets - this.wrong - this.opened - this.unrepeatable.length;
  }

  /** For people, the sum last. */
  lines(title: string): string[] {
    const lines: string[] = [];
    const say = (line: string): void => {
      lines.push(line);
    };
    for (const line of this.refused.slice(0, 5)) say(`refused: ${line}`);
    for (const line of this.unrepeatable.slice(0, 20)) say(`not repeatable: ${line}`);
    if (this.open.size > 0) say(`open questions: ${[...this.open].map(([why, n]) => `${why} ×${n}`).join(', ')}`);
    const counts = [
      `${this.agreed} of ${this.packets} packets agree`,
      `${this.wrong} differ`,
      `${this.opened} open`,
      `${this.unrepeatable.length} not repeatable`,
      `${this.flows} flows`,
      `${this.drawn} with a drawn port`,
      `${this.tables} tables of connections`,
      `${this.together} classified together, ${this.byColumns} of them by columns`,
      `${this.rulesets} rulesets`,
      `${this.refused.length} refused`,
      `${((1000 * this.packets) / (Date.now() - this.begin)).toFixed(0)} packets/s`,
    ];
    say(`${title}: ${counts.join(', ')}`);
    return lines;
  }
}
