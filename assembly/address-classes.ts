/** The class of each address of a list of packets: src/run/first-match/lines.ts makes what is looked up. */

/**
 * Of 65,536 parts of all addresses one has a line of 64 bytes, or a power of two of them, that holds up to sixteen intervals.
 * `list`: places of packets, four at a time.
 */
export function findClasses(root: usize, addresses: usize, list: usize, size: u32, classes: usize): void {
  const end = list + (size << 1);
  for (; list < end; list += 8, classes += 8) {
    store<u16>(classes, classOf(root, load<u32>(addresses + ((<usize>load<u16>(list)) << 2))));
    store<u16>(classes, classOf(root, load<u32>(addresses + ((<usize>load<u16>(list, 2)) << 2))), 2);
    store<u16>(classes, classOf(root, load<u32>(addresses + ((<usize>load<u16>(list, 4)) << 2))), 4);
    store<u16>(classes, classOf(root, load<u32>(addresses + ((<usize>load<u16>(list, 6)) << 2))), 6);
  }
}

function classOf(root: usize, address: u32): u16 {
  const lines = load<u32>(root + ((address >>> 16) << 2));
  // the low bits say how many lines there are
  const line: usize = (lines & ~63) + (((address & 0xffff) >>> lines) << 6);
  const low = i16x8.splat(<i16>(address ^ 0x8000));
  const above = i8x16.narrow_i16x8_s(i16x8.gt_s(v128.load(line), low), i16x8.gt_s(v128.load(line, 16), low));
  return load<u16>(line + (ctz(i8x16.bitmask(above) | 0x10000) << 1), 30);
}
