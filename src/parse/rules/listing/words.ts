/** The words that a save has for a rule of a listing. Each keeps its place in the listing. */
import { type Listed, ListedText, numbered } from '../../../ext/listed.js';
import { LISTED_MATCHES, LISTED_TARGETS } from '../../../ext/listings.js';
import { findMatch } from '../../../ext/registry.js';
import type { Span, Word } from '../../../model/ruleset.js';
import type { Family } from '../../../net/address.js';
import type { RuleWords } from '../rule-words.js';
import type { RuleLine } from './rule-line.js';

export interface ListedRule {
  readonly words: readonly Word[];
  /** text that no extension prints, piece by piece. */
  readonly unread: readonly (readonly [Word, ...Word[]])[];
}

export function wordsOfRule(line: string, rule: RuleLine, family: Family): ListedRule {
  const words: Word[] = [];
  const put = (option: string, { text, at }: Word, everything: readonly string[]) => {
    const not = text.startsWith('!');
    const value = not ? text.slice(1) : text;
    if (!not && everything.includes(value)) return;
    words.push(...(not ? [{ text: '!', at }] : []), { text: option, at }, { text: value, at });
  };
  const address = ({ text, at }: Word): Word => ({ text: numbered(text, family), at });
  put('-s', address(rule.src), EVERYWHERE);
  put('-d', address(rule.dst), EVERYWHERE);
  if (rule.in) put('-i', rule.in, EVERY_LINK);
  if (rule.out) put('-o', rule.out, EVERY_LINK);
  put('-p', rule.protocol, ['all', '0']);
  if (rule.fragment)
    words.push(...(rule.fragment.text.startsWith('!') ? [not(rule.fragment)] : []), flag(rule.fragment));
  const text = new ListedText(line, rule.rest, family);
  const goes = text.take('[goto]');
  const extras = readExtras(text, rule.target?.text);
  words.push(...extras.matches);
  if (rule.target !== undefined) {
    const { at } = rule.target;
    words.push({ text: goes ? '-g' : '-j', at }, { text: extras.name ?? rule.target.text, at }, ...extras.target);
  }
  return { words, unread: extras.unread };
}

const not = ({ at }: Word): Word => ({ text: '!', at });
const flag = ({ at }: Word): Word => ({ text: '-f', at });
const EVERYWHERE = ['0.0.0.0/0', '::/0', '0/0', 'default'];
const EVERY_LINK = ['any', '*'];

interface Extras {
  readonly matches: Word[];
  readonly target: readonly Word[];
  /** the target's name, where its text says that it is another one. */
  readonly name?: string;
  /** text that no extension prints, piece by piece. */
  readonly unread: (readonly [Word, ...Word[]])[];
}

const MOST_UNREAD = 200;
/** Words of the matches of one rule: what goes on behind them is one that nobody knows. */
const MOST_WORDS = 1000;

/** What stands behind the columns: matches in their order, then what the target was given. */
function readExtras(text: ListedText, target: string | undefined): Extras {
  const extras: Extras = { matches: [], target: [], unread: [] };
  const own = target === undefined ? undefined : LISTED_TARGETS.get(target);
  /** the text that goes on where nothing is known. */
  let open: [Word, ...Word[]] | undefined;
  for (;;) {
    if (extras.matches.length > MOST_WORDS) {
      const rest = text.rest();
      if (rest !== undefined) extras.matches.push(...unknownMatch([rest], text.family));
      return extras;
    }
    const from = text.at;
    const hidden = notShown(text);
    if (hidden !== undefined) {
      if (open !== undefined) extras.matches.push(...unknownMatch(open, text.family));
      open = undefined;
      const word: Word = { text: hidden, at: spanFrom(text, from) };
      const ofTarget = hidden === '' ? text.peek() === '' && !VERDICTS.includes(target ?? '') : hidden === target;
      if (ofTarget && target !== undefined) return { ...extras, name: `${target}?`, target: [NOT_SHOWN(word.at)] };
      extras.matches.push(...unknownMatch([word, NOT_SHOWN(word.at)], text.family));
      continue;
    }
    text.at = from;
    const found = firstMatch(text);
    if (found !== undefined) {
      if (open !== undefined) extras.matches.push(...unknownMatch(open, text.family));
      open = undefined;
      const at = spanFrom(text, from);
      extras.matches.push({ text: '-m', at }, { text: found.name, at }, ...found.words);
      continue;
    }
    text.at = from;
    const ends = own && targetText(text, own);
    if (ends !== undefined) {
      if (open !== undefined) extras.matches.push(...unknownMatch(open, text.family));
      return { ...extras, ...ends };
    }
    text.at = from;
    // a text without end is no rule's
    const word = open !== undefined && open.length >= MOST_UNREAD ? text.rest() : text.word();
    if (word === undefined) break;
    if (open !== undefined) open.push(word);
    else {
      open = [word];
      extras.unread.push(open);
    }
  }
  const cutOff = own !== undefined && ALWAYS_TOLD.includes(target!);
  if (cutOff) {
    if (open !== undefined) extras.matches.push(...unknownMatch(open, text.family));
    return { ...extras, name: `${target}?`, target: [NOT_SHOWN(spanFrom(text, text.at))] };
  }
  if (open === undefined) return extras;
  extras.matches.push(...unknownMatch(open, text.family));
  return extras;
}

/** Targets that say more in every listing: where they say nothing, the line was cut. */
const ALWAYS_TOLD: readonly string[] = ['DNAT', 'SNAT', 'NETMAP', 'MARK', 'CONNMARK', 'DSCP', 'TOS', 'TTL', 'HL'];
const VERDICTS: readonly string[] = ['ACCEPT', 'DROP', 'RETURN'];

/** An option of one that iptables does not show: without it, a target would be a chain. */
const NOT_SHOWN = (at: Span): Word => ({ text: '--not-shown', at });

/**
 * The name of a match or target that iptables knows in another revision or not at all, and prints no more of (print_match and
 * print_firewall_details of iptables.c); empty: it does not stand there. Undefined: something else does.
 */
function notShown(text: ListedText): string | undefined {
  const from = text.at;
  if (text.take('UNKNOWN match')) return text.word()?.text.replace(/[`'"‘’]/g, '') ?? '';
  if (text.take('UNKNOWN target')) return text.word() && '';
  for (const named of [true, false]) {
    text.at = from;
    const name = named ? (text.word()?.text ?? '') : '';
    if (text.take('[unsupported revision]')) return name;
  }
  return text.takeStart('[') &&
    /^\d+$/.test(text.word()?.text ?? '') &&
    text.take('bytes of unknown') &&
    text.word() &&
    text.take('data]')
    ? ''
    : undefined;
}

/** What the target was given; undefined where something else stands there, or behind it. */
function targetText(text: ListedText, own: Listed): Pick<Extras, 'target' | 'name'> | undefined {
  const from = text.at;
  const name = own.meaning?.[text.word()?.text ?? ''];
  if (name !== undefined && text.peek() === '') return { target: [], name };
  text.at = from;
  const target = own.read(text);
  return target !== undefined && text.peek() === '' ? { target } : undefined;
}

/** A match that nothing here prints: its text begins with its name, in whatever case, mostly. */
function unknownMatch([first, ...more]: readonly [Word, ...Word[]], family: Family): Word[] {
  const named = /^.*[a-z0-9_]/.exec(first.text.toLowerCase())?.[0] ?? 'unknown';
  const name = findMatch(named, family) === undefined ? named : `${named}?`;
  // no option begins like this, and no quote
  const plain = more.filter(({ text }) => text !== '!' || more.at(-1)!.text !== '!');
  return [{ text: '-m', at: first.at }, { text: name, at: first.at }, ...plain];
}

/** Matches by the first letter of what they are listed as. */
const BY_LETTER = new Map<string, (readonly [name: string, form: Listed])[]>();
for (const [name, form] of LISTED_MATCHES)
  for (const letter of new Set(form.begins.map((text) => text[0] ?? '')))
    BY_LETTER.set(letter, [...(BY_LETTER.get(letter) ?? []), [name, form]]);
const ALL = [...LISTED_MATCHES];

function firstMatch(text: ListedText) {
  const from = text.at;
  const letter = text.peek()[0] ?? '';
  for (const [name, form] of letter === '!' ? ALL : (BY_LETTER.get(letter) ?? [])) {
    text.at = from;
    const words = form.read(text);
    if (words !== undefined) return { name, words };
  }
  return undefined;
}

function spanFrom(text: ListedText, from: number): Span {
  const begins = from + (text.line.slice(from, text.at).length - text.line.slice(from, text.at).trimStart().length);
  return { column: begins + 1, length: text.at - begins };
}

/** Words that stand ready. */
export class ReadyWords implements RuleWords {
  #at = 0;
  constructor(private readonly words: readonly Word[]) {}
  peek(): Word | undefined {
    return this.words[this.#at];
  }
  take(): Word | undefined {
    return this.words[this.#at++];
  }
}
