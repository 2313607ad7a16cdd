/** Traces of packets, a line each: source, destination, source port, destination port, protocol, in decimal. */
import { PacketwalkError } from '../../src/errors.js';
import type { FlatColumns } from '../peers/flat.js';

export interface Trace extends FlatColumns {
  readonly sport: Uint16Array;
  readonly dport: Uint16Array;
  readonly proto: Uint8Array;
}

const NEWLINE = 10;
const ZERO = 48;

/**
 * What stands behind the fifth number of a line is not read: ClassBench's own traces have the number of a rule there. Throws
 * PacketwalkError for a line that holds no packet, and where there is none.
 */
export function readTrace(text: Uint8Array, file = 'trace'): Trace {
  let lines = 0;
  for (let at = 0; at < text.length; lines++) at = lineEnd(text, at) + 1;
  if (lines === 0) throw new PacketwalkError(`${file}: holds no packet`, { code: 'empty', hint: FORM });
  const trace = newTrace(lines);
  const columns = [trace.src, trace.dst, trace.sport, trace.dport, trace.proto];
  const most = columns.map(({ BYTES_PER_ELEMENT }) => 2 ** (8 * BYTES_PER_ELEMENT) - 1);
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const start = at;
    const end = lineEnd(text, at);
    for (const [i, column] of columns.entries()) {
      while (at < end && isBlank(text[at]!)) at++;
      const first = at;
      let value = 0;
      for (; at < end && isDigit(text[at]!); at++) value = 10 * value + text[at]! - ZERO;
      const isNumber = at > first && (at === end || isBlank(text[at]!));
      if (!isNumber || value > most[i]!) {
        const source = new TextDecoder().decode(text.subarray(start, end));
        const length = /^\S*/.exec(source.slice(first - start))![0].length;
        throw new PacketwalkError(`${FIELDS[i]}: a number from 0 to ${most[i]} was expected`, {
          code: 'bad-packet',
          place: { file, line: line + 1, column: first - start + 1, length, source },
          hint: FORM,
        });
      }
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

const FIELDS = ['source', 'destination', 'source port', 'destination port', 'protocol'];
const FORM =
  'a packet is a line: source, destination, source port, destination port, protocol, in decimal between tabs';

const isBlank = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;
const isDigit = (byte: number): boolean => byte >= ZERO && byte < ZERO + 10;
