/** Jenkins' lookup3: include/linux/jhash.h. */

/** jhash2 of one word of an address, whose bytes are read as a little-endian machine reads them. */
export function hashOf(word: u32, seed: u32): u32 {
  const begin = 0xdeadbeef + 4 + seed;
  return finished(begin + bswap<u32>(word), begin, begin);
}

/** __jhash_final. */
export function finished(a: u32, b: u32, c: u32): u32 {
  c = (c ^ b) - rotl<u32>(b, 14);
  a = (a ^ c) - rotl<u32>(c, 11);
  b = (b ^ a) - rotl<u32>(a, 25);
  c = (c ^ b) - rotl<u32>(b, 16);
  a = (a ^ c) - rotl<u32>(c, 4);
  b = (b ^ a) - rotl<u32>(a, 14);
  return (c ^ b) - rotl<u32>(b, 24);
}
