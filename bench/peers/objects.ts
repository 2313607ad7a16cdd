/** A peer: the rules as objects, the packets as objects, looked through one after another, as one would write it first. */
import type { FlatColumns, FlatMasked, FlatRule } from './flat.js';

export interface FlatPacket {
  readonly src: number;
  readonly dst: number;
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
}

/** An object for each packet. */
export const packetObjects = ({ count, src, dst, proto, sport, dport }: FlatColumns): FlatPacket[] =>
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
  for (const packet of packets) counts[firstByObjects(rules, packet)]!++;
  return counts;
}

/** The number of the rule that takes a packet, or how many there are. */
export function firstByObjects(rules: readonly FlatRule[], packet: FlatPacket): number {
  const rule = rules.findIndex((one) => matches(one, packet));
  return rule < 0 ? rules.length : rule;
}

const matches = (rule: FlatRule, packet: FlatPacket): boolean =>
  within(rule.src, packet.src) &&
  within(rule.dst, packet.dst) &&
  (packet.protocol & rule.protocol.mask) === rule.protocol.value &&
  packet.sport >= rule.sport.min &&
  packet.sport <= rule.sport.max &&
  packet.dport >= rule.dport.min &&
  packet.dport <= rule.dport.max;

const within = ({ value, mask }: FlatMasked, address: number): boolean => (address & mask) >>> 0 === value;
