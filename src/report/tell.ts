/** From the events of a walk to the nodes of its story: one pass, with the chains that the packet is in as a stack. */
import { Field, Verdict } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import { optionText } from '../model/option-text.js';
import type { Rule } from '../model/ruleset.js';
import type { RouteUse, WalkEvent } from '../model/trace.js';
import { formatAddress } from '../net/address.js';
import { printRule } from '../parse/print-rule.js';
import { endText, fieldText, packetText } from './fields.js';
import type { Message, RouteNote } from './lang/messages.js';
import { reasonOf } from './lang/reasons.js';
import { questionNote } from './question.js';
import { type Asked, whyText } from './reason.js';
import { type Node, node, type RuleNote, say } from './story.js';

export interface TellOptions extends Asked {
  /** every rule that was looked at as a node of its own. */
  readonly all: boolean;
}

type Draft = { -readonly [K in keyof Node]: Node[K] };

interface Frame {
  readonly chain: string;
  readonly how: 'base' | 'jump' | 'goto';
  readonly nodes: Node[];
  readonly length: number;
  /** the last rule that was looked at, by number; 0: none yet. */
  rule: number;
  /** a run of rules that did not match, not yet told. */
  missed: { from: number; to: number; first: Node } | undefined;
}

type Of<K extends WalkEvent['kind']> = Extract<WalkEvent, { kind: K }>;

/** Changes `options.now` along as the packet changes. */
export function tell(events: readonly WalkEvent[], options: TellOptions): Node[] {
  return new Teller(options).tell(events);
}

class Teller {
  private readonly walk: Node[] = [];
  private frames: Frame[] = [];
  private table = '';
  private hook = '';
  /** the return just told, whose way may lead further. */
  private returned: { readonly to: (where: string) => void } | undefined;
  private current: { id: number; why: Node | undefined; told: Draft | undefined } | undefined;

  constructor(private readonly options: TellOptions) {}

  tell(events: readonly WalkEvent[]): Node[] {
    for (const event of events) this.one(event);
    this.leaveTable();
    return this.walk;
  }

  private get compiled(): Compiled {
    return this.options.compiled;
  }

  private one(event: WalkEvent): void {
    const { now } = this.options;
    if (event.kind !== 'return') this.returned = undefined;
    switch (event.kind) {
      case 'begin':
        return this.begin(event);
      case 'enter':
        return this.enter(event.table, event.hook);
      case 'skip':
        return this.top(say('hook.skip', { table: event.table, hook: event.hook, why: event.why }));
      case 'rule':
        return this.look(event.rule);
      case 'failed':
        return this.failed(event);
      case 'held':
        return;
      case 'hit':
        return this.hit(event.rule);
      case 'jump':
      case 'goto':
        return this.into(event);
      case 'return':
        return this.back();
      case 'policy':
        return this.policy(event);
      case 'verdict':
        return this.verdict(event);
      case 'edited': {
        const before = fieldText(event.field, event.before, now);
        now[event.field] = event.after;
        const after = fieldText(event.field, event.after, now);
        const same = event.before === event.after;
        return this.effect(
          same
            ? say('rule.keeps', { field: after.word, value: after.value })
            : say('rule.edits', { field: after.word, before: before.value, after: after.value }),
        );
      }
      case 'connmark':
        now[Field.CtMark] = event.after;
        return this.effect(say('rule.connmark', { before: hex(event.before), after: hex(event.after) }));
      case 'notrack':
        return this.effect(say('rule.untracks', {}));
      case 'emitted':
        return this.effect(say('rule.logs', {}));
      case 'translated':
        return this.translated(event);
      case 'identity':
        this.flush();
        this.list().push(node(say('identity', { side: event.side })));
        return;
      case 'hot-drop':
        return this.stop(event.rule, say('rule.cut', { option: this.optionAt(event.address, event.rule) }));
      case 'open':
        return this.stop(event.rule, say('rule.open', { question: questionNote(event.question) }));
      case 'tracked':
        return this.top(
          say('tracked', {
            state: event.state as never,
            reason: event.why === undefined ? undefined : reasonOf(event.why),
          }),
        );
      case 'routed':
        return this.routed(event);
      case 'taken':
        return this.top(say('routed.taken', { way: event.way }));
      case 'ttl':
        now[Field.Ttl] = event.after;
        return this.top(say('ttl', { before: event.before, after: event.after }));
      case 'lost':
        return this.top(say('lost', { reason: reasonOf(event.why), answer: event.answer ?? '' }));
      case 'confirmed':
        return;
      case 'leaves': {
        const { hook, iface } = event.out;
        return this.top(say('leaves', { hook, iface, packet: packetText(now) }));
      }
    }
  }

  private top(message: Message): void {
    this.leaveTable();
    this.walk.push(node(message));
  }

  private begin({ from, iface }: Of<'begin'>): void {
    const packet = packetText(this.options.now);
    if (from === 'wire') this.top(say('begin.wire', { packet, iface }));
    else if (from === 'host') this.top(say('begin.host', { packet }));
    else this.top(from === 'loop' ? say('begin.loop', { iface }) : say('begin.copy', { iface }));
  }

  private enter(table: string, hook: string): void {
    this.leaveTable();
    this.table = table;
    this.hook = hook;
    const heading = node(say('hook.table', { table, hook }));
    this.walk.push(heading);
    this.frames = [this.frame(hook, 'base', heading.children)];
  }

  private leaveTable(): void {
    this.flush();
    this.frames = [];
    this.current = undefined;
  }

  private frame(chain: string, how: Frame['how'], nodes: Node[]): Frame {
    const found = this.compiled.chains.find((one) => one.table === this.table && one.chain.name === chain);
    return { chain, how, nodes, length: found?.chain.rules.length ?? 0, rule: 0, missed: undefined };
  }

  private list(): Node[] {
    return this.frames.at(-1)?.nodes ?? this.walk;
  }

  /** The next rule is looked at: the one before did not match, unless it was told. */
  private look(id: number): void {
    this.missed();
    this.current = { id, why: undefined, told: undefined };
    const frame = this.frames.at(-1);
    if (frame !== undefined) frame.rule = this.compiled.rules[id]!.number;
  }

  private failed({ address, value }: { readonly address: number; readonly value: number }): void {
    const condition = this.compiled.conditions.get(address);
    const current = this.current;
    if (condition === undefined || current === undefined) return;
    const { rule } = this.compiled.rules[current.id]!;
    const words = { option: optionText(rule, condition), why: '' };
    current.why = node(say('rule.missed', words), {
      rule: this.note(current.id),
      missed: true,
      children: [node(whyText(condition, value, this.options))],
    });
  }

  private missed(): void {
    const current = this.current;
    this.current = undefined;
    const frame = this.frames.at(-1);
    if (frame === undefined || current === undefined || current.told !== undefined) return;
    const number = this.compiled.rules[current.id]!.number;
    const why =
      current.why ?? node(say('rule.missed', { option: '', why: '' }), { rule: this.note(current.id), missed: true });
    if (this.options.all) frame.nodes.push(why);
    else if (frame.missed === undefined) frame.missed = { from: number, to: number, first: why };
    else frame.missed.to = number;
  }

  /** Tells the run of rules that did not match, before anything else is told of the chain. */
  private flush(): void {
    this.missed();
    const frame = this.frames.at(-1);
    if (frame?.missed === undefined) return;
    const { from, to, first } = frame.missed;
    frame.missed = undefined;
    if (from === to) frame.nodes.push(first);
    else frame.nodes.push(node(say('rules.missed', { from, to }), { missed: true, children: [first] }));
  }

  private hit(id: number): void {
    const current = this.current;
    this.current = undefined;
    this.flush();
    const told: Draft = node(say('rule.counts', {}), { rule: this.note(id) });
    this.list().push(told);
    this.current = { id, why: current?.why, told };
  }

  /** What a rule did; the first effect takes the rule's own line, others stand below it. */
  private effect(message: Message): void {
    const told = this.current?.told;
    if (told === undefined) return;
    if (told.message.key === 'rule.counts') told.message = message;
    else told.children.push(node(message));
  }

  private into({ kind, chain }: Of<'jump' | 'goto'>): void {
    const { name, rules } = this.compiled.chains[chain]!.chain;
    this.effect(kind === 'jump' ? say('rule.jumps', { chain: name }) : say('rule.goes', { chain: name }));
    const nodes = this.current?.told?.children ?? this.list();
    this.current = undefined;
    this.frames.push(this.frame(name, kind, nodes));
    if (rules.length === 0) this.frames.at(-1)!.rule = -1;
  }

  private back(): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    const told = this.current?.told;
    const rule = this.current === undefined ? undefined : this.compiled.rules[this.current.id]!.rule;
    const byRule = told !== undefined && rule?.target?.kind === 'verdict' && rule.target.verdict === 'RETURN';
    if (!byRule) this.flush();
    // a goto leaves no way back to where it stood
    while (this.frames.length > 1 && this.frames.at(-1)!.how === 'goto') this.frames.pop();
    const jumped = this.frames.at(-1)!.how === 'jump' ? this.frames.pop() : undefined;
    const to = this.where(jumped === undefined);
    this.current = undefined;
    // where it comes back to the end of a chain it goes on at once to where that one was called from
    if (this.returned !== undefined && !byRule && frame.rule >= frame.length) {
      this.returned.to(to);
      return;
    }
    if (byRule) {
      this.returned = { to: (where) => (told.message = say('rule.returns', { to: where })) };
    } else {
      const ends: Draft = node(say('chain.ends', { chain: frame.chain, back: to }));
      frame.nodes.push(ends);
      const key = frame.rule === -1 ? 'chain.empty' : 'chain.ends';
      this.returned = { to: (back) => (ends.message = say(key, { chain: frame.chain, back })) };
    }
    this.returned.to(to);
  }

  /** Where a return leads. */
  private where(toPolicy: boolean): string {
    const frame = this.frames.at(-1)!;
    return toPolicy || frame.rule >= frame.length
      ? `back to the end of ${frame.chain}`
      : `back to ${frame.chain} rule ${frame.rule + 1}`;
  }

  private policy({ policy, verdict }: Of<'policy'>): void {
    this.flush();
    this.frames = this.frames.slice(0, 1);
    const chain = this.compiled.policies[policy]!.chain;
    this.list().push(node(say('policy', { chain, policy: verdict === Verdict.Drop ? 'DROP' : 'ACCEPT' })));
  }

  private verdict({ verdict }: Of<'verdict'>): void {
    switch (verdict) {
      case Verdict.Accept:
        return this.effect(say('rule.accepts', { table: this.table, hook: this.hook }));
      case Verdict.Drop:
        return this.effect(say('rule.drops', {}));
      case Verdict.Reject:
        return this.effect(say('rule.rejects', {}));
      case Verdict.Stolen:
        return this.effect(say('rule.steals', {}));
    }
  }

  private translated({ side, from, to }: Of<'translated'>): void {
    const { now } = this.options;
    now[side === 'src' ? Field.Src : Field.Dst] = to.address[0]!;
    if (to.port !== undefined) now[side === 'src' ? Field.Sport : Field.Dport] = to.port;
    const told = this.current?.told;
    const message = say('rule.translates', { side, from: endText(from), to: endText(to) });
    // what it asked for says more than that it accepted
    if (told !== undefined) told.message = message;
    else this.list().push(node(message));
  }

  private stop(id: number, message: Message): void {
    const told = this.current?.told;
    if (told !== undefined && this.current?.id === id) told.children.push(node(message));
    else {
      this.current = undefined;
      this.flush();
      this.list().push(node(message, { rule: this.note(id) }));
    }
    this.current = undefined;
  }

  private routed({ to, iface, gateway, again, by }: Of<'routed'>): void {
    const address = formatAddress([this.options.now[Field.Dst]!]);
    const route = by === undefined ? undefined : routeNote(by);
    const way = { address, iface, gateway: gateway === undefined ? '' : formatAddress(gateway), route };
    if (to === 'local') this.top(say('routed.local', { address, route }));
    else if (again) this.top(say('routed.again', way));
    else this.top(to === 'forward' ? say('routed.forward', way) : say('routed.send', way));
  }

  private optionAt(address: number, id: number): string {
    const condition = this.compiled.conditions.get(address);
    return condition === undefined ? '' : optionText(this.compiled.rules[id]!.rule, condition);
  }

  private note(id: number): RuleNote {
    const { table, chain, number, rule } = this.compiled.rules[id]!;
    const { text, comment } = ruleText(rule, this.compiled.program.family);
    return { table, chain, rule: number, text, comment, place: { file: rule.file, line: rule.line } };
  }
}

const TABLES: Readonly<Record<number, string>> = { 253: 'default', 254: 'main', 255: 'local' };

function routeNote({ address, prefix, table, rule }: RouteUse): RouteNote {
  const destination = prefix === 0 ? 'default' : `${formatAddress(address)}/${prefix}`;
  return { destination, table: TABLES[table] ?? String(table), rule: rule ?? null };
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** The rule as iptables-save prints it, without its chain; a comment beside it. */
export function ruleText(rule: Rule, family: 4 | 6): { text: string; comment: string | undefined } {
  const comments = rule.matches
    .filter((use) => use.name === 'comment')
    .map((use) => String(use.options.comment?.value ?? ''));
  const matches = rule.matches.filter((use) => use.name !== 'comment');
  const text = printRule({ ...rule, matches }, family).replace(/^-A \S+ ?/, '');
  return { text, comment: comments.length === 0 ? undefined : comments.join('; ') };
}
