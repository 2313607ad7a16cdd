/** Interfaces of packets beside the batch, by their places among those that a batch names. */
import { FROM_HOST, KEY_NEVER, UNSAID } from '../../abi.js';
import type { Memory } from '../memory.js';

export class LinkPlaces {
  /** as ColumnStep.Half has it. */
  readonly table: number;
  private readonly links = new Map<number, number>();
  /** numbers of the interfaces that the places stand for. */
  private named: string | undefined;

  constructor(
    private readonly memory: Memory,
    /** interfaces that there is room for. */
    readonly most: number,
    private readonly stride: number,
  ) {
    const never = new Uint32Array(256).fill(KEY_NEVER);
    const other = memory.place(never);
    const pages = new Uint32Array(256).fill(other);
    for (const page of [0, 255]) pages[page] = memory.place(never);
    this.table = memory.place(pages);
  }

  /** What a batch's places stand for: numbers of interfaces. False: there is no room for all of them. */
  use(numbers: readonly number[]): boolean {
    if (numbers.join() === this.named) return true;
    this.named = numbers.join();
    for (let place = 0; place < 254; place++) this.put(place, KEY_NEVER);
    const placed = numbers.slice(0, 254).map((number, place) => this.put(place, this.addendOf(number)));
    placed.push(this.put(FROM_HOST, this.addendOf(-1)), this.put(UNSAID, this.addendOf(0)));
    return !placed.includes(KEY_NEVER);
  }

  private addendOf(link: number): number {
    const known = this.links.get(link) ?? this.links.size;
    if (known === this.most) return KEY_NEVER;
    this.links.set(link, known);
    return this.stride * known;
  }

  private put(place: number, addend: number): number {
    const { words } = this.memory;
    const page = words[(this.table >>> 2) + (place >>> 8)]!;
    words[(page >>> 2) + (place & 255)] = addend;
    return addend;
  }
}
