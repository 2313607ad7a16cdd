/**
 * Classes of IPv6 addresses, for the column program: src/run/columns/wide-table.ts lays out what is walked here. All packets take
 * the first step, and those that it does not tell the next one, so that no packet waits for another's look-ups.
 */
import { COLUMN_BYTES, StepWord, WIDE_LOW, WIDE_NODE_SHIFT, WideNode } from '../src/abi';
import { at, put, word } from './packet';

const ROOT_BYTES: usize = 65536 << 2;
const NODE_BITS: u32 = WIDE_LOW - 1;

/** Adds the class of each packet's address to a sum. */
export function addAddresses(step: usize, from: usize, to: usize, count: u32): void {
  const root: usize = word(step, StepWord.Table);
  const each: usize = word(step, StepWord.Width);
  // from one word of an address to the next
  const apart: usize = each == 4 ? <usize>COLUMN_BYTES : 4;
  const entries = root + ROOT_BYTES;
  const list = entries + COLUMN_BYTES;
  let left: u32 = 0;
  for (let slot: u32 = 0, address = from; slot < count; slot++, address += each) {
    const entry = at(root, load<u16>(address, 2));
    put(entries, slot, entry);
    put(list, left, slot);
    left += entry >> WIDE_NODE_SHIFT;
  }
  while (left != 0) left = goOn(from, each, apart, entries, list, left);
  for (let slot: u32 = 0; slot < count; slot++) put(to, slot, at(to, slot) + at(entries, slot));
}

/** One node on for the packets of the list, of which those that have come to another stay there: how many. */
function goOn(from: usize, each: usize, apart: usize, entries: usize, list: usize, size: u32): u32 {
  let left: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const entry = at(entries, slot);
    const node: usize = (entry & NODE_BITS) << 4;
    const address = from + <usize>slot * each;
    const high = wide(address, apart);
    let next: u32;
    if ((entry & WIDE_LOW) == 0) {
      const bits = high & load<u64>(node, WideNode.HighMask << 2);
      const wanted = load<u64>(node, WideNode.High << 2);
      next = bits == wanted ? behind(node, high) : u32(bits > wanted);
    } else {
      const low = wide(address + 2 * apart, apart);
      const wanted = load<u64>(node, WideNode.High << 2);
      const bits = low & load<u64>(node, WideNode.LowMask << 2);
      const rest = load<u64>(node, WideNode.Low << 2);
      if (high == wanted && bits == rest) next = behind(node, low);
      else next = u32(high > wanted || (high == wanted && bits > rest));
    }
    const found = at(node + (WideNode.Entries << 2), next);
    put(entries, slot, found);
    put(list, left, slot);
    left += found >> WIDE_NODE_SHIFT;
  }
  return left;
}

function behind(node: usize, half: u64): u32 {
  return 2 + (<u32>(half >> load<u32>(node, WideNode.Shift << 2)) & load<u32>(node, WideNode.Bits << 2));
}

/** Two words, the upper one first. */
function wide(address: usize, apart: usize): u64 {
  return ((<u64>load<u32>(address)) << 32) | load<u32>(address + apart);
}
