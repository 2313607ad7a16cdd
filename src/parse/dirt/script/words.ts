/** The words of a shell's script, with what is to be put in place of variables, and the signs between commands. */
import { type CleanLine, cut, cuts, type Part, partsOf, replaced } from '../drawn.js';

export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  /** `otherwise`: of `${NAME:-otherwise}`. */
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly written: string;
      readonly otherwise: string | undefined;
      readonly quoted: boolean;
      /** `$@` and `${NAME[@]}`: each is a word of its own, in quotes too. */
      readonly each: boolean;
      /** of `${NAME//from/to}`. */
      readonly change?: readonly [from: string, to: string];
    }
  /** what another command prints. */
  | { readonly kind: 'output'; readonly written: string; readonly command: string };

export interface ShellWord {
  readonly kind: 'word';
  readonly line: CleanLine;
  /** columns from 0. */
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly Piece[];
  /** where a quote in it stands that is never closed. */
  readonly unclosed: number | undefined;
}
/** `;` stands for a line's end too. */
export interface Sign {
  readonly kind: 'sign';
  readonly text: string;
  readonly line: CleanLine;
  readonly from: number;
  /** of `<<`: the lines of the here-document, and whether variables in it are replaced. */
  readonly here?: { readonly lines: readonly CleanLine[]; readonly expands: boolean };
}
export type Token = ShellWord | Sign;

/** A line is looked at up to here: longer ones are no commands. */
const LONGEST = 100_000;

export function tokensOf(lines: readonly CleanLine[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = counted(lines[i]!);
    const own = tokensOfLine(line);
    const here = own.findIndex((token) => token.kind === 'sign' && token.text.startsWith('<<'));
    const word = here < 0 ? undefined : own[here + 1];
    if (word?.kind === 'word') {
      const end = word.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
      const from = i + 1;
      while (i + 1 < lines.length && lines[i + 1]!.text.trim() !== end) i++;
      const quoted = word.pieces.some((piece) => piece.kind === 'text' && piece.quoted);
      own.splice(here, 2, {
        ...(own[here] as Sign),
        text: '<<',
        here: { lines: lines.slice(from, i + 1), expands: !quoted },
      });
      i++;
    }
    tokens.push(...own, { kind: 'sign', text: ';', line, from: line.text.length });
  }
  return tokens;
}

const COUNTED = /\bfor *\(\( *(\w+) *= *(\d+) *; *\1 *(<=?) *(\d+) *; *(?:\1\+\+|\+\+\1) *\)\)/g;

/** `for ((i=1; i<=3; i++))` as `for i in {1..3}`. */
const counted = (line: CleanLine): CleanLine =>
  !/for *\(\(/.test(line.text) || line.text.length > LONGEST
    ? line
    : replaced(
        line,
        COUNTED,
        (found) => {
          const [, name, from, less, to] = new RegExp(COUNTED.source).exec(found) as unknown as string[];
          return `for ${name} in {${from}..${less === '<' ? Number(to) - 1 : to}}`;
        },
        'expanded',
      );

const SIGN = /^(?:;;|&&|\|\||<<-?|[0-9]?>>?&?[0-9]?|<|;|\||&|\(|\))/;

function tokensOfLine(line: CleanLine): Token[] {
  const tokens: Token[] = [];
  const { text } = line;
  const end = Math.min(text.length, LONGEST);
  for (let at = 0; at < end; ) {
    const char = text[at]!;
    if (char === ' ' || char === '\t') {
      at++;
      continue;
    }
    if (char === '#') break;
    const sign = SIGN.exec(text.slice(at, at + 8))?.[0];
    if (sign !== undefined) {
      tokens.push({ kind: 'sign', text: sign, line, from: at });
      at += sign.length;
      continue;
    }
    const word = wordAt(line, at, end);
    tokens.push(word);
    at = word.to;
  }
  return tokens;
}

function wordAt(line: CleanLine, from: number, end: number): ShellWord {
  const { text } = line;
  const pieces: Piece[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') pieces.push({ kind: 'text', text: plain, quoted: false });
    plain = '';
  };
  let at = from;
  let unclosed: number | undefined;
  while (at < end && !/[\s;&|<>()]/.test(text[at]!)) {
    const char = text[at]!;
    if (char === '\\') {
      plain += text[at + 1] ?? '';
      at += 2;
    } else if (char === "'") {
      flush();
      const close = text.indexOf("'", at + 1);
      const stop = close < 0 ? end : close;
      if (close < 0) unclosed = at;
      pieces.push({ kind: 'text', text: text.slice(at + 1, stop), quoted: true });
      at = stop + 1;
    } else if (char === '"') {
      flush();
      const [inner, next] = quoted(text, at + 1, end);
      pieces.push(...inner);
      if (next > end) unclosed = at;
      at = next;
    } else if (char === '$' || char === '`') {
      flush();
      const [piece, next] = replacement(text, at, end, false);
      pieces.push(piece);
      at = next;
    } else {
      plain += char;
      at++;
    }
  }
  flush();
  // a sign that stands where no word can go on
  if (at === from) at++;
  return { kind: 'word', line, from, to: Math.min(at, end), pieces, unclosed };
}

/** What stands in double quotes from `from` on, and where it goes on behind them: beyond `end` where they are never closed. */
export function quoted(text: string, from: number, end: number): [pieces: Piece[], next: number] {
  const pieces: Piece[] = [];
  let plain = '';
  let at = from;
  while (at < end && text[at] !== '"') {
    const char = text[at]!;
    if (char === '\\' && /["\\$`]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1];
      at += 2;
    } else if (char === '$' || char === '`') {
      if (plain !== '') pieces.push({ kind: 'text', text: plain, quoted: true });
      plain = '';
      const [piece, next] = replacement(text, at, end, true);
      pieces.push(piece);
      at = next;
    } else {
      plain += char;
      at++;
    }
  }
  if (plain !== '' || pieces.length === 0) pieces.push({ kind: 'text', text: plain, quoted: true });
  return [pieces, at + 1];
}

/** `$NAME`, `${NAME}`, `${NAME:-word}`, `$(command)`, a command in backquotes; a `$` by itself is one. */
function replacement(text: string, at: number, end: number, quoted: boolean): [Piece, next: number] {
  if (text[at] === '`') {
    const close = text.indexOf('`', at + 1);
    const next = close < 0 || close >= end ? end : close + 1;
    const written = text.slice(at, next);
    return [{ kind: 'output', written, command: written.replaceAll('`', '') }, next];
  }
  if (text[at + 1] === '(') {
    let depth = 0;
    let next = at + 1;
    for (; next < end; next++) {
      if (text[next] === '(') depth++;
      else if (text[next] === ')' && --depth === 0) break;
    }
    const written = text.slice(at, next + 1);
    return [{ kind: 'output', written, command: written.slice(2, -1) }, next + 1];
  }
  if (text[at + 1] === '{') {
    const close = text.indexOf('}', at);
    const next = close < 0 || close >= end ? end : close + 1;
    const written = text.slice(at, next);
    const [, name, list, otherwise] = /^\$\{(\w+|[*@#])(\[[@*]\])?(?::?[-=](.*))?\}$/s.exec(written) ?? [];
    if (name !== undefined)
      return [{ kind: 'variable', name, written, otherwise, quoted, each: list !== undefined || name === '@' }, next];
    const [, changed, from, to] = /^\$\{(\w+)\/\/([^/*?[\]\\]+)\/([^/]*)\}$/.exec(written) ?? [];
    const change = from === undefined ? undefined : ([from, to!] as const);
    return [
      {
        kind: 'variable',
        name: changed ?? '',
        written,
        otherwise: undefined,
        quoted,
        each: false,
        ...(change && { change }),
      },
      next,
    ];
  }
  const name = /^(?:[A-Za-z_]\w*|[\d*@#?$!-])/.exec(text.slice(at + 1, Math.min(end, at + 100)))?.[0];
  if (name === undefined) return [{ kind: 'text', text: '$', quoted }, at + 1];
  const written = `$${name}`;
  return [{ kind: 'variable', name, written, otherwise: undefined, quoted, each: name === '@' }, at + written.length];
}

/** A word as a part of another line: what it became, standing for all that it was. */
export function partOf(word: ShellWord, text: string): readonly Part[] {
  const [own] = cuts(word.line, [[word.from, word.to]], 'expanded');
  if (own!.text === text) return partsOf(own!);
  const [first, ...more] = partsOf(own!);
  const width = more.reduce((sum, part) => sum + (part.number === first!.number ? part.width : 0), first!.width);
  return [{ ...first!, text, width }];
}

/** The quote in a word that is never closed. */
export function quoteOf({ line, unclosed }: ShellWord): Part | undefined {
  return unclosed === undefined ? undefined : partsOf(cut(line, unclosed, unclosed + 1))[0];
}
