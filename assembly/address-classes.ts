/** The class of each address of a list of packets: src/run/first-match/lines.ts makes what is looked up. */

/**
 * Of 65,536 parts of all addresses one has a line of 32 bytes that holds up to eight intervals, or an index of lines.
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
  const part = root + ((address >>> 16) << 3);
  // the low bits say how long the index is; where it is one line, it is this very word
  const own = load<u32>(part, 4);
  const line: usize = load<u32>(load<u32>(part) + (((address & 0xffff) >>> own) << 2)) & ~31;
  // two bits for each interval that begins at the address or before, as classes are of two bytes
  const begun = i8x16.bitmask(i16x8.gt_s(i16x8.splat(<i16>address), v128.load(line)));
  return load<u16>(line + popcnt(begun), 16);
}
