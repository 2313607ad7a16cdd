/** What a script's words make: commands, loops, branches and functions. */
import type { CleanLine } from '../drawn.js';
import type { ShellWord, Sign, Token } from './words.js';

export type Node =
  | {
      readonly kind: 'command';
      readonly words: readonly ShellWord[];
      readonly here: Sign['here'];
      /** it reads what the command before it prints. */
      readonly piped: boolean;
      /** the file that it reads, and the one that it writes. */
      readonly reads: ShellWord | undefined;
      readonly writes: ShellWord | undefined;
    }
  | { readonly kind: 'list-of'; readonly name: string; readonly words: readonly ShellWord[] }
  /** not nested: a line may have thousands. */
  | {
      readonly kind: 'chain';
      readonly first: Node;
      readonly more: readonly { readonly sign: string; readonly node: Node }[];
    }
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'list'; readonly nodes: readonly Node[] }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly words: readonly ShellWord[];
      readonly body: Node;
      readonly line: CleanLine;
    }
  | { readonly kind: 'while'; readonly body: Node; readonly line: CleanLine }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Node; readonly body: Node }[];
      readonly otherwise: Node | undefined;
      readonly line: CleanLine;
    }
  | {
      readonly kind: 'case';
      readonly word: ShellWord | undefined;
      readonly arms: readonly { readonly patterns: readonly string[]; readonly body: Node }[];
      readonly line: CleanLine;
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Node };

/** Things within things, at most: what goes deeper is no script of rules. */
const DEEPEST = 60;
const ENDS: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

export function treeOf(tokens: readonly Token[]): Node {
  const parser = new Parser(tokens);
  const nodes: Node[] = [];
  // what closes nothing is passed by
  while (!parser.done) {
    nodes.push(parser.list(0));
    parser.skip();
  }
  return { kind: 'list', nodes };
}

const plainText = (token: Token | undefined): string | undefined =>
  token?.kind === 'word' && token.pieces.every((piece) => piece.kind === 'text' && !piece.quoted)
    ? token.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')
    : undefined;

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get done(): boolean {
    return this.at >= this.tokens.length;
  }
  skip(): void {
    this.at++;
  }

  private get token(): Token | undefined {
    return this.tokens[this.at];
  }
  private isSign(text: string): boolean {
    const { token } = this;
    return token?.kind === 'sign' && token.text === text;
  }
  private isWord(text: string): boolean {
    return plainText(this.token) === text;
  }
  private takeWord(text: string): boolean {
    const is = this.isWord(text);
    if (is) this.at++;
    return is;
  }
  private skipEnds(): void {
    while (this.isSign(';') || this.isSign('&')) this.at++;
  }

  /** Commands up to a word or sign that closes what is around them, which is not taken. */
  list(depth: number): Node {
    const nodes: Node[] = [];
    for (;;) {
      this.skipEnds();
      const { token } = this;
      if (token === undefined || this.isSign(';;') || this.isSign(')')) break;
      if (ENDS.has(plainText(token) ?? '')) break;
      const before = this.at;
      nodes.push(this.chain(depth));
      if (this.at === before) this.at++;
    }
    return { kind: 'list', nodes };
  }

  /** Commands with `&&`, `||` and `|` between them. */
  private chain(depth: number): Node {
    const first = this.one(depth, false);
    const more: { sign: string; node: Node }[] = [];
    for (;;) {
      const sign = ['|', '&&', '||'].find((text) => this.isSign(text));
      if (sign === undefined) return more.length === 0 ? first : { kind: 'chain', first, more };
      this.at++;
      if (sign !== '|') while (this.isSign(';')) this.at++;
      more.push({ sign, node: this.one(depth, sign === '|') });
    }
  }

  private one(depth: number, piped: boolean): Node {
    const { token } = this;
    const word = plainText(token);
    const { line } = token ?? this.tokens.at(-1)!;
    if (depth > DEEPEST) return this.command(piped);
    if (this.takeWord('!')) return { kind: 'not', node: this.one(depth + 1, false) };
    if (this.takeWord('{') || this.isSign('(')) {
      if (this.isSign('(')) this.at++;
      const body = this.list(depth + 1);
      if (!this.takeWord('}') && this.isSign(')')) this.at++;
      return body;
    }
    if (this.takeWord('if')) return this.branches(depth + 1, line);
    if (this.takeWord('while') || this.takeWord('until')) {
      this.list(depth + 1);
      return { kind: 'while', body: this.loop(depth + 1), line };
    }
    if (word === 'for' && plainText(this.tokens[this.at + 2]) === 'in') return this.each(depth + 1, line);
    if (this.takeWord('case')) return this.cases(depth + 1, line);
    const next = this.tokens[this.at + 1];
    const named = word === 'function' ? plainText(next) : word;
    const opens = next?.kind === 'sign' && next.text === '(' && isClosing(this.tokens[this.at + 2]);
    if (named !== undefined && (word === 'function' || opens)) {
      this.at += word === 'function' ? 2 : 3;
      if (word === 'function' && this.isSign('(')) this.at += 2;
      this.skipEnds();
      return { kind: 'function', name: named, body: this.one(depth + 1, false) };
    }
    return this.command(piped);
  }

  private loop(depth: number): Node {
    this.skipEnds();
    this.takeWord('do');
    const body = this.list(depth);
    this.takeWord('done');
    return body;
  }

  private each(depth: number, line: CleanLine): Node {
    const name = plainText(this.tokens[this.at + 1]) ?? '';
    this.at += 3;
    const words: ShellWord[] = [];
    while (this.token?.kind === 'word') words.push(this.tokens[this.at++] as ShellWord);
    return { kind: 'for', name, words, body: this.loop(depth), line };
  }

  private branches(depth: number, line: CleanLine): Node {
    const branches: { test: Node; body: Node }[] = [];
    let otherwise: Node | undefined;
    do {
      const test = this.list(depth);
      this.takeWord('then');
      branches.push({ test, body: this.list(depth) });
    } while (this.takeWord('elif'));
    if (this.takeWord('else')) otherwise = this.list(depth);
    this.takeWord('fi');
    return { kind: 'if', branches, otherwise, line };
  }

  private cases(depth: number, line: CleanLine): Node {
    const first = this.token;
    const word = first?.kind === 'word' ? first : undefined;
    if (word !== undefined) this.at++;
    this.takeWord('in');
    const arms: { patterns: string[]; body: Node }[] = [];
    for (;;) {
      this.skipEnds();
      if (this.done || this.takeWord('esac')) break;
      const patterns: string[] = [];
      if (this.isSign('(')) this.at++;
      while (!this.done && !this.isSign(')') && !this.isSign(';')) {
        const { token } = this;
        if (token?.kind === 'word')
          patterns.push(token.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '*')).join(''));
        this.at++;
      }
      if (this.isSign(')')) this.at++;
      arms.push({ patterns, body: this.list(depth) });
      if (this.isSign(';;')) this.at++;
      else if (this.isSign(')')) this.at++;
      else if (!this.isWord('esac') && ENDS.has(plainText(this.token) ?? '')) break;
    }
    return { kind: 'case', word, arms, line };
  }

  /** `NAME=(a b c)`, over lines too; undefined: something else stands there. */
  private listOf(): Node | undefined {
    const name = /^([A-Za-z_]\w*)=$/.exec(plainText(this.token) ?? '')?.[1];
    const opens = this.tokens[this.at + 1];
    if (
      name === undefined ||
      opens?.kind !== 'sign' ||
      opens.text !== '(' ||
      opens.from !== (this.token as ShellWord).to
    )
      return undefined;
    const words: ShellWord[] = [];
    for (this.at += 2; this.token !== undefined && !this.isSign(')'); this.at++)
      if (this.token.kind === 'word') words.push(this.token);
      else if (!this.isSign(';')) break;
    if (this.isSign(')')) this.at++;
    return { kind: 'list-of', name, words };
  }

  private command(piped: boolean): Node {
    const list = this.listOf();
    if (list !== undefined) return list;
    const words: ShellWord[] = [];
    let here: Sign['here'];
    let reads: ShellWord | undefined;
    let writes: ShellWord | undefined;
    for (; this.token !== undefined; this.at++) {
      const { token } = this;
      if (token.kind === 'word') words.push(token);
      else if (token.here !== undefined) here = token.here;
      else if (/^\d?[<>]/.test(token.text)) {
        // what it is written to, or read from, is the next word
        const next = this.tokens[this.at + 1];
        if (/&\d$/.test(token.text) || next?.kind !== 'word') continue;
        this.at++;
        if (token.text === '<') reads = next;
        else if (/^1?>/.test(token.text)) writes = next;
      } else break;
    }
    return { kind: 'command', words, here, piped, reads, writes };
  }
}

const isClosing = (token: Token | undefined): boolean => token?.kind === 'sign' && token.text === ')';
