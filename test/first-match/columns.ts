/** Columns of packets in the core's memory, and what a classifier says of them. */
import type { FirstMatch } from '../../src/run/first-match/index.js';
import type { Core } from '../../src/run/wasm.js';
import type { Packets } from './lists.js';

/** `skew`: so often the first packet lies before the columns too, which begin at odd places then. */
export function classifyAll(core: Core, match: FirstMatch, packets: Packets, skew = 0): Uint32Array {
  const { memory } = core;
  const mark = memory.mark();
  const count = packets.count;
  const columnAt = (size: number) => memory.reserve(size * (count + skew)) + size * skew;
  const src = columnAt(4);
  const dst = columnAt(4);
  const sport = columnAt(2);
  const dport = columnAt(2);
  const proto = columnAt(1);
  const result = columnAt(4);
  // behind the last result there is something that must stay
  const guard = memory.reserve(16);
  memory.words.set(packets.src, src >>> 2);
  memory.words.set(packets.dst, dst >>> 2);
  memory.halves.set(packets.sport, sport >>> 1);
  memory.halves.set(packets.dport, dport >>> 1);
  memory.bytes.set(packets.proto, proto);
  memory.words.fill(packets.src[0] ?? 0, (src >>> 2) - skew, src >>> 2);
  memory.words.fill(packets.dst[0] ?? 0, (dst >>> 2) - skew, dst >>> 2);
  memory.halves.fill(packets.sport[0] ?? 0, (sport >>> 1) - skew, sport >>> 1);
  memory.halves.fill(packets.dport[0] ?? 0, (dport >>> 1) - skew, dport >>> 1);
  memory.bytes.fill(packets.proto[0] ?? 0, proto - skew, proto);
  memory.bytes.fill(0xab, guard, guard + 16);
  match.classify(src, dst, sport, dport, proto, count, result);
  if (memory.bytes.subarray(guard, guard + 16).some((byte) => byte !== 0xab))
    throw new Error('wrote behind the results');
  memory.release(mark);
  return memory.words.slice(result >>> 2, (result >>> 2) + count);
}
