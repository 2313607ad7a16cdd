/** A peer: the rules as columns of typed arrays, looked through one after another: as fast as a linear scan in JavaScript is. */
import type { FlatColumns, FlatRule } from './flat.js';

/** Signed words throughout: what is unsigned above 2^31 is no small integer to the engine. */
export interface RuleColumns {
  readonly count: number;
  readonly src: Int32Array;
  readonly srcMask: Int32Array;
  readonly dst: Int32Array;
  readonly dstMask: Int32Array;
  readonly protocol: Uint8Array;
  readonly protocolMask: Uint8Array;
  readonly sportMin: Uint16Array;
  readonly sportMax: Uint16Array;
  readonly dportMin: Uint16Array;
  readonly dportMax: Uint16Array;
}

export const ruleColumns = (rules: readonly FlatRule[]): RuleColumns => ({
  count: rules.length,
  src: Int32Array.from(rules, ({ src }) => src.value | 0),
  srcMask: Int32Array.from(rules, ({ src }) => src.mask | 0),
  dst: Int32Array.from(rules, ({ dst }) => dst.value | 0),
  dstMask: Int32Array.from(rules, ({ dst }) => dst.mask | 0),
  protocol: Uint8Array.from(rules, ({ protocol }) => protocol.value),
  protocolMask: Uint8Array.from(rules, ({ protocol }) => protocol.mask),
  sportMin: Uint16Array.from(rules, ({ sport }) => sport.min),
  sportMax: Uint16Array.from(rules, ({ sport }) => sport.max),
  dportMin: Uint16Array.from(rules, ({ dport }) => dport.min),
  dportMax: Uint16Array.from(rules, ({ dport }) => dport.max),
});

/** Packets that each rule takes; the last number is that of packets which none took. */
export function countByArrays(rules: RuleColumns, packets: FlatColumns): Uint32Array {
  const counts = new Uint32Array(rules.count + 1);
  for (let i = 0; i < packets.count; i++) counts[firstByArrays(rules, packets, i)]!++;
  return counts;
}

/** The number of the rule that takes packet i, or how many there are. */
export function firstByArrays(rules: RuleColumns, packets: FlatColumns, i: number): number {
  const src = packets.src[i]! | 0;
  const dst = packets.dst[i]! | 0;
  return firstMatch(rules, src, dst, packets.proto[i]!, packets.sport[i]!, packets.dport[i]!);
}

function firstMatch(rules: RuleColumns, src: number, dst: number, protocol: number, sport: number, dport: number) {
  for (let i = 0; i < rules.count; i++)
    if (
      (src & rules.srcMask[i]!) === rules.src[i] &&
      (dst & rules.dstMask[i]!) === rules.dst[i] &&
      (protocol & rules.protocolMask[i]!) === rules.protocol[i] &&
      sport >= rules.sportMin[i]! &&
      sport <= rules.sportMax[i]! &&
      dport >= rules.dportMin[i]! &&
      dport <= rules.dportMax[i]!
    )
      return i;
  return rules.count;
}
