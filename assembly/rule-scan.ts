/**
 * The first rule of a list that takes a packet, by comparing eight rules at a time: what stands in where tables would
 * not fit. src/run/first-match/scan.ts lays the rules out (ScanBlock).
 */
import { ScanBlock, ScanWord } from '../src/abi';
import { word } from './packet';

/** Most blocks end at the source. */
export function scanFirst(
  scan: usize,
  sources: usize,
  destinations: usize,
  sourcePorts: usize,
  destinationPorts: usize,
  protocols: usize,
  count: u32,
  results: usize,
): void {
  const blocks: usize = word(scan, ScanWord.Blocks);
  const end = blocks + <usize>word(scan, ScanWord.Count) * ScanBlock.Bytes;
  const none = word(scan, ScanWord.None);
  for (let i: u32 = 0; i < count; i++) {
    const source = i32x4.splat(load<u32>(sources + (i << 2)));
    const destination = i32x4.splat(load<u32>(destinations + (i << 2)));
    const sourcePort = i16x8.splat(load<u16>(sourcePorts + (i << 1)));
    const destinationPort = i16x8.splat(load<u16>(destinationPorts + (i << 1)));
    const protocol = i16x8.splat(load<u8>(protocols + i));
    let rule = none;
    for (let block = blocks; block < end; block += ScanBlock.Bytes) {
      let fits = within(block + ScanBlock.Sources, source);
      if (!v128.any_true(fits)) continue;
      fits = v128.and(fits, within(block + ScanBlock.Destinations, destination));
      fits = v128.and(fits, portWithin(block + ScanBlock.SourcePorts, sourcePort));
      fits = v128.and(fits, portWithin(block + ScanBlock.DestinationPorts, destinationPort));
      const masked = v128.and(protocol, v128.load(block + ScanBlock.Protocols, 16));
      fits = v128.and(fits, i16x8.eq(masked, v128.load(block + ScanBlock.Protocols)));
      if (!v128.any_true(fits)) continue;
      rule = ((<u32>((block - blocks) / ScanBlock.Bytes)) << 3) + ctz(i16x8.bitmask(fits));
      break;
    }
    store<u32>(results + (i << 2), rule);
  }
}

/** Which of eight intervals hold an address: each is where it begins and how far it goes on. */
function within(at: usize, address: v128): v128 {
  const low = i32x4.le_u(i32x4.sub(address, v128.load(at)), v128.load(at, 32));
  const high = i32x4.le_u(i32x4.sub(address, v128.load(at, 16)), v128.load(at, 48));
  return i16x8.narrow_i32x4_s(low, high);
}

function portWithin(at: usize, port: v128): v128 {
  return i16x8.le_u(i16x8.sub(port, v128.load(at)), v128.load(at, 16));
}
