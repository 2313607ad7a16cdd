/**
 * Routing decisions, remembered for all packets that no route, rule or address of the host tells apart. An exact cache:
 * the decision is Routing's, made for the first packet of its kind.
 */
import {
  Beside,
  Field,
  FRAG_DONT,
  FRAG_PART,
  PACKET_AUTHENTICATED,
  PACKET_FRAGMENT,
  PACKET_GATHERED,
  RouteLook,
} from '../abi.js';
import { NO_SOCKET } from '../model/batch.js';
import type { Host } from '../model/host.js';
import type { Family, Words } from '../net/address.js';
import { hasPorts, Protocol } from '../net/protocol.js';
import { AddressKinds } from './address-kinds.js';
import type { Forward, InputDecision, OutputDecision, Send } from './decision.js';
import type { Unknown } from './fib.js';
import { flowOf } from './flow.js';
import type { Interfaces } from './interfaces.js';
import { addressOf } from './packet-slots.js';
import { PairMap } from './pair-map.js';
import { TOS_MASKS } from './policy-rules.js';
import type { Routing } from './routing.js';
import { ipv6Part } from './routing-of.js';
import type { Columns } from './run-block.js';

/** A decision with what follows from it for every packet that it stands for. */
export interface Way {
  /** a source in it is chosen for packets that have none; what others have is the first one's. */
  readonly decision: InputDecision | OutputDecision;
  /** the number of the interface that it leaves by; 0: none. */
  readonly oif: number;
  /** Routing.masqueradeAddress, for a packet that leaves. */
  readonly masquerade: Words | Unknown | undefined;
  /** of a decision that leaves more than one open. */
  readonly among?: readonly Choice[];
}

/** One of several ways: its name among them, and its numbers as a way and as an interface. */
export interface Choice {
  readonly name: string;
  readonly way: number;
  readonly oif: number;
}

/** A host whose addresses fall into very many kinds is not remembered whole. */
const MOST_WAYS = 1 << 18;
const MOST_INTERFACES = 1 << 16;

export class RouteMemo {
  readonly kinds: AddressKinds;
  /** lengths above which a packet does not fit some link or route, in order. */
  readonly mtus: readonly number[];
  /** whether addresses alone, with the interface and what does not fit, tell the ways of packets. */
  readonly byAddress: boolean;
  /** what it asks of a packet beside. */
  readonly reads: { readonly mark: boolean; readonly tos: boolean; readonly flow: boolean };
  private readonly ipv6: ReturnType<typeof ipv6Part> | undefined;
  readonly #more = new Map<string, number>();
  /** the few ways that there are, by number from 1. */
  readonly #ways: Way[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #memos = [new PairMap(MOST_WAYS), new PairMap(MOST_WAYS), new PairMap(MOST_WAYS)] as const;

  /** `singles`: addresses that something is assumed of. */
  constructor(
    private readonly routing: Routing,
    host: Host,
    singles: Iterable<Words>,
    private readonly interfaces: Interfaces,
    private readonly family: Family,
  ) {
    this.ipv6 = family === 6 ? ipv6Part() : undefined;
    const { routes = [], rules = [], links = [] } = host;
    this.kinds =
      family === 4
        ? new AddressKinds(host, singles, (source) => routing.sourceAspects([source]))
        : new AddressKinds({ ...host, routes: undefined, addresses: undefined }, []);
    const mtus = [...routes, ...links].flatMap(({ mtu }) => mtu ?? []);
    if (this.ipv6 !== undefined) mtus.push(...this.ipv6.mtusOf(host));
    this.mtus = [...new Set(mtus)].sort((a, b) => a - b);
    const mark = rules.some(({ mark }) => mark !== undefined);
    const tos = rules.some(({ tos }) => tos !== undefined) || routes.some(({ tos }) => tos !== 0);
    const flow = rules.some((rule) =>
      [rule.protocol, rule.sport, rule.dport, rule.uid].some((one) => one !== undefined),
    );
    this.reads = { mark, tos, flow };
    const many = this.kinds.count ** 2 > 0xffffffff;
    // the core looks up no addresses of four words
    this.byAddress = family === 4 && !(mark || tos || flow || many);
  }

  /** A way by its number; 0 is none. */
  wayOf(number: number): Way | undefined {
    return this.#ways[number - 1];
  }

  /** The number of the way of a packet that came in, of this host, or of this host after a rule has changed it. */
  find(look: RouteLook, columns: Columns, slot: number): number {
    switch (look) {
      case RouteLook.Input:
        return this.#input(columns, slot);
      case RouteLook.Output:
        return this.#output(columns, slot);
      case RouteLook.Reroute:
        return this.#again(columns, slot);
    }
  }

  #input(columns: Columns, slot: number): number {
    const length = lengthOf(columns, slot);
    const df = (columns[Field.Frag]![slot]! & FRAG_DONT) !== 0;
    const fits = df || this.family === 6 ? this.mtus.filter((mtu) => length > mtu).length : 0;
    const iif = columns[Field.InIf]![slot]!;
    const expires = columns[Field.Ttl]![slot]! <= 1 ? 1 : 0;
    const kind = this.#kind(columns, slot, columns[Field.Src]![slot]!, 0);
    const rest = (fits * MOST_INTERFACES + iif) * 2 + expires;
    const memo = this.#memos[RouteLook.Input];
    return memo.get(kind, rest) || memo.set(kind, rest, this.#decide(columns, slot, df));
  }

  #decide(columns: Columns, slot: number, df: boolean): number {
    const of = (field: Field) => columns[field]![slot]!;
    const iif = this.interfaces.name(of(Field.InIf));
    // a spread costs more than all that routing does
    const packet = {
      src: this.#address(columns, slot, Field.Src),
      dst: this.#address(columns, slot, Field.Dst),
      iif,
      mark: of(Field.Mark),
      tos: of(Field.Tos),
      ...headerOf(columns, slot),
      ttl: of(Field.Ttl),
      length: lengthOf(columns, slot),
      df,
    };
    return this.#way(this.routing.input(packet), columns, slot);
  }

  #output(columns: Columns, slot: number): number {
    const src = columns[Field.Src]![slot]!;
    const user = columns[Field.Uid]![slot]!;
    const uid = user === NO_SOCKET ? 0 : user;
    // raw_sendmsg of net/ipv4/raw.c looks for the route without the source that the packet's own header names
    const chooses = columns[Beside.Raw]![slot]!;
    const kind = this.#kind(columns, slot, chooses === 1 ? 0 : src, uid);
    const memo = this.#memos[RouteLook.Output];
    const out = this.family === 6 ? columns[Beside.Out]![slot]! : 0;
    const rest = 2 * out + chooses;
    // the source that is chosen may be the destination itself, which stands for no other
    const old = src === 0 ? 0 : memo.get(kind, rest);
    if (old !== 0) return old;
    const decision = this.routing.output({
      src: chooses === 1 ? undefined : this.#address(columns, slot, Field.Src),
      dst: this.#address(columns, slot, Field.Dst),
      mark: columns[Field.Mark]![slot]!,
      tos: columns[Field.Tos]![slot]!,
      ...(chooses === 1 ? OF_RAW_SOCKET : headerOf(columns, slot)),
      uid,
      leaves: out === 0 ? undefined : this.interfaces.name(out),
      anySource: true,
    });
    const way = this.#way(decision, columns, slot);
    return src === 0 ? way : memo.set(kind, rest, way);
  }

  #address(columns: Columns, slot: number, field: Field): Words {
    return addressOf(columns, slot, field, this.family);
  }

  #again(columns: Columns, slot: number): number {
    const kind = this.#kind(columns, slot, columns[Field.Src]![slot]!, 0);
    const memo = this.#memos[RouteLook.Reroute];
    const oif = this.family === 6 ? columns[Beside.Oif]![slot]! : 0;
    const old = memo.get(kind, oif);
    if (old !== 0) return old;
    const flow = { ...flowOf(columns, slot, this.family), ...headerOf(columns, slot) };
    const decision = this.routing.reroute({ ...flow, leaves: oif === 0 ? undefined : this.interfaces.name(oif) });
    return memo.set(kind, oif, this.#way(decision, columns, slot));
  }

  /** The number of a decision's way. */
  #way(decision: InputDecision | OutputDecision, columns: Columns, slot: number): number {
    if (decision.kind === 'multipath') return this.#choices(decision, columns, slot);
    const leaves: Send | Forward | undefined =
      decision.kind === 'send' || decision.kind === 'forward' ? decision : undefined;
    const dst = this.#address(columns, slot, Field.Dst);
    const nextHop = leaves?.gateway ?? dst;
    const masquerade = leaves && this.routing.masqueradeAddress(leaves.oif, nextHop, dst);
    const oif = leaves === undefined ? 0 : this.interfaces.number(leaves.oif);
    return this.#number(textOf(decision, masquerade), { decision, oif, masquerade });
  }

  #choices(decision: Extract<InputDecision | OutputDecision, { kind: 'multipath' }>, columns: Columns, slot: number) {
    const among: Choice[] = decision.ways.map(({ name, link, decision }) => ({
      name,
      way: this.#way(decision, columns, slot),
      oif: this.interfaces.number(link),
    }));
    return this.#number(JSON.stringify(among), { decision, oif: 0, masquerade: undefined, among });
  }

  /** `text`: all that the way is. */
  #number(text: string, way: Way): number {
    const old = this.#numbers.get(text);
    if (old !== undefined) return old;
    const number = this.#ways.push(way);
    this.#numbers.set(text, number);
    return number;
  }

  /** A number for all that decides of addresses, and of what policy rules read. */
  #kind(columns: Columns, slot: number, src: number, uid: number): number {
    if (this.ipv6 !== undefined) {
      const both = this.ipv6.addressesOf(this.routing, columns, slot);
      const { mark, tos, flow } = this.reads;
      // other numbers than those that #with gives
      return typeof both === 'number' && !(mark || tos || flow)
        ? MOST_WAYS + both
        : this.#with(both, columns, slot, uid);
    }
    const both = this.kinds.ofSource(src) * this.kinds.count + this.kinds.of(columns[Field.Dst]![slot]!);
    return this.byAddress ? both : this.#with(both, columns, slot, uid);
  }

  #with(addresses: number | string, columns: Columns, slot: number, uid: number): number {
    const of = (field: Field) => columns[field]![slot]!;
    const { proto, sport, dport } = headerOf(columns, slot);
    const ports = hasPorts(proto) ? `${sport} ${dport}` : '';
    const flow = this.reads.flow ? `${proto} ${ports} ${uid}` : '';
    const tos = this.reads.tos ? of(Field.Tos) & TOS_MASKS[this.family] : 0;
    const text = `${addresses} ${this.reads.mark ? of(Field.Mark) : 0} ${tos} ${flow}`;
    const old = this.#more.get(text);
    if (old !== undefined) return old;
    if (this.#more.size >= MOST_WAYS) {
      for (const memo of [this.#more, ...this.#memos]) memo.clear();
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

/** What goes out at once: a packet that came in fragments goes on in fragments (ip_exceeds_mtu, ip6_pkt_too_big). */
function lengthOf(columns: Columns, slot: number): number {
  const length = columns[Field.Length]![slot]!;
  return (columns[Field.Flags]![slot]! & PACKET_GATHERED) === 0
    ? length
    : Math.min(length, columns[Beside.Largest]![slot]!);
}

/** raw_sendmsg does not look into the packet for what a route may depend on: protocol and ports are the socket's own. */
const OF_RAW_SOCKET = { proto: 255, sport: 0, dport: 0 };
/**
 * As the flow dissector finds them: it looks for no ports in a fragment, be it the first or, of IPv6, whole, and knows
 * nothing of what stands behind an authentication header.
 */
function headerOf(columns: Columns, slot: number): typeof OF_RAW_SOCKET {
  const flags = columns[Field.Flags]![slot]!;
  if ((flags & PACKET_AUTHENTICATED) !== 0) return { proto: Protocol.Ah, sport: 0, dport: 0 };
  const proto = columns[Field.Proto]![slot]!;
  const fragment = (columns[Field.Frag]![slot]! & FRAG_PART) !== 0 || (flags & PACKET_FRAGMENT) !== 0;
  if (fragment) return { proto, sport: 0, dport: 0 };
  return { proto, sport: columns[Field.Sport]![slot]!, dport: columns[Field.Dport]![slot]! };
}
