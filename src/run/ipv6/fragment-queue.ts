/**
 * The fragments of one packet of IPv6 while they wait for the rest: nf_ct_frag6_queue of nf_conntrack_reasm.c, or, behind
 * INPUT, ip6_frag_queue of reassembly.c.
 */
import { IPV6_HEADER } from '../../net/ipv6-headers.js';
import { FragmentRuns } from '../fragment-runs.js';
import { type FragmentLost, type Gathered, half, LONGEST, lost, putHalf, WAITS } from '../gathered.js';
import { FRAGMENT_BYTES, type FragmentPlace, hasMore, offsetOf } from './fragment-header.js';

/** The first fragment: what stands before its fragment header, with what stood behind that named in its place. */
interface Head<About> {
  readonly header: Uint8Array;
  readonly about: About;
}

/** What becomes of a fragment that is not as it should be. */
export interface Manner {
  readonly tooLong: FragmentLost;
  readonly odd: FragmentLost | Extract<Gathered<unknown>, { kind: 'passes' }>;
  readonly beyond: FragmentLost;
  readonly empty: FragmentLost;
}

export class FragmentQueue6<About> {
  private runs = new FragmentRuns();
  private head: Head<About> | undefined;
  /** whether the last fragment has come, and where the packet ends as far as is known. */
  private lastCame = false;
  private length = 0;
  private largest = 0;
  /** the fewest bytes before a fragment header, but for the first fragment's. */
  private before = LONGEST;

  constructor(private readonly manner: Manner) {}

  /** As it is now; what comes to one of the two afterwards, the other does not know. */
  copy(): FragmentQueue6<About> {
    return Object.assign(new FragmentQueue6<About>(this.manner), this, { runs: this.runs.copy() });
  }

  /** `bytes` from the IP header on, with the fragment header at `place`; they may lack what a capture has cut. */
  add(bytes: Uint8Array, place: FragmentPlace, about: About): Gathered<About> {
    const { at } = place;
    const payload = half(bytes, 4);
    const behind = at + FRAGMENT_BYTES;
    const start = offsetOf(bytes, at);
    const end = start + IPV6_HEADER + payload - behind;
    if (end > LONGEST) return this.manner.tooLong;
    if (hasMore(bytes, at)) {
      if ((end & 7) !== 0) return this.manner.odd;
      if (end > this.length) {
        if (this.lastCame) return this.manner.beyond;
        this.length = end;
      }
    } else {
      if (end < this.length || (this.lastCame && end !== this.length)) return this.manner.beyond;
      // stays so even where this fragment is lost
      this.lastCame = true;
      this.length = end;
    }
    if (end === start) return this.manner.empty;

    const fault = this.runs.insert(start, end, bytes.slice(behind, behind + end - start), trafficClass(bytes));
    if (fault === 'fragment-again') return lost(fault, false);
    if (fault !== undefined) return lost(fault, true, 'dropped');
    this.largest = Math.max(this.largest, IPV6_HEADER + payload);
    if (start === 0) this.head = { header: headerOf(bytes, place), about };
    else this.before = Math.min(this.before, at);
    if (this.head === undefined || !this.lastCame || this.runs.gathered !== this.length) return WAITS;
    return this.whole(this.head);
  }

  /** nf_ct_frag6_reasm. */
  private whole({ header, about }: Head<About>): Gathered<About> {
    const { congestion } = this.runs;
    if (congestion === undefined) return lost('fragment-ecn', true);
    const { bytes, length, ends } = this.runs.behind(header);
    if (length - IPV6_HEADER > LONGEST) return lost('fragment-too-long', true);
    putHalf(bytes, 4, length - IPV6_HEADER);
    bytes[1]! |= congestion << 4;
    const { largest, before } = this;
    return { kind: 'whole', packet: { bytes, length, first: about, largest, ends, before } };
  }
}

const trafficClass = (bytes: Uint8Array): number => (half(bytes, 0) >> 4) & 0xff;

/** The kernel keeps that place in a byte (prev_nhoff of find_prev_fhdr): beyond 255 it writes elsewhere. */
function headerOf(bytes: Uint8Array, { at, namedAt }: FragmentPlace): Uint8Array {
  const header = bytes.slice(0, at);
  header[namedAt & 0xff] = bytes[at]!;
  return header;
}
