/** From the events of a walk to the nodes of its story, in one pass; chains.ts tells what happens within a table. */

import { Emit, Field, Mangle, MSS_UNKNOWN, Verdict } from '../abi.js';
import { TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from '../model/host.js';
import { readQuestion, routingQuestion } from '../model/question.js';
import type { Endpoint, RouteUse, WalkEvent } from '../model/trace.js';
import { type Family, formatAddress } from '../net/address.js';
import { hasPorts, Protocol } from '../net/protocol.js';
import { isLeftAlone6 } from '../run/connections/beginnings.js';
import { type ChainOptions, Chains } from './chains.js';
import { connectionNote, isConfirmed, partOf } from './connection.js';
import { endText, fieldText, packetText, wholeOf, wordsAt } from './fields.js';
import { foreignTarget, targetQuestion } from './idle.js';
import type { Message, RouteNote } from './lang/messages.js';
import { reasonOf } from './lang/reasons.js';
import { type Node, node, say } from './story.js';

type Of<K extends WalkEvent['kind']> = Extract<WalkEvent, { kind: K }>;

/** Changes `options.now` along as the packet changes. */
export function tell(events: readonly WalkEvent[], options: ChainOptions): Node[] {
  return new Teller(options).tell(events);
}

class Teller {
  private readonly walk: Node[] = [];
  private readonly chains: Chains;
  private table = '';
  private hook = '';
  /** the interface by which a packet of this host left OUTPUT's rules first. */
  private sentBy = '';
  private readonly family: Family;
  constructor(private readonly options: ChainOptions) {
    this.family = options.compiled.program.family;
    this.chains = new Chains(options);
  }

  tell(events: readonly WalkEvent[]): Node[] {
    for (let i = 0; i < events.length; i++) {
      const event = events[i]!;
      if (event.kind === 'edited') i = this.edited(events, i, event);
      else this.one(event);
    }
    this.chains.leave();
    return this.walk;
  }

  /** The place of the last edit that belongs to this one: words of an address change one by one. */
  private edited(events: readonly WalkEvent[], at: number, { field }: Of<'edited'>): number {
    const { now } = this.options;
    const isAddress = field < Field.Proto;
    const text = (value: number) => fieldText(field, value, now, this.family);
    let before: ReturnType<typeof text> | undefined;
    let last = at;
    for (let i = at; i < events.length; i++) {
      const event = events[i]!;
      if (event.kind !== 'edited' || wholeOf(event.field) !== wholeOf(field) || (i > at && !isAddress)) break;
      before ??= text(event.before);
      now[event.field] = event.after;
      last = i;
    }
    const after = text(now[field]!);
    const same = before!.value === after.value;
    this.chains.effect(
      same
        ? say('rule.keeps', { field: after.word, value: after.value })
        : say('rule.edits', { field: after.word, before: before!.value, after: after.value }),
    );
    return last;
  }

  private one(event: Exclude<WalkEvent, Of<'edited'>>): void {
    const { now } = this.options;
    switch (event.kind) {
      case 'begin':
        return this.begin(event);
      case 'enter':
        return this.enter(event.table, event.hook);
      case 'skip':
        return this.top(say('hook.skip', { table: event.table, hook: event.hook, why: event.why }));
      case 'rule':
        return this.chains.look(event.rule);
      case 'failed':
        return this.chains.failed(event);
      case 'held':
        return this.chains.held(event);
      case 'reading':
        return this.chains.read(event);
      case 'did':
        return this.chains.effect(say('why.reading', { reading: event.reading }));
      case 'hit':
        return this.chains.hit(event.rule);
      case 'jump':
      case 'goto':
        return this.chains.into(event);
      case 'return':
        return this.chains.back();
      case 'policy':
        return this.chains.policy(event);
      case 'verdict':
        return this.verdict(event);
      case 'mangled':
        return this.chains.effect(mangledText(event));
      case 'connmark':
        now[Field.CtMark] = event.after;
        return this.chains.effect(say('rule.connmark', { before: hex(event.before), after: hex(event.after) }));
      case 'notrack':
        return this.chains.effect(say('rule.untracks', {}));
      case 'emitted':
        return this.chains.effect(say(EMITS[event.to] ?? 'rule.logs', {}));
      case 'translated':
        return this.translated(event);
      case 'followed':
        return this.followed(event);
      case 'identity':
        return this.chains.add(say('identity', { side: event.side, end: this.end(event.side) }));
      case 'hot-drop':
        return this.chains.stop(
          event.rule,
          say('rule.cut', { option: this.chains.optionAt(event.address, event.rule) }),
        );
      case 'open':
        return this.chains.stop(event.rule, say('rule.open', { question: readQuestion(event.question) }));
      case 'gap':
        return this.chains.add(
          say(event.open ? 'rule.open' : 'rule.takes', { question: readQuestion(event.question) }),
        );
      case 'tracked':
        return this.tracked(event);
      case 'gathered':
        now.splice(0, now.length, ...event.columns);
        return this.top(say('gathered', { fragments: event.fragments }));
      case 'received':
        return this.top(receivedText(event));
      case 'passes':
        return this.top(say('ungathered', { why: event.why }));
      case 'routed':
        return this.routed(event);
      case 'taken':
        return this.top(say('routed.taken', { way: event.way, iface: event.iface ?? '' }));
      case 'ttl':
        now[Field.Ttl] = event.after;
        return this.top(say('ttl', { before: event.before, after: event.after, family: this.family }));
      case 'lost':
        return this.lost(event);
      case 'confirmed':
        return;
      case 'leaves': {
        const { hook, iface } = event.out;
        return this.top(say('leaves', { hook, iface, packet: packetText(now, this.family) }));
      }
    }
  }

  private top(message: Message, children: Node[] = []): void {
    this.chains.leave();
    this.walk.push(node(message, { children }));
  }

  private begin({ from, iface }: Of<'begin'>): void {
    const packet = packetText(this.options.now, this.family);
    if (from === 'wire') this.top(say('begin.wire', { packet, iface }));
    else if (from === 'host') this.top(say('begin.host', { packet }));
    else this.top(from === 'loop' ? say('begin.loop', { iface }) : say('begin.copy', { iface }));
  }

  private tracked(event: Of<'tracked'>): void {
    const { state, why, connection } = event;
    const { now } = this.options;
    const left = state === 'UNTRACKED' && now[Field.Proto] === Protocol.Icmpv6 && isLeftAlone6(now[Field.Sport]!);
    const told = say('tracked', { state, reason: why ?? (left ? 'discovery' : undefined), part: partOf(event) });
    const known = connection !== undefined && isConfirmed(connection);
    this.top(told, known ? [node(say('entry', connectionNote(connection)))] : []);
  }

  private enter(table: string, hook: string): void {
    this.table = table;
    this.hook = hook;
    const heading = node(say('hook.table', { table, hook }));
    this.walk.push(heading);
    this.chains.enter(table, hook, heading.children);
  }

  private verdict({ verdict, rule }: Of<'verdict'>): void {
    switch (verdict) {
      case Verdict.Accept:
        return this.chains.effect(say('rule.accepts', { table: this.table, hook: this.hook }));
      case Verdict.Drop:
        return this.chains.effect(say('rule.drops', {}));
      case Verdict.Reject:
        return this.chains.effect(say('rule.rejects', {}));
      case Verdict.Stolen: {
        const question = targetQuestion(this.options.compiled, rule);
        if (question !== undefined) return this.chains.effect(say('rule.takes', { question }));
        return this.chains.effect(say('rule.steals', { target: foreignTarget(this.options.compiled, rule) }));
      }
    }
  }

  private translated({ side, from, to, drawn, rule }: Of<'translated'>): void {
    this.moved(side, to);
    const words = {
      side,
      from: endText(from, this.options.now[Field.Proto]),
      to: endText(to, this.options.now[Field.Proto]),
      drawn: drawn !== undefined,
      clash: rule === undefined,
      table: this.table,
      hook: this.hook,
    };
    const told = say('rule.translates', words);
    if (rule === undefined) this.chains.add(told);
    else this.chains.settled(told);
  }

  private followed({ side, from, to, quoted }: Of<'followed'>): void {
    this.moved(side, to);
    this.top(say('followed', { side, from: endText(from), to: endText(to), quoted: quoted ?? false }));
  }

  private moved(side: 'src' | 'dst', to: Endpoint): void {
    const { now } = this.options;
    to.address.forEach((word, i) => {
      now[(side === 'src' ? Field.Src : Field.Dst) + i] = word;
    });
    // of ICMP it is the identifier, which no column holds
    if (to.port !== undefined && hasPorts(now[Field.Proto]!)) now[side === 'src' ? Field.Sport : Field.Dport] = to.port;
  }

  /** Address and port of a side, as they are now. */
  private end(side: 'src' | 'dst'): string {
    const { now } = this.options;
    const ports = hasPorts(now[Field.Proto]!);
    const [address, port] = side === 'src' ? [Field.Src, Field.Sport] : [Field.Dst, Field.Dport];
    return endText({ address: wordsAt(now, address, this.family), port: ports ? now[port] : undefined });
  }

  private lost({ why, answer = '', lacks }: Of<'lost'>): void {
    if (lacks !== undefined) this.chains.settled(say('rule.untranslated', {}));
    const question = routingQuestion(why);
    if (question !== undefined) this.top(say('lost.question', { question }));
    else if (lacks !== undefined && why === 'host:addresses') this.top(say('lost.address', { iface: lacks }));
    else this.top(say('lost', { reason: reasonOf(why), answer }));
  }

  private routed({ to, iface, gateway, again, by, how }: Of<'routed'>): void {
    const address = formatAddress(wordsAt(this.options.now, Field.Dst, this.family));
    const route = by === undefined ? undefined : routeNote(by);
    const way = { address, iface, gateway: gateway === undefined ? '' : formatAddress(gateway), route };
    if (!again) this.sentBy = iface;
    if (to === 'local') this.top(say('routed.local', { address, route, how: how ?? 'unicast' }));
    else if (again) this.top(say('routed.again', { ...way, before: this.sentBy }));
    else this.top(to === 'forward' ? say('routed.forward', way) : say('routed.send', way));
  }
}

/** What became of a fragment behind INPUT. */
export function receivedText({ fragments, why, answer = '' }: Of<'received'>): Message {
  if (why !== undefined) return say('received.lost', { reason: reasonOf(why), answer });
  return fragments === undefined ? say('received.waits', {}) : say('received.whole', { fragments });
}

function mangledText({ what, before, after }: Of<'mangled'>): Message {
  if (what === Mangle.TcpOptions) return say('rule.strips', { option: before });
  return say('rule.mss', { before: before || null, after: after === MSS_UNKNOWN ? null : after });
}

const TABLES: Readonly<Record<number, string>> = {
  [TABLE_DEFAULT]: 'default',
  [TABLE_MAIN]: 'main',
  [TABLE_LOCAL]: 'local',
};

function routeNote({ address, prefix, table, rule }: RouteUse): RouteNote {
  const destination = prefix === 0 ? 'default' : `${formatAddress(address)}/${prefix}`;
  return { destination, table: TABLES[table] ?? String(table), rule: rule ?? null };
}

/** What is said of a copy for somebody; to most it is a log. */
const EMITS: { readonly [of in Emit]?: 'rule.copies' | 'rule.traces' | 'rule.timer' | 'rule.led' } = {
  [Emit.Trace]: 'rule.traces',
  [Emit.Gateway]: 'rule.copies',
  [Emit.Timer]: 'rule.timer',
  [Emit.Led]: 'rule.led',
};

const hex = (value: number): string => `0x${value.toString(16)}`;
