/** What `trace` and `classify` share: the packets that they are given, in whatever form. */
import { accessSync, constants, createReadStream, fstatSync, open, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import type { CaptureBatch, Fault } from '../input/capture/draft.js';
import { otherName } from '../input/capture/others.js';
import { readCapture } from '../input/capture/read.js';
import { recordsOf } from '../input/capture/records.js';
import { CsvReader } from '../input/csv.js';
import { detectFormat, type PacketFormat } from '../input/detect.js';
import { FIELDS } from '../input/fields.js';
import { readJsonPacket } from '../input/json.js';
import { type InputLine, readLines } from '../input/lines.js';
import { gunzip, STANDARD_INPUT, unreadable } from '../input/node.js';
import { Pack } from '../input/pack.js';
import type { ReadPacket } from '../input/resolve.js';
import { type ChunkStream, peek } from '../input/unpack.js';
import type { PacketBytes } from '../model/batch.js';
import type { PacketPath } from '../model/packet.js';
import { Placing } from '../report/placing.js';
import type { LoadedHost } from '../run/engine.js';

export interface PacketOptions {
  readonly format: 'auto' | Form;
  readonly in?: string;
  readonly path?: PacketPath;
}

/** Where a packet stands: lines and records count from 1. */
export type PacketPlace = { readonly line: number } | { readonly record: number };
/** A packet, or why there is none. */
export type PacketItem = PacketPlace & (ReadPacket | { readonly error: PacketwalkError });

export function addPacketOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <FORMAT>', 'how they are written').choices(['auto', 'jsonl', 'csv', 'pcap']).default('auto'),
    )
    .addOption(
      new Option('--in <NAME>', 'the interface that packets came in on which do not name one').argParser(interfaceOf),
    );
}

function interfaceOf(text: string): string {
  const name = FIELDS.in.read(text);
  if (typeof name === 'string') return name;
  throw new InvalidArgumentError('The name of an interface was expected.');
}

/** Throws where a file is not there, or may not be read: better before the first packet than behind a million. */
export function checkPackets(paths: readonly string[]): void {
  for (const path of paths) {
    if (path === '-') continue;
    try {
      accessSync(path, constants.R_OK);
      if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }
}

/**
 * Opens packets, `-` for standard input, and sees what they are. Throws where there are none to be had. Once `signal`
 * says so nothing is read any more.
 */
export async function openPackets(path: string, options: PacketOptions, signal?: AbortSignal): Promise<PacketSource> {
  if (options.in !== undefined && options.path === 'output')
    throw new PacketwalkError('--in: packets that this host sends (--path output) come in on no interface', {
      code: 'bad-usage',
    });
  const name = path === '-' ? STANDARD_INPUT : path;
  const meter = { read: 0, size: undefined as number | undefined };
  const stream = path === '-' ? process.stdin : await openFile(path, meter);
  // a pipe that is silent would be waited for at the command's end
  signal?.addEventListener('abort', () => stream.destroy());
  const chunks = checked(name, stream, meter);
  // a pipe may have no more to give for now
  const packed = await peek(chunks, LONGEST_MARK);
  const zipped = detectFormat(packed.first).format === 'gzip';
  const { first, all } = zipped ? await peek(gunzip(name, packed.all), LONGEST_MARK) : packed;
  const { format, what } = detectFormat(first);
  const form = formOf(format, options.format);
  if (form !== undefined) return new PacketSource(name, form, all, options, meter);
  await all.return();
  const wanted = options.format === 'pcap' ? 'a capture was' : 'packets were';
  throw new PacketwalkError(`${name}: is ${what}, and ${wanted} expected`, {
    code: 'bad-packets',
    hint: 'packets are JSON objects, one a line, or CSV, or a capture: pcap or pcapng; gzipped or not',
  });
}

type Form = 'jsonl' | 'csv' | 'pcap';

/** How packets are read that look like `found`; undefined where they cannot be read as `asked`. */
function formOf(found: PacketFormat | undefined, asked: PacketOptions['format']): Form | undefined {
  if (found === undefined || found === 'gzip') return undefined;
  const capture = found === 'pcap' || found === 'pcapng';
  if (asked === 'auto') return capture ? 'pcap' : found;
  return capture === (asked === 'pcap') ? asked : undefined;
}

/** Bytes that tell what a file is, if it has so many. */
const LONGEST_MARK = 16;

/** Bytes that were read so far, and all that there are, where that is known. */
interface Meter {
  read: number;
  size: number | undefined;
}

async function openFile(path: string, meter: Meter): Promise<Readable> {
  try {
    const fd = await promisify(open)(path, 'r');
    const stat = fstatSync(fd);
    // a read of it that waits could not be given up
    if (stat.isFIFO()) return new Socket({ fd, readable: true, writable: false });
    if (stat.isFile()) meter.size = stat.size;
    return createReadStream(path, { fd, highWaterMark: 1 << 20 });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function* checked(name: string, chunks: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      meter.read += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

/** Packets of one file or stream, to be read once, one by one or in batches; and what there is to say of them then. */
export class PacketSource {
  #all = 0;
  #unread = 0;
  #first: { readonly at: string; readonly error: PacketwalkError } | undefined;
  /** records without an IP packet, by what they hold. */
  readonly #others = new Map<number, number>();
  #outgoing = 0;
  #noted = 0;
  #firstNote: string | undefined;
  #fault: Fault | undefined;
  readonly #pack = new Pack();

  constructor(
    readonly name: string,
    readonly form: Form,
    private readonly chunks: ChunkStream,
    private readonly options: PacketOptions,
    private readonly meter: Meter,
  ) {}

  /** How much of it was read, from 0 to 1; undefined: nobody knows how much there is. */
  get part(): number | undefined {
    const { read, size } = this.meter;
    return size === undefined || size === 0 ? undefined : Math.min(1, read / size);
  }

  /** One by one; a packet that cannot be read has its error in its place. */
  async *items(host: LoadedHost): AsyncGenerator<PacketItem> {
    if (this.form !== 'pcap') return yield* this.#lines();
    for await (const batch of this.#captured(host))
      for (const item of recordsOf(batch)) yield 'error' in item ? item : { ...item, notes: [] };
  }

  /** In batches, each good until the next is asked for. */
  async *batches(host: LoadedHost): AsyncGenerator<PacketBytes> {
    if (this.form === 'pcap') {
      for await (const { packets } of this.#captured(host)) if (packets.count > 0) yield packets;
      return;
    }
    for await (const item of this.#lines()) {
      if ('error' in item) continue;
      this.#note(item);
      try {
        yield* this.#pack.add(item.packet);
      } catch (error) {
        this.refused(item, error);
      }
    }
    yield* this.rest();
  }

  /** What was read and waits for more of its batch, where batches are not asked for to their end. */
  rest(): Generator<PacketBytes> {
    return this.#pack.take();
  }

  /** Counts a packet that turned out to be none as one that could not be read; what is no PacketwalkError is thrown. */
  refused(place: PacketPlace, error: unknown): PacketwalkError {
    if (!(error instanceof PacketwalkError)) throw error;
    this.#unread++;
    this.#first ??= { at: placeName(place), error };
    return error;
  }

  /** What of a packet is not used: `trace` has it beside the packet. */
  #note(item: Exclude<PacketItem, { readonly error: PacketwalkError }>): void {
    const [note] = item.notes;
    if (note === undefined) return;
    this.#noted++;
    this.#firstNote ??= `${placeName(item)}: ${note.message}`;
  }

  /** Packets that could not be read; how many stand behind a fault, nobody knows. */
  get unread(): number {
    return this.#unread + Number(this.#fault?.error.code === 'cut-capture');
  }

  /** Why the first packet that could not be read could not; undefined where some could. */
  get reason(): PacketwalkError | undefined {
    return this.#unread === this.#all ? this.#first?.error : undefined;
  }

  /**
   * Says on standard error what was not read, once all was. False where the stream could not be read to its end, for
   * another reason than that its last record is cut off.
   */
  finish(): boolean {
    const all = this.#all;
    if (this.#first !== undefined) {
      const { at, error } = this.#first;
      // one of all is told whole, with its place
      const why = this.reason === undefined ? `: ${error.message}` : '';
      tell(`${this.name}: ${this.#unread} of ${all} packets could not be read, the first in ${at}${why}`);
    }
    if (this.#noted > 0)
      tell(
        `note: ${this.name}: ${this.#noted} of ${all} packets hold what is not used, the first in ${this.#firstNote}`,
      );
    const others = [...this.#others].sort(([, a], [, b]) => b - a);
    if (others.length > 0) {
      const count = others.reduce((sum, [, some]) => sum + some, 0);
      tell(
        `${this.name}: ${count} of ${all} records hold no IP packet: ${others.map(([kind, n]) => `${n} ${otherName(kind)}`).join(', ')}`,
      );
    }
    if (this.#outgoing > 0)
      tell(
        `note: ${this.name}: ${this.#outgoing} packets were captured as they left the host: what it forwards stands twice, unless tcpdump has -Q in`,
      );
    if (this.#fault === undefined) return true;
    tell(this.#fault.error.format());
    return this.#fault.error.code === 'cut-capture';
  }

  async *#lines(): AsyncGenerator<PacketItem> {
    let csv: CsvReader | undefined;
    for await (const line of readLines(this.chunks)) {
      if (line.text.trim() === '') continue;
      if (this.form === 'csv' && csv === undefined) {
        csv = new CsvReader(line, this.name);
        for (const { message } of csv.notes) tell(`note: ${message}`);
      } else yield this.#line(line, csv);
    }
  }

  #line(line: InputLine, csv: CsvReader | undefined): PacketItem {
    this.#all++;
    const place = { line: line.number };
    try {
      const { packet, notes } = csv === undefined ? readJsonPacket(line, this.name) : csv.read(line);
      const iface = packet.in === undefined ? this.options.in : packet.in;
      return { ...place, packet: { ...packet, in: iface, path: packet.path ?? this.options.path }, notes };
    } catch (error) {
      return { ...place, error: this.refused(place, error) };
    }
  }

  async *#captured(host: LoadedHost): AsyncGenerator<CaptureBatch> {
    const placing = new Placing(host, this.options);
    for await (const batch of readCapture(this.chunks, this.name)) {
      const { packets, others, outgoing, fault } = batch;
      this.#all += packets.count + others.count;
      this.#fault = fault;
      for (let i = 0; i < packets.count; i++) this.#outgoing += outgoing[i]!;
      for (let i = 0; i < others.count; i++) {
        const kind = others.kinds[i]!;
        this.#others.set(kind, (this.#others.get(kind) ?? 0) + 1);
      }
      yield placing.place(batch);
    }
  }
}

const placeName = (place: PacketPlace): string => ('line' in place ? `line ${place.line}` : `record ${place.record}`);

const tell = (line: string): void => void process.stderr.write(`${line}\n`);
