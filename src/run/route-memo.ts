/**
 * Routing decisions, remembered for all packets that no route, rule or address of the host tells apart. An exact cache:
 * the decision is Routing's, made for the first packet of its kind.
 */
import { Field, FRAG_DONT } from '../abi.js';
import type { Host } from '../model/host.js';
import type { Words } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import { AddressKinds } from './address-kinds.js';
import type { Forward, InputDecision, OutputDecision, Send } from './decision.js';
import type { Unknown } from './fib.js';
import { flowOf } from './flow.js';
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
  /** a source in it is chosen for packets that have none; what others have is the first one's. */
  readonly decision: D;
  /** the number of the interface that it leaves by; 0: none. */
  readonly oif: number;
  /** Routing.masqueradeAddress, for a packet that leaves. */
  readonly masquerade: Words | Unknown | undefined;
}

/** A host whose addresses fall into very many kinds is not remembered whole. */
const MOST_WAYS = 1 << 18;
const MOST_INTERFACES = 1 << 16;
const FEW_INTERFACES = 32;
const MOST_DIRECT = 1 << 21;

export class RouteMemo {
  readonly #kinds: AddressKinds;
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
  /** Of a host with few kinds of addresses: by all that decides the place of its way, counted from 1. */
  readonly #direct: Uint16Array | undefined;
  readonly #found: Way<InputDecision>[] = [];
  readonly #outputs = new PairMap<Way<OutputDecision>>(MOST_WAYS);
  readonly #again = new PairMap<Way<OutputDecision>>(MOST_WAYS);

  /** `singles`: addresses that something is assumed of. */
  constructor(
    private readonly routing: Routing,
    host: Host,
    singles: Iterable<number>,
    private readonly interfaces: Interfaces,
  ) {
    const { routes = [], rules = [], links = [] } = host;
    this.#kinds = new AddressKinds(host, singles);
    const mtus = [...routes, ...links].flatMap(({ mtu }) => mtu ?? []);
    this.#mtus = [...new Set(mtus)].sort((a, b) => a - b);
    this.#readsMark = rules.some(({ mark }) => mark !== undefined);
    this.#readsTos = rules.some(({ tos }) => tos !== undefined) || routes.some(({ tos }) => tos !== 0);
    this.#readsFlow = rules.some((rule) =>
      [rule.protocol, rule.sport, rule.dport, rule.uid].some((one) => one !== undefined),
    );
    const many = this.#kinds.count ** 2 > 0xffffffff;
    this.#readsMore = this.#readsMark || this.#readsTos || this.#readsFlow || many;
    const places = this.#kinds.count ** 2 * FEW_INTERFACES * 2 * (this.#mtus.length + 1);
    if (!this.#readsMore && places <= MOST_DIRECT) this.#direct = new Uint16Array(places);
  }

  /** Where a packet that came in goes. */
  input(columns: Columns, slot: number): Way<InputDecision> {
    const length = columns[Field.Length]![slot]!;
    const df = (columns[Field.Frag]![slot]! & FRAG_DONT) !== 0;
    let fits = 0;
    if (df) while (fits < this.#mtus.length && length > this.#mtus[fits]!) fits++;
    const iif = columns[Field.InIf]![slot]!;
    const expires = columns[Field.Ttl]![slot]! <= 1 ? 1 : 0;
    const kind = this.#kind(columns, slot, columns[Field.Src]![slot]!, 0);
    const direct = this.#direct;
    if (direct !== undefined && iif < FEW_INTERFACES) {
      // what seldom differs comes first, so that the places of most packets lie close together
      const at = ((expires * (this.#mtus.length + 1) + fits) * FEW_INTERFACES + iif) * this.#kinds.count ** 2 + kind;
      const place = direct[at]!;
      if (place !== 0) return this.#found[place - 1]!;
      const way = this.#decide(columns, slot, df);
      const known = this.#found.indexOf(way);
      direct[at] = known < 0 ? this.#found.push(way) : known + 1;
      return way;
    }
    const rest = (fits * MOST_INTERFACES + iif) * 2 + expires;
    return this.#inputs.get(kind, rest) ?? this.#inputs.set(kind, rest, this.#decide(columns, slot, df));
  }

  #decide(columns: Columns, slot: number, df: boolean): Way<InputDecision> {
    const of = (field: Field) => columns[field]![slot]!;
    const iif = this.interfaces.name(of(Field.InIf));
    const packet = { ...flowOf(columns, slot), iif, ttl: of(Field.Ttl), length: of(Field.Length), df };
    return this.#way(this.routing.input(packet), columns, slot);
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
    const text = textOf(decision, masquerade);
    const old = this.#ways.get(text) as Way<D> | undefined;
    if (old !== undefined) return old;
    if (this.#ways.size >= MOST_WAYS) this.#ways.clear();
    const way = { decision, oif: leaves === undefined ? 0 : this.interfaces.number(leaves.oif), masquerade };
    this.#ways.set(text, way);
    return way;
  }

  /** A number for all that decides of addresses, and of what policy rules read. */
  #kind(columns: Columns, slot: number, src: number, uid: number): number {
    const both = this.#kinds.of(src) * this.#kinds.count + this.#kinds.of(columns[Field.Dst]![slot]!);
    return this.#readsMore ? this.#with(both, columns, slot, uid) : both;
  }

  #with(addresses: number, columns: Columns, slot: number, uid: number): number {
    const of = (field: Field) => columns[field]![slot]!;
    const proto = of(Field.Proto);
    const ports = hasPorts(proto) ? `${of(Field.Sport)} ${of(Field.Dport)}` : '';
    const flow = this.#readsFlow ? `${proto} ${ports} ${uid}` : '';
    const tos = this.#readsTos ? of(Field.Tos) & 0x1c : 0;
    const text = `${addresses} ${this.#readsMark ? of(Field.Mark) : 0} ${tos} ${flow}`;
    const old = this.#more.get(text);
    if (old !== undefined) return old;
    if (this.#more.size >= MOST_WAYS) {
      for (const memo of [this.#more, this.#inputs, this.#outputs, this.#again]) memo.clear();
    }
    this.#more.set(text, this.#more.size);
    return this.#more.size - 1;
  }
}

/** All that a way is, as text; the usual ones without JSON, which takes five times as long. */
function textOf(decision: InputDecision | OutputDecision, masquerade: Words | Unknown | undefined): string {
  if (decision.kind === 'drop' && decision.guessed === undefined && decision.icmp === undefined)
    return `drop ${decision.reason}`;
  if (decision.kind === 'local' && decision.by === undefined) return `local ${decision.how}`;
  return JSON.stringify([decision, masquerade]);
}
