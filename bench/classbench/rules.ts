/** ClassBench filter sets: `@src/len dst/len lo : hi lo : hi proto/mask`, mostly with flags behind, which nobody reads. */
import { PacketwalkError } from '../../src/errors.js';
import { formatIpv4, parseIpv4, prefixLength, prefixMask } from '../../src/net/address.js';
import { type FiveTupleRules, fiveTupleRules } from '../../src/run/first-match/index.js';
import type { FlatMasked, FlatRule } from '../peers/flat.js';

const LINE =
  /^@([\d.]+)\/(\d+)\s+([\d.]+)\/(\d+)\s+(\d+)\s*:\s*(\d+)\s+(\d+)\s*:\s*(\d+)\s+(0x[\da-f]+)\/(0x[\da-f]+)(?:\s|$)/i;

type SixNumbers = [number, number, number, number, number, number];

/** Throws PacketwalkError for a line that is none of a filter set, and where there is none; empty ones are no rules. */
export function readRules(text: string, file = 'rules'): FlatRule[] {
  const rules = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [ruleOf(line, file, i + 1)]));
  if (rules.length === 0) throw new PacketwalkError(`${file}: holds no rule`, { code: 'empty', hint: FORM });
  return rules;
}

const FORM =
  '@src/len dst/len lo : hi lo : hi protocol/mask was expected, ports from 0 to 65535, the protocol in hexadecimal';

function ruleOf(line: string, file: string, number: number): FlatRule {
  const [, srcAddress, srcLength, dstAddress, dstLength, ...rest] = LINE.exec(line) ?? [];
  const [sportMin, sportMax, dportMin, dportMax, value, mask] = rest.map(Number) as SixNumbers;
  const src = maskedOf(srcAddress, Number(srcLength));
  const dst = maskedOf(dstAddress, Number(dstLength));
  const arePorts = sportMin <= sportMax && sportMax <= 65535 && dportMin <= dportMax && dportMax <= 65535;
  if (src === undefined || dst === undefined || !arePorts || mask > 255)
    throw new PacketwalkError('no rule of a ClassBench set', {
      code: 'bad-rule',
      place: { file, line: number, column: 1, length: line.trimEnd().length, source: line.trimEnd() },
      hint: FORM,
    });
  return {
    src,
    dst,
    sport: { min: sportMin, max: sportMax },
    dport: { min: dportMin, max: dportMax },
    protocol: { value: value & mask, mask },
  };
}

/** Bits behind the prefix are no part of what is asked. */
function maskedOf(address: string | undefined, length: number): FlatMasked | undefined {
  const value = address === undefined ? undefined : parseIpv4(address)?.[0];
  if (value === undefined || length > 32) return undefined;
  const mask = prefixMask(length, 4)[0]!;
  return { value: (value & mask) >>> 0, mask };
}

/** The line of a rule in a set; no flags are asked for. */
export function printRule({ src, dst, sport, dport, protocol }: FlatRule): string {
  const address = ({ value, mask }: FlatMasked) => `${formatIpv4(value)}/${prefixLength([mask])}`;
  const hex = (byte: number) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const ports = [sport, dport].map(({ min, max }) => `${min} : ${max}`);
  const asked = `${hex(protocol.value)}/${hex(protocol.mask)}`;
  return [`@${address(src)}`, address(dst), ...ports, asked, '0x0000/0x0000'].join('\t');
}

/** As packetwalk takes them. */
export function fiveTuplesOf(flat: readonly FlatRule[]): FiveTupleRules {
  const rules = fiveTupleRules(flat.length);
  for (const [i, { src, dst, sport, dport, protocol }] of flat.entries()) {
    [rules.srcMin[i], rules.srcMax[i]] = [src.value, (src.value | ~src.mask) >>> 0];
    [rules.dstMin[i], rules.dstMax[i]] = [dst.value, (dst.value | ~dst.mask) >>> 0];
    [rules.sportMin[i], rules.sportMax[i]] = [sport.min, sport.max];
    [rules.dportMin[i], rules.dportMax[i]] = [dport.min, dport.max];
    [rules.proto[i], rules.protoMask[i]] = [protocol.value, protocol.mask];
  }
  return rules;
}
