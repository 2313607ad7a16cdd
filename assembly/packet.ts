/** Reading and writing the run's control block and the columns of its batch, which lie at fixed places. */
import { COLUMN_BYTES, COLUMNS_BASE, Field, HOST_BASE, Run, STATE_INVALID, STATE_UNTRACKED } from '../src/abi';

/** A word of the control block: of Run. */
export function ofRun(index: i32): u32 {
  return word(HOST_BASE, index);
}

export function setRun(index: i32, value: u32): void {
  setWord(HOST_BASE, index, value);
}

/** A word of a record that begins at an address. */
export function word(record: usize, index: i32): u32 {
  return load<u32>(record + ((<usize>index) << 2));
}

export function setWord(record: usize, index: i32, value: u32): void {
  store<u32>(record + ((<usize>index) << 2), value);
}

/** Where a column begins: of a Field, a Beside or a Result. */
export function columnAt(column: i32): usize {
  return COLUMNS_BASE + column * COLUMN_BYTES;
}

/** Where the field of a packet lies. */
function fieldAt(packet: u32, field: i32): usize {
  return columnAt(field) + (packet << 2);
}

/** A word of a table or a column. */
export function at(table: usize, index: u32): u32 {
  return load<u32>(table + ((<usize>index) << 2));
}

export function put(table: usize, index: u32, value: u32): void {
  store<u32>(table + ((<usize>index) << 2), value);
}

export function getField(packet: u32, field: i32): u32 {
  return load<u32>(fieldAt(packet, field));
}

export function setField(packet: u32, field: i32, value: u32): void {
  store<u32>(fieldAt(packet, field), value);
}

/** Address of the packet's bytes, IP header first; 0 where none were given. */
export function bytesAt(packet: u32): usize {
  return getField(packet, Field.BytesLen) == 0 ? 0 : ofRun(Run.Bytes) + getField(packet, Field.Bytes);
}

export function hasConnection(packet: u32): bool {
  const state = getField(packet, Field.CtState);
  return state != 0 && (state & (STATE_INVALID | STATE_UNTRACKED)) == 0;
}
