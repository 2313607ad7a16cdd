/**
 * The u32 match's program over the packet's bytes, from the IP header on: u32_match_it of net/netfilter/xt_u32.c. Beyond
 * the packet's end it is false. Words: tests, then for each test (locations, ranges), a location (U32Step, number) each,
 * the first a load at its number, and a range (least, greatest) each; every test must hit one of its ranges.
 */
import { Field, U32Step } from '../src/abi';
import { load32 } from './checksum';
import { bytesAt, getField } from './packet';
import { reads, readsNothing } from './record';

export function u32Holds(packet: u32, program: usize, words: u32): bool {
  const bytes = bytesAt(packet);
  if (bytes == 0 || words == 0) return false;
  const length = <u64>getField(packet, Field.Length);
  const tests = load<u32>(program);
  let at = program + 4;
  for (let t: u32 = 0; t < tests; t++) {
    const locations = load<u32>(at);
    const ranges = load<u32>(at, 4);
    at += 8;
    let base: u64 = 0;
    let value: u32 = 0;
    for (let i: u32 = 0; i < locations; i++) {
      const step = load<u32>(at);
      const number = load<u32>(at, 4);
      at += 8;
      if (step == U32Step.And) value &= number;
      else if (step == U32Step.Left) value = number > 31 ? 0 : value << number;
      else if (step == U32Step.Right) value = number > 31 ? 0 : value >> number;
      else {
        if (step == U32Step.At) base += value;
        else if (step == U32Step.Header) base = getField(packet, Field.IpLen);
        if (base + number + 4 > length) {
          readsNothing();
          return false;
        }
        value = load32(bytes + <usize>(base + number));
      }
    }
    reads(value);
    let hit = false;
    for (let i: u32 = 0; i < ranges; i++) {
      if (value >= load<u32>(at) && value <= load<u32>(at, 4)) hit = true;
      at += 8;
    }
    if (!hit) return false;
  }
  return true;
}
