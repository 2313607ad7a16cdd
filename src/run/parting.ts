/** Batches parted by the family of their packets, where the rules of each are a host of their own. */
import { byFamily } from '../input/by-family.js';
import type { PacketBatch } from '../model/batch.js';
import type { Family } from '../net/address.js';
import { Clock } from './clock.js';

export interface Parted<Batch> {
  /** that of the host. */
  readonly place: number;
  readonly batch: Batch;
  /** the time of the first packet of all. */
  readonly epoch: number | undefined;
}

/** The place of a family's rules among all: packets of no family that has rules go to the first. */
export const placeOf = (
  hosts: readonly { readonly from: { readonly family: Family } }[],
  family: Family | undefined,
): number =>
  Math.max(
    0,
    hosts.findIndex(({ from }) => from.family === family),
  );

export class Parting {
  /** some packets say no time: that of the packet before is theirs, whoever has that. */
  readonly #clock = new Clock();

  /** `placeOf`: the place of a family's host; of packets that are of none too. */
  constructor(private readonly placeOf: (family: Family | undefined) => number) {}

  part<Batch extends PacketBatch>(batch: Batch): Parted<Batch>[] {
    const timed = { ...batch, time: this.#clock.settle(batch.time, 0, batch.count) };
    const { epoch } = this.#clock;
    if (timed.kind === 'columns') return [{ place: this.placeOf(timed.family ?? 4), batch: timed, epoch }];
    const placeOf = (version: number) => this.placeOf(version === 4 || version === 6 ? version : undefined);
    return byFamily(timed, placeOf).map((share) => ({ ...share, epoch }) as Parted<Batch>);
  }
}
