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
  const part = root + ((address >>> 16) << 2);
  // the low bits say how long the index is; 16: it is one line, and this very word says where
  const index = load<u32>(part);
  const place: usize = (index & ~31) + (((address & 0xffff) >>> index) << 2);
  const line: usize = load<u32>(select<usize>(part, place, (index & 16) != 0)) & ~31;
  // two bits for each interval that begins at the address or before, as classes are of two bytes
  const begun = i8x16.bitmask(i16x8.gt_s(i16x8.splat(<i16>address), v128.load(line)));
  return load<u16>(line + popcnt(begun), 16);
}
