/** The fragments of one packet while they wait for the rest of it: struct ipq of net/ipv4/ip_fragment.c. */
import { FRAG_DONT, FRAG_MORE, FRAG_OFFSET } from '../abi.js';
import { finishSum, sumBytes } from '../net/checksum.js';

/**
 * Why a fragment is lost: it lies over others in part (`overlap`) or was there already (`again`); it has no bytes
 * (`empty`); the packet ends elsewhere (`end`); the packet would exceed 65,535 bytes (`too-long`); some of the fragments
 * take part in ECN and others do not (`ecn`); too much waits (`memory`).
 */
export type FragmentLoss =
  | 'fragment-overlap'
  | 'fragment-again'
  | 'fragment-empty'
  | 'fragment-end'
  | 'fragment-too-long'
  | 'fragment-ecn'
  | 'fragment-memory';

export interface WholePacket<About> {
  /** From the IP header on; no more than is known, where the capture cut one of the fragments. */
  readonly bytes: Uint8Array;
  /** How many bytes it has. */
  readonly length: number;
  /** What was told of the fragment that has the header. */
  readonly first: About;
  /** Bytes of the largest fragment, header included: frag_max_size. */
  readonly largest: number;
  /** How many fragments it was, and where each ends in `bytes`. */
  readonly fragments: number;
  readonly ends: readonly number[];
}

/** `all`: those that waited are lost as well. */
export type Gathered<About> =
  | { readonly kind: 'waits' }
  | { readonly kind: 'lost'; readonly why: FragmentLoss; readonly all: boolean }
  | { readonly kind: 'whole'; readonly packet: WholePacket<About> };

const LONGEST = 65535;

/** Bits of what ECN fields were seen: 1 << the field. */
const NOT_ECT = 1 << 0;
const CE = 3;

/** Bytes from `start` to `end`, from 0 behind the IP header; `parts` are in order, and each is as much as is known. */
interface Run {
  readonly start: number;
  end: number;
  readonly parts: { readonly bytes: Uint8Array; readonly length: number }[];
}

export class FragmentQueue<About> {
  private runs: Run[] = [];
  private head: { readonly header: Uint8Array; readonly about: About } | undefined;
  /** whether the last fragment has come, and where the packet ends as far as is known. */
  private lastCame = false;
  private length = 0;
  /** bytes that are here, the IP headers aside. */
  private gathered = 0;
  private ecn = 0;
  private largest = 0;
  /** the largest of those that must not be cut. */
  private largestUncut = 0;

  /** As it is now; what comes to one of the two afterwards, the other does not know. */
  copy(): FragmentQueue<About> {
    const runs = this.runs.map((run) => ({ ...run, parts: [...run.parts] }));
    return Object.assign(new FragmentQueue<About>(), this, { runs });
  }

  /** ip_frag_reinit: what waits is given up; what was the largest stays known, as in the kernel. */
  restart(): void {
    this.runs = [];
    this.head = undefined;
    this.lastCame = false;
    this.length = 0;
    this.gathered = 0;
    this.ecn = 0;
  }

  /** ip_frag_queue: `bytes` from the IP header on, which is whole, and may lack what a capture has cut. */
  add(bytes: Uint8Array, about: About): Gathered<About> {
    const header = (bytes[0]! & 15) << 2;
    const word = half(bytes, 6);
    const more = (word & FRAG_MORE) !== 0;
    const start = (word & FRAG_OFFSET) << 3;
    let end = start + half(bytes, 2) - header;
    if (more) {
      // what is over a multiple of 8 is taken off
      end &= ~7;
      if (end > this.length) {
        if (this.lastCame) return lost('fragment-end', true);
        this.length = end;
      }
    } else {
      if (end < this.length || (this.lastCame && end !== this.length)) return lost('fragment-end', true);
      // stays so even where this fragment turns out to be there already
      this.lastCame = true;
      this.length = end;
    }
    if (end <= start) return lost('fragment-empty', true);

    const length = end - start;
    const fault = this.insert(start, end, bytes.slice(header, header + length));
    if (fault !== undefined) return lost(fault, fault !== 'fragment-again');
    this.gathered += length;
    this.ecn |= 1 << (bytes[1]! & 3);
    if (start === 0) this.head = { header: bytes.slice(0, header), about };
    this.largest = Math.max(this.largest, length + header);
    if ((word & FRAG_DONT) !== 0) this.largestUncut = Math.max(this.largestUncut, length + header);
    if (this.head === undefined || !this.lastCame || this.gathered !== this.length) return WAITS;
    return this.whole(this.head.header, this.head.about);
  }

  /**
   * inet_frag_queue_insert of net/ipv4/inet_fragment.c. Only the last run grows, and that decides what can be a repetition:
   * a fragment that covers two runs is an overlap, even where they touch.
   */
  private insert(start: number, end: number, bytes: Uint8Array): FragmentLoss | undefined {
    const { runs } = this;
    const part = { bytes, length: end - start };
    const last = runs.at(-1);
    if (last !== undefined && last.end === start) {
      last.end = end;
      last.parts.push(part);
      return undefined;
    }
    // the first that does not end before it
    let at = 0;
    for (let beyond = runs.length; at < beyond; ) {
      const middle = (at + beyond) >> 1;
      if (runs[middle]!.end > start) beyond = middle;
      else at = middle + 1;
    }
    const next = runs[at];
    if (next !== undefined && end > next.start)
      return start >= next.start && end <= next.end ? 'fragment-again' : 'fragment-overlap';
    runs.splice(at, 0, { start, end, parts: [part] });
    return undefined;
  }

  /** ip_frag_reasm: the first fragment's header over all that is there. */
  private whole(header: Uint8Array, about: About): Gathered<About> {
    if ((this.ecn & NOT_ECT) !== 0 && this.ecn !== NOT_ECT) return lost('fragment-ecn', true);
    const length = header.length + this.length;
    if (length > LONGEST) return lost('fragment-too-long', true);

    const bytes = new Uint8Array(length);
    bytes.set(header);
    putHalf(bytes, 2, length);
    if ((this.ecn & (1 << CE)) !== 0) bytes[1]! |= CE;
    // it may be cut again for the way out, but to no more than the sender's own size, where the largest had DF
    putHalf(bytes, 6, this.largestUncut === this.largest ? FRAG_DONT : 0);
    putHalf(bytes, 10, 0);
    putHalf(bytes, 10, finishSum(sumBytes(bytes.subarray(0, header.length))));

    let known = header.length;
    const parts = this.runs.flatMap((run) => run.parts);
    let end = header.length;
    const ends = parts.map((part) => (end += part.length));
    for (const part of parts) {
      bytes.set(part.bytes, known);
      known += part.bytes.length;
      if (part.bytes.length < part.length) break;
    }
    const packet = {
      bytes: bytes.subarray(0, known),
      length,
      first: about,
      largest: this.largest,
      fragments: parts.length,
      ends,
    };
    return { kind: 'whole', packet };
  }
}

const WAITS = { kind: 'waits' } as const;
const lost = (why: FragmentLoss, all: boolean) => ({ kind: 'lost', why, all }) as const;

const half = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
function putHalf(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}
