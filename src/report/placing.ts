/** Where the packets of a capture come from: what their descriptions say themselves, a capture rarely does. */
import type { CaptureBatch } from '../input/capture/draft.js';
import { FROM_HOST, PATH_NUMBERS, type PacketBytes, UNSAID } from '../model/batch.js';
import type { PacketPath } from '../model/packet.js';
import type { LoadedHost } from '../run/engine.js';

export interface PlacingOptions {
  /** the interface that packets came in on of which the capture does not say it. */
  readonly in?: string | undefined;
  /** the way of packets that routes do not tell. */
  readonly path?: PacketPath | undefined;
}

/**
 * Gives each packet the interface that it came in on, or none where the host sent it. A packet whose source is the
 * host's own was sent by it, whatever interface it was captured on; one that was captured as it left, or that nobody
 * tells of, came by the way back to its source.
 */
export class Placing {
  readonly #interfaces: string[] = [];
  readonly #places = new Map<string, number>();
  /** by the kind of the source. */
  readonly #origins: number[] = [];

  constructor(
    private readonly host: Pick<LoadedHost, 'originOf' | 'addressKind'>,
    private readonly options: PlacingOptions,
  ) {}

  /** The batch with `in` and `path`; good as long as the given one is. */
  place<B extends Pick<CaptureBatch, 'packets' | 'outgoing'>>(batch: B): B {
    const { packets, outgoing } = batch;
    const { count } = packets;
    const names = packets.interfaces.map((name) => this.#placeOf(name));
    const asked = this.options.in === undefined ? UNSAID : this.#placeOf(this.options.in);
    const places = new Uint16Array(count);
    for (let row = 0; row < count; row++) {
      const named = names[packets.in?.[row] ?? UNSAID] ?? UNSAID;
      if (named === UNSAID && asked !== UNSAID && outgoing[row] === 0) {
        places[row] = asked;
        continue;
      }
      const origin = this.#origin(packets, row);
      places[row] = origin === FROM_HOST ? origin : named !== UNSAID ? named : origin !== UNSAID ? origin : asked;
    }
    const path =
      this.options.path === undefined ? undefined : new Uint8Array(count).fill(PATH_NUMBERS[this.options.path]);
    return { ...batch, packets: { ...packets, in: places, interfaces: this.#interfaces, path } };
  }

  #placeOf(name: string): number {
    const old = this.#places.get(name);
    if (old !== undefined) return old;
    this.#interfaces.push(name);
    this.#places.set(name, this.#interfaces.length - 1);
    return this.#interfaces.length - 1;
  }

  /** Where an IPv4 packet comes from by its source: FROM_HOST, the place of an interface, or UNSAID. */
  #origin({ bytes, at, size }: PacketBytes, row: number): number {
    const ip = at[row]!;
    if (size[row]! < 16 || bytes[ip]! >> 4 !== 4) return UNSAID;
    const source = ((bytes[ip + 12]! << 24) | (bytes[ip + 13]! << 16) | (bytes[ip + 14]! << 8) | bytes[ip + 15]!) >>> 0;
    const kind = this.host.addressKind(source);
    const known = this.#origins[kind];
    if (known !== undefined) return known;
    const origin = this.host.originOf([source]);
    const place = origin === undefined ? UNSAID : origin === 'own' ? FROM_HOST : this.#placeOf(origin.iface);
    this.#origins[kind] = place;
    return place;
  }
}
