/** What the core draws for a packet, told beforehand: the same as `draw` of assembly/draw.ts. */

/** The packet's draw number `drawn`, counted from 0: 32 bits. */
export const drawOf = (seed: number, serial: number, drawn: number): number =>
  mixed(mixed((seed + Math.imul(serial, 0x9e3779b1)) >>> 0) + Math.imul(drawn, 0x85ebca6b));

function mixed(value: number): number {
  let bits = value >>> 0;
  bits ^= bits >>> 16;
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
