/** Lines in the strings of JSON and YAML: a list of them (`stdout_lines` of Ansible), or many in one, parted by `\n`. */
import { type CleanLine, cut, cuts, joined, lineOf, type Part, partsOf, replaced } from './drawn.js';
import { isRow, kindOf } from './kinds.js';
import { stretchesIn } from './quotes.js';
import { isCommand, isShell } from './shell-lines.js';

/** What a string of several lines has that lines of rules have. */
const SEVERAL =
  /(?:^|\\n|\\t| )(?:-A |-[PN] [A-Z]|\*(?:filter|nat|mangle|raw|security)\\|Chain [\w-]+ \(|create \S+ (?:hash|bitmap|list):)/;

/** A string by itself that is such a line. */
const ITEM = /(?:^|\s)-[A-Z] |^[:*]|COMMIT|Chain |target +prot|^#|^ *\d+ |tables(?: -|-save)/;
const isItem = (text: string): boolean => ITEM.test(text.slice(0, 400)) || isRow(text.trim());

/** What logs call the line that a program printed: docker, journald and others in JSON, or behind `msg=`. */
const LOGGED = /^(?:log|message|msg|line)$/i;
const LOGFMT = /^(?:time|ts|level|lvl)=.{0,300}? (?:msg|message)=(?="|\S+$)/;

type Stretch = readonly [from: number, to: number];

/** The lines that a line of a text stands for: itself, or those in its strings. */
export function unwrapped(line: CleanLine): readonly CleanLine[] {
  const { text } = line;
  const log = LOGFMT.exec(text.slice(0, 1000))?.[0].length;
  if (log !== undefined) return inLog(line, text, log);
  const first = /["']/.exec(text)?.[0];
  if (first === undefined) return [line];
  if (EMPTY.test(text)) return [cut(line, 0, 0)];
  const strings = stringsOf(text, first);
  if (/^\s*\{/.test(text)) {
    const logged = strings.findIndex(
      (own, i) =>
        i > 0 &&
        /^\s*:\s*$/.test(text.slice(strings[i - 1]![1] + 1, own[0] - 1)) &&
        LOGGED.test(text.slice(...strings[i - 1]!)),
    );
    if (logged > 0) return partedAt(cut(line, ...strings[logged]!, 'string'));
  }
  if (text.includes('\\n'))
    for (const own of [strings, stringsOf(text, first === '"' ? "'" : '"')]) {
      const several = own.filter((one) => text.slice(...one).includes('\\n') && SEVERAL.test(text.slice(...one)));
      if (several.length > 0) return several.flatMap((one) => partedAt(cut(line, ...one, 'string')));
    }
  const words = commandOf(text, strings);
  if (words !== undefined) return [joined(words.map((word) => cut(line, ...word, 'string')))];
  return itemsOf(text, strings).map((item) => (item === undefined ? line : unescaped(cut(line, ...item, 'string'))));
}

/** `msg="..."`, or a word. */
function inLog(line: CleanLine, text: string, at: number): CleanLine[] {
  const [from, to] = text[at] === '"' ? stringsOf(text.slice(at))[0]! : [0, text.length - at];
  return partedAt(cut(line, at + from, at + to, 'string'));
}

const EMPTY = /^\s*(?:- )?(?:""|''),?\s*$/;

/** Of a command, at most. */
const MOST_WORDS = 200;

/** `["iptables", "-A", "INPUT"]`, as programs call others, or `system("iptables -A INPUT")`. */
function commandOf(text: string, strings: readonly Stretch[]): readonly Stretch[] | undefined {
  const at = strings.findIndex((one) => /^(?:sudo\s|\S{0,60}tables(?:\s+-|$))/.test(text.slice(...one)));
  if (
    at < 0 ||
    !/[[(]\s*(?:["']sudo["']\s*,\s*)?$/.test(text.slice(Math.max(0, strings[at]![0] - 60), strings[at]![0] - 1))
  )
    return undefined;
  if (/\s/.test(text.slice(...strings[at]!))) return [strings[at]!];
  let to = at;
  while (to + 1 < strings.length && to - at < MOST_WORDS && /^\s*,\s*$/.test(between(text, strings, to + 1))) to++;
  // quotes stay round what has blanks
  return strings.slice(at, to + 1).map(([a, b]) => (/[\s;|&$]/.test(text.slice(a, b)) ? [a - 1, b + 1] : [a, b]));
}

/** One string that is the line, or those of a list of which one is a line of rules. */
function itemsOf(text: string, strings: readonly Stretch[]): readonly (Stretch | undefined)[] {
  const [own] = strings;
  const alone = /^\s*(?:- )?["']/.test(text) && strings.length === 1 && /["']\s*,?\s*$/.test(text.slice(-200));
  if (alone && isItem(text.slice(...own!))) return [own];
  const list = strings.findIndex((one) => isItem(text.slice(...one)));
  if (list < 0) return [undefined];
  let from = list;
  while (from > 0 && /^\s*,\s*$/.test(between(text, strings, from))) from--;
  let to = list;
  while (to + 1 < strings.length && /^\s*,\s*$/.test(between(text, strings, to + 1))) to++;
  const opens = /\[\s*$/.test(text.slice(Math.max(0, strings[from]![0] - 50), strings[from]![0] - 1));
  return opens ? strings.slice(from, to + 1) : [undefined];
}

/** What stands between a string and the one before it. */
const between = (text: string, strings: readonly Stretch[], at: number): string =>
  text.slice(strings[at - 1]![1] + 1, Math.min(strings[at - 1]![1] + 50, strings[at]![0] - 1));

/** Between the quotes of each string. */
const stringsOf = (text: string, quote?: string): Stretch[] =>
  stretchesIn(text, quote).map(([from, to]) => [from + 1, to]);

/** At each `\n`. */
function partedAt(line: CleanLine): CleanLine[] {
  const lines: CleanLine[] = [];
  const old = partsOf(line);
  // it is a part of one line of the source, as it stands there
  const { number, source, column } = old[0]!;
  const { text } = line;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const ends = at === text.length || (text[at] === '\\' && text[at + 1] === 'n');
    if (ends && (at > from || at < text.length)) {
      const part: Part = { text: text.slice(from, at), number, source, column: column + from, width: at - from };
      lines.push(unescaped(lineOf([part], line.offset, line.cleaned)));
    }
    if (text[at] !== '\\') continue;
    at++;
    if (ends) from = at + 1;
  }
  return lines;
}

const PLAIN: Readonly<Record<string, string>> = { n: ' ', t: '\t', r: '', b: '', f: '' };

const unescaped = (line: CleanLine): CleanLine =>
  replaced(
    line,
    /\\(?:u([\da-fA-F]{4})|(.))/g,
    (found) => {
      if (found[1] !== 'u' || found.length < 6) return PLAIN[found[1]!] ?? found.slice(1);
      const code = Number.parseInt(found.slice(2), 16);
      return code < 0x20 ? ' ' : String.fromCharCode(code);
    },
    'string',
  );

const TICKED = /`([^`]{4,500})`/g;

/** The commands that stand in a line of prose between marks of code; the line itself, where none does. */
export function inProse(line: CleanLine): readonly CleanLine[] {
  const { text } = line;
  if (!text.includes('`') || isCommand(text) || isShell(text.trim())) return [line];
  const stretches = Array.from(
    text.slice(0, LONGEST_PROSE).matchAll(TICKED),
    ({ index, 1: code }) => [index + 1, index + 1 + code!.length] as const,
  );
  const commands = stretches.filter((one) => isCommand(text.slice(...one)) || kindOf(text.slice(...one)) === 'rules');
  return commands.length === 0 ? [line] : cuts(line, commands, 'marks');
}
const LONGEST_PROSE = 10_000;
