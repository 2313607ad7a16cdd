/** Facts that were assumed of one packet: answers to the questions of the rules that its walk was held against. */
import { AddrType } from '../abi.js';
import { type Asked, rulesAsking } from '../compile/asking.js';
import type { Packet } from '../model/packet.js';
import { LOCAL_DESTINATION, LOCAL_SOURCE, question as named } from '../model/question.js';
import type { WalkEvent } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';
import type { Message } from './lang/messages.js';
import { addressesOf, type Ends, movedBy } from './placing.js';
import { say } from './story.js';

/** Rules by their numbers, from `next` to before `end`. */
interface Span {
  next: number;
  readonly end: number;
}

export class Facts {
  readonly #asking: ReadonlyMap<number, readonly Asked[]>;
  /** rules of each chain, by table and name. */
  readonly #chains = new Map<string, Readonly<Span>>();

  constructor(private readonly host: LoadedHost) {
    const { compiled } = host;
    this.#asking = rulesAsking(compiled);
    compiled.rules.forEach(({ table, chain }, rule) => {
      const key = keyOf(table, chain);
      this.#chains.set(key, { next: this.#chains.get(key)?.next ?? rule, end: rule + 1 });
    });
  }

  /** A rule whose other conditions failed before is among those that the walk was held against. */
  of(packet: Packet, events: readonly WalkEvent[]): Message[] {
    const { assume, usual, otherwise } = this.host.from;
    // nothing was assumed: no walk has to be gone through again
    if (assume.size === 0 && usual === undefined && otherwise === undefined) return [];
    const facts = new Map<string, boolean>(this.#ofRouting(packet, events));
    const hits = new Set(events.flatMap((event) => (event.kind === 'hit' ? [event.rule] : [])));
    const ends = addressesOf(packet);
    for (const met of this.#heldAgainst(events)) {
      if (typeof met !== 'number') {
        ends[met.side] = met.address;
        continue;
      }
      for (const { question, of } of this.#asking.get(met) ?? []) {
        // a target is asked about once all else holds, an interface where it is not known
        if ((of === 'target' && !hits.has(met)) || (packet.out !== undefined && question.startsWith('out:'))) continue;
        const name = this.#nameOf(question, ends);
        const answer = name === undefined ? undefined : this.host.from.answerTo(name);
        if (answer !== undefined) facts.set(name!, answer);
      }
    }
    return [...facts].map(([fact, answer]) => say('assumed.fact', { fact, answer }));
  }

  /** By which hop of several, or by which interface, it was assumed to leave. */
  #ofRouting({ out }: Packet, events: readonly WalkEvent[]): (readonly [fact: string, answer: boolean])[] {
    const assumed = [...this.host.from.assume];
    return events.flatMap((event) => {
      if (out !== undefined || (event.kind !== 'taken' && (event.kind !== 'routed' || event.hop === undefined)))
        return [];
      return assumed.filter(
        ([fact]) => fact === `out:${event.iface}` || (event.kind === 'routed' && /^way(:|$)/.test(fact)),
      );
    });
  }

  /** Rules in the order of the walk, and addresses of the packet that changed between them. Every jump is a hit. */
  *#heldAgainst(events: readonly WalkEvent[]): Generator<number | NonNullable<ReturnType<typeof movedBy>>> {
    let open: Span[] = [];
    for (const event of events) {
      switch (event.kind) {
        case 'enter':
          open = [this.#spanOf(event.table, event.hook)];
          break;
        case 'hit':
          yield* passed(open, event.rule);
          this.#follow(open, event.rule);
          break;
        case 'open':
        case 'hot-drop':
          yield* passed(open, event.rule);
          open = [];
          break;
        case 'policy':
          yield* passed(open);
          break;
        case 'verdict':
          open = [];
          break;
        default: {
          const moved = movedBy(event);
          if (moved !== undefined) yield moved;
        }
      }
    }
  }

  #follow(open: Span[], rule: number): void {
    const { table, rule: text } = this.host.compiled.rules[rule]!;
    const { target } = text;
    if (target?.kind === 'verdict' && target.verdict === 'RETURN') open.pop();
    if (target?.kind !== 'jump' && target?.kind !== 'goto') return;
    if (target.kind === 'goto') open.pop();
    open.push(this.#spanOf(table, target.chain));
  }

  #spanOf = (table: string, chain: string): Span => ({ ...(this.#chains.get(keyOf(table, chain)) ?? NO_RULES) });

  /** `local` is asked of the packet's own address, where nothing tells of what type it is. */
  #nameOf(question: string, { src, dst }: Ends): string | undefined {
    if (question !== LOCAL_SOURCE && question !== LOCAL_DESTINATION) return question;
    const address = question === LOCAL_SOURCE ? src : dst;
    if (address === undefined) return undefined;
    const type = this.host.addressType(address);
    const open = type === undefined || type === AddrType.Local || type === AddrType.Unicast;
    return open ? named.local(address) : undefined;
  }
}

const NO_RULES: Readonly<Span> = { next: 0, end: 0 };
const keyOf = (table: string, chain: string): string => `${table} ${chain}`;

/** The rules up to one that was met, or to the ends of all chains; those between are at their ends, and left. */
function* passed(open: Span[], rule?: number): Generator<number> {
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const last = rule !== undefined && rule >= top.next && rule < top.end;
    const end = last ? rule + 1 : top.end;
    while (top.next < end) yield top.next++;
    if (last) return;
    open.pop();
  }
}
