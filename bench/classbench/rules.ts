/** ClassBench filter sets: `@src/len dst/len lo : hi lo : hi proto/mask`, mostly with flags behind, which nobody reads. */
import { formatIpv4, parseIpv4, prefixLength, prefixMask } from '../../src/net/address.js';
import { type FiveTupleRules, fiveTupleRules } from '../../src/run/first-match/index.js';
import type { FlatMasked, FlatRule } from '../peers/flat.js';

const LINE =
  /^@([\d.]+)\/(\d+)\s+([\d.]+)\/(\d+)\s+(\d+)\s*:\s*(\d+)\s+(\d+)\s*:\s*(\d+)\s+(0x[\da-f]+)\/(0x[\da-f]+)(?:\s|$)/i;

type SixNumbers = [number, number, number, number, number, number];

/** Throws for a line that is none of a filter set; empty ones are no rules. */
export function readRules(text: string): FiveTupleRules {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const rules = fiveTupleRules(lines.length);
  for (const [i, line] of lines.entries()) {
    const [, src, srcLength, dst, dstLength, ...rest] = LINE.exec(line) ?? [];
    const [sportMin, sportMax, dportMin, dportMax, proto, protoMask] = rest.map(Number) as SixNumbers;
    const source = intervalOf(src, Number(srcLength));
    const destination = intervalOf(dst, Number(dstLength));
    if (source === undefined || destination === undefined || sportMax > 65535 || dportMax > 65535 || protoMask > 255)
      throw new Error(`no rule of a ClassBench set: ${line}`);
    [rules.srcMin[i], rules.srcMax[i]] = source;
    [rules.dstMin[i], rules.dstMax[i]] = destination;
    rules.sportMin[i] = sportMin;
    rules.sportMax[i] = sportMax;
    rules.dportMin[i] = dportMin;
    rules.dportMax[i] = dportMax;
    rules.proto[i] = proto & protoMask;
    rules.protoMask[i] = protoMask;
  }
  return rules;
}

/** Bits behind the prefix are no part of what is asked. */
function intervalOf(address: string | undefined, length: number): [number, number] | undefined {
  const value = address === undefined ? undefined : parseIpv4(address)?.[0];
  if (value === undefined || length > 32) return undefined;
  const mask = prefixMask(length, 4)[0]!;
  return [(value & mask) >>> 0, (value | ~mask) >>> 0];
}

/** The same for peers. */
export const flatRulesOf = (rules: FiveTupleRules): FlatRule[] =>
  Array.from({ length: rules.count }, (_, i) => ({
    src: maskedOf(rules.srcMin[i]!, rules.srcMax[i]!),
    dst: maskedOf(rules.dstMin[i]!, rules.dstMax[i]!),
    protocol: { value: rules.proto[i]!, mask: rules.protoMask[i]! },
    sport: { min: rules.sportMin[i]!, max: rules.sportMax[i]! },
    dport: { min: rules.dportMin[i]!, max: rules.dportMax[i]! },
  }));

/** Of the interval of a prefix. */
const maskedOf = (min: number, max: number) => ({ value: min, mask: ~(min ^ max) >>> 0 });

/** Its line in a set; no flags are asked for. */
export function printRule({ src, dst, sport, dport, protocol }: FlatRule): string {
  const address = ({ value, mask }: FlatMasked) => `${formatIpv4(value)}/${prefixLength([mask])}`;
  const hex = (byte: number) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const ports = [sport, dport].map(({ min, max }) => `${min} : ${max}`);
  const asked = `${hex(protocol.value)}/${hex(protocol.mask)}`;
  return [`@${address(src)}`, address(dst), ...ports, asked, '0x0000/0x0000'].join('\t');
}
