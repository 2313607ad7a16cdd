/** Reading and writing the columns of a batch: the run's control block says where they lie. */
import { Field, Run } from '../src/abi';

export function word(run: usize, index: i32): u32 {
  return load<u32>(run + ((<usize>index) << 2));
}

export function setWord(run: usize, index: i32, value: u32): void {
  store<u32>(run + ((<usize>index) << 2), value);
}

/** Where a column begins: of a Field, or a Beside. */
export function columnAt(run: usize, column: i32): usize {
  return word(run, Run.Columns) + column * word(run, Run.Stride);
}

/** Where the field of a packet lies. */
function fieldAt(run: usize, packet: u32, field: i32): usize {
  return columnAt(run, field) + (packet << 2);
}

/** A word of a table or a column. */
export function at(table: usize, index: u32): u32 {
  return load<u32>(table + ((<usize>index) << 2));
}

export function put(table: usize, index: u32, value: u32): void {
  store<u32>(table + ((<usize>index) << 2), value);
}

export function getField(run: usize, packet: u32, field: i32): u32 {
  return load<u32>(fieldAt(run, packet, field));
}

export function setField(run: usize, packet: u32, field: i32, value: u32): void {
  store<u32>(fieldAt(run, packet, field), value);
}

/** Address of the packet's bytes, IP header first; 0 where none were given. */
export function bytesAt(run: usize, packet: u32): usize {
  return getField(run, packet, Field.BytesLen) == 0 ? 0 : word(run, Run.Bytes) + getField(run, packet, Field.Bytes);
}
