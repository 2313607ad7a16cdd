/** An explanation as lines of text, in a language, for a terminal of any width. */
import type { Fate } from '../model/trace.js';
import { type Language, type Message, textIn } from './lang/messages.js';
import type { Node, RuleNote, Story } from './story.js';

export interface Style {
  /** ANSI colours. */
  readonly colour: boolean;
  /** long rules are cut so that a line has this many columns. */
  readonly width: number;
}

export function renderStory(story: Story, language: Language, style: Style): string {
  const say = (message: Message) => textIn(language, message);
  const paint = painter(style.colour);
  const [fate, ...reasons] = story.headline.map(say);
  const lines = [paint(FATES[story.fate], [fate, reasons[0]].filter((part) => part !== undefined).join(', '))];
  for (const reason of reasons.slice(1)) lines.push(`  ${reason}`);
  if (story.assumed.length > 0) lines.push(paint('dim', `  assumed: ${story.assumed.map(say).join('; ')}`));
  lines.push('');
  for (const node of story.walk) {
    const text = say(node.message);
    lines.push(node.message.key === 'hook.table' ? paint('bold', text) : text);
    for (const child of node.children) lines.push(...renderNode(child, 1, say, style, paint));
  }
  if (story.after.length > 0) lines.push('', ...story.after.map(say));
  return `${lines.join('\n')}\n`;
}

/** A message in words. */
export type Worded = Message & { readonly text: string };
export interface WordedNode extends Omit<Node, 'message' | 'children'> {
  readonly message: Worded;
  readonly children: readonly WordedNode[];
}
export interface WordedStory extends Omit<Story, 'headline' | 'assumed' | 'walk' | 'after'> {
  readonly headline: readonly Worded[];
  readonly assumed: readonly Worded[];
  readonly walk: readonly WordedNode[];
  readonly after: readonly Worded[];
}

export const worded =
  (language: Language) =>
  (one: Message): Worded => ({ ...one, text: textIn(language, one) });

/** The story with the words of each message beside its key, for programs that only pass them on. */
export function withWords(story: Story, language: Language): WordedStory {
  const message = worded(language);
  const node = (one: Node): WordedNode => ({ ...one, message: message(one.message), children: one.children.map(node) });
  return {
    ...story,
    headline: story.headline.map(message),
    assumed: story.assumed.map(message),
    walk: story.walk.map(node),
    after: story.after.map(message),
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

function renderNode(
  node: Node,
  depth: number,
  say: (message: Message) => string,
  style: Style,
  paint: Paint,
): string[] {
  const indent = '  '.repeat(depth);
  const { rule, message, missed } = node;
  if (missed) return [paint('dim', `${indent}${missedLine(node, say)}`)];
  const below = node.children.flatMap((child) => renderNode(child, depth + 1, say, style, paint));
  if (rule === undefined) return [`${indent}    ${say(message)}`, ...below];
  const head = `${indent}${number(rule)} `;
  const tail = `  ${place(rule)}`;
  const room = Math.max(20, style.width - head.length - tail.length);
  return [`${head}${cut(textOf(rule), room)}${paint('dim', tail)}`, `${indent}    → ${say(message)}`, ...below];
}

/** One rule that did not match, or a run of them with the reason of its first. */
function missedLine(node: Node, say: (message: Message) => string): string {
  const { rule, message, children } = node;
  const why = (of: Node) => of.children.map((child) => say(child.message)).join('; ');
  if (rule !== undefined && message.key === 'rule.missed') {
    const { option } = message.params;
    return `${number(rule)} ${say({ key: 'rule.missed', params: { option, why: why(node) } })}  ${place(rule)}`;
  }
  const [first] = children;
  if (message.key !== 'rules.missed' || first?.message.key !== 'rule.missed') return `  ${say(message)}`;
  const { from, to } = message.params;
  const { option } = first.message.params;
  const text = say({ key: 'rules.missed.first', params: { from, to, option, why: why(first) } });
  return `  ${text}${first.rule === undefined ? '' : `  ${place(first.rule)}`}`;
}

const number = (rule: RuleNote): string => String(rule.rule).padStart(3);
const place = ({ place: { file, line } }: RuleNote): string => `${file.split('/').at(-1)}:${line}`;
const textOf = ({ text, comment }: RuleNote): string =>
  [text, comment === undefined ? '' : `/* ${comment} */`].filter((part) => part !== '').join(' ') || '(every packet)';
const cut = (text: string, room: number): string => (text.length <= room ? text : `${text.slice(0, room - 1)}…`);
