/** What the trackers of protocols are asked of a packet, and what they answer. */
import type { InvalidReason } from '../../model/invalid-reason.js';
import type { TrackSettings } from './settings.js';
import type { ConnectionTable } from './table.js';

/** A packet as they read it. */
export interface TrackedPacket {
  readonly protocol: number;
  /** PACKET_* of abi.ts. */
  readonly flags: number;
  /** Bytes behind the IP header: those that are there, and how many there were on the wire. Fragments have been gathered. */
  readonly transport: Uint8Array;
  readonly length: number;
}

export interface TrackQuestion {
  readonly table: ConnectionTable;
  readonly entry: number;
  /** ORIGINAL or REPLY of table.ts. */
  readonly direction: number;
  readonly packet: TrackedPacket;
  /** milliseconds on the packets' clock. */
  readonly now: number;
  readonly settings: TrackSettings;
}

/**
 * `invalid`: the packet belongs to no connection. `repeat`: the entry is to be forgotten, and the packet looked up again;
 * `kill`: it is to be forgotten, and the packet goes on with it.
 */
export type TrackVerdict = Outcome &
  (
    | { readonly kind: 'accept' | 'repeat' | 'kill'; readonly why?: undefined }
    | { readonly kind: 'invalid'; readonly why: InvalidReason }
  );

/** What a packet has changed of its entry stays changed, be it invalid. */
interface Outcome {
  /** The entry's time from now on; undefined: it stays. */
  readonly seconds?: number | undefined;
  /** true: from now on the entry is assured. */
  readonly assured?: boolean | undefined;
  /** true: its time would be another, were it not fixed. */
  readonly fixed?: boolean | undefined;
  /** The setting that decided it, without its `net.netfilter.`. */
  readonly by?: 'nf_conntrack_checksum' | 'nf_conntrack_tcp_loose' | undefined;
}

export const invalid = (why: InvalidReason): TrackVerdict => ({ kind: 'invalid', why });
