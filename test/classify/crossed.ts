/** Packets whose values are those of others, put together anew: what rules ask for together is met in part. */
import { headerBytes, ipBytes } from '../../src/input/encode-columns.js';
import type { PacketColumns } from '../../src/model/batch.js';
import type { Random } from '../kernel/generate/random.js';

/** Who a packet is and where it goes stays together: of others one in so many is that of another packet. */
const TOGETHER: readonly string[] = ['in', 'path'];
const ADDRESSES: readonly string[] = ['src', 'dst'];

/** `count` packets. */
export function crossed(r: Random, columns: PacketColumns, count = columns.count): PacketColumns {
  const own = Array.from({ length: count }, () => r.below(columns.count));
  const moved = Object.entries(columns).map(([name, column]) => {
    if (!ArrayBuffer.isView(column)) return [name, column];
    const from = column as Uint32Array;
    const other = TOGETHER.includes(name) ? 0 : r.pick([0.1, 0.3, 0.7]);
    const words = columns.family === 6 && ADDRESSES.includes(name) ? 4 : 1;
    const values = own.flatMap((packet) => {
      const at = words * (r.chance(other) ? r.below(columns.count) : packet);
      return [...from.subarray(at, at + words)];
    });
    return [name, Reflect.construct(from.constructor, [values])];
  });
  const made = { ...Object.fromEntries(moved), count } as PacketColumns;
  const { length, family = 4 } = made;
  if (length !== undefined)
    for (let i = 0; i < count; i++) {
      const frag = made.frag?.[i] ?? 0;
      length[i] = Math.max(length[i]!, ipBytes(frag, family) + headerBytes(made.proto[i]!, frag, family));
    }
  return made;
}
