/** A TCP segment as connection tracking reads it. */
import { FIN, SYN } from '../../net/tcp-flags.js';

export interface TcpSegment {
  /** Segment of tcp-states.ts, and the header's flags. */
  readonly kind: number;
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  /** as it stands in the header. */
  readonly window: number;
  /** the sequence number behind it: with its payload, SYN and FIN. */
  readonly end: number;
  /** the header's options. */
  readonly options: Uint8Array;
}

/** From a TCP packet, its header whole; `length`: its bytes, of which a capture may lack some. */
export function readSegment(packet: Uint8Array, length: number, kind: (flags: number) => number): TcpSegment {
  const flags = packet[13]!;
  const header = (packet[12]! >>> 4) * 4;
  const seq = wordAt(packet, 4);
  const ones = Number((flags & SYN) !== 0) + Number((flags & FIN) !== 0);
  return {
    kind: kind(flags),
    flags,
    seq,
    ack: wordAt(packet, 8),
    window: (packet[14]! << 8) | packet[15]!,
    end: (seq + length - header + ones) >>> 0,
    options: header > 20 ? packet.subarray(20, header) : NO_OPTIONS,
  };
}
const NO_OPTIONS = new Uint8Array(0);

// neither a view nor a part of the packet is made for each: of a million packets either takes longer than all the rest
const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** What a SYN agrees on: tcp_options of nf_conntrack_proto_tcp.c. undefined: it has no options. */
export function agreedOptions(options: Uint8Array): { scale: number | undefined; sackPermitted: boolean } | undefined {
  if (options.length === 0) return undefined;
  let scale: number | undefined;
  let sackPermitted = false;
  for (const { kind, value } of optionsIn(options)) {
    if (kind === SACK_PERMITTED && value.length === 0) sackPermitted = true;
    else if (kind === WINDOW_SCALE && value.length === 1) scale = Math.min(value[0]!, MOST_SCALE);
  }
  return { scale, sackPermitted };
}

/** The highest byte that is acknowledged, selectively too: tcp_sack. */
export function selectiveAck(options: Uint8Array, ack: number): number {
  let highest = ack;
  for (const { kind, value } of optionsIn(options)) {
    if (kind !== SACK || value.length < 8 || value.length % 8 !== 0) continue;
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    for (let at = 4; at < value.length; at += 8) if (isAfter(view.getUint32(at), highest)) highest = view.getUint32(at);
    break;
  }
  return highest;
}

const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const MOST_SCALE = 14;

/** One after another, up to the end or to one that is cut. */
function* optionsIn(options: Uint8Array): Generator<{ kind: number; value: Uint8Array }> {
  for (let at = 0; at < options.length; ) {
    const kind = options[at]!;
    if (kind === 0) return;
    if (kind === 1) {
      at++;
      continue;
    }
    const size = options[at + 1];
    if (size === undefined || size < 2 || at + size > options.length) return;
    yield { kind, value: options.subarray(at + 2, at + size) };
    at += size;
  }
}

/** Whether a sequence number lies behind another, which wrap at 2^32. */
export const isAfter = (a: number, b: number): boolean => ((b - a) | 0) < 0;
