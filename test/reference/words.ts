/**
 * The texts of rules and sets as words: no line of src/parse, so that a mistake there can be seen. It reads what the
 * generator and the rows of the extensions write, and refuses all else.
 */

/** Thrown for whatever the reference does not know. It never guesses. */
export class Refused extends Error {}
export function refuse(what: string): never {
  throw new Refused(`the reference does not know: ${what}`);
}

export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Words stand between blanks; what stands between quotes is one word, whatever is in it. */
export function wordsOf(line: string): Word[] {
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(([, quoted, plain]) => ({
    text: quoted ?? plain!,
    quoted: quoted !== undefined,
  }));
}

/** A number as C reads it: 0x is hexadecimal, a leading 0 octal. */
export function numberOf(text: string, max = 0xffffffff): number {
  const value = /^0[0-7]+$/.test(text)
    ? Number.parseInt(text, 8)
    : /^(0x[0-9a-f]+|0|[1-9][0-9]*)$/i.test(text)
      ? Number(text)
      : refuse(`the number ${text}`);
  return value <= max ? value : refuse(`${text}, which is more than ${max}`);
}

/** `VALUE/MASK`, or a value under the mask that is meant where none is written. */
export function maskedOf(text: string, max = 0xffffffff): { value: number; mask: number } {
  const [value, mask, more] = text.split('/');
  if (more !== undefined) refuse(text);
  return { value: numberOf(value!, max), mask: mask === undefined ? max : numberOf(mask, max) };
}

/** `FROM:TO` with either end left out, or one number for both. A range that runs backwards holds nothing. */
export function rangeOf(text: string, max: number, between = ':'): readonly [number, number] {
  const [from = '', to, more] = text.split(between);
  if (more !== undefined) refuse(text);
  if (to === undefined) return [numberOf(from, max), numberOf(from, max)];
  return [from === '' ? 0 : numberOf(from, max), to === '' ? max : numberOf(to, max)];
}

export function addressOf(text: string): number {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) && Number(part) < 256 ? Number(part) : -1));
  if (parts.length !== 4 || parts.includes(-1)) refuse(`the address ${text}`);
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export const maskOfLength = (length: number): number => (length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);

/** An option with what it takes, and whether a `!` stands before it. */
interface Option {
  readonly name: string;
  readonly not: boolean;
  readonly values: string[];
}

function optionsOf(words: readonly Word[]): Option[] {
  const options: Option[] = [];
  let not = false;
  for (const { text, quoted } of words) {
    if (text === '!' && !quoted && !not) not = true;
    else if (/^--?[a-z]/i.test(text) && !quoted) {
      options.push({ name: text, not, values: [] });
      not = false;
    } else if (not || options.length === 0) refuse(`the word ${text}`);
    else options.at(-1)!.values.push(text);
  }
  return not ? refuse('a ! at the end') : options;
}

/** The options of one match, of one target, or of the rule itself. Each is taken once; one that is left is refused. */
export class Options {
  private readonly left: Option[] = [];
  constructor(readonly of: string) {}

  add(option: Option): void {
    if (this.left.some(({ name }) => name === option.name)) refuse(`${option.name} twice`);
    this.left.push(option);
  }
  /** An option with exactly one value. */
  take(...names: string[]): { readonly not: boolean; readonly value: string } | undefined {
    const found = this.find(names, 1);
    return found && { not: found.not, value: found.values[0]! };
  }
  /** An option with exactly two values. */
  takePair(...names: string[]): { readonly not: boolean; readonly values: readonly string[] } | undefined {
    return this.find(names, 2);
  }
  /** An option without a value. */
  flag(...names: string[]): { readonly not: boolean } | undefined {
    return this.find(names, 0);
  }
  /** All that are left, where it does not matter what they say. */
  ignore(): void {
    this.left.length = 0;
  }
  end(): void {
    if (this.left.length > 0) refuse(`${this.of} ${this.left.map(({ name }) => name).join(' ')}`);
  }

  private find(names: readonly string[], values: number): Option | undefined {
    const at = this.left.findIndex(({ name }) => names.includes(name));
    if (at < 0) return undefined;
    const [found] = this.left.splice(at, 1);
    if (found!.values.length !== values) refuse(`${found!.name} ${found!.values.join(' ')}`);
    return found!;
  }
}

export interface RuleWords {
  readonly core: Options;
  /** in the order written, which is the order in which they are asked. */
  readonly matches: readonly Options[];
  readonly target: { readonly name: string; readonly goto: boolean; readonly options: Options } | undefined;
}

const CORE = ['-s', '-d', '-i', '-o', '-p', '-f'];

/** What follows `-A CHAIN`. */
export function ruleWords(words: readonly Word[]): RuleWords {
  const core = new Options('the rule');
  const matches: Options[] = [];
  let target: RuleWords['target'];
  for (const option of optionsOf(words)) {
    const { name, not, values } = option;
    const opens = ['-m', '-j', '-g'].includes(name);
    if (opens && (not || values.length !== 1 || target !== undefined)) refuse(`${name} ${values.join(' ')}`);
    if (name === '-m') matches.push(new Options(values[0]!));
    else if (opens) target = { name: values[0]!, goto: name === '-g', options: new Options(values[0]!) };
    else if (CORE.includes(name)) core.add(option);
    else (target?.options ?? matches.at(-1) ?? refuse(`${name} without a match`)).add(option);
  }
  return { core, matches, target };
}
