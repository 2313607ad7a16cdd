/** Jenkins' lookup3 over the words of an address in the packet's columns: jhash2 of include/linux/jhash.h. */
import { getField } from './packet';

/** `field`: the first of `words` columns, one or four. A hash is of the bytes as a little-endian machine reads them. */
export function hashOf(packet: u32, field: i32, words: i32, seed: u32): u32 {
  let a = 0xdeadbeef + ((<u32>words) << 2) + seed;
  let b = a;
  let c = a;
  if (words == 4) {
    a += wordOf(packet, field);
    b += wordOf(packet, field + 1);
    c += wordOf(packet, field + 2);
    a = (a - c) ^ rotl<u32>(c, 4);
    c += b;
    b = (b - a) ^ rotl<u32>(a, 6);
    a += c;
    c = (c - b) ^ rotl<u32>(b, 8);
    b += a;
    a = (a - c) ^ rotl<u32>(c, 16);
    c += b;
    b = (b - a) ^ rotl<u32>(a, 19);
    a += c;
    c = (c - b) ^ rotl<u32>(b, 4);
    b += a;
    field += 3;
  }
  return finished(a + wordOf(packet, field), b, c);
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

function wordOf(packet: u32, field: i32): u32 {
  return bswap<u32>(getField(packet, field));
}
