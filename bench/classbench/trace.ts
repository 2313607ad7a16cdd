/** Traces of packets, a line each: source, destination, source port, destination port, protocol, in decimal. */
import type { FlatColumns } from '../peers/flat.js';

export interface Trace extends FlatColumns {
  readonly sport: Uint16Array;
  readonly dport: Uint16Array;
  readonly proto: Uint8Array;
}

const NEWLINE = 10;
const ZERO = 48;

/** What stands behind the fifth number of a line is not read: ClassBench's own traces have the number of a rule there. */
export function readTrace(text: Uint8Array): Trace {
  let lines = 0;
  for (let at = 0; at < text.length; lines++) at = lineEnd(text, at) + 1;
  const trace = newTrace(lines);
  const columns = [trace.src, trace.dst, trace.sport, trace.dport, trace.proto];
  const most = columns.map(({ BYTES_PER_ELEMENT }) => 2 ** (8 * BYTES_PER_ELEMENT) - 1);
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const end = lineEnd(text, at);
    for (const [i, column] of columns.entries()) {
      while (at < end && !isDigit(text[at]!)) at++;
      let value = at < end ? 0 : Number.NaN;
      for (; at < end && isDigit(text[at]!); at++) value = 10 * value + text[at]! - ZERO;
      if (!(value <= most[i]!)) throw new Error(`line ${line + 1} of the trace holds no packet`);
      column[line] = value;
    }
    at = end + 1;
  }
  return trace;
}

/** Room for so many. */
export const newTrace = (count: number): Trace => ({
  count,
  src: new Uint32Array(count),
  dst: new Uint32Array(count),
  sport: new Uint16Array(count),
  dport: new Uint16Array(count),
  proto: new Uint8Array(count),
});

const PRINTED_TOGETHER = 10_000;

/** The opposite of reading, some thousand lines at a time. */
export function* printTrace({ count, src, dst, sport, dport, proto }: Trace): Generator<string> {
  for (let from = 0; from < count; from += PRINTED_TOGETHER) {
    let lines = '';
    for (let i = from; i < Math.min(count, from + PRINTED_TOGETHER); i++)
      lines += `${src[i]}\t${dst[i]}\t${sport[i]}\t${dport[i]}\t${proto[i]}\n`;
    yield lines;
  }
}

function lineEnd(text: Uint8Array, from: number): number {
  const end = text.indexOf(NEWLINE, from);
  return end < 0 ? text.length : end;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte < ZERO + 10;
