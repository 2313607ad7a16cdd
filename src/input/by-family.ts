/** Packets of both families in one batch, parted. */
import type { PacketBytes } from '../model/batch.js';

/** One of several batches of the same packets, and its place among them. */
export interface Share {
  readonly place: number;
  readonly batch: PacketBytes;
}

/** The packets by the version in their first byte: `placeOf` says in which batch each goes. Those that all go together stay so. */
export function byFamily(batch: PacketBytes, placeOf: (version: number) => number): Share[] {
  const { bytes, at, size, count } = batch;
  const rows = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    const place = placeOf(size[row] === 0 ? 0 : bytes[at[row]!]! >> 4);
    const some = rows.get(place);
    if (some === undefined) rows.set(place, [row]);
    else some.push(row);
  }
  const shares = [...rows];
  if (shares.length === 1) return [{ place: shares[0]![0], batch }];
  return shares.map(([place, some]) => ({ place, batch: pick(batch, some) }));
}

/** Some of the packets, by their places. */
export function pick(batch: PacketBytes, rows: readonly number[]): PacketBytes {
  const of = <C extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(column: C): C => {
    const picked = column.slice(0, rows.length) as C;
    for (const [i, row] of rows.entries()) picked[i] = column[row]!;
    return picked;
  };
  const picked = Object.entries(batch).map(([name, value]) => [
    name,
    ArrayBuffer.isView(value) && name !== 'bytes' ? of(value as Uint32Array) : value,
  ]);
  const told = batch.told && rows.map((row) => batch.told![row]);
  return { ...(Object.fromEntries(picked) as PacketBytes), count: rows.length, told };
}
