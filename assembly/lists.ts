/** Lists of a batch's packets: words of slots, in the order of their turn. */
import { Beside, End, Run } from '../src/abi';
import { at, columnAt, ofRun, put, setRun } from './packet';

/** Begins the list of those that a step leaves to the host. */
export function noPending(): void {
  setRun(Run.Pended, 0);
}

export function pend(slot: u32): void {
  const count = ofRun(Run.Pended);
  put(ofRun(Run.Pending), count, slot);
  setRun(Run.Pended, count + 1);
}

/** Lists the packets 0 to `count` that walk; how many they are. */
export function listWalking(count: u32, list: usize): u32 {
  const fates = columnAt(Beside.Fate);
  let size: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) if (at(fates, slot) == End.Walking) put(list, size++, slot);
  return size;
}

/** Leaves out those whose way has ended; how many stay. */
export function keepWalking(list: usize, size: u32): u32 {
  const fates = columnAt(Beside.Fate);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    put(list, kept, slot);
    kept += u32(at(fates, slot) == End.Walking);
  }
  return kept;
}

/** Moves those whose column holds a value to another list; how many stay. */
export function divide(list: usize, size: u32, column: i32, value: u32, to: usize): u32 {
  const values = columnAt(column);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const moves = u32(at(values, slot) == value);
    put(to, i - kept, slot);
    put(list, kept, slot);
    kept += 1 - moves;
  }
  return kept;
}

/** All of two lists, each of which is in order, in a third. */
export function merge(a: usize, aSize: u32, b: usize, bSize: u32, to: usize): void {
  const turns = columnAt(Beside.Turn);
  let i: u32 = 0;
  let j: u32 = 0;
  for (let place: u32 = 0; place < aSize + bSize; place++) {
    const takesA = j == bSize || (i < aSize && at(turns, at(a, i)) <= at(turns, at(b, j)));
    put(to, place, takesA ? at(a, i++) : at(b, j++));
  }
}
