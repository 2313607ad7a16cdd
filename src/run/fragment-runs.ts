/** The fragments of one packet as they lie behind one another: struct inet_frag_queue of net/ipv4/inet_fragment.c. */

/** Bytes from `start` to `end`, from 0 behind the header; `parts` are in order, and each is as much as is known. */
interface Run {
  readonly start: number;
  end: number;
  readonly parts: { readonly bytes: Uint8Array; readonly length: number }[];
}

/** Bits of what ECN fields were seen: 1 << the field. */
const NOT_ECT = 1 << 0;
const CE = 3;

export class FragmentRuns {
  private runs: Run[] = [];
  private ecn = 0;
  /** bytes that are here. */
  gathered = 0;

  /** As it is now; what comes to one of the two afterwards, the other does not know. */
  copy(): FragmentRuns {
    const runs = this.runs.map((run) => ({ ...run, parts: [...run.parts] }));
    return Object.assign(new FragmentRuns(), this, { runs });
  }

  /**
   * inet_frag_queue_insert; `tos` is its header's. Only the last run grows, and that decides what can be a repetition: a
   * fragment that covers two runs is an overlap, even where they touch.
   */
  insert(
    start: number,
    end: number,
    bytes: Uint8Array,
    tos: number,
  ): 'fragment-overlap' | 'fragment-again' | undefined {
    const { runs } = this;
    const part = { bytes, length: end - start };
    const last = runs.at(-1);
    if (last !== undefined && last.end === start) {
      last.end = end;
      last.parts.push(part);
    } else {
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
    }
    this.gathered += end - start;
    this.ecn |= 1 << (tos & 3);
    return undefined;
  }

  /** ip_frag_ecn_table: what comes to the whole packet's tos; undefined: some take part in ECN and others do not. */
  get congestion(): number | undefined {
    if ((this.ecn & NOT_ECT) !== 0 && this.ecn !== NOT_ECT) return undefined;
    return (this.ecn & (1 << CE)) === 0 ? 0 : CE;
  }

  /** All of them behind the header: the bytes as far as they are known, how many they are, and where each ends. */
  behind(header: Uint8Array): { readonly bytes: Uint8Array; readonly length: number; readonly ends: number[] } {
    const parts = this.runs.flatMap((run) => run.parts);
    let length = header.length;
    const ends = parts.map((part) => (length += part.length));
    const bytes = new Uint8Array(length);
    bytes.set(header);
    let known = header.length;
    for (const part of parts) {
      bytes.set(part.bytes, known);
      known += part.bytes.length;
      if (part.bytes.length < part.length) break;
    }
    return { bytes: bytes.subarray(0, known), length, ends };
  }
}
