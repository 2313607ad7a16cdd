/** Interfaces of packets beside the batch, by their places among those that a batch names. */
import { ColumnStep, FROM_HOST, KEY_NEVER, UNSAID } from '../../abi.js';
import { MetColumn } from './met-values.js';
import type { Step } from './step.js';

/** What stands for an interface in a batch: its place there, FROM_HOST, UNSAID. */
const PLACES = 254;

export class LinkPlaces extends MetColumn {
  private readonly links = new Map<number, number>();
  /** numbers of the interfaces that the places stand for. */
  private named: string | undefined;
  /** the table of which that is told, in words. */
  private first = 0;

  /** What a batch's places stand for: numbers of interfaces. False: there is no room for all of them. */
  use(numbers: readonly number[]): boolean {
    if (numbers.join() === this.named) return true;
    const placed = [...numbers.slice(0, PLACES).entries(), [FROM_HOST, -1] as const, [UNSAID, 0] as const];
    for (const [, link] of placed) {
      if (this.links.has(link)) continue;
      if (this.links.size < Math.min(this.room, this.most)) this.links.set(link, this.links.size);
      else if (!this.closed) return false;
    }
    this.named = numbers.join();
    this.forget();
    for (const [place, link] of placed) {
      const known = this.links.get(link);
      if (known !== undefined) this.tell(place, known);
    }
    return true;
  }

  /** Of an interface that has no place the first table says it. */
  private forget(): void {
    for (let place = 0; place < PLACES; place++) this.put(this.first, place, 0, KEY_NEVER);
  }

  protected tableOf(first: boolean): Pick<Step, 'kind' | 'table'> {
    const { memory } = this;
    const page = new Uint32Array(256).fill(first ? KEY_NEVER : 0);
    const other = memory.place(page);
    const pages = new Uint32Array(256).fill(other);
    for (const named of [0, 255]) pages[named] = memory.place(page);
    const table = memory.place(pages);
    if (first) this.first = table >>> 2;
    return { kind: ColumnStep.Half, table };
  }
  protected put(table: number, value: number, _place: number, addend: number): void {
    const { words } = this.memory;
    const page = words[table + (value >>> 8)]!;
    words[(page >>> 2) + (value & 255)] = addend;
  }
  protected addendsIn(): Iterable<number> {
    return [];
  }
}
