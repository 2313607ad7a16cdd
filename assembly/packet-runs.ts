/**
 * Packets of a flow come in trains: where one has all five fields of the one before, its rule is the same. Looks for the
 * first of each such run, so that steps are made for these alone, and gives the others what they found.
 */
import { RunWord } from '../src/abi';
import { word } from './packet';

/** Packets that are compared at once: twice as many, whose columns the processor has no registers for, took half as long again. */
const TOGETHER: u32 = 8;

/** Lists the places of those that begin a run, padded to a multiple of four; how many they are. */
export function listRuns(
  runs: usize,
  sources: usize,
  destinations: usize,
  sourcePorts: usize,
  destinationPorts: usize,
  protocols: usize,
  size: u32,
): u32 {
  const list: usize = word(runs, RunWord.List);
  const bits: usize = word(runs, RunWord.Bits);
  const places: usize = word(runs, RunWord.Places);
  let to = list;
  for (let i: u32 = 0; i < size; i += TOGETHER) {
    let begins: u32;
    if (i + TOGETHER <= size)
      // each from the packet before on
      begins = beginning(
        sources + (i << 2) - 4,
        destinations + (i << 2) - 4,
        sourcePorts + (i << 1) - 2,
        destinationPorts + (i << 1) - 2,
        protocols + i - 1,
      );
    // what lies behind the columns may not be read
    else begins = (1 << (size - i)) - 1;
    // neither does what lies before them count
    if (i == 0) begins |= 1;
    store<u8>(bits + (i >> 3), <u8>begins);
    v128.store(to, i16x8.add(v128.load(places + ((<usize>begins) << 4)), i16x8.splat(<i16>i)));
    to += popcnt(begins) << 1;
  }
  store<u64>(to, 0);
  return <u32>(to - list) >> 1;
}

/** Of eight packets those that differ from the one before, which stands first in the columns. */
function beginning(
  sources: usize,
  destinations: usize,
  sourcePorts: usize,
  destinationPorts: usize,
  protocols: usize,
): u32 {
  const low = v128.and(
    i32x4.eq(v128.load(sources), v128.load(sources, 4)),
    i32x4.eq(v128.load(destinations), v128.load(destinations, 4)),
  );
  const high = v128.and(
    i32x4.eq(v128.load(sources, 16), v128.load(sources, 20)),
    i32x4.eq(v128.load(destinations, 16), v128.load(destinations, 20)),
  );
  const ports = v128.and(
    i16x8.eq(v128.load(sourcePorts), v128.load(sourcePorts, 2)),
    i16x8.eq(v128.load(destinationPorts), v128.load(destinationPorts, 2)),
  );
  const same = v128.and(i16x8.narrow_i32x4_s(low, high), ports);
  const sameProtocols = i8x16.eq(v128.load64_zero(protocols), v128.load64_zero(protocols, 1));
  return (i8x16.bitmask(v128.and(i8x16.narrow_i16x8_s(same, same), sameProtocols)) & 0xff) ^ 0xff;
}

/** Gives each packet the result of its run, four at a time. */
export function spreadRuns(runs: usize, found: usize, size: u32, results: usize): void {
  const bits: usize = word(runs, RunWord.Bits);
  const spreads: usize = word(runs, RunWord.Spreads);
  // the result of the run before
  let from = found - 4;
  let i: u32 = 0;
  for (; i + TOGETHER <= size; i += TOGETHER) {
    const begins = <u32>load<u8>(bits + (i >> 3));
    const at = results + (i << 2);
    spread(spreads, begins & 15, from, at);
    spread(spreads, begins >>> 4, from + (popcnt(begins & 15) << 2), at + 16);
    from += popcnt(begins) << 2;
  }
  // at the end each begins a run
  for (; i < size; i++) {
    from += 4;
    store<u32>(results + (i << 2), load<u32>(from));
  }
}

function spread(spreads: usize, begins: u32, from: usize, to: usize): void {
  const first = from + ((begins & 1) << 2);
  v128.store(to, i8x16.swizzle(v128.load(first), v128.load(spreads + ((<usize>begins) << 4))));
}
