/**
 * The part of a story that is told within the chains of one table: the chains that the packet is in as a stack, the
 * rules that it meets there, those that it passes in a row, and where it comes back to.
 */

import { Op, Section, Verdict } from '../abi.js';
import { chainOf } from '../compile/compile.js';
import { optionText } from '../model/option-text.js';
import type { Reading } from '../model/reading.js';
import { type Rule, ruleNumber, ruleWith } from '../model/ruleset.js';
import type { WalkEvent } from '../model/trace.js';
import { printRule } from '../parse/rules/print-rule.js';
import { beginsConnection, idleText } from './idle.js';
import type { Back, Message } from './lang/messages.js';
import { limitReading } from './limit-reading.js';
import { type Asked, probabilityOf, whyText } from './reason.js';
import { type Node, node, type RuleNote, say } from './story.js';

export interface ChainOptions extends Asked {
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

export class Chains {
  private frames: Frame[] = [];
  private table = '';
  /** a jump was told: how it comes back is said once. */
  private jumped = false;
  /** a rule has said what the connection that may begin will be like. */
  private begun = false;
  /** the return just told, whose way may lead further. */
  private returned: { readonly to: (back: Back) => void } | undefined;
  /** the rule that is looked at; `acted`: an effect of it was told. */
  private current:
    | {
        id: number;
        why: Node | undefined;
        told: Draft | undefined;
        /** what was drawn, or found, that let it go on. */
        drawn: Node[];
        /** what the host has found for the condition that comes next. */
        reading: Reading | undefined;
        acted: boolean;
      }
    | undefined;

  private readonly code: Uint32Array;

  constructor(private readonly options: ChainOptions) {
    this.code = options.compiled.program.section(Section.Code);
  }

  /** Into the built-in chain of a table; its story goes into `nodes`. */
  enter(table: string, hook: string, nodes: Node[]): void {
    this.leave();
    this.table = table;
    this.frames = [this.frame(hook, 'base', nodes)];
  }

  leave(): void {
    this.flush();
    this.frames = [];
    this.current = undefined;
    this.returned = undefined;
  }

  /** The next rule is looked at: the one before did not match, unless it was told. */
  look(id: number): void {
    this.returned = undefined;
    this.missed();
    this.current = { id, why: undefined, told: undefined, drawn: [], reading: undefined, acted: false };
    const frame = this.frames.at(-1);
    if (frame !== undefined) frame.rule = this.options.compiled.rules[id]!.number;
  }

  failed(event: Of<'held' | 'failed'>): void {
    const { address } = event;
    const current = this.current;
    if (current === undefined || this.isOneOfMany(current.why, address)) return;
    const condition = this.options.compiled.conditions.get(address);
    if (condition === undefined) return;
    // what only leads to or past a question has no part of the rule to its name
    if (condition.origin === undefined && current.why !== undefined) return;
    const { rule } = this.options.compiled.rules[current.id]!;
    const words = { option: optionText(rule, condition), why: '' };
    current.why = node(say('rule.missed', words), {
      rule: this.note(current.id),
      missed: true,
      children: [node(whyText(condition, event, this.options, current.reading))],
    });
  }

  /** Of rules in a row that did not match the first is told, and draws: there may be thousands of others. */
  private isOneOfMany(why: Node | undefined, address: number): boolean {
    return !this.options.all && why === undefined && this.frames.at(-1)?.missed !== undefined && !this.isDraw(address);
  }

  private isDraw(address: number): boolean {
    return (this.code[address]! & 255) === Op.Random;
  }

  /** What the host found: why the condition that comes next holds or not. */
  read({ reading }: Of<'reading'>): void {
    if (this.current !== undefined) this.current.reading = reading;
  }

  /** A draw that came out so, and what the host has found, is told beside the rule. */
  held({ address, value, read }: Of<'held' | 'failed'>): void {
    const { current } = this;
    if (current?.reading !== undefined) current.drawn.push(node(say('why.reading', { reading: current.reading })));
    if (current !== undefined) current.reading = undefined;
    if (!TOLD_WHERE_HELD.has(this.code[address]! & 255)) return;
    const condition = this.options.compiled.conditions.get(address);
    if (condition === undefined || !('test' in condition)) return;
    const { test, not } = condition;
    if (test.kind === 'random')
      current?.drawn.push(node(say('rule.drawn', { probability: probabilityOf(test.threshold, not) })));
    if (test.kind === 'limit' && read)
      current?.drawn.push(node(say('why.reading', { reading: limitReading(test, value) })));
  }

  private missed(): void {
    const current = this.current;
    this.current = undefined;
    const frame = this.frames.at(-1);
    if (frame === undefined || current === undefined || current.told !== undefined) return;
    const number = this.options.compiled.rules[current.id]!.number;
    if (frame.missed !== undefined && !this.options.all && current.why === undefined) {
      frame.missed.to = number;
      return;
    }
    const why =
      current.why ?? node(say('rule.missed', { option: '', why: '' }), { rule: this.note(current.id), missed: true });
    if (this.options.all) frame.nodes.push(why);
    else if (why.children[0]?.message.key === 'why.draw') {
      // a draw is told wherever it is made
      this.run(frame);
      frame.nodes.push(why);
    } else if (frame.missed === undefined) frame.missed = { from: number, to: number, first: why };
    else frame.missed.to = number;
  }

  /** Tells the run of rules that did not match, before anything else is told of the chain. */
  private flush(): void {
    this.missed();
    const frame = this.frames.at(-1);
    if (frame !== undefined) this.run(frame);
  }

  private run(frame: Frame): void {
    if (frame.missed === undefined) return;
    const { from, to, first } = frame.missed;
    frame.missed = undefined;
    if (from === to) frame.nodes.push(first);
    else frame.nodes.push(node(say('rules.missed', { from, to }), { missed: true, children: [first] }));
  }

  hit(id: number): void {
    const current = this.current;
    this.current = undefined;
    this.flush();
    const { compiled } = this.options;
    const told: Draft = node(idleText(compiled, id, this.begun), {
      rule: this.note(id),
      children: current?.drawn ?? [],
    });
    this.begun ||= beginsConnection(compiled, id);
    this.list().push(told);
    this.current = { id, why: current?.why, told, drawn: [], reading: undefined, acted: false };
  }

  /** What a rule did; the first effect takes the rule's own line, others stand below it. */
  effect(message: Message): void {
    const { current } = this;
    if (current?.told === undefined) return;
    if (current.acted) current.told.children.push(node(message));
    else current.told.message = message;
    current.acted = true;
  }

  /** A translation: what the rule asked for says more than that it accepted; where no rule is told, it stands alone. */
  settled(message: Message): void {
    const told = this.current?.told;
    if (told === undefined) return this.add(message);
    // what the host has found for it
    if (told.message.key === 'why.reading') told.children.unshift(node(told.message));
    told.message = message;
  }

  /** Something said of the chain. */
  add(message: Message): void {
    this.flush();
    this.list().push(node(message));
  }

  into({ kind, chain }: Of<'jump' | 'goto'>): void {
    this.returned = undefined;
    const { name, rules } = this.options.compiled.chains[chain]!.chain;
    const key = kind === 'goto' ? 'rule.goes' : this.jumped ? 'rule.jumps' : 'rule.jumps.first';
    this.jumped ||= kind === 'jump';
    this.effect(say(key, { chain: name }));
    const nodes = this.current?.told?.children ?? this.list();
    this.current = undefined;
    this.frames.push(this.frame(name, kind, nodes));
    if (rules.length === 0) this.frames.at(-1)!.rule = -1;
  }

  back(): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    const told = this.current?.told;
    const rule = this.current === undefined ? undefined : this.options.compiled.rules[this.current.id]!.rule;
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
      this.returned = { to: (back) => (told.message = say('rule.returns', { back })) };
    } else {
      const ends: Draft = node(say('chain.ends', { chain: frame.chain, back: to }));
      frame.nodes.push(ends);
      const key = frame.rule === -1 ? 'chain.empty' : 'chain.ends';
      this.returned = { to: (back) => (ends.message = say(key, { chain: frame.chain, back })) };
    }
    this.returned.to(to);
  }

  policy({ policy, verdict }: Of<'policy'>): void {
    this.flush();
    this.returned = undefined;
    this.frames = this.frames.slice(0, 1);
    const chain = this.options.compiled.policies[policy]!.chain;
    this.add(say('policy', { chain, policy: verdict === Verdict.Drop ? 'DROP' : 'ACCEPT' }));
  }

  /** The rule ends the walk for a reason that its target does not say. */
  stop(id: number, message: Message): void {
    const told = this.current?.told;
    if (told !== undefined && this.current?.id === id) this.effect(message);
    else {
      const { drawn = [], reading } = this.current ?? {};
      // what was found and did not do, as times of which nobody knows how long ago they were
      const found = reading === undefined ? [] : [node(say('why.reading', { reading }))];
      this.current = undefined;
      this.flush();
      this.list().push(node(message, { rule: this.note(id), children: [...drawn, ...found] }));
    }
    this.current = undefined;
  }

  optionAt(address: number, id: number): string {
    const condition = this.options.compiled.conditions.get(address);
    return condition === undefined ? '' : optionText(this.options.compiled.rules[id]!.rule, condition);
  }

  private frame(chain: string, how: Frame['how'], nodes: Node[]): Frame {
    const found = chainOf(this.options.compiled, this.table, chain);
    return {
      chain,
      how,
      nodes,
      length: found === undefined ? 0 : ruleNumber(found, found.rules.length - 1),
      rule: 0,
      missed: undefined,
    };
  }

  private list(): Node[] {
    return this.frames.at(-1)?.nodes ?? [];
  }

  /** Where a return leads. */
  private where(toPolicy: boolean): Back {
    const { chain, rule, length } = this.frames.at(-1)!;
    return { chain, rule: toPolicy || rule >= length ? null : rule + 1 };
  }

  private note(id: number): RuleNote {
    const { table, chain, number, rule } = this.options.compiled.rules[id]!;
    const { text, comment } = ruleText(rule, this.options.compiled.program.family);
    return { table, chain, rule: number, text, comment, place: { file: rule.file, line: rule.line } };
  }
}

/** The rule as iptables-save prints it, without its chain; a comment beside it. */
export function ruleText(rule: Rule, family: 4 | 6): { text: string; comment: string | undefined } {
  const comments = rule.matches
    .filter((use) => use.name === 'comment')
    .map((use) => String(use.options.comment?.value ?? ''));
  const matches = rule.matches.filter((use) => use.name !== 'comment');
  const text = printRule(ruleWith(rule, { matches }), family).replace(/^-A \S+ ?/, '');
  return { text, comment: comments.length === 0 ? undefined : comments.join('; ') };
}
/** Conditions of which is told what they found, where they hold too. */
const TOLD_WHERE_HELD: ReadonlySet<number> = new Set([Op.Random, Op.Limit]);
