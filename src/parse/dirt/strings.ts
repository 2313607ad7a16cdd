/** Lines in the strings of JSON and YAML: a list of them (`stdout_lines` of Ansible), or many in one, parted by `\n`. */
import { type CleanLine, cut, lineOf, type Part, partsOf, replaced } from './drawn.js';

/** A string that holds line ends, and something that lines of rules have. */
const MAY_HOLD = /\\n/;
const SIGN =
  /(?:^|\\n|\\t| )(?:-A |\*(?:filter|nat|mangle|raw|security)\\|Chain [\w-]+ \(|create \S+ (?:hash|bitmap|list):)/;

/** A string by itself that is such a line. */
const ITEM = /(?:^|\s)-[A-Z] |^[:*]|COMMIT|Chain |target +prot|^#|^ *\d+ /;

/** The lines that a line of a text stands for: itself, or those in its strings. */
export function unwrapped(line: CleanLine): readonly CleanLine[] {
  const { text } = line;
  if (!text.includes('"')) return [line];
  if (MAY_HOLD.test(text)) {
    const several = stringsOf(text).filter(([from, to]) => SIGN.test(text.slice(from, to)));
    if (several.length > 0) return several.flatMap(([from, to]) => partedAt(cut(line, from, to, 'string')));
  }
  const start = /^\s*(?:- )?"/.exec(text);
  if (start === null || !/"\s*,?\s*$/.test(text.slice(-200))) return [line];
  const [own, ...others] = stringsOf(text);
  if (own === undefined || others.length > 0 || !ITEM.test(text.slice(own[0], own[1]))) return [line];
  return [unescaped(cut(line, own[0], own[1], 'string'))];
}

/** Between the quotes of each string. */
function stringsOf(text: string): (readonly [from: number, to: number])[] {
  const strings: (readonly [number, number])[] = [];
  for (let from = text.indexOf('"'); from >= 0; ) {
    let to = from + 1;
    while (to < text.length && text[to] !== '"') to += text[to] === '\\' ? 2 : 1;
    strings.push([from + 1, Math.min(to, text.length)]);
    from = text.indexOf('"', to + 1);
  }
  return strings;
}

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
