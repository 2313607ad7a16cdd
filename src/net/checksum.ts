/** The Internet checksum (RFC 1071) and SCTP's CRC32c (RFC 9260). */

/** The ones' complement sum of the bytes, not yet folded, on top of an earlier one that ended on an even byte. */
export function sumBytes(bytes: Uint8Array, sum = 0): number {
  const even = bytes.length & ~1;
  for (let i = 0; i < even; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  return even < bytes.length ? sum + (bytes[even]! << 8) : sum;
}

/** The checksum that makes a sum come out as all ones. */
export function finishSum(sum: number): number {
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** The sum of what stands before the addresses of an IPv6 header: a change of these words alone shows in it. */
export const headSum = (packet: Uint8Array): number => finishSum(sumBytes(packet.subarray(0, 8)));

const CRC32C = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** To be written least significant byte first. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC32C[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
