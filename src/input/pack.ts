/** Packets that were described one by one, as batches of bytes. */
import {
  FRAME_NUMBERS,
  FROM_HOST,
  NO_SOCKET,
  PATH_NUMBERS,
  type PacketBytes,
  STATE_NUMBERS,
  UNSAID,
} from '../model/batch.js';
import type { Packet, Told } from '../model/packet.js';
import { encodePacket } from './encode.js';

const ROWS = 2048;
const ROOM = 1 << 20;

/** A batch in the making; its arrays are filled anew for each. */
export class Pack {
  #count = 0;
  #used = 0;
  #raw = false;
  readonly #bytes: Uint8Array;
  readonly #at: Uint32Array;
  readonly #size: Uint32Array;
  readonly #wire: Uint32Array;
  readonly #in: Uint16Array;
  readonly #out: Uint16Array;
  readonly #mac: Float64Array;
  readonly #pkttype: Uint8Array;
  readonly #mark: Uint32Array;
  readonly #time: Float64Array;
  readonly #uid: Uint32Array;
  readonly #gid: Uint32Array;
  readonly #path: Uint8Array;
  readonly #state: Uint8Array;
  #told: (Told | undefined)[] | undefined;
  #interfaces: string[] = [];
  readonly #places = new Map<string, number>();

  /** Batches hold so many packets at most, of so many bytes together. */
  constructor(
    private readonly rows = ROWS,
    private readonly room = ROOM,
  ) {
    const words = () => new Uint32Array(rows);
    this.#bytes = new Uint8Array(room);
    this.#at = words();
    this.#size = words();
    this.#wire = words();
    this.#in = new Uint16Array(rows);
    this.#out = new Uint16Array(rows);
    this.#mac = new Float64Array(rows);
    this.#pkttype = new Uint8Array(rows);
    this.#mark = words();
    this.#time = new Float64Array(rows);
    this.#uid = words();
    this.#gid = words();
    this.#path = new Uint8Array(rows);
    this.#state = new Uint8Array(rows);
  }

  /** Adds a packet; a batch comes back where it does not fit into the one before. Throws as encodePacket does. */
  *add(packet: Packet): Generator<PacketBytes> {
    const bytes = encodePacket(packet);
    const raw = packet.kind === 'raw';
    if (this.#count === this.rows || this.#used + bytes.length > this.room || raw !== this.#raw) yield* this.take();
    this.#raw = raw;
    const row = this.#count++;
    this.#bytes.set(bytes, this.#used);
    this.#at[row] = this.#used;
    this.#size[row] = bytes.length;
    this.#wire[row] = (raw ? packet.wire : undefined) ?? bytes.length;
    this.#used += bytes.length;
    this.#in[row] = packet.in === null ? FROM_HOST : this.#placeOf(packet.in);
    this.#out[row] = this.#placeOf(packet.out);
    this.#mac[row] = packet.mac === undefined ? Number.NaN : Number.parseInt(packet.mac.replaceAll(':', ''), 16);
    this.#pkttype[row] = packet.pkttype === undefined ? 0 : FRAME_NUMBERS[packet.pkttype];
    this.#mark[row] = packet.mark;
    this.#time[row] = packet.time ?? Number.NaN;
    this.#uid[row] = packet.uid ?? NO_SOCKET;
    this.#gid[row] = packet.gid ?? NO_SOCKET;
    this.#path[row] = packet.path === undefined ? 0 : PATH_NUMBERS[packet.path];
    this.#state[row] = packet.state === undefined ? 0 : STATE_NUMBERS[packet.state];
    if (packet.told === undefined) return;
    this.#told ??= [];
    this.#told[row] = packet.told;
  }

  /** The batch as it is, if it holds anything, and then an empty one. */
  *take(): Generator<PacketBytes> {
    if (this.#count === 0) return;
    const count = this.#count;
    const interfaces = this.#interfaces;
    const told = this.#told;
    this.#count = 0;
    this.#used = 0;
    this.#interfaces = [];
    this.#told = undefined;
    this.#places.clear();
    yield {
      kind: 'bytes',
      count,
      bytes: this.#bytes,
      at: this.#at,
      size: this.#size,
      wire: this.#wire,
      raw: this.#raw,
      interfaces,
      in: this.#in,
      out: this.#out,
      mac: this.#mac,
      pkttype: this.#pkttype,
      mark: this.#mark,
      time: this.#time,
      uid: this.#uid,
      gid: this.#gid,
      path: this.#path,
      state: this.#state,
      told,
    };
  }

  #placeOf(name: string | undefined): number {
    if (name === undefined) return UNSAID;
    const old = this.#places.get(name);
    if (old !== undefined) return old;
    this.#interfaces.push(name);
    this.#places.set(name, this.#interfaces.length - 1);
    return this.#interfaces.length - 1;
  }
}
