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
  const trace = {
    count: lines,
    src: new Uint32Array(lines),
    dst: new Uint32Array(lines),
    sport: new Uint16Array(lines),
    dport: new Uint16Array(lines),
    proto: new Uint8Array(lines),
  };
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

function lineEnd(text: Uint8Array, from: number): number {
  const end = text.indexOf(NEWLINE, from);
  return end < 0 ? text.length : end;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte < ZERO + 10;
