/** How packets walk of which columns do not know what becomes of them. */
import type { PacketBatch } from '../../model/batch.js';
import type { Journal } from './follower.js';

/** How packets walk that have to: all of them, or one. */
export interface Walks {
  readonly all: (journal: Journal | undefined) => void;
  readonly one: (slot: number, journal: Journal | undefined) => void;
}

/** How packets walk that were not placed into the batch. */
export interface InPlace {
  /** how many at once, at most. */
  readonly most: number;
  /** The number of the packets' first. */
  readonly serial: number;
  /** Gives packets what forks ask of them: their numbers, their times. */
  readonly number: (given: PacketBatch, from: number, count: number) => void;
  /** The time of the latest of them, in milliseconds since the first that came; Infinity: more than columns hold. */
  readonly latest: (given: PacketBatch, from: number, count: number) => number;
  /** Places packets into the batch, which stand at such places among all, and walks them; their fates go to `fates`, by place. */
  readonly some: (packets: PacketBatch, places: Uint32Array, fates: number, journal: Journal | undefined) => void;
  /** Leaves packets behind `from` for later: many at once walk in less time. */
  readonly wait: (from: number, places: Uint32Array) => void;
  /** Walks those that wait, which come before the packet at such a place. */
  readonly walkWaiting: (given: PacketBatch, from: number) => void;
}
