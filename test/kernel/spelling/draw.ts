/** Rules drawn with the options of all extensions, in the spellings that people use, and the same as old iptables had them. */
import { type Extension, hooksOf, type OptionDef } from '../../../src/ext/define.js';
import { MATCHES, TARGETS } from '../../../src/ext/registry.js';
import { BUILTIN, type TableName } from '../../../src/model/ruleset.js';
import type { Family } from '../../../src/net/address.js';
import { protocolName } from '../../../src/net/protocol.js';
import { Random } from '../generate/random.js';
import { CORE_VALUES, inFamily, VALUES, valuesOf } from './values.js';

export interface Spelled {
  readonly table: TableName;
  /** the line of a save. */
  readonly rule: string;
  /** the same with each `!` behind its option, which iptables 1.8 takes no more. */
  readonly old: string;
}

const SHORT = {
  source: 's',
  destination: 'd',
  'in-interface': 'i',
  'out-interface': 'o',
  protocol: 'p',
  fragment: 'f',
  'set-counters': 'c',
} as const;
type Core = keyof typeof SHORT;
const LONG: Readonly<Partial<Record<Core, readonly string[]>>> = {
  source: ['source', 'src'],
  destination: ['destination', 'dst'],
  fragment: ['fragments'],
};

/** One option with its value; `!` apart, since its place differs. */
interface Clause {
  readonly not: boolean;
  readonly option: string;
  readonly value: string;
  /** a `!` behind it is its value. */
  readonly verbatim?: boolean | undefined;
}

export function drawRule(seed: number, family: Family): Spelled {
  return new Drawing(new Random(seed), family).rule();
}

/** By name: which file of the registry an extension stands in does not change what is drawn. */
const byName = <E extends { readonly name: string }>(all: readonly E[]): E[] =>
  [...all].sort((a, b) => (a.name < b.name ? -1 : 1));

class Drawing {
  /** a rule has one value at most of which nobody knows whether it is taken: two would hide each other. */
  private odd: boolean;

  constructor(
    private readonly random: Random,
    private readonly family: Family,
  ) {
    this.odd = random.chance(0.5);
  }

  rule(): Spelled {
    const { random } = this;
    const target = random.chance(0.4) ? random.pick(byName(TARGETS).filter(serves(this.family))) : undefined;
    const matches = random.some(
      byName(MATCHES).filter(serves(this.family)),
      random.weighted([
        [target ? 4 : 0, 0],
        [8, 1],
        [3, 2],
        [1, 3],
      ]),
    );
    if (matches.length > 0 && random.chance(0.05)) matches.push(matches[0]!);
    const uses = [...matches, ...(target ? [target] : [])];
    const tables = uses.flatMap((use) => (use.tables ? [use.tables] : []))[0];
    const table = random.chance(0.97)
      ? random.pick(tables ?? (['filter', 'filter', 'mangle', 'raw', 'nat'] as const))
      : 'filter';
    const hooks = uses
      .flatMap((use) => {
        const some = hooksOf(use, {});
        return some === undefined ? [] : [some];
      })[0]
      ?.filter((hook) => BUILTIN[table].includes(hook));
    const chain =
      hooks && hooks.length > 0 && random.chance(0.97) ? random.pick(hooks) : random.pick([...BUILTIN[table], 'C']);

    const streams = this.streams(matches, target);
    const clauses: Clause[] = [];
    const inOrder = random.chance(0.5);
    while (streams.length > 0) {
      const at = inOrder ? 0 : random.below(streams.length);
      clauses.push(streams[at]!.shift()!);
      if (streams[at]!.length === 0) streams.splice(at, 1);
    }
    if (random.chance(0.03)) clauses.unshift(plain(random.pick(['-4', '--ipv4', '-6', '-v', '--ipv6']), ''));
    const gap = random.chance(0.05) ? '  ' : ' ';
    const line = (words: (clause: Clause) => string[]) =>
      [`-A ${chain}`, ...clauses.flatMap((clause) => words(clause).filter((word) => word !== ''))].join(gap);
    return {
      table,
      rule: line(({ not, option, value }) => [not ? '!' : '', option, value]),
      old: line(({ not, option, value, verbatim }) =>
        verbatim || (not && value === '') ? [not ? '!' : '', option, value] : [option, not ? '!' : '', value],
      ),
    };
  }

  /** What is in one list keeps its order; the lists may be mixed. */
  private streams(matches: readonly Extension[], target: Extension | undefined): Clause[][] {
    const { random } = this;
    const wanted = matches.find(({ protocols }) => protocols)?.protocols;
    const protocol: Clause[] = [];
    if (wanted && random.chance(0.97)) {
      const number = random.pick(wanted);
      const option = random.pick(['-p', '-p', '--protocol', '--proto']);
      protocol.push({ not: false, option, value: random.chance(0.8) ? protocolName(number) : String(number) });
    } else if (random.chance(target ? 0.6 : 0.3)) protocol.push(this.core('protocol'));
    const heads = (['source', 'destination', 'in-interface', 'out-interface', 'fragment', 'set-counters'] as const)
      .filter((core) =>
        random.chance(
          {
            fragment: 0.02,
            'set-counters': 0.05,
            source: 0.15,
            destination: 0.1,
            'in-interface': 0.1,
            'out-interface': 0.04,
          }[core],
        ),
      )
      .map((core) => [this.core(core)]);
    const uses = matches.map((match) => {
      const bare = protocolOf(match) !== undefined && random.chance(0.5);
      const options = this.options(match);
      return bare ? options : [plain(random.pick(['-m', '-m', '-m', '--match', '--mat']), match.name), ...options];
    });
    const goal = target
      ? [plain(random.pick(['-j', '-j', '-j', '--jump', '--ju']), target.name), ...this.options(target)]
      : random.pick([
          [],
          [plain('-j', 'ACCEPT')],
          [plain('-g', 'C')],
          [plain('-j', 'C')],
          [plain('--goto', 'C')],
          [plain('-j', 'RETURN')],
        ]);
    return [protocol, ...heads, ...uses, goal].filter((stream) => stream.length > 0);
  }

  private core(core: Core): Clause {
    const { random } = this;
    const long = random.pick(LONG[core] ?? [core]);
    const option = random.chance(0.6) ? `-${SHORT[core]}` : `--${this.name(long)}`;
    return { not: core !== 'set-counters' && random.chance(0.15), option, value: this.value(CORE_VALUES[core]) };
  }

  private options(extension: Extension): Clause[] {
    const { random } = this;
    // iptables of other systems knows none of Android's own
    const table = Object.entries(extension.options).filter(([, { android }]) => !android);
    const some = random.some(
      table,
      random.weighted([
        [2, 0],
        [6, 1],
        [3, 2],
        [1, 3],
      ]),
    );
    const needed = table.filter(([, option]) => option.required && random.chance(0.95));
    const all = new Map([...needed, ...some]);
    for (const [key] of some)
      for (const other of extension.options[key]!.needs ?? []) all.set(other, extension.options[other]!);
    const clauses = [...all].map(([key, option]) => this.option(extension.name, key, option));
    if (clauses.length > 0 && random.chance(0.03)) clauses.push(clauses[0]!);
    return random.some(clauses, clauses.length);
  }

  private option(extension: string, key: string, { alias = [], invert, value: kind }: OptionDef<unknown>): Clause {
    const { random } = this;
    // what iptables 1.8.9 does not know any more is tried by rows
    const known = alias.filter((one) => `${extension} ${one}` !== 'time days');
    const name = this.name(random.pick([key, key, ...known]));
    const text = this.value(VALUES[extension]![key]!);
    const value = kind.words === 2 ? text.slice(1, -1) : text;
    const not = random.chance(invert ? 0.25 : 0.01);
    return kind.words === 1 && !not && random.chance(0.15)
      ? { not, option: `--${name}=${value}`, value: '' }
      : { not, option: `--${name}`, value, verbatim: kind.verbatim };
  }

  private value(text: string): string {
    const { usual, odd } = valuesOf(inFamily(text, this.family));
    if (!this.odd || odd === usual || !this.random.chance(0.5)) return this.random.pick(usual);
    this.odd = false;
    return this.random.pick(odd);
  }

  /** Whole, or cut short. */
  private name(name: string): string {
    return this.random.chance(0.12) ? name.slice(0, this.random.between(2, name.length)) : name;
  }
}

const plain = (option: string, value: string): Clause => ({ not: false, option, value });
const serves =
  (family: Family) =>
  ({ name, families, foreign }: Extension) =>
    // no security module is there that would take it
    !foreign && name !== 'SECMARK' && (families?.includes(family) ?? true);
const protocolOf = ({ name, protocols }: Extension) => protocols?.find((number) => protocolName(number) === name);

/** Each value of each option of an extension once, in a rule that has what the option needs and no more. */
export function everyValue(family: Family): readonly { readonly table: TableName; readonly rule: string }[] {
  return [...MATCHES, ...TARGETS].filter(serves(family)).flatMap((extension) => {
    const { name, kind, options, protocols, tables = ['filter'] } = extension;
    const hooks = hooksOf(extension, {}) ?? ['INPUT'];
    const table = tables[0]!;
    const chain = hooks.find((hook) => BUILTIN[table].includes(hook)) ?? BUILTIN[table][0]!;
    const protocol = protocolName(protocols?.[0] ?? 6);
    const words = (key: string, value: string) =>
      `--${key} ${options[key]!.value.words === 2 ? value.slice(1, -1) : value}`.trim();
    return Object.entries(options).flatMap(([key, { needs = [], android }]) => {
      if (android) return [];
      const others = Object.keys(options).filter(
        (other) => other !== key && (needs.includes(other) || options[other]!.required),
      );
      const rest = others.map((other) => words(other, valuesOf(inFamily(VALUES[name]![other]!, family)).usual[0]!));
      const { usual, odd } = valuesOf(inFamily(VALUES[name]![key]!, family));
      return [...new Set([...usual, ...odd])].map((value) => ({
        table,
        rule: [`-A ${chain} -p ${protocol} -${kind === 'match' ? 'm' : 'j'} ${name}`, ...rest, words(key, value)].join(
          ' ',
        ),
      }));
    });
  });
}
