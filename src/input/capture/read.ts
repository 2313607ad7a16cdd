/**
 * Packets from a capture, pcap or pcapng, as it streams in: batches of some thousand packets, whose bytes stand where the
 * capture has them. Memory stays flat however long the capture is.
 */
import { PacketwalkError } from '../../errors.js';
import { detectFormat } from '../detect.js';
import { unpacked } from '../unpack.js';
import { type CaptureBatch, Draft } from './draft.js';
import { PcapScanner, type Scanner } from './pcap.js';
import { PcapngScanner } from './pcapng.js';
import { Window } from './window.js';

/** Bytes that say what a file is. */
const FIRST = 8;

/**
 * The batches of a capture, gzipped or not; each is good until the next one is asked for, since arrays and bytes are
 * used again. Where the capture is damaged or ends inside a record, the last batch has all before that, and the fault.
 * Throws PacketwalkError for what is no capture; `name` is what it is called in messages.
 */
export async function* readCapture(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name = 'the capture',
): AsyncGenerator<CaptureBatch> {
  const input = new Window();
  const draft = new Draft(input, name);
  let scanner: Scanner | undefined;
  let failed: PacketwalkError | undefined;
  /** Before there is a record nothing can be lost, and the error is thrown. */
  const fail = (error: unknown): void => {
    if (draft.record === 0 || !(error instanceof PacketwalkError)) throw error;
    failed = error;
  };
  /** Drafts what is there; true where the batch is full. */
  const scan = (): boolean => {
    if (scanner === undefined && input.end < FIRST) return false;
    scanner ??= scannerOf(input, name);
    try {
      return scanner.scan(input, draft);
    } catch (error) {
      fail(error);
      return false;
    }
  };
  const source = unpacked(chunks, name);
  try {
    while (failed === undefined) {
      const next = await source.next().catch(fail);
      if (next?.value === undefined) break;
      const chunk = next.value;
      for (let from = 0; from < chunk.length && failed === undefined; ) {
        from += input.take(chunk, from);
        while (scan()) yield* draft.take();
        if (failed === undefined) yield* draft.take();
      }
      if (failed === undefined && input.start < input.end) input.keep();
    }
  } finally {
    await source.return(undefined);
  }
  if (failed === undefined) {
    const cut = endOf(input, scanner, draft.record, name);
    if (cut !== undefined) fail(cut);
  }
  yield* draft.take(failed);
}

function scannerOf(input: Window, name: string): Scanner {
  const first = input.bytes.subarray(input.start, input.end);
  const { format, what } = detectFormat(first);
  if (format === 'pcap') return new PcapScanner();
  if (format === 'pcapng') return new PcapngScanner();
  throw notCapture(name, what);
}

export const notCapture = (name: string, what: string): PacketwalkError =>
  new PacketwalkError(`${name}: is ${what}, and a capture was expected`, {
    code: 'not-a-capture',
    hint: 'a capture is what tcpdump -w and dumpcap write: pcap or pcapng, gzipped or not',
  });

/** What is wrong with the end of a stream; undefined where it ended behind a record. */
function endOf(
  input: Window,
  scanner: Scanner | undefined,
  records: number,
  name: string,
): PacketwalkError | undefined {
  const there = input.end - input.start;
  if (scanner === undefined) return notCapture(name, there === 0 ? 'empty' : `a file of ${there} bytes`);
  const begun = scanner.begun(input, records + 1);
  if (begun === undefined) return undefined;
  const place = input.placeOf(input.start);
  return new PacketwalkError(
    `${name}: ends inside ${begun.what}, at byte ${place}: ${there} of ${begun.wanted} bytes are there`,
    { code: 'cut-capture' },
  );
}
