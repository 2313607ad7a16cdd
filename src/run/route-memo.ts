/**
 * Routing decisions, remembered for all packets that no route, rule or address of the host tells apart. An exact cache:
 * the decision is Routing's, made for the first packet of its kind. What it depends on of an address is between which of
 * the places it lies at which a prefix, an own address or a kind of address begins or ends.
 */
import { Field } from '../abi.js';
import type { Host } from '../model/host.js';
import { rangeOfPrefix, type Words } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import type { Forward, InputDecision, OutputDecision, Send } from './decision.js';
import type { Unknown } from './fib.js';
import { FRAG_DONT, flowOf } from './flow.js';
import type { Interfaces } from './interfaces.js';
import { PairMap } from './pair-map.js';
import type { Routing } from './routing.js';
import type { Columns } from './stage.js';

/** Of a packet that the host sends: its user, and that its source is chosen whatever the packet says. */
export interface Sender {
  readonly uid: number;
  readonly chooses: boolean;
}

/** A decision with what follows from it for every packet that it stands for. */
export interface Way<D extends InputDecision | OutputDecision = InputDecision | OutputDecision> {
  readonly decision: D;
  /** the number of the interface that it leaves by; 0: none. */
  readonly oif: number;
  /** Routing.masqueradeAddress, for a packet that leaves. */
  readonly masquerade: Words | Unknown | undefined;
}

/** A host whose addresses fall into very many kinds is not remembered whole. */
const MOST_WAYS = 1 << 18;
const MOST_INTERFACES = 1 << 16;
const KINDS = [0, 1, 0x7f000000, 0x80000000, 0xe0000000, 0xe0000001, 0xe0000002, 0xe0000100, 0xf0000000, 0xffffffff];

export class RouteMemo {
  readonly #starts: Uint32Array;
  readonly #parts: Uint32Array;
  /** lengths above which a packet does not fit some link or route, in order. */
  readonly #mtus: readonly number[];
  readonly #readsMark: boolean;
  readonly #readsTos: boolean;
  readonly #readsFlow: boolean;
  readonly #readsMore: boolean;
  readonly #more = new Map<string, number>();
  /** the few ways that there are, one for all kinds of packets that take it, so that a look-up stays in the cache. */
  readonly #ways = new Map<string, Way>();
  readonly #inputs = new PairMap<Way<InputDecision>>(MOST_WAYS);
  readonly #outputs = new PairMap<Way<OutputDecision>>(MOST_WAYS);
  readonly #again = new PairMap<Way<OutputDecision>>(MOST_WAYS);

  /** `singles`: addresses that something is assumed of. */
  constructor(
    private readonly routing: Routing,
    host: Host,
    singles: Iterable<number>,
    private readonly interfaces: Interfaces,
  ) {
    const { routes = [], addresses = [], rules = [], links = [] } = host;
    const starts = new Set(KINDS);
    const cut = (address: Words | undefined, prefix = 32) => {
      if (address?.length !== 1) return;
      const { min, max } = rangeOfPrefix(address, prefix);
      starts.add(min[0]!);
      if (max[0]! < 0xffffffff) starts.add(max[0]! + 1);
    };
    for (const { address, prefix, source } of routes) {
      cut(address, prefix);
      cut(source);
    }
    for (const { address, prefix, peer, broadcast } of addresses) {
      cut(address);
      cut(address, prefix);
      cut(peer, prefix);
      cut(peer);
      cut(broadcast);
    }
    for (const { from, to } of rules) {
      cut(from?.address, from?.prefix);
      cut(to?.address, to?.prefix);
    }
    for (const single of singles) cut([single]);
    this.#starts = Uint32Array.from(starts).sort();
    this.#parts = partsOf(this.#starts);
    const mtus = [...routes, ...links].flatMap(({ mtu }) => mtu ?? []);
    this.#mtus = [...new Set(mtus)].sort((a, b) => a - b);
    this.#readsMark = rules.some(({ mark }) => mark !== undefined);
    this.#readsTos = rules.some(({ tos }) => tos !== undefined) || routes.some(({ tos }) => tos !== 0);
    this.#readsFlow = rules.some((rule) =>
      [rule.protocol, rule.sport, rule.dport, rule.uid].some((one) => one !== undefined),
    );
    const many = this.#starts.length ** 2 > 0xffffffff;
    this.#readsMore = this.#readsMark || this.#readsTos || this.#readsFlow || many;
  }

  /** Where a packet that came in goes. */
  input(columns: Columns, slot: number): Way<InputDecision> {
    const length = columns[Field.Length]![slot]!;
    const df = (columns[Field.Frag]![slot]! & FRAG_DONT) !== 0;
    let fits = 0;
    if (df) while (fits < this.#mtus.length && length > this.#mtus[fits]!) fits++;
    const iif = columns[Field.InIf]![slot]!;
    const ttl = columns[Field.Ttl]![slot]!;
    const rest = (fits * MOST_INTERFACES + iif) * 2 + (ttl <= 1 ? 1 : 0);
    const kind = this.#kind(columns, slot, columns[Field.Src]![slot]!, 0);
    const old = this.#inputs.get(kind, rest);
    if (old !== undefined) return old;
    const decision = this.routing.input({ ...flowOf(columns, slot), iif: this.interfaces.name(iif), ttl, length, df });
    return this.#inputs.set(kind, rest, this.#way(decision, columns, slot));
  }

  /** Where a packet of this host goes. */
  output(columns: Columns, slot: number, { uid, chooses }: Sender): Way<OutputDecision> {
    const src = columns[Field.Src]![slot]!;
    const kind = this.#kind(columns, slot, chooses ? 0 : src, uid);
    // the source that is chosen may be the destination itself, which stands for no other
    const old = src === 0 ? undefined : this.#outputs.get(kind, Number(chooses));
    if (old !== undefined) return old;
    const flow = flowOf(columns, slot);
    const decision = this.routing.output({ ...flow, src: chooses ? undefined : flow.src, uid, anySource: true });
    const way = this.#way(decision, columns, slot);
    return src === 0 ? way : this.#outputs.set(kind, Number(chooses), way);
  }

  /** Where a packet of this host goes after a rule has changed it. */
  reroute(columns: Columns, slot: number): Way<OutputDecision> {
    const kind = this.#kind(columns, slot, columns[Field.Src]![slot]!, 0);
    const old = this.#again.get(kind, 0);
    if (old !== undefined) return old;
    return this.#again.set(kind, 0, this.#way(this.routing.reroute(flowOf(columns, slot)), columns, slot));
  }

  #way<D extends InputDecision | OutputDecision>(decision: D, columns: Columns, slot: number): Way<D> {
    const leaves: Send | Forward | undefined =
      decision.kind === 'send' || decision.kind === 'forward' ? decision : undefined;
    const nextHop = leaves?.gateway ?? [columns[Field.Dst]![slot]!];
    const masquerade = leaves && this.routing.masqueradeAddress(leaves.oif, nextHop);
    const text = JSON.stringify([decision, masquerade]);
    const old = this.#ways.get(text) as Way<D> | undefined;
    if (old !== undefined) return old;
    if (this.#ways.size >= MOST_WAYS) this.#ways.clear();
    const way = { decision, oif: leaves === undefined ? 0 : this.interfaces.number(leaves.oif), masquerade };
    this.#ways.set(text, way);
    return way;
  }

  /** A number for all that decides of addresses, and of what policy rules read. */
  #kind(columns: Columns, slot: number, src: number, uid: number): number {
    const places = this.#place(src) * this.#starts.length + this.#place(columns[Field.Dst]![slot]!);
    return this.#readsMore ? this.#with(places, columns, slot, uid) : places;
  }

  #with(places: number, columns: Columns, slot: number, uid: number): number {
    const of = (field: Field) => columns[field]![slot]!;
    const proto = of(Field.Proto);
    const ports = hasPorts(proto) ? `${of(Field.Sport)} ${of(Field.Dport)}` : '';
    const flow = this.#readsFlow ? `${proto} ${ports} ${uid}` : '';
    const tos = this.#readsTos ? of(Field.Tos) & 0x1c : 0;
    const text = `${places} ${this.#readsMark ? of(Field.Mark) : 0} ${tos} ${flow}`;
    const old = this.#more.get(text);
    if (old !== undefined) return old;
    if (this.#more.size >= MOST_WAYS) {
      for (const memo of [this.#more, this.#inputs, this.#outputs, this.#again]) memo.clear();
    }
    this.#more.set(text, this.#more.size);
    return this.#more.size - 1;
  }

  /** Which of the intervals between places an address lies in. */
  #place(address: number): number {
    const starts = this.#starts;
    const part = address >>> PART_SHIFT;
    let low = this.#parts[part]!;
    let high = this.#parts[part + 1]! + 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! > address) high = middle;
      else low = middle;
    }
    return low;
  }
}

/** Of each of 4,096 parts of the address space the place that its first address lies in; one more for the end. */
const PART_SHIFT = 20;
function partsOf(starts: Uint32Array): Uint32Array {
  const parts = new Uint32Array((1 << (32 - PART_SHIFT)) + 1);
  let place = 0;
  for (let part = 0; part < parts.length; part++) {
    while (place + 1 < starts.length && starts[place + 1]! <= part * 2 ** PART_SHIFT) place++;
    parts[part] = place;
  }
  return parts;
}
