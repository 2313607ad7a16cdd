/** Many packets through the rules of their families, while a page is told how far it is and may stop it. */
import type { LoadedHost, PacketBatch } from '../index.js';
import { Parting, placeOf } from '../run/parting.js';

/** Milliseconds between two messages that tell progress. */
export const PERIOD = 100;

export interface Counting {
  /** packets so far. */
  readonly progress: (packets: number) => void;
  /** lets messages in. */
  readonly pause: () => Promise<void>;
  readonly isCancelled: () => boolean;
  readonly period: number;
}

/** Resolves to how many were counted: fewer than there are where it was cancelled. */
export async function countBatches(
  hosts: readonly [LoadedHost, ...LoadedHost[]],
  batches: Iterable<PacketBatch> | AsyncIterable<PacketBatch>,
  { progress, pause, isCancelled, period }: Counting,
): Promise<number> {
  const parting = new Parting((family) => placeOf(hosts, family));
  let said = Date.now();
  let count = 0;
  for await (const batch of batches) {
    if (hosts.length === 1) hosts[0].classify(batch);
    else for (const { place, batch: share, epoch } of parting.part(batch)) hosts[place]!.classify(share, { epoch });
    count += batch.count;
    if (Date.now() - said >= period) {
      progress(count);
      said = Date.now();
    }
    await pause();
    if (isCancelled()) break;
  }
  return count;
}
