/** Programs of the bpf match, around what a packet has at some place. */
import { buildPacket } from '../packets.js';
import type { Drawer } from './clause.js';
import { specOf } from './draft.js';
import type { Random } from './random.js';

/** Loads of a word, a half and a byte at a place, and what they are behind the index. */
const LOADS = [
  [4, 32, 64],
  [2, 40, 72],
  [1, 48, 80],
] as const;

/** Code of an operation by a number, and what comes of it. */
const OPERATIONS: readonly (readonly [code: number, of: (value: number, by: number) => number])[] = [
  [0x04, (value, by) => value + by],
  [0x14, (value, by) => value - by],
  [0x44, (value, by) => value | by],
  [0x54, (value, by) => value & by],
  [0x64, (value, by) => value << by],
  [0x74, (value, by) => value >>> by],
  [0xa4, (value, by) => value ^ by],
  [0x94, (value, by) => value % by],
  [0x34, (value, by) => Math.floor(value / by)],
];

/** A comparison that holds for the value, or does not. */
function comparison(r: Random, value: number, holds: boolean): string {
  const [yes, no] = holds ? [0, 1] : [1, 0];
  // ==, >=, >, &
  const [op, number] = r.pick([
    [0x15, value],
    [0x35, value],
    [0x25, value - 1],
    [0x45, (value & -value) >>> 0],
  ] as const);
  return `${op} ${yes} ${no} ${Math.max(number, 0)}`;
}

export const bpf: Drawer = (d, at) => {
  const { r } = at;
  const bytes = buildPacket(specOf(d, 1));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = 4 * (bytes[0]! & 15);
  const [size, load, behind] = r.pick(LOADS);
  const transport = r.chance(0.5) && bytes.length >= head + 8;
  // 4 to 11 change on the way: identification, ttl, checksum
  const offset = transport ? r.pick([0, 2]) : r.pick([0, 1, 2, 6, 9, 12, 13, 16, bytes.length - size]);
  const place = transport ? head + offset : offset;
  if (place < 0) return undefined;
  const program = transport ? ['177 0 0 0', `${behind} 0 0 ${offset}`] : [`${load} 0 0 ${offset}`];
  const here = place + size <= bytes.length;
  let value = !here ? 0 : size === 4 ? view.getUint32(place) : size === 2 ? view.getUint16(place) : bytes[place]!;
  for (let n = r.below(3); n > 0; n--) {
    const [code, of] = r.pick(OPERATIONS);
    const by = code === 0x64 || code === 0x74 ? r.below(32) : r.between(1, 255);
    program.push(`${code} 0 0 ${by}`);
    value = of(value, by) >>> 0;
  }
  if (r.chance(0.2)) program.push('2 0 0 7', '0 0 0 1', '96 0 0 7');
  if (r.chance(0.1)) program.push('7 0 0 0', '128 0 0 0', '135 0 0 0');
  program.push(comparison(r, value, r.chance(0.75)), '6 0 0 1', '6 0 0 0');
  return { kind: 'bpf', negated: false, text: `-m bpf --bytecode "${program.length},${program.join(',')}"` };
};
