/** Rules in blocks of eight, for the core to compare one after another: assembly/rule-scan.ts. */
import { ScanBlock, ScanWord } from '../../abi.js';
import type { Memory } from '../memory.js';
import type { FiveTupleRules } from './rules.js';

/** Bytes that they take, and what their regions are rounded up by. */
export function scanBytes(rules: FiveTupleRules): number {
  return 16 + 4 * ScanWord.Size + ScanBlock.Bytes * Math.ceil(rules.count / 8);
}

/** Where they are: the address of ScanWord. */
export function placeScan(memory: Memory, rules: FiveTupleRules): number {
  const size = Math.ceil(rules.count / 8);
  const blocks = memory.reserve(ScanBlock.Bytes * size);
  const { words, halves } = memory;
  for (let i = 0; i < 8 * size; i++) {
    const block = blocks + ScanBlock.Bytes * (i >>> 3);
    const lane = i & 7;
    const interval = (to: typeof words | typeof halves, column: number, min: number, max: number) => {
      const place = (block + column) / to.BYTES_PER_ELEMENT + lane;
      to[place] = min;
      to[place + 8] = max - min;
    };
    // the value 1 behind the mask 0 fits no packet: neither does a rule of an interval that ends before it begins
    const fits =
      i < rules.count &&
      rules.srcMin[i]! <= rules.srcMax[i]! &&
      rules.dstMin[i]! <= rules.dstMax[i]! &&
      rules.sportMin[i]! <= rules.sportMax[i]! &&
      rules.dportMin[i]! <= rules.dportMax[i]!;
    halves[(block + ScanBlock.Protocols) / 2 + lane] = fits ? rules.proto[i]! : 1;
    halves[(block + ScanBlock.Protocols) / 2 + lane + 8] = fits ? rules.protoMask[i]! : 0;
    if (!fits) continue;
    interval(words, ScanBlock.Sources, rules.srcMin[i]!, rules.srcMax[i]!);
    interval(words, ScanBlock.Destinations, rules.dstMin[i]!, rules.dstMax[i]!);
    interval(halves, ScanBlock.SourcePorts, rules.sportMin[i]!, rules.sportMax[i]!);
    interval(halves, ScanBlock.DestinationPorts, rules.dportMin[i]!, rules.dportMax[i]!);
  }
  return memory.place([blocks, size, rules.count]);
}
