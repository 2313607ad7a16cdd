/**
 * The words of one rule, taken one after another as iptables takes them: which option belongs to which extension is
 * decided by what was loaded before it, the newest first; `-p tcp` loads the tcp match once an option of it is seen;
 * long options may be cut short where that is unambiguous. What cannot be read is refused with its place; an extension
 * that is not in the registry keeps its words.
 */
import type { Written } from '../../errors.js';
import type { Extension, ValueContext, ValueError } from '../../ext/define.js';
import { findMatch, findTarget, onlyFamily } from '../../ext/registry.js';
import { maskedOf, readInteger } from '../../ext/values.js';
import { question } from '../../model/question.js';
import type {
  Counters,
  ExtensionUse,
  Given,
  Head,
  MatchUse,
  Span,
  TableName,
  Target,
  Unsaid,
  Word,
} from '../../model/ruleset.js';
import type { Family, Masked } from '../../net/address.js';
import { protocolName, protocolNumber } from '../../net/protocol.js';
import { coreOption, longOption, writtenCore } from './core-option.js';
import { exactOption, type FoundOption, matchOption, meantOption } from './rule-option.js';
import type { RuleWords } from './rule-words.js';
import { Refused, spanOf, WordReader } from './word-reader.js';

export interface RuleSource {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly file: string;
  readonly line: number;
  readonly source: string;
  readonly written?: Written | undefined;
  readonly counters: Counters | undefined;
  /** a chain's name as the table has it, so that not every rule that leads there has a text of its own. */
  readonly nameOf?: (chain: string) => string;
  /** iptables -L printed it: a name there stands for a number, of which the host knows which it is. */
  readonly listed?: boolean;
  /** whether a line above declares a chain: behind -j it is no target that is not known. */
  readonly declared?: (chain: string) => boolean;
  /** whether the table is Android's. */
  readonly isAndroid?: () => boolean;
}

/** An extension's use while its options come in. */
export interface Loaded {
  readonly extension: Extension | undefined;
  readonly kind: 'match' | 'target';
  readonly name: string;
  readonly at: Span;
  readonly options: Record<string, Given>;
  readonly words: Word[];
  /** an option's value that is not known: the question of it, and the option as it stands. */
  open?: { readonly question: string; readonly words: Word[] };
}

/** Options in the form that iptables-save prints. */
export function useOf(use: Loaded, context: ValueContext): ExtensionUse {
  if (use.open !== undefined) {
    const given = Object.values(use.options).flatMap((one) => [one, ...(one.again ?? [])]);
    given.sort((a, b) => a.at.column - b.at.column);
    const words = given.flatMap(({ key, not, value, at }) => {
      const printed = use.extension!.options[key]!.value.print(value, context);
      return [...(not ? ['!'] : []), `--${key}`, ...printed].map((text) => ({ text, at }));
    });
    const { question } = use.open;
    return { name: use.name, known: false, options: {}, words: [...words, ...use.open.words], question, at: use.at };
  }
  const options = use.extension?.canonical?.(use.options) ?? use.options;
  return {
    name: use.extension?.name ?? use.name,
    known: use.extension !== undefined,
    options,
    words: use.words,
    at: use.at,
  };
}

/** What one line may make: iptables knows no limit, but every text is to be read in time. */
const MOST_RULES = 10_000;

type HeadDraft = { -readonly [K in keyof Head]: Head[K] };

export class RuleReader extends WordReader {
  readonly head: HeadDraft = {};
  readonly loaded: Loaded[] = [];
  /** the addresses of -s and -d where they are several, of which the head holds the first. */
  readonly lists: Record<'src' | 'dst', readonly Masked[]> = { src: NO_LIST, dst: NO_LIST };
  /** of -c, which `iptables -S -v` prints. */
  counters: Counters | undefined;
  /** what leaves open what it asks. */
  readonly unsaid: Unsaid[] = [];
  /** `-6` in rules of IPv4, or `-4` in those of IPv6: what stands behind it is not read. */
  otherFamily = false;
  /** as -p has it, by which iptables looks for the protocol's match (find_proto of xshared.c). */
  private protocolName = '';
  private targetUse: Loaded | undefined;
  private plain: Exclude<Target, { kind: 'extension' }> | undefined;
  /** an extension stands again. */
  private again = false;

  constructor(
    words: RuleWords,
    private readonly from: RuleSource,
  ) {
    super(words);
  }

  get target(): Target | undefined {
    const use = this.targetUse;
    return use === undefined ? this.plain : { kind: 'extension', use: useOf(use, this.from) };
  }

  get matches(): MatchUse[] {
    return (this.targetUse ? this.loaded.filter(isMatch) : this.loaded).map((use) => useOf(use, this.from));
  }

  read(): void {
    for (let word = this.words.take(); word !== undefined; word = this.words.take()) {
      if (word.text === '!') {
        if (this.not) throw new Refused('double-negation', '"!" stands twice before one option', word.at);
        this.not = word;
      } else this.option(word);
      if (this.otherFamily) break;
    }
    if (this.not) throw new Refused('lone-negation', '"!" has no option behind it', this.not.at);
    const { src, dst } = this.head;
    const negated = src?.not ? src : dst?.not ? dst : undefined;
    if (negated && this.lists.src.length + this.lists.dst.length > 0)
      throw new Refused('not-invertible', 'an address is negated beside a list of addresses', negated.at);
  }

  private option(word: Word): void {
    // what nearly all words are takes no more than two look-ups
    const core = writtenCore(word.text);
    if (core !== undefined) return this.core(core, word, undefined);
    const own = word.text.startsWith('--') && exactOption(word.text.slice(2), this.latest);
    if (own) return this.give(word, own, undefined);
    const [name, glued] = coreOption(word.text, (name) => this.taken(name));
    if (name === undefined) this.extensionOption(word);
    else this.core(name, word, glued);
  }

  /** -s -d -i -o -p -f -m -j -g -c, long and short. */
  private core(name: string, word: Word, glued: string | undefined): void {
    switch (name) {
      case 'source':
      case 'destination': {
        const { not, value, at } = this.value(word, glued);
        const isOpen = ({ named }: ValueError) =>
          named !== undefined || this.from.listed === true || isVariable(value.text);
        const read = this.readOrOpen(word, [value], addresses, this.from, isOpen);
        if (read.name !== undefined) return this.leaveOpen(name === 'source' ? '-s' : '-d', not, value, word);
        const list = read.value!;
        if (not && list.length > 1)
          throw new Refused('not-invertible', `${word.text}: a list of addresses cannot be negated`, at);
        const side = name === 'source' ? 'src' : 'dst';
        this.once(side, { not, value: list[0]!, at }, word);
        if (list.length > 1) this.lists[side] = list;
        const made = Math.max(1, this.lists.src.length) * Math.max(1, this.lists.dst.length);
        if (made > MOST_RULES)
          throw new Refused('too-many-rules', `${word.text}: the rule stands for ${made}, more than ${MOST_RULES}`, at);
        return;
      }
      case 'in-interface':
      case 'out-interface': {
        const { not, value, at } = this.value(word, glued);
        if (value.text.length > 15 || value.text === '')
          throw new Refused('bad-interface', `${word.text}: interface names have 1 to 15 characters`, value.at);
        const side = name === 'in-interface' ? 'in' : 'out';
        if (NO_LINK[side].includes(this.from.chain))
          throw new Refused('wrong-chain', `${word.text}: no rule of chain ${this.from.chain} can have it`, at);
        if (isVariable(value.text)) return this.leaveOpen(side === 'in' ? '-i' : '-o', not, value, word);
        this.once(side, { not, value: value.text, at }, word);
        return;
      }
      case 'protocol': {
        const { not, value, at } = this.value(word, glued);
        if (isVariable(value.text)) return this.leaveOpen('-p', not, value, word);
        const number = protocolOf(value.text);
        if (number === undefined)
          throw new Refused(
            'bad-protocol',
            `${word.text}: "${value.text}" is no protocol's name or number in 0..255`,
            value.at,
          );
        if (number === 0 && not) throw new Refused('bad-protocol', `${word.text}: "! all" would never match`, value.at);
        this.once('protocol', { not, value: number, at }, word);
        this.protocolName = readInteger(value.text) === undefined ? value.text.toLowerCase() : protocolName(number);
        return;
      }
      case 'fragments':
        if (this.from.family === 6) throw otherFamily(word.text, 4, word.at, '-m frag looks at fragments');
        this.once('fragment', { not: this.takeNot(), value: true, at: word.at }, word);
        return;
      case 'match': {
        this.refuseNot(word);
        const name = this.name(word, glued, 'the name of a match');
        this.load('match', name.text, name.at);
        return;
      }
      case 'jump':
      case 'goto': {
        this.refuseNot(word);
        const aim = this.name(word, glued, 'the name of a target or chain');
        if (this.plain !== undefined || this.targetUse !== undefined)
          throw new Refused('two-targets', `${word.text}: the rule has a target already`, word.at);
        this.aim(name, aim);
        return;
      }
      case 'set-counters': {
        this.refuseNot(word);
        this.refuseAgain(this.counters, word);
        const first = this.word(word, glued, 'a packet count');
        const [packets, bytes] = first.text.split(',');
        this.counters = {
          packets: this.count(word, { text: packets!, at: first.at }),
          bytes: this.count(
            word,
            bytes === undefined ? this.word(word, undefined, 'a byte count') : { text: bytes, at: first.at },
          ),
        };
        return;
      }
      case 'ipv4':
      case 'ipv6':
        this.refuseNot(word);
        this.otherFamily = name !== `ipv${this.from.family}`;
        return;
      case 'verbose':
        this.refuseNot(word);
        return;
    }
  }

  private leaveOpen(option: keyof typeof HEAD_OF, not: boolean, { text, at }: Word, word: Word): undefined {
    this.refuseAgain(this.standing(HEAD_OF[option]), word);
    this.unsaid.push({ question: question.name(option, text), not, words: [option, text], at });
  }

  /** An option that begins so may be an extension's: of one that is not in the registry nobody knows. */
  private taken(name: string): boolean {
    return this.loaded.some(({ extension }) => extension === undefined) || matchOption(name, this.latest) !== undefined;
  }

  private aim(kind: 'jump' | 'goto', name: Word): void {
    // parse_target of xshared.c
    if (/\s/.test(name.text))
      throw new Refused('bad-value', `-${kind[0]}: "${name.text}" is no name of a chain`, name.at);
    if (kind === 'jump' && (name.text === 'ACCEPT' || name.text === 'DROP' || name.text === 'RETURN'))
      this.plain = { kind: 'verdict', verdict: name.text, at: name.at };
    else if (kind === 'jump' && this.isTarget(name.text)) this.load('target', name.text, name.at);
    else this.plain = { kind, chain: this.from.nameOf?.(name.text) ?? name.text, at: name.at };
  }

  private isTarget(name: string): boolean {
    const target = findTarget(name, this.from.family);
    if (target?.foreign) return !this.from.declared?.(name);
    if (target !== undefined) return true;
    return onlyFamily('target', name) !== undefined && !this.from.declared?.(name);
  }

  private load(kind: 'match' | 'target', name: string, at: Span): Loaded {
    const extension = kind === 'match' ? findMatch(name, this.from.family) : findTarget(name, this.from.family);
    const only = extension === undefined ? onlyFamily(kind, name) : undefined;
    if (only !== undefined) throw otherFamily(`-${kind === 'match' ? 'm' : 'j'} ${name}`, only, at);
    // words are kept of those alone that nobody here knows
    const use: Loaded = { extension, kind, name, at, options: {}, words: extension === undefined ? [] : NO_WORDS };
    return this.add(use);
  }

  private add(use: Loaded): Loaded {
    this.again ||= this.loaded.some(({ extension }) => extension === use.extension);
    this.loaded.push(use);
    if (use.kind === 'target') this.targetUse ??= use;
    return use;
  }

  /** Those that options go to: one that stands again keeps its place, and its last use has them (command_match of xshared.c). */
  private get latest(): readonly Loaded[] {
    return this.again ? [...new Map(this.loaded.map((use) => [use.extension, use])).values()] : this.loaded;
  }

  private extensionOption(word: Word): void {
    if (!word.text.startsWith('-')) return this.foreign(word);
    const long = longOption(word.text);
    const name = long?.name ?? word.text.slice(1);
    let found = matchOption(name, this.latest);
    if (found === undefined && this.implied(name)) found = matchOption(name, this.latest);
    if (found === 'ambiguous')
      throw new Refused('ambiguous-option', `${word.text}: is short for more than one option`, word.at);
    if (found !== undefined) this.give(word, found, long?.glued);
    else this.foreign(word);
  }

  /** The protocol's own match, loaded as iptables does where an option asks for it. */
  private implied(option: string): boolean {
    const protocol = this.head.protocol;
    if (protocol === undefined || protocol.not) return false;
    const name = this.protocolName;
    if (this.loaded.some((use) => use.kind === 'match' && use.name === name)) return false;
    const extension = findMatch(name, this.from.family);
    const trial: Loaded = { extension, kind: 'match', name, at: protocol.at, options: {}, words: NO_WORDS };
    if (matchOption(option, [trial]) === undefined) return false;
    this.add(trial);
    return true;
  }

  /** A word that no known extension takes: it belongs to an unknown one before it, or to a target not in the registry. */
  private foreign(word: Word): void {
    const last = this.loaded.at(-1);
    const chain = this.plain;
    const unknown = chain?.kind === 'jump' && !this.from.declared?.(chain.chain);
    if (unknown && word.text.startsWith('-') && this.loaded.every((use) => use.kind === 'match')) {
      // options behind `-j NAME` make it a target that is not known, not a chain
      this.plain = undefined;
      this.load('target', chain.chain, chain.at);
      this.foreign(word);
      return;
    }
    const words = last && this.wordsKept(last, word);
    if (words === undefined) {
      if (word.text.startsWith('-')) throw this.unknownOption(word);
      throw new Refused('stray-word', `"${word.text}" belongs to no option`, word.at);
    }
    if (this.not) words.push(this.not);
    this.not = undefined;
    words.push(word);
  }

  /** Where words of an extension go that nobody here knows, or of one of another project, whose versions differ. */
  private wordsKept(use: Loaded, { text }: Word): Word[] | undefined {
    if (use.extension === undefined) return use.words;
    if (!use.extension.foreign || !(text.startsWith('--') || use.open)) return undefined;
    use.open ??= { question: question[use.kind](use.name), words: [] };
    return use.open.words;
  }

  private unknownOption(word: Word): Refused {
    const { protocol } = this.head;
    const own = protocol && !protocol.not ? findMatch(protocolName(protocol.value), this.from.family) : undefined;
    const meant = meantOption(word.text, [...this.loaded.map(({ extension }) => extension), own]);
    return new Refused(
      'unknown-option',
      `${word.text}: no extension of this rule has such an option`,
      word.at,
      meant === undefined ? undefined : `did you mean ${meant}?`,
    );
  }

  private give(word: Word, { use, key, option }: FoundOption, glued: string | undefined): void {
    const kind = option.value;
    if (glued !== undefined && kind.words === 0)
      throw new Refused('stray-word', `${word.text}: the option takes no value`, word.at);
    const before = this.takeNot();
    let words: readonly Word[] = glued === undefined ? NO_WORDS : [{ text: glued, at: word.at }];
    let after = false;
    // old iptables had the `!` before the value
    const wanted = kind.words > words.length && option.invert && !kind.verbatim;
    if (wanted && this.words.peek()?.text === '!') after = this.words.take() !== undefined;
    while (words.length < kind.words) {
      const value = this.words.peek();
      if (value === undefined || (kind.optional && (value.text.startsWith('-') || value.text === '!'))) break;
      // nearly always the first, and the only one
      words = words.length === 0 ? [value] : [...words, value];
      this.words.take();
    }
    if (words.length < kind.words && !kind.optional)
      throw new Refused('missing-value', `${word.text}: ${kind.shape} is missing`, word.at);
    if (before && after) throw new Refused('double-negation', `${word.text}: is negated twice`, word.at);
    if ((before || after) && !option.invert)
      throw new Refused('not-invertible', `${word.text}: cannot be negated`, word.at);
    const standing = use.options[key];
    if (!option.repeats) this.refuseAgain(standing, word);
    const at = spanOf(word, words.at(-1));
    const read = this.readOrOpen(word, words, kind, this.from, (error, { text }) => this.isOpen(error, text));
    const not = before || after;
    if (read.name === undefined) {
      const one = { key, not, value: read.value, at };
      use.options[key] = standing ? { ...standing, again: [...(standing.again ?? []), one] } : one;
      return;
    }
    // the whole match is asked, its ! with it
    const open = use.open ?? { question: question.name(`${not ? '! ' : ''}--${key}`, read.name.text), words: [] };
    const sign: Word[] = not ? [{ text: '!', at: word.at }] : [];
    use.open = { ...open, words: [...open.words, ...sign, { text: `--${key}`, at: word.at }, ...words] };
  }

  /** A variable, an address or a number in any text, a port in a listing or where it is written as what stands for something else. */
  private isOpen({ named }: ValueError, text: string): boolean {
    if (named === undefined) return isVariable(text);
    return named !== 'port' || this.from.listed === true || isVariable(text) || /^[A-Z\d]+_[A-Z\d_]+$/.test(text);
  }

  private once<K extends keyof Head>(key: K, value: NonNullable<Head[K]>, word: Word): void {
    this.refuseAgain(this.standing(key), word);
    this.head[key] = value as HeadDraft[K];
  }

  /** What was given, or is open. */
  private standing(key: keyof Head): unknown {
    return this.head[key] ?? this.unsaid.find(({ words }) => HEAD_OF[words![0] as '-s'] === key);
  }

  private refuseAgain(before: unknown, word: Word): void {
    if (before !== undefined) throw new Refused('repeated-option', `${word.text}: is given twice`, word.at);
  }
}

/** Where what an option says stands. */
const HEAD_OF = { '-s': 'src', '-d': 'dst', '-i': 'in', '-o': 'out', '-p': 'protocol' } as const;

const NO_WORDS: Word[] = [];
const NO_LIST: readonly Masked[] = [];
/** What -s and -d take. */
const addresses = {
  parse: ([words]: readonly string[], from: RuleSource): Masked[] =>
    words!.includes(',') ? words!.split(',').map((one) => maskedOf(one, from)) : [maskedOf(words!, from)],
};
/** `$LAN`, `${LAN}`, `$1`, `$(cat list)`, as scripts have them. */
const isVariable = (word: string): boolean => word.includes('$') && /\$[\w({]/.test(word);
const isMatch = ({ kind }: Loaded): boolean => kind === 'match';

const otherFamily = (what: string, only: Family, at: Span, hint?: string): Refused =>
  new Refused('wrong-family', `${what}: is for IPv${only} alone`, at, hint);

/** The chains in which a packet has not come in by an interface (it may be this host's own), or not left by one. */
export const NO_LINK: Readonly<Record<'in' | 'out', readonly string[]>> = {
  in: ['OUTPUT', 'POSTROUTING'],
  out: ['PREROUTING', 'INPUT'],
};

/** The number of a protocol's name or number; undefined: there is none such. */
export function protocolOf(word: string): number | undefined {
  const number = readInteger(word);
  if (number !== undefined) return number <= 255 ? number : undefined;
  if (/^\d/.test(word)) return undefined;
  return word.toLowerCase() === 'all' ? 0 : protocolNumber(word);
}
