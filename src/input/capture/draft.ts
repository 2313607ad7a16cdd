/** A batch in the making: what a capture's records hold, in arrays that are filled anew for each batch. */
import type { PacketwalkError } from '../../errors.js';
import { type PacketBytes, UNSAID } from '../../model/batch.js';
import { findIp, hasLink, isOutgoing, kindOfFrame, sourceOfFrame } from './link.js';
import type { Window } from './window.js';

/** Records in the order in which they stood: those that hold an IP packet, and all others. */
export interface CaptureBatch {
  readonly packets: PacketBytes;
  /** the number of each packet's record; records count from 1. */
  readonly records: Uint32Array;
  readonly others: Others;
  /** 1: captured as it left its host, which it may have come into before. */
  readonly outgoing: Uint8Array;
  /** the capture cannot be read further; only the last batch has one. */
  readonly fault: Fault | undefined;
}

/** Records without an IP packet: their numbers, and for each an ethertype or an Other of link.ts. */
export interface Others {
  readonly count: number;
  readonly records: Uint32Array;
  readonly kinds: Uint32Array;
}

export interface Fault {
  /** the record that it concerns. */
  readonly record: number;
  readonly error: PacketwalkError;
}

const ROWS = 2048;

export class Draft {
  /** names of interfaces, of all sections; they keep their places. */
  readonly interfaces: string[] = [];
  /** records read so far, of all batches. */
  record = 0;
  #count = 0;
  #others = 0;
  readonly #at = new Uint32Array(ROWS);
  readonly #size = new Uint32Array(ROWS);
  readonly #wire = new Uint32Array(ROWS);
  readonly #in = new Uint16Array(ROWS);
  readonly #time = new Float64Array(ROWS);
  readonly #mac = new Float64Array(ROWS);
  readonly #kind = new Uint8Array(ROWS);
  readonly #outgoing = new Uint8Array(ROWS);
  readonly #records = new Uint32Array(ROWS);
  readonly #otherRecords = new Uint32Array(ROWS);
  readonly #kinds = new Uint32Array(ROWS);

  /** `input`: whose bytes places lie in; `name`: what the capture is called in messages. */
  constructor(
    private readonly input: Window,
    readonly name: string,
  ) {}

  get full(): boolean {
    return this.#count === ROWS || this.#others === ROWS;
  }

  /**
   * The next record: a frame of which `kept` bytes stand at `at` and that had `length`, when it was captured in seconds,
   * and a place among `interfaces` or UNSAID; `outgoing` where the record says so itself.
   */
  add(
    at: number,
    kept: number,
    length: number,
    linkType: number,
    time: number,
    iface: number,
    outgoing: boolean,
  ): void {
    this.record++;
    const { bytes } = this.input;
    const end = at + kept;
    const ip = findIp(bytes, at, end, linkType);
    if (ip < 0) {
      this.#otherRecords[this.#others] = this.record;
      this.#kinds[this.#others++] = ~ip;
      return;
    }
    const row = this.#count++;
    const size = end - ip;
    const wire = Math.max(kept, length) - (ip - at);
    // what follows the packet fills a short frame up
    const total = totalLength(bytes, ip, size) || wire;
    this.#at[row] = ip;
    this.#size[row] = Math.min(size, total);
    this.#wire[row] = Math.min(wire, total);
    this.#time[row] = time;
    this.#records[row] = this.record;
    const tells = hasLink(linkType);
    // what leaves a host did not come in by the interface that it leaves by
    const left = outgoing || (tells && isOutgoing(bytes, at, end, linkType));
    this.#in[row] = left ? UNSAID : iface;
    this.#outgoing[row] = left ? 1 : 0;
    this.#mac[row] = left || !tells ? Number.NaN : sourceOfFrame(bytes, at, linkType);
    this.#kind[row] = left || !tells ? 0 : kindOfFrame(bytes, at, linkType);
  }

  /** The batch as it is, if it holds anything, and then an empty draft. */
  *take(error?: PacketwalkError): Generator<CaptureBatch> {
    const [count, others] = [this.#count, this.#others];
    if (count + others === 0 && error === undefined) return;
    this.#count = 0;
    this.#others = 0;
    yield {
      packets: {
        kind: 'bytes',
        count,
        bytes: this.input.bytes,
        at: this.#at,
        size: this.#size,
        wire: this.#wire,
        interfaces: this.interfaces,
        in: this.#in,
        mac: this.#mac,
        pkttype: this.#kind,
        time: this.#time,
      },
      records: this.#records,
      others: { count: others, records: this.#otherRecords, kinds: this.#kinds },
      outgoing: this.#outgoing,
      fault: error === undefined ? undefined : { record: this.record + 1, error },
    };
  }
}

const IP_HEADER = 20;
const IP6_HEADER = 40;

/** The length that an IP header gives its packet; 0 where it gives none that can be true. */
function totalLength(bytes: Uint8Array, at: number, size: number): number {
  const version = size < 6 ? 0 : bytes[at]! >> 4;
  if (version === 4) {
    const total = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    return total < IP_HEADER ? 0 : total;
  }
  if (version !== 6) return 0;
  const payload = (bytes[at + 4]! << 8) | bytes[at + 5]!;
  return payload === 0 ? 0 : IP6_HEADER + payload;
}
