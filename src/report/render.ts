/** An explanation as lines of text, in a language, for a terminal of any width. */
import type { Fate } from '../model/trace.js';
import type { FlowStory } from './flow.js';
import { type Language, type Message, type StoryLanguage, textIn } from './lang/messages.js';
import { type Node, type RuleNote, type Story, say as told } from './story.js';
import type { WayNode } from './ways/tell.js';

export interface Style {
  /** ANSI colours. */
  readonly colour: boolean;
  /** long rules are cut so that a line has this many columns. */
  readonly width: number;
}

export function renderStory(story: Story, language: StoryLanguage, style: Style): string {
  const printer = new Printer(language, style);
  const lines = [
    ...printer.headline(story),
    ...printer.ways(story),
    ...printer.assumed(story.assumed),
    '',
    ...printer.walk(story),
  ];
  return printer.page(lines, story.after) + printer.hints(story);
}

/** `answer`: whether it gets back, and its walk alone; `both`: that, and all of the flow. */
export function renderFlow(
  flow: FlowStory,
  language: Language,
  style: Style,
  show: 'flow' | 'answer' | 'both',
): string {
  const printer = new Printer(language, style);
  const { packets, after } = flow;
  const [first, answer] = packets;
  const assumed = printer.assumed(packets.flatMap((story) => story.assumed));
  if (show === 'answer') {
    const told = answer === undefined ? printer.walk(first!, 'first') : printer.walk(answer, 'answer');
    const [packet] = printer.headline(first!, 'first');
    const lines = [...printer.answer(flow, answer), `  ${packet}`, ...printer.ways(first!), ...assumed];
    return printer.page([...lines, '', ...told], after);
  }
  const ends = flow.headline[0]?.key !== 'answer.back';
  const lines = [
    ...(show === 'both' ? printer.answer(flow) : []),
    ...packets.flatMap((story, i) => [...printer.headline(story, PARTS[i]), ...printer.ways(story)]),
    ...(show === 'flow' && ends ? printer.answer(flow) : []),
    ...assumed,
    ...packets.flatMap((story, i) => ['', ...printer.walk(story, PARTS[i])]),
  ];
  return printer.page(lines, after);
}

const PARTS = ['first', 'answer', 'next'] as const;
type Part = (typeof PARTS)[number];

class Printer {
  private readonly paint: Paint;
  readonly say: (message: Message) => string;

  constructor(
    private readonly language: StoryLanguage,
    private readonly style: Style,
  ) {
    this.paint = painter(style.colour);
    this.say = (message) => textIn(language, message);
  }

  page(lines: readonly string[], after: readonly Message[]): string {
    return `${[...lines, ...(after.length > 0 ? ['', ...after.map(this.say)] : [])].join('\n')}\n`;
  }

  /** What helps beside the answer. */
  hints({ hints = [] }: Story): string {
    if (hints.length === 0) return '';
    return `\n${[told('hint.title', {}), ...hints].map(this.say).join('\n  ')}\n`;
  }

  headline({ headline, fate }: Story, part?: Part): string[] {
    const [first, ...reasons] = headline.map(this.say);
    const line = this.paint(FATES[fate], this.parts([first, reasons[0]]));
    return [this.named(part, line), ...reasons.slice(1).map((reason) => `  ${reason}`)];
  }

  /** What else becomes of it, and what would settle it. */
  ways({ ways, asks = [] }: Story): string[] {
    if (ways === undefined) return [];
    const settle = asks.map((ask) => `    ${this.say(ask)}`);
    return [
      ...this.branch(ways, '  '),
      ...(settle.length === 0 ? [] : [`  ${this.say(told('way.asks', {}))}`, ...settle]),
    ];
  }

  /** `otherwise`: it is what there is where a choice said no. */
  private branch(way: WayNode, indent: string, otherwise = false): string[] {
    const other = (choice: string | null) => this.say(told('way.else', { choice }));
    if ('end' in way) return [`${indent}${otherwise ? `${other(null)}: ` : ''}${this.say(way.end)}`];
    const said = this.say(way.choice);
    const choice = `${indent}${otherwise ? other(said) : said}:`;
    const end = 'end' in way.yes ? [`${choice} ${this.say(way.yes.end)}`] : undefined;
    return [...(end ?? [choice, ...this.branch(way.yes, `${indent}  `)]), ...this.branch(way.no, indent, true)];
  }

  /** Whether it gets back; with its story, how it fares. */
  answer({ headline }: FlowStory, story?: Story): string[] {
    const [fate, ...reasons] = story?.headline.map(this.say) ?? [];
    const fares = this.parts([fate, reasons[0]]);
    const text = this.parts(headline.map(this.say)) + (fares === '' ? '' : `: ${fares}`);
    const { key } = headline[0]!;
    const line = this.paint(key === 'answer.back' ? 'good' : key === 'answer.unknown' ? 'bold' : 'bad', text);
    return [line, ...reasons.slice(1).map((reason) => `  ${reason}`)];
  }

  assumed(messages: readonly Message[]): string[] {
    return messages.length === 0
      ? []
      : [this.paint('dim', `  ${this.say(told('assumed', { list: messages.map(this.say).join('; ') }))}`)];
  }

  walk({ walk }: Story, part?: Part): string[] {
    const lines = walk.flatMap(({ message, children }) => {
      const text = this.say(message);
      if (message.key !== 'hook.table') return [text, ...children.map((child) => `  ${this.say(child.message)}`)];
      const below = children.flatMap((child) => this.node(child, 1));
      return [this.paint('bold', text), ...below];
    });
    if (part === undefined || lines.length === 0) return lines;
    return [this.paint('bold', this.named(part, lines[0]!)), ...lines.slice(1)];
  }

  private node(node: Node, depth: number): string[] {
    const { say, paint } = this;
    const indent = '  '.repeat(depth);
    const { rule, message, missed } = node;
    if (missed) return [paint('dim', `${indent}${missedLine(node, say)}`)];
    const below = node.children.flatMap((child) => this.node(child, depth + 1));
    if (rule === undefined) return [`${indent}    ${say(message)}`, ...below];
    const head = `${indent}${number(rule)} `;
    const tail = `  ${place(rule)}`;
    const { columns = length } = this.language;
    const room = Math.max(20, this.style.width - head.length - columns(tail));
    const text = cut(textOf(rule) || say(told('rule.any', {})), room, columns);
    return [`${head}${text}${paint('dim', tail)}`, `${indent}    → ${say(message)}`, ...below];
  }

  private parts(parts: readonly (string | undefined)[]): string {
    return this.say(told('parts', { parts: parts.filter((one) => one !== undefined) }));
  }

  private named(part: Part | undefined, line: string): string {
    return part === undefined ? line : `${this.say({ key: 'flow.packet', params: { part } })}: ${line}`;
  }
}

/** A message in words. */
export type Worded = Message & { readonly text: string };
export interface WordedNode extends Omit<Node, 'message' | 'children'> {
  readonly message: Worded;
  readonly children: readonly WordedNode[];
}
export type WordedWay =
  | { readonly choice: Worded; readonly yes: WordedWay; readonly no: WordedWay }
  | { readonly end: Worded };
export interface WordedStory
  extends Omit<Story, 'headline' | 'ways' | 'asks' | 'assumed' | 'walk' | 'after' | 'hints'> {
  readonly headline: readonly Worded[];
  readonly ways?: WordedWay;
  readonly asks?: readonly Worded[];
  readonly assumed: readonly Worded[];
  readonly walk: readonly WordedNode[];
  readonly after: readonly Worded[];
  readonly hints?: readonly Worded[];
}

export const worded =
  (language: StoryLanguage) =>
  (one: Message): Worded => ({ ...one, text: textIn(language, one) });

export interface WordedFlow extends Omit<FlowStory, 'headline' | 'packets' | 'after'> {
  readonly headline: readonly Worded[];
  readonly packets: readonly WordedStory[];
  readonly after: readonly Worded[];
}

/** The story with the words of each message beside its key, for programs that only pass them on. */
export function withWords(story: Story, language: StoryLanguage): WordedStory {
  const message = worded(language);
  const node = (one: Node): WordedNode => ({ ...one, message: message(one.message), children: one.children.map(node) });
  const { ways, asks, hints, ...rest } = story;
  return {
    ...rest,
    headline: story.headline.map(message),
    ...(ways && { ways: wordedWay(ways, message) }),
    ...(asks && { asks: asks.map(message) }),
    assumed: story.assumed.map(message),
    walk: story.walk.map(node),
    after: story.after.map(message),
    ...(hints && { hints: hints.map(message) }),
  };
}

function wordedWay(way: WayNode, message: (one: Message) => Worded): WordedWay {
  if ('end' in way) return { end: message(way.end) };
  return { choice: message(way.choice), yes: wordedWay(way.yes, message), no: wordedWay(way.no, message) };
}

export function flowWithWords(flow: FlowStory, language: Language): WordedFlow {
  const message = worded(language);
  return {
    ...flow,
    headline: flow.headline.map(message),
    packets: flow.packets.map((story) => withWords(story, language)),
    after: flow.after.map(message),
  };
}

type Paint = (how: 'bold' | 'dim' | 'good' | 'bad' | 'plain', text: string) => string;
const FATES: Readonly<Record<Fate, 'good' | 'bad' | 'bold'>> = {
  delivered: 'good',
  forwarded: 'good',
  sent: 'good',
  dropped: 'bad',
  rejected: 'bad',
  stolen: 'bold',
  unknown: 'bold',
};
const CODES = { bold: '1', dim: '2', good: '1;32', bad: '1;31', plain: '0' } as const;
const painter =
  (colour: boolean): Paint =>
  (how, text) =>
    colour && how !== 'plain' ? `\u001b[${CODES[how]}m${text}\u001b[0m` : text;

function missedLine(node: Node, say: Say): string {
  const { rule = node.children[0]?.rule } = node;
  const { text } = missed(node, say);
  return `${node.rule === undefined ? '  ' : `${number(node.rule)} `}${text}${rule === undefined ? '' : `  ${place(rule)}`}`;
}

/** One rule that did not match, or a run of them with the reason of its first; `rule`: that one. */
export function missed(node: Node, say: Say): { readonly text: string; readonly rule: RuleNote | undefined } {
  const { rule, message, children } = node;
  const why = (of: Node) => of.children.map((child) => say(child.message)).join('; ');
  if (rule !== undefined && message.key === 'rule.missed') {
    const { option } = message.params;
    return { text: say({ key: 'rule.missed', params: { option, why: why(node) } }), rule };
  }
  const [first] = children;
  if (message.key !== 'rules.missed' || first?.message.key !== 'rule.missed') return { text: say(message), rule };
  const { from, to } = message.params;
  const { option } = first.message.params;
  return { text: say({ key: 'rules.missed.first', params: { from, to, option, why: why(first) } }), rule: first.rule };
}

type Say = (message: Message) => string;
const number = (rule: RuleNote): string => String(rule.rule).padStart(3);
const place = ({ place: { file, line } }: RuleNote): string => `${file.split('/').at(-1)}:${line}`;
const textOf = ({ text, comment }: RuleNote): string =>
  [text, comment === undefined ? '' : `/* ${comment} */`]
    .filter((part) => part !== '')
    .join(' ')
    // a rule is one line, whatever an open quote has brought
    .replaceAll('\n', ' ');

type Columns = (text: string) => number;
export const length: Columns = (text) => text.length;
/** A text in so many columns. */
export function cut(text: string, room: number, columns: Columns): string {
  if (columns(text) <= room) return text;
  let kept = text.slice(0, room - 1);
  while (columns(kept) >= room) kept = kept.slice(0, -1);
  return `${kept}…`;
}
