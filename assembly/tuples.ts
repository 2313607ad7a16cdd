/**
 * Tuples of packets looked up in lists of them, column by column: src/run/columns/tuple-lists.ts lays them out (TuplesWord).
 */
import { StepWord, TUPLE_FILTER, TupleMaskWord, TuplesWord } from '../src/abi';
import { word } from './packet';

/** Adds the number that each packet's tuple has, multiplied, or 0, of `count` packets from `first` on. */
export function addTuples(step: usize, first: usize, to: usize, count: u32): void {
  const list: usize = word(step, StepWord.Table);
  const stride = word(step, StepWord.Stride);
  const found: usize = word(list, TuplesWord.Found);
  memory.fill(found, 0, count << 2);
  let mask: usize = word(list, TuplesWord.Masks);
  const end = mask + ((word(list, TuplesWord.MaskCount) * TupleMaskWord.Size) << 2);
  for (; mask < end; mask += TupleMaskWord.Size << 2) {
    if (word(list, TuplesWord.Wide) != 0) find<u32, u32>(list, mask, first, found, count);
    else find<u16, u8>(list, mask, first, found, count);
  }
  for (let i: usize = 0; i < count << 2; i += 4) store<u32>(to + i, load<u32>(to + i) + stride * load<u32>(found + i));
}

function find<Port, Protocol>(list: usize, record: usize, first: usize, found: usize, count: u32): void {
  const sources = <usize>word(list, TuplesWord.Source) + (first << 2);
  const destinations = <usize>word(list, TuplesWord.Destination) + (first << 2);
  const sourcePorts = <usize>word(list, TuplesWord.SourcePort) + first * sizeof<Port>();
  const destinationPorts = <usize>word(list, TuplesWord.DestinationPort) + first * sizeof<Port>();
  const protocols = <usize>word(list, TuplesWord.Protocol) + first * sizeof<Protocol>();
  const ofSource = word(record, TupleMaskWord.Mask);
  const ofDestination = word(record, TupleMaskWord.Mask + 1);
  const ofPorts = word(record, TupleMaskWord.Mask + 2);
  const ofProtocol = word(record, TupleMaskWord.Mask + 3);
  const bits = word(record, TupleMaskWord.Bits);
  const filter: usize = word(record, TupleMaskWord.Filter);
  const toBit = 32 - bits - TUPLE_FILTER;
  // of those that have none of the mask before
  const others: u32 = 1 - word(record, TupleMaskWord.Nested);
  const places: usize = word(list, TuplesWord.Places);
  const hashes: usize = word(list, TuplesWord.Hashes);
  // most have none of the tuples: they are left out without a branch, which nothing could foretell
  let size: usize = 0;
  for (let packet: usize = 0; packet < count; packet++) {
    const source = load<u32>(sources + (packet << 2)) & ofSource;
    const destination = load<u32>(destinations + (packet << 2)) & ofDestination;
    const ports = portsOf<Port>(sourcePorts, destinationPorts, packet) & ofPorts;
    const protocol = <u32>load<Protocol>(protocols + packet * sizeof<Protocol>()) & ofProtocol;
    const hash = hashOf(source, destination, ports, protocol);
    const bit = hash >>> toBit;
    store<u32>(places + (size << 2), <u32>packet);
    store<u32>(hashes + (size << 2), hash);
    size +=
      (load<u32>(filter + ((bit >>> 5) << 2)) >>> (bit & 31)) &
      1 &
      (others | u32(load<u32>(found + (packet << 2)) != 0));
  }
  const slots: usize = word(record, TupleMaskWord.Slots);
  const last: u32 = (1 << bits) - 1;
  const shift = 32 - bits;
  for (let at: usize = 0; at < size << 2; at += 4) {
    const packet: usize = load<u32>(places + at);
    const source = load<u32>(sources + (packet << 2)) & ofSource;
    const destination = load<u32>(destinations + (packet << 2)) & ofDestination;
    const ports = portsOf<Port>(sourcePorts, destinationPorts, packet) & ofPorts;
    const protocol = <u32>load<Protocol>(protocols + packet * sizeof<Protocol>()) & ofProtocol;
    let place = load<u32>(hashes + at) >>> shift;
    while (true) {
      const slot = slots + (place << 4);
      const number = load<u32>(slot, 12);
      if (number == 0) break;
      if (
        ((load<u32>(slot) ^ source) |
          (load<u32>(slot, 4) ^ destination) |
          (load<u32>(slot, 8) ^ ports) |
          ((number & 255) ^ protocol)) ==
        0
      ) {
        store<u32>(found + (packet << 2), number >>> 8);
        break;
      }
      place = (place + 1) & last;
    }
  }
}

function portsOf<Port>(sources: usize, destinations: usize, packet: usize): u32 {
  const at = packet * sizeof<Port>();
  return <u32>load<Port>(sources + at) | ((<u32>load<Port>(destinations + at)) << 16);
}

/** As hashOf of src/run/columns/tuple-lists.ts. */
function hashOf(source: u32, destination: u32, ports: u32, protocol: u32): u32 {
  return source * 0x9e3779b1 + destination * 0x85ebca6b + ports * 0xc2b2ae35 + protocol * 0x27d4eb2f;
}
