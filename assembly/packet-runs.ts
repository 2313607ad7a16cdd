/**
 * Packets of a flow come in trains: where one has all five fields of the one before, its rule is the same. Looks for the
 * first of each such run, so that steps are made for these alone, and gives the others what they found.
 */
import { RunWord } from '../src/abi';
import { word } from './packet';

/** Packets that are compared at once; a bit for each says whether it begins a run. */
const TOGETHER: u32 = 16;

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
      begins = beginning(
        sources + (i << 2),
        destinations + (i << 2),
        sourcePorts + (i << 1),
        destinationPorts + (i << 1),
        protocols + i,
      );
    // what lies behind the columns may not be read
    else begins = (1 << (size - i)) - 1;
    // neither what lies before them counts
    if (i == 0) begins |= 1;
    store<u16>(bits + (i >> 3), <u16>begins);
    const low = begins & 255;
    v128.store(to, i16x8.add(v128.load(places + ((<usize>low) << 4)), i16x8.splat(<i16>i)));
    to += popcnt(low) << 1;
    const high = begins >>> 8;
    v128.store(to, i16x8.add(v128.load(places + ((<usize>high) << 4)), i16x8.splat(<i16>(i + 8))));
    to += popcnt(high) << 1;
  }
  store<u64>(to, 0);
  return <u32>(to - list) >> 1;
}

/** Of sixteen packets those that differ from the one before. */
function beginning(
  sources: usize,
  destinations: usize,
  sourcePorts: usize,
  destinationPorts: usize,
  protocols: usize,
): u32 {
  const a = v128.and(sameWords(sources), sameWords(destinations));
  const b = v128.and(sameWords(sources + 16), sameWords(destinations + 16));
  const c = v128.and(sameWords(sources + 32), sameWords(destinations + 32));
  const d = v128.and(sameWords(sources + 48), sameWords(destinations + 48));
  const low = v128.and(i16x8.narrow_i32x4_s(a, b), v128.and(sameHalves(sourcePorts), sameHalves(destinationPorts)));
  const high = v128.and(
    i16x8.narrow_i32x4_s(c, d),
    v128.and(sameHalves(sourcePorts + 16), sameHalves(destinationPorts + 16)),
  );
  const sameProtocols = i8x16.eq(v128.load(protocols), v128.load(protocols - 1));
  return i8x16.bitmask(v128.and(i8x16.narrow_i16x8_s(low, high), sameProtocols)) ^ 0xffff;
}

function sameWords(at: usize): v128 {
  return i32x4.eq(v128.load(at), v128.load(at - 4));
}

function sameHalves(at: usize): v128 {
  return i16x8.eq(v128.load(at), v128.load(at - 2));
}

/** Gives each packet the result of its run, four at a time. */
export function spreadRuns(runs: usize, found: usize, size: u32, results: usize): void {
  const bits: usize = word(runs, RunWord.Bits);
  const spreads: usize = word(runs, RunWord.Spreads);
  // the result of the run before
  let from = found - 4;
  let i: u32 = 0;
  for (; i + TOGETHER <= size; i += TOGETHER) {
    const begins = <u32>load<u16>(bits + (i >> 3));
    const at = results + (i << 2);
    spread(spreads, begins & 15, from, at);
    spread(spreads, (begins >>> 4) & 15, from + (popcnt(begins & 0xf) << 2), at + 16);
    spread(spreads, (begins >>> 8) & 15, from + (popcnt(begins & 0xff) << 2), at + 32);
    spread(spreads, begins >>> 12, from + (popcnt(begins & 0xfff) << 2), at + 48);
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
