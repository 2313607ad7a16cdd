/** Packets that were described one by one, as batches of bytes. */
import { FROM_HOST, PATH_NUMBERS, type PacketBytes, STATE_NUMBERS, UNSAID } from '../model/batch.js';
import type { Packet } from '../model/packet.js';
import { encodePacket } from './encode.js';

const ROWS = 2048;
const ROOM = 1 << 20;
const NOBODY = 0xffffffff;

/** A batch in the making; its arrays are filled anew for each. */
export class Pack {
  #count = 0;
  #used = 0;
  #raw = false;
  readonly #bytes = new Uint8Array(ROOM);
  readonly #at = new Uint32Array(ROWS);
  readonly #size = new Uint32Array(ROWS);
  readonly #wire = new Uint32Array(ROWS);
  readonly #in = new Uint16Array(ROWS);
  readonly #out = new Uint16Array(ROWS);
  readonly #mark = new Uint32Array(ROWS);
  readonly #time = new Float64Array(ROWS);
  readonly #uid = new Uint32Array(ROWS);
  readonly #gid = new Uint32Array(ROWS);
  readonly #path = new Uint8Array(ROWS);
  readonly #state = new Uint8Array(ROWS);
  readonly #interfaces: string[] = [];
  readonly #places = new Map<string, number>();

  /** Adds a packet; a batch comes back where it does not fit into the one before. Throws as encodePacket does. */
  *add(packet: Packet): Generator<PacketBytes> {
    const bytes = encodePacket(packet);
    const raw = packet.kind === 'raw';
    if (this.#count === ROWS || this.#used + bytes.length > ROOM || raw !== this.#raw) yield* this.take();
    this.#raw = raw;
    const row = this.#count++;
    this.#bytes.set(bytes, this.#used);
    this.#at[row] = this.#used;
    this.#size[row] = bytes.length;
    this.#wire[row] = (raw ? packet.wire : undefined) ?? bytes.length;
    this.#used += bytes.length;
    this.#in[row] = packet.in === null ? FROM_HOST : this.#placeOf(packet.in);
    this.#out[row] = this.#placeOf(packet.out);
    this.#mark[row] = packet.mark;
    this.#time[row] = packet.time ?? Number.NaN;
    this.#uid[row] = packet.uid ?? NOBODY;
    this.#gid[row] = packet.gid ?? NOBODY;
    this.#path[row] = packet.path === undefined ? 0 : PATH_NUMBERS[packet.path];
    this.#state[row] = packet.state === undefined ? 0 : STATE_NUMBERS[packet.state];
  }

  /** The batch as it is, if it holds anything, and then an empty one. */
  *take(): Generator<PacketBytes> {
    if (this.#count === 0) return;
    const count = this.#count;
    this.#count = 0;
    this.#used = 0;
    yield {
      kind: 'bytes',
      count,
      bytes: this.#bytes,
      at: this.#at,
      size: this.#size,
      wire: this.#wire,
      raw: this.#raw,
      interfaces: this.#interfaces,
      in: this.#in,
      out: this.#out,
      mark: this.#mark,
      time: this.#time,
      uid: this.#uid,
      gid: this.#gid,
      path: this.#path,
      state: this.#state,
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
