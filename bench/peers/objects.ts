/** A peer: the rules as objects, the packets as objects, looked through one after another, as one would write it first. */
import type { PacketColumns } from '../../src/model/batch.js';
import type { FlatMasked, FlatRule } from './flat.js';

export interface FlatPacket {
  readonly src: number;
  readonly dst: number;
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
}

/** An object for each packet. */
export const packetObjects = ({ count, src, dst, proto, sport, dport }: PacketColumns): FlatPacket[] =>
  Array.from({ length: count }, (_, i) => ({
    src: src[i]!,
    dst: dst[i]!,
    protocol: proto[i]!,
    sport: sport[i]!,
    dport: dport[i]!,
  }));

/** Packets that each rule takes; the last number is that of packets which none took. */
export function countByObjects(rules: readonly FlatRule[], packets: readonly FlatPacket[]): number[] {
  const counts = new Array<number>(rules.length + 1).fill(0);
  for (const packet of packets) {
    const rule = rules.findIndex((one) => matches(one, packet));
    counts[rule < 0 ? rules.length : rule]!++;
  }
  return counts;
}

const matches = (rule: FlatRule, packet: FlatPacket): boolean =>
  within(rule.src, packet.src) &&
  within(rule.dst, packet.dst) &&
  rule.protocol === packet.protocol &&
  packet.sport >= rule.sport.min &&
  packet.sport <= rule.sport.max &&
  packet.dport >= rule.dport.min &&
  packet.dport <= rule.dport.max;

const within = ({ value, mask }: FlatMasked, address: number): boolean => (address & mask) >>> 0 === value;
