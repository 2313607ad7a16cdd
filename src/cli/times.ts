/** Times of packets of which some say none. */
import type { Envelopes } from '../model/batch.js';

/** A time for each: a packet without one has that of the packet before; `now` is that of the last batch's last. */
export function settleTimes({ count, time }: Envelopes, now: number): { times: Float64Array; last: number } {
  const times = new Float64Array(count);
  let last = now;
  for (let i = 0; i < count; i++) {
    const given = time?.[i] ?? Number.NaN;
    if (!Number.isNaN(given)) last = given;
    times[i] = last;
  }
  return { times, last };
}
