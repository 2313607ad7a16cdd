/**
 * Tuples of packets looked up in lists of them, column by column: src/run/columns/tuple-tables.ts lays them out (TuplesWord).
 *
 * Each loop does without branches that hang on the packet: of 10,000 services and 30,000 endpoints it takes 4 ns a packet, where one look-up
 * after the other took 9.
 */
import { COLUMN_BYTES, StepWord, TUPLE_FILTER, TupleMaskWord, TuplesWord } from '../src/abi';
import { at, put, word } from './packet';

const OF_SOURCE: u32 = 0x9e3779b1;
const OF_DESTINATION: u32 = 0x85ebca6b;
const OF_PORTS: u32 = 0xc2b2ae35;
const OF_PROTOCOL: u32 = 0x27d4eb2f;

/** Adds the number that each packet's tuple has, multiplied, or 0, of `count` packets from `first` on. */
export function addTuples(step: usize, first: usize, to: usize, count: u32): void {
  const list: usize = word(step, StepWord.Table);
  const found: usize = word(list, TuplesWord.Found);
  memory.fill(found, 0, count << 2);
  if (word(list, TuplesWord.Wide) != 0) join<u32, u32>(list, first, count);
  else join<u16, u8>(list, first, count);
  let mask: usize = word(list, TuplesWord.Masks);
  const end = mask + ((word(list, TuplesWord.MaskCount) * TupleMaskWord.Size) << 2);
  let size: u32 = 0;
  for (; mask < end; mask += TupleMaskWord.Size << 2) {
    const nested = word(mask, TupleMaskWord.Nested) != 0;
    size = nested ? sieveListed(list, mask, first, size) : sieve(list, mask, first, count);
    size = look(list, mask, first, size);
  }
  const stride = word(step, StepWord.Stride);
  let i: usize = 0;
  for (; i + 12 < count << 2; i += 16)
    v128.store(to + i, i32x4.add(v128.load(to + i), i32x4.mul(i32x4.splat(stride), v128.load(found + i))));
  // the sums behind are of others
  for (; i < count << 2; i += 4) store<u32>(to + i, load<u32>(to + i) + stride * load<u32>(found + i));
}

/** Both ports of each packet to a word, and its protocol. */
function join<Port, Protocol>(list: usize, first: usize, count: u32): void {
  let sources = <usize>word(list, TuplesWord.SourcePort) + first * sizeof<Port>();
  let destinations = <usize>word(list, TuplesWord.DestinationPort) + first * sizeof<Port>();
  let protocols = <usize>word(list, TuplesWord.Protocol) + first * sizeof<Protocol>();
  let ports: usize = word(list, TuplesWord.Ports);
  for (const end = ports + (count << 2); ports < end; ports += 16) {
    v128.store(ports, v128.or(four<Port>(sources), i32x4.shl(four<Port>(destinations), 16)));
    v128.store(ports, four<Protocol>(protocols), COLUMN_BYTES);
    sources += 4 * sizeof<Port>();
    destinations += 4 * sizeof<Port>();
    protocols += 4 * sizeof<Protocol>();
  }
}

function four<T>(column: usize): v128 {
  if (sizeof<T>() == 4) return v128.load(column);
  if (sizeof<T>() == 2) return v128.load16x4_u(column);
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(column)));
}

/** Lists the packets that may have a tuple of the mask, most of which have none; how many. */
function sieve(list: usize, mask: usize, first: usize, count: u32): u32 {
  let source = <usize>word(list, TuplesWord.Source) + (first << 2);
  let destination = <usize>word(list, TuplesWord.Destination) + (first << 2);
  let ports: usize = word(list, TuplesWord.Ports);
  let hash: usize = word(list, TuplesWord.Hashes);
  const places: usize = word(list, TuplesWord.Places);
  const ofSource = i32x4.splat(word(mask, TupleMaskWord.Mask));
  const ofDestination = i32x4.splat(word(mask, TupleMaskWord.Mask + 1));
  const ofPorts = i32x4.splat(word(mask, TupleMaskWord.Mask + 2));
  const ofProtocol = i32x4.splat(word(mask, TupleMaskWord.Mask + 3));
  const filter: usize = word(mask, TupleMaskWord.Filter);
  const toBit = 32 - word(mask, TupleMaskWord.Bits) - TUPLE_FILTER;
  let to = places;
  for (let packet: u32 = 0; packet < count; packet += 4) {
    const sources = i32x4.mul(v128.and(v128.load(source), ofSource), i32x4.splat(OF_SOURCE));
    const destinations = i32x4.mul(v128.and(v128.load(destination), ofDestination), i32x4.splat(OF_DESTINATION));
    const both = i32x4.mul(v128.and(v128.load(ports), ofPorts), i32x4.splat(OF_PORTS));
    const protocols = i32x4.mul(v128.and(v128.load(ports, COLUMN_BYTES), ofProtocol), i32x4.splat(OF_PROTOCOL));
    const hashes = i32x4.add(i32x4.add(sources, destinations), i32x4.add(both, protocols));
    v128.store(hash, hashes);
    const bits = i32x4.shr_u(hashes, toBit);
    store<u32>(to, packet);
    to += (<usize>holds(filter, i32x4.extract_lane(bits, 0))) << 2;
    store<u32>(to, packet + 1);
    to += (<usize>holds(filter, i32x4.extract_lane(bits, 1))) << 2;
    store<u32>(to, packet + 2);
    to += (<usize>holds(filter, i32x4.extract_lane(bits, 2))) << 2;
    store<u32>(to, packet + 3);
    to += (<usize>holds(filter, i32x4.extract_lane(bits, 3))) << 2;
    source += 16;
    destination += 16;
    ports += 16;
    hash += 16;
  }
  // behind the last there may be what is no packet
  while (to > places && load<u32>(to - 4) >= count) to -= 4;
  return <u32>((to - places) >> 2);
}

/** The same of those that have a tuple of the mask before. */
function sieveListed(list: usize, mask: usize, first: usize, size: u32): u32 {
  const sources = <usize>word(list, TuplesWord.Source) + (first << 2);
  const destinations = <usize>word(list, TuplesWord.Destination) + (first << 2);
  const ports: usize = word(list, TuplesWord.Ports);
  const places: usize = word(list, TuplesWord.Places);
  const hashes: usize = word(list, TuplesWord.Hashes);
  const ofSource = word(mask, TupleMaskWord.Mask);
  const ofDestination = word(mask, TupleMaskWord.Mask + 1);
  const ofPorts = word(mask, TupleMaskWord.Mask + 2);
  const ofProtocol = word(mask, TupleMaskWord.Mask + 3);
  const filter: usize = word(mask, TupleMaskWord.Filter);
  const toBit = 32 - word(mask, TupleMaskWord.Bits) - TUPLE_FILTER;
  let kept: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const packet = at(places, i);
    const hash =
      (at(sources, packet) & ofSource) * OF_SOURCE +
      (at(destinations, packet) & ofDestination) * OF_DESTINATION +
      (at(ports, packet) & ofPorts) * OF_PORTS +
      (at(ports + COLUMN_BYTES, packet) & ofProtocol) * OF_PROTOCOL;
    put(hashes, packet, hash);
    put(places, kept, packet);
    kept += holds(filter, hash >>> toBit);
  }
  return kept;
}

function holds(filter: usize, bit: u32): u32 {
  return (at(filter, bit >>> 5) >>> (bit & 31)) & 1;
}

/**
 * Finds the numbers of those listed, and lists those that have one; how many. Most are told by the slot of their hash; the others are
 * looked for behind it afterwards.
 */
function look(list: usize, mask: usize, first: usize, size: u32): u32 {
  const sources = <usize>word(list, TuplesWord.Source) + (first << 2);
  const destinations = <usize>word(list, TuplesWord.Destination) + (first << 2);
  const ports: usize = word(list, TuplesWord.Ports);
  const places: usize = word(list, TuplesWord.Places);
  const others = places + COLUMN_BYTES;
  const hashes: usize = word(list, TuplesWord.Hashes);
  const found: usize = word(list, TuplesWord.Found);
  const slots: usize = word(mask, TupleMaskWord.Slots);
  const shift = 32 - word(mask, TupleMaskWord.Bits);
  const ofSource = word(mask, TupleMaskWord.Mask);
  const ofDestination = word(mask, TupleMaskWord.Mask + 1);
  const ofPorts = word(mask, TupleMaskWord.Mask + 2);
  const ofProtocol = word(mask, TupleMaskWord.Mask + 3);
  let kept: u32 = 0;
  let left: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const packet = at(places, i);
    const slot = slots + ((<usize>at(hashes, packet) >>> shift) << 4);
    const taken = u32(load<u32>(slot, 12) != 0);
    const differs =
      (load<u32>(slot) ^ (at(sources, packet) & ofSource)) |
      (load<u32>(slot, 4) ^ (at(destinations, packet) & ofDestination)) |
      (load<u32>(slot, 8) ^ (at(ports, packet) & ofPorts)) |
      ((load<u32>(slot, 12) & 255) ^ (at(ports + COLUMN_BYTES, packet) & ofProtocol));
    const same = u32(differs == 0) & taken;
    put(found, packet, select(load<u32>(slot, 12) >>> 8, at(found, packet), same));
    put(places, kept, packet);
    kept += same;
    put(others, left, packet);
    left += same ^ taken;
  }
  const last: u32 = (1 << word(mask, TupleMaskWord.Bits)) - 1;
  for (let i: u32 = 0; i < left; i++) {
    const packet = at(others, i);
    const source = at(sources, packet) & ofSource;
    const destination = at(destinations, packet) & ofDestination;
    const both = at(ports, packet) & ofPorts;
    const protocol = at(ports + COLUMN_BYTES, packet) & ofProtocol;
    for (let place = (at(hashes, packet) >>> shift) + 1; ; place++) {
      const slot = slots + ((place & last) << 4);
      const number = load<u32>(slot, 12);
      if (number == 0) break;
      const differs =
        (load<u32>(slot) ^ source) |
        (load<u32>(slot, 4) ^ destination) |
        (load<u32>(slot, 8) ^ both) |
        ((number & 255) ^ protocol);
      if (differs != 0) continue;
      put(found, packet, number >>> 8);
      put(places, kept++, packet);
      break;
    }
  }
  return kept;
}
