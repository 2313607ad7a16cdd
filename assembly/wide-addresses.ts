/**
 * Classes of IPv6 addresses, for the column program: src/run/columns/wide-table.ts lays out what is walked here. All packets take
 * the first steps, and those that these do not tell the next one, so that no packet waits for another's look-ups.
 */
import { COLUMN_BYTES, StepWord, WIDE_LOW, WIDE_NODE, WIDE_NODE_SHIFT, WideNode, WideTable } from '../src/abi';
import { at, word } from './packet';

/** Adds the class of each packet's address to a sum. */
export function addAddresses(step: usize, from: usize, to: usize, count: u32): void {
  if (word(step, StepWord.Width) == 4) add<Apart>(step, from, to, count);
  else add<Together>(step, from, to, count);
}

/** How the words of an address lie: as columns, or together. */
class Apart {}
class Together {}

function add<Form>(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const each: usize = idof<Form>() == idof<Apart>() ? 4 : 16;
  const list = table + (WideTable.List << 2);
  let left = list;
  const inBlock: u64 = word(table, WideTable.Count);
  if (inBlock != 0) {
    const first = load<u64>(table, WideTable.First << 2);
    const shift: u64 = word(table, WideTable.Shift);
    const entries: usize = word(table, WideTable.Entries);
    for (let slot: u32 = 0, address = from; slot < count; slot++, address += each) {
      const place = (half<Form>(address, 0) - first) >> shift;
      left = settle(to, left, slot, at(entries, <u32>min<u64>(place, inBlock)));
    }
  }
  // the table and a node at once: most are told then, which takes a third less time than one after the other
  else
    for (let slot: u32 = 0, address = from; slot < count; slot++, address += each) {
      const node = (<usize>at(table, load<u16>(address, 2))) << 4;
      left = settle(to, left, slot, behindHigh(node, half<Form>(address, 0)));
    }
  while (left != list) left = goOn<Form>(table, from, to, each, list, left);
}

/** Adds what an entry says, or lists the packet with the node that it has come to; where the next one is listed. */
function settle(to: usize, left: usize, slot: u32, entry: u32): usize {
  const isNode = entry >> WIDE_NODE_SHIFT;
  const sum = to + ((<usize>slot) << 2);
  store<u32>(sum, load<u32>(sum) + (entry & (isNode - 1)));
  store<u32>(left, slot);
  store<u32>(left, entry, 4);
  return left + ((<usize>isNode) << 3);
}

/** One node on for the packets of the list, of which those that have come to another one stay there. */
function goOn<Form>(table: usize, from: usize, to: usize, each: usize, list: usize, end: usize): usize {
  let left = list;
  for (let one = list; one < end; one += 8) {
    const slot = load<u32>(one);
    const entry = load<u32>(one, 4);
    const address = from + <usize>slot * each;
    const high = half<Form>(address, 0);
    // of no block: by the table
    const number = select<u32>(at(table, <u32>(high >> 48)), entry & (WIDE_LOW - 1), entry == WIDE_NODE);
    const node = (<usize>number) << 4;
    const found = (entry & WIDE_LOW) == 0 ? behindHigh(node, high) : behindLow(node, high, half<Form>(address, 1));
    left = settle(to, left, slot, found);
  }
  return left;
}

function behindHigh(node: usize, high: u64): u32 {
  const first = load<u64>(node, WideNode.High << 2);
  const place = (high - first) >> load<u32>(node, WideNode.Shift << 2);
  const isIn = place < load<u32>(node, WideNode.Count << 2);
  return entryAt(node, select<u32>(2 + <u32>place, u32(high > first), isIn));
}

function behindLow(node: usize, high: u64, low: u64): u32 {
  const wanted = load<u64>(node, WideNode.High << 2);
  const first = load<u64>(node, WideNode.Low << 2);
  const place = (low - first) >> load<u32>(node, WideNode.Shift << 2);
  const isSame = high == wanted;
  const isIn = isSame && place < load<u32>(node, WideNode.Count << 2);
  return entryAt(node, select<u32>(2 + <u32>place, u32(isSame ? low > first : high > wanted), isIn));
}

function entryAt(node: usize, place: u32): u32 {
  return at(node + (WideNode.Entries << 2), place);
}

/** The upper half of an address, or the lower one. */
function half<Form>(address: usize, which: usize): u64 {
  if (idof<Form>() == idof<Together>()) return rotl<u64>(load<u64>(address + (which << 3)), 32);
  const upper = address + which * 2 * COLUMN_BYTES;
  return ((<u64>load<u32>(upper)) << 32) | load<u32>(upper, COLUMN_BYTES);
}
