/** Where packets come from that do not say it: one rule, for JSON, CSV, bytes in hex, and captures, which rarely do. */
import type { CaptureBatch } from '../input/capture/draft.js';
import { FROM_HOST, PATH_NUMBERS, UNSAID } from '../model/batch.js';
import type { Packet, PacketPath } from '../model/packet.js';
import type { WalkEvent } from '../model/trace.js';
import type { Words } from '../net/address.js';
import type { LoadedHost } from '../run/engine.js';
import { destinationAt, type Found, foundBy, sourceAt, sourceOf } from './way-in.js';

/** How the way in was found, by number. */
export const PLACED_BY: readonly Found['by'][] = [undefined, 'own', 'back'];
const BY_SHIFT = 16;
const PLACE = 0xffff;

export type Origins = Pick<LoadedHost, 'originOf' | 'addressKind'>;

export interface WayInOptions {
  /** the interface of packets that do not say theirs. */
  readonly in?: string | undefined;
  /** the way of packets that routes do not tell; `output`: this host sends them. */
  readonly path?: PacketPath | undefined;
}

export class WayIn {
  /** by the kind of the source, or the source of IPv6. */
  readonly #origins = new Map<number | string, Found>();

  constructor(
    private readonly host: Origins,
    private readonly options: WayInOptions = {},
  ) {}

  /**
   * Of a packet from such a source, undefined where it has none. What was asked for comes first. Else this host
   * sends what has its own address, on whatever interface it was `seen` by a capture; anything else came in where it was
   * seen, or by the way back to its source. What was seen `leaving` came in elsewhere, by whatever was asked for last.
   */
  find(source: Words | undefined, seen?: string, leaving = false): Found {
    const { in: asked, path } = this.options;
    if (path === 'output') return { in: null };
    if (asked !== undefined && seen === undefined && !leaving) return { in: asked };
    const origin = source === undefined ? undefined : this.#originOf(source);
    if (seen !== undefined && origin?.by !== 'own') return { in: seen };
    return origin?.in === undefined ? { in: asked } : origin;
  }

  /** The packet with `in`, which stays undefined where nobody knows; `by` as in Found. */
  place(packet: Packet): { readonly packet: Packet; readonly by?: Found['by'] } {
    if (packet.in !== undefined) return { packet };
    const { in: iface, by } = this.find(sourceOf(packet));
    return { packet: { ...packet, in: iface }, by };
  }

  #originOf(source: Words): Found {
    const kind = source.length === 1 ? this.host.addressKind(source[0]!) : `${source}`;
    const known = this.#origins.get(kind) ?? foundBy(this.host.originOf(source));
    this.#origins.set(kind, known);
    return known;
  }
}

/** undefined: it has none. */
export interface Ends {
  src: Words | undefined;
  dst: Words | undefined;
}
export const addressesOf = (packet: Packet): Ends =>
  packet.kind === 'raw'
    ? { src: sourceAt(packet.bytes), dst: destinationAt(packet.bytes) }
    : { src: packet.src, dst: packet.dst };

/** The address that an event gives a packet. */
export const movedBy = (event: WalkEvent): { readonly side: 'src' | 'dst'; readonly address: Words } | undefined =>
  (event.kind === 'translated' || event.kind === 'followed') && !('quoted' in event)
    ? { side: event.side, address: event.to.address }
    : undefined;

/** Gives each packet of a capture the interface that it came in on, or none where the host sent it, as WayIn says. */
export class Placing {
  readonly #interfaces: string[] = [];
  readonly #places = new Map<string, number>();
  /** by where a packet was seen, then by the kind of its source: its place, and above it how that was found. */
  readonly #found: number[][] = [];
  readonly #ways: WayIn;

  constructor(
    private readonly host: Origins,
    private readonly options: WayInOptions,
  ) {
    this.#ways = new WayIn(host, options);
  }

  /** The batch with `in` and `path`, and `by`, the places in PLACED_BY; good as long as the given one is. */
  place<B extends Pick<CaptureBatch, 'packets' | 'outgoing'>>(batch: B): B & { readonly by: Uint8Array } {
    const { packets, outgoing } = batch;
    const { count } = packets;
    const names = packets.interfaces.map((name) => this.#placeOf(name));
    const places = new Uint16Array(count);
    const by = new Uint8Array(count);
    for (let row = 0; row < count; row++) {
      const seen = names[packets.in?.[row] ?? UNSAID];
      const source = sourceAt(packets.bytes, packets.at[row]!, packets.size[row]!);
      const found = this.#find(source, seen, outgoing[row]!);
      places[row] = found & PLACE;
      by[row] = found >>> BY_SHIFT;
    }
    const path =
      this.options.path === undefined ? undefined : new Uint8Array(count).fill(PATH_NUMBERS[this.options.path]);
    return { ...batch, packets: { ...packets, in: places, interfaces: this.#interfaces, path }, by };
  }

  #find(source: Words | undefined, seen: number | undefined, outgoing: number): number {
    const where = seen === undefined ? outgoing : 2 * seen + 2 + outgoing;
    const places = this.#found[where] ?? [];
    this.#found[where] = places;
    const kind = source === undefined ? 0 : source.length === 1 ? this.host.addressKind(source[0]!) + 1 : undefined;
    const known = kind === undefined ? undefined : places[kind];
    if (known !== undefined) return known;
    const iface = seen === undefined ? undefined : this.#interfaces[seen];
    const { in: name, by } = this.#ways.find(source, iface, outgoing !== 0);
    const place = name === null ? FROM_HOST : name === undefined ? UNSAID : this.#placeOf(name);
    const found = place | (PLACED_BY.indexOf(by) << BY_SHIFT);
    if (kind !== undefined) places[kind] = found;
    return found;
  }

  #placeOf(name: string): number {
    const old = this.#places.get(name);
    if (old !== undefined) return old;
    this.#interfaces.push(name);
    this.#places.set(name, this.#interfaces.length - 1);
    return this.#interfaces.length - 1;
  }
}
