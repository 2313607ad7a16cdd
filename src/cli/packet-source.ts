/** The packets of one file or stream, in whatever form, with what was taken for granted of them. */
import { PacketwalkError } from '../errors.js';
import type { CaptureBatch, Fault } from '../input/capture/draft.js';
import { otherName } from '../input/capture/others.js';
import { readCapture } from '../input/capture/read.js';
import { recordsOf } from '../input/capture/records.js';
import { CsvReader } from '../input/csv.js';
import { readJsonPacket } from '../input/json.js';
import { type InputLine, readLines } from '../input/lines.js';
import { Pack } from '../input/pack.js';
import type { ReadPacket } from '../input/resolve.js';
import type { ChunkStream } from '../input/unpack.js';
import type { PacketBytes } from '../model/batch.js';
import type { Message } from '../report/lang/messages.js';
import { type Origins, PLACED_BY, Placing, WayIn, type WayInOptions } from '../report/placing.js';
import { wayAssumed } from '../report/way-in.js';
import { problemText, tell } from './findings.js';

export type Form = 'jsonl' | 'csv' | 'pcap';

/** Where a packet stands: lines and records count from 1. */
export type PacketPlace = { readonly line: number } | { readonly record: number };
/** A packet, and what was taken for granted of its way in; or why there is none. */
export type PacketItem = PacketPlace &
  ((ReadPacket & { readonly assumed: readonly Message[] }) | { readonly error: PacketwalkError });

/** Bytes that were read so far, and all that there are, where that is known. */
export interface Meter {
  read: number;
  size: number | undefined;
}

/** Packets of one file or stream, to be read once, one by one or in batches; and what there is to say of them then. */
export class PacketSource {
  #all = 0;
  #unread = 0;
  #first: { readonly at: string; readonly error: PacketwalkError } | undefined;
  /** records without an IP packet, by what they hold. */
  readonly #others = new Map<number, number>();
  #outgoing = 0;
  #placed = 0;
  #noted = 0;
  #firstNote: string | undefined;
  #fault: Fault | undefined;
  readonly #pack = new Pack();

  constructor(
    readonly name: string,
    readonly form: Form,
    private readonly chunks: ChunkStream,
    private readonly options: WayInOptions,
    private readonly meter: Meter,
  ) {}

  /** How much of it was read, from 0 to 1; undefined: nobody knows how much there is. */
  get part(): number | undefined {
    const { read, size } = this.meter;
    return size === undefined || size === 0 ? undefined : Math.min(1, read / size);
  }

  /** One by one; a packet that cannot be read has its error in its place. */
  async *items(host: Origins): AsyncGenerator<PacketItem> {
    if (this.form !== 'pcap') return yield* this.#lines(host, true);
    for await (const batch of this.#captured(host))
      for (const item of recordsOf(batch)) {
        if ('error' in item) yield item;
        else {
          const by = PLACED_BY[batch.by[item.row]!];
          yield { ...item, notes: [], assumed: wayAssumed({ in: item.packet.in, by }) };
        }
      }
  }

  /** In batches, each good until the next is asked for. */
  async *batches(host: Origins): AsyncGenerator<PacketBytes> {
    if (this.form === 'pcap') {
      for await (const { packets } of this.#captured(host)) if (packets.count > 0) yield packets;
      return;
    }
    for await (const item of this.#lines(host, false)) {
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

  /** Packets whose way in was taken for granted, as WayIn says. */
  get placed(): number {
    return this.#placed;
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
    process.stderr.write(`${problemText(this.#fault.error)}\n`);
    return this.#fault.error.code === 'cut-capture';
  }

  /** `blank`: lines without anything are told too, and are no packets that could not be read. */
  async *#lines(host: Origins, blank: boolean): AsyncGenerator<PacketItem> {
    const ways = new WayIn(host, this.options);
    let csv: CsvReader | undefined;
    for await (const line of readLines(this.chunks)) {
      const empty = line.text.trim() === '';
      if (this.form === 'csv' && csv === undefined) {
        if (empty) continue;
        csv = new CsvReader(line, this.name);
        for (const { message } of csv.notes) tell(`note: ${message}`);
      } else if (!empty) yield this.#line(line, csv, ways);
      else if (blank)
        yield { line: line.number, error: new PacketwalkError('the line is blank', { code: 'blank-line' }) };
    }
  }

  #line(line: InputLine, csv: CsvReader | undefined, ways: WayIn): PacketItem {
    this.#all++;
    const place = { line: line.number };
    try {
      const { packet, notes } = csv === undefined ? readJsonPacket(line, this.name) : csv.read(line);
      const { packet: placed, by } = ways.place(packet);
      if (by !== undefined) this.#placed++;
      const way = { ...placed, path: packet.path ?? this.options.path };
      return { ...place, packet: way, notes, assumed: wayAssumed({ in: placed.in, by }) };
    } catch (error) {
      return { ...place, error: this.refused(place, error) };
    }
  }

  async *#captured(host: Origins): AsyncGenerator<CaptureBatch & { readonly by: Uint8Array }> {
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
      const placed = placing.place(batch);
      for (const by of placed.by) this.#placed += Number(by !== 0);
      yield placed;
    }
  }
}

const placeName = (place: PacketPlace): string => ('line' in place ? `line ${place.line}` : `record ${place.record}`);
