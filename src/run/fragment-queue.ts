/** The fragments of one packet while they wait for the rest of it: struct ipq of net/ipv4/ip_fragment.c. */
import { FRAG_DONT, FRAG_MORE, FRAG_OFFSET } from '../abi.js';
import { finishSum, sumBytes } from '../net/checksum.js';
import { FragmentRuns } from './fragment-runs.js';
import type { Gathered } from './gathered.js';
import { half, LONGEST, lost, putHalf, WAITS } from './gathered.js';

export class FragmentQueue<About> {
  private runs = new FragmentRuns();
  private head: { readonly header: Uint8Array; readonly about: About } | undefined;
  /** whether the last fragment has come, and where the packet ends as far as is known. */
  private lastCame = false;
  private length = 0;
  private largest = 0;
  /** the largest of those that must not be cut. */
  private largestUncut = 0;

  /** As it is now; what comes to one of the two afterwards, the other does not know. */
  copy(): FragmentQueue<About> {
    return Object.assign(new FragmentQueue<About>(), this, { runs: this.runs.copy() });
  }

  /** ip_frag_reinit: what waits is given up; what was the largest stays known, as in the kernel. */
  restart(): void {
    this.runs = new FragmentRuns();
    this.head = undefined;
    this.lastCame = false;
    this.length = 0;
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
    const fault = this.runs.insert(start, end, bytes.slice(header, header + length), bytes[1]!);
    if (fault !== undefined) return lost(fault, fault !== 'fragment-again');
    if (start === 0) this.head = { header: bytes.slice(0, header), about };
    this.largest = Math.max(this.largest, length + header);
    if ((word & FRAG_DONT) !== 0) this.largestUncut = Math.max(this.largestUncut, length + header);
    if (this.head === undefined || !this.lastCame || this.runs.gathered !== this.length) return WAITS;
    return this.whole(this.head.header, this.head.about);
  }

  /** ip_frag_reasm: the first fragment's header over all that is there. */
  private whole(header: Uint8Array, first: About): Gathered<About> {
    const { congestion } = this.runs;
    if (congestion === undefined) return lost('fragment-ecn', true);
    const { bytes, length, ends } = this.runs.behind(header);
    if (length > LONGEST) return lost('fragment-too-long', true);

    putHalf(bytes, 2, length);
    bytes[1]! |= congestion;
    // it may be cut again for the way out, but to no more than the sender's own size, where the largest had DF
    putHalf(bytes, 6, this.largestUncut === this.largest ? FRAG_DONT : 0);
    putHalf(bytes, 10, 0);
    putHalf(bytes, 10, finishSum(sumBytes(bytes.subarray(0, header.length))));
    return { kind: 'whole', packet: { bytes, length, first, largest: this.largest, ends } };
  }
}
