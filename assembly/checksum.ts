/** The Internet checksum (RFC 1071), its incremental update (RFC 1624) and CRC32c, on bytes in memory. */

/** A 16-bit word as it stands on the wire. */
export function load16(at: usize): u32 {
  return bswap<u16>(load<u16>(at));
}

export function load32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

export function store16(at: usize, value: u32): void {
  store<u16>(at, bswap<u16>(<u16>value));
}

export function store32(at: usize, value: u32): void {
  store<u32>(at, bswap<u32>(value));
}

/** The sum of the bytes as little-endian words, not folded: a sum of ones' complement swaps as a whole. */
export function sumBytes(at: usize, length: u32): u64 {
  const end = at + length;
  // sixteen bytes of a packet add less than 2^18 to a lane, of which it has at most 4,096
  let lanes = i32x4.splat(0);
  for (; at + 16 <= end; at += 16) lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(at)));
  let sum = wide(i32x4.extract_lane(lanes, 0)) + wide(i32x4.extract_lane(lanes, 1));
  sum += wide(i32x4.extract_lane(lanes, 2)) + wide(i32x4.extract_lane(lanes, 3));
  for (; at + 4 <= end; at += 4) sum += load<u32>(at);
  if (at + 2 <= end) {
    sum += load<u16>(at);
    at += 2;
  }
  return at < end ? sum + load<u8>(at) : sum;
}

function wide(lane: i32): u64 {
  return <u64>(<u32>lane);
}

export function fold(sum: u64): u32 {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  let low = <u32>sum;
  low = (low & 0xffff) + (low >> 16);
  return (low & 0xffff) + (low >> 16);
}

/** Corrects the checksum at an address for a 16-bit word that changes from one value to another. */
export function replace16(check: usize, from: u32, to: u32): void {
  store16(check, ~fold(<u64>(~load16(check) & 0xffff) + (~from & 0xffff) + (to & 0xffff)));
}

export function replace32(check: usize, from: u32, to: u32): void {
  store16(check, ~fold(<u64>(~load16(check) & 0xffff) + <u64>~from + <u64>to));
}

/** The CRC of each value of four bits, polynomial 0x1edc6f41 reflected. */
// biome-ignore format: one table
const CRC32C = memory.data<u32>([
  0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
  0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
]);

function crcByte(crc: u32, byte: u32): u32 {
  crc ^= byte;
  crc = load<u32>(CRC32C + ((crc & 15) << 2)) ^ (crc >> 4);
  return load<u32>(CRC32C + ((crc & 15) << 2)) ^ (crc >> 4);
}

/** SCTP's checksum over a packet whose checksum field, four bytes at offset 8, counts as zero (RFC 9260). */
export function sctpChecksum(at: usize, length: u32): u32 {
  let crc: u32 = 0xffffffff;
  for (let i: u32 = 0; i < length; i++) crc = crcByte(crc, i >= 8 && i < 12 ? 0 : load<u8>(at + i));
  return ~crc;
}
