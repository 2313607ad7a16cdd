/** What two ends say to one another, packet by packet: each talk draws its next turn, proper ones and some that are not. */
import type { PacketSpec } from '../../packets.js';
import type { Draft } from '../draft.js';

export type Side = 'client' | 'server';

export interface Turn {
  readonly side: Side;
  /** what the packet has other than the first one of its side. */
  readonly fields?: Partial<Draft>;
  /** what a draft has no place for. */
  readonly spec?: Partial<PacketSpec>;
}

/** Draws the turn after those that it has drawn. */
export type Talk = () => Turn;

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client');

export const hex32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
export const hex16 = (value: number): string => (value & 0xffff).toString(16).padStart(4, '0');
