/**
 * Packets for a set: three of four are drawn inside of one of its rules, the others anywhere. Each comes once or a few times
 * in a row, as packets of one flow do: how often is of a Pareto distribution, cut at eight.
 */
import { Random } from '../../test/kernel/generate/random.js';
import type { FlatMasked, FlatRule } from '../peers/flat.js';
import { newTrace, type Trace } from './trace.js';

const SHAPE = 1.2;
const MOST_IN_A_ROW = 8;

/** The same packets for the same seed. */
export function drawTrace(rules: readonly FlatRule[], count: number, seed: number): Trace {
  const random = new Random(seed);
  const trace = newTrace(count);
  const inside = ({ value, mask }: FlatMasked) => (value | (random.word() & ~mask)) >>> 0;
  for (let i = 0; i < count; ) {
    const rule = random.chance(3 / 4) ? random.pick(rules) : undefined;
    const again = Math.floor((1 - random.word() / 2 ** 32) ** (-1 / SHAPE)) % MOST_IN_A_ROW;
    const end = Math.min(count, i + 1 + again);
    trace.src.fill(rule === undefined ? random.word() : inside(rule.src), i, end);
    trace.dst.fill(rule === undefined ? random.word() : inside(rule.dst), i, end);
    trace.sport.fill(random.between(rule?.sport.min ?? 0, rule?.sport.max ?? 65535), i, end);
    trace.dport.fill(random.between(rule?.dport.min ?? 0, rule?.dport.max ?? 65535), i, end);
    const any = random.pick(rule === undefined ? [1, 6, 17, 47] : [6, 17]);
    trace.proto.fill(rule === undefined || rule.protocol.mask === 0 ? any : rule.protocol.value, i, end);
    i = end;
  }
  return trace;
}
