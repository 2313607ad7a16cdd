/**
 * The core of connections (assembly/connections.ts): the table lies in its memory, and a batch's packets come there by their
 * tuples, times and keys. It tracks those that are plain; which they are, and what becomes of them, is put there too.
 */
import {
  BATCH_SLOTS,
  COLUMN_BYTES,
  HOST_BASE,
  KIND_SLOTS,
  KIND_WAYS,
  KindWord,
  SeenWord,
  TRACK_COLUMNS,
  TRACK_KINDS,
  TRACK_SEEN,
  TRACK_TIMES,
  type TrackColumn,
  TrackWord,
} from '../../abi.js';
import { WINDOW } from '../../input/resolve.js';
import type { Clock } from '../clock.js';
import type { Connections } from '../connections/connections.js';
import { CoreRoom } from '../connections/rooms.js';
import { TcpState } from '../connections/tcp-states.js';
import type { Stages } from '../stage.js';
import type { TrackCore } from '../wasm.js';
import { hashOf, type Kind } from './connection-kinds.js';

export class Tracker {
  private readonly room: CoreRoom;
  /** where the core of packets writes what this one is to read. */
  private readonly seen: number;

  /** Reserves memory. */
  constructor(
    private readonly core: TrackCore,
    private readonly stages: Stages,
    private readonly connections: Connections,
    raw: boolean,
  ) {
    this.room = new CoreRoom(core.memory);
    this.seen = stages.memory.reserve(4 * SeenWord.Size * BATCH_SLOTS);
    const { settings } = connections;
    const { tcp } = settings;
    this.set(TrackWord.Raw, Number(raw));
    this.set(TrackWord.Udp, settings.udp);
    this.set(TrackWord.UdpStream, settings.udpStream);
    this.set(TrackWord.TcpEstablished, tcp.timeouts[TcpState.Established]!);
    this.set(TrackWord.TcpSynRecv, tcp.timeouts[TcpState.SynRecv]!);
    this.set(TrackWord.TcpRetransmitted, tcp.retransmittedTimeout);
    this.set(TrackWord.TcpUnacknowledged, tcp.unacknowledgedTimeout);
    this.set(TrackWord.MostRetransmitted, tcp.maxRetransmitted);
  }

  private set(word: TrackWord, value: number): void {
    this.core.memory.words[(HOST_BASE >>> 2) + word] = value;
  }

  /** A column of the batch, which stands until the table grows. */
  column(column: TrackColumn): Uint32Array {
    const first = (TRACK_COLUMNS + column * COLUMN_BYTES) >>> 2;
    return this.core.memory.words.subarray(first, first + BATCH_SLOTS);
  }

  /** Takes in the first packets of the batch, and looks up their connections; whether a destination moves by that. */
  take(count: number, clock: Clock): boolean {
    const { core, stages, connections } = this;
    connections.table.moveTo(this.room);
    stages.core.noteSeen(count, this.seen, WINDOW);
    const { words, halves } = core.memory;
    const first = this.seen >>> 2;
    words.set(stages.memory.words.subarray(first, first + SeenWord.Size * count), TRACK_SEEN >>> 2);
    clock.times(new Float64Array(halves.buffer, TRACK_TIMES, count));
    this.place();
    return core.lookUpAll(count) !== 0;
  }

  /** Where the table is, which may have grown. */
  private place(): void {
    const { table } = this.connections;
    const { slots, shift, bits, entries } = table.places;
    this.set(TrackWord.Slots, slots);
    this.set(TrackWord.Shift, shift);
    this.set(TrackWord.Bits, bits);
    this.set(TrackWord.Entries, entries);
    this.set(TrackWord.Zones, Number(table.zonesDiffer));
    this.set(TrackWord.Full, Number(this.connections.isFull));
  }

  /** Tracks the packets from a slot on, up to the first that is not plain. */
  follow(first: number, count: number): number {
    this.place();
    return this.core.followPlain(first, count);
  }

  /** What becomes of packets of such a kind is known from now on, and does not fork. */
  know(kind: Kind, journey: number): void {
    const { words } = this.core.memory;
    const home = hashOf(...kind);
    const placeOf = (way: number) => (TRACK_KINDS >>> 2) + KindWord.Size * ((home + way) & (KIND_SLOTS - 1));
    for (let way = 0; way < KIND_WAYS; way++) {
      const place = placeOf(way);
      if (words[place + KindWord.Journey] === 0) return words.set([...kind, journey], place);
      if (kind.every((word, i) => words[place + i] === word)) return;
    }
    // one that was met before is forgotten
    words.set([...kind, journey], placeOf(journey % KIND_WAYS));
  }
  /** Keys mean others from now on. */
  forget(): void {
    const first = TRACK_KINDS >>> 2;
    this.core.memory.words.fill(0, first, first + KindWord.Size * KIND_SLOTS);
  }
}
