/**
 * Extensions of other projects, which iptables does not bring: no kernel here has them, and their sources are what is known of
 * them. Of most nobody but the host can say what they find, so that they are asked; each has its options typed, and rows in
 * match/ and target/ beside this file.
 */
import { TranslateKind } from '../../abi.js';
import type { Action } from '../../model/action.js';
import type { Act } from '../../model/build.js';
import type { HostAct } from '../../model/host-test.js';
import { question } from '../../model/question.js';
import type { Given, GivenOptions } from '../../model/ruleset.js';
import {
  type Match,
  type MatchDef,
  match,
  type OptionDef,
  type OptionTable,
  type TargetDef,
  type TargetExtension,
  target,
  type ValueContext,
  ValueError,
  type ValueKind,
} from '../define.js';
import { flag, integerOf, quoted, readInteger } from '../values.js';
import { FOREIGN_WORDS, type ForeignName } from './words.js';

/** Of a definition what it does not have to say. */
type Without<D, K extends string = never> = Omit<D, 'about' | 'foreign' | K> & { readonly name: ForeignName };

/** A match of another project. */
export const foreignMatch = <O extends OptionTable>(def: Without<MatchDef<O>>): Match =>
  match({ ...(def as unknown as MatchDef<O>), about: FOREIGN_WORDS[def.name], foreign: true });
export const foreignTarget = <O extends OptionTable>(def: Without<TargetDef<O>>): TargetExtension =>
  target({ ...(def as unknown as TargetDef<O>), about: FOREIGN_WORDS[def.name], foreign: true });

/** One that is asked whether it holds; a `!` before any of its options turns it round. */
export const asked = <O extends OptionTable>(def: Without<MatchDef<O>, 'lower'>): Match =>
  foreignMatch({
    ...def,
    lower(given, build, context) {
      const all = Object.values(given).filter((one): one is Given => one !== undefined);
      const first = all.find(({ not }) => not) ?? all[0];
      const ask = build.ask(question.match(def.name, wordsOf(def.options, given, context)));
      return [first === undefined ? ask : build.from(first, ask)];
    },
  });

/** What was given, as a save has it, without signs and quotes; undefined: nothing was. */
export function wordsOf(options: OptionTable, given: GivenOptions, context: ValueContext): string | undefined {
  const words = Object.entries(options).flatMap(([key, { value }]) => {
    const one = given[key];
    return one === undefined ? [] : [`--${key}`, ...value.print(one.value, context)];
  });
  return words.length === 0 ? undefined : words.join(' ').replaceAll('"', '');
}

/** A target that is asked whether it takes the packet. */
export const askedTarget = <O extends OptionTable>(def: Without<TargetDef<O>, 'lower'>): TargetExtension =>
  doing(def, (act) => [act.ask(question.target(def.name))]);
/** A connection gets what the host chooses, or the rule does nothing. */
export const chosen = (act: Act, asked: HostAct, name: ForeignName): readonly Action[] => [
  act.host(asked, question.target(name)),
  act.translate({ kind: TranslateKind.Chosen, flags: 0, addresses: undefined, ports: undefined }),
];
/** One that does nothing to what is evaluated: the packet goes on. */
export const passing = <O extends OptionTable>(def: Without<TargetDef<O>, 'lower'>): TargetExtension =>
  doing(def, () => []);
/** One behind which the packet goes nowhere. */
export const taking = <O extends OptionTable>(def: Without<TargetDef<O>, 'lower'>): TargetExtension =>
  doing({ ...def, terminal: true }, (act) => [act.stolen]);

const doing = <O extends OptionTable>(
  def: Without<TargetDef<O>, 'lower'>,
  lower: (act: Act) => readonly Action[],
): TargetExtension => foreignTarget({ ...def, lower: (_, act) => lower(act) });

/** Printed between quotes, whatever it is. */
export const quotedText = (shape: string, max: number): ValueKind<string> => ({
  words: 1,
  shape,
  parse([word]) {
    if (word === '') throw new ValueError('is empty');
    if (word!.length > max) throw new ValueError(`is longer than ${max} characters`);
    return word!;
  },
  print: (value) => [`"${value.replace(/[\\"]/g, '\\$&')}"`],
});
/** A name, printed as it is. */
export const plainText = (shape: string, max: number): ValueKind<string> => ({
  ...quotedText(shape, max),
  print: (value) => [value],
});

/** The same between quotes where it needs them. */
export const bareText = (shape: string, max: number): ValueKind<string> => ({
  ...quotedText(shape, max),
  print: (value) => [/[\s"'\\]/.test(value) ? quoted(value) : value],
});
/** The same of which more is cut off. */
export const cutName = (most: number): ValueKind<string> => ({
  ...plainText('NAME', Number.POSITIVE_INFINITY),
  parse: ([word]) => word!.slice(0, most),
});

/** Numbers joined by commas, `most` of them. */
export const numberList = (max: number, most: number, what: string): ValueKind<readonly number[]> => ({
  words: 1,
  shape: 'NUMBER[,…]',
  parse([word]) {
    const numbers = word!.split(',').map((part) => integerOf(part, max, what));
    if (numbers.length > most) throw new ValueError(`holds ${numbers.length} values, more than ${most}`);
    return numbers;
  },
  print: (numbers) => [numbers.join(',')],
});

/** One of a few words, which are written as they are. */
export const word = <T extends string>(...names: readonly T[]): ValueKind<T> => ({
  words: 1,
  shape: names.join('|'),
  parse([given]) {
    const found = names.find((name) => name === given!.toLowerCase());
    if (found === undefined) throw new ValueError(`"${given}" is none of ${names.join(', ')}`);
    return found;
  },
  print: (value) => [value],
});

/** A link-layer address and the length of its prefix. */
export const maskedMac: ValueKind<{ readonly address: string; readonly length: number }> = {
  words: 1,
  shape: 'ADDRESS[/LENGTH]',
  parse([given]) {
    const [, bytes, length = '48'] = /^((?:[\da-f]{1,2}:){5}[\da-f]{1,2})(?:\/(\d+))?$/i.exec(given!) ?? [];
    if (bytes === undefined) throw new ValueError(`"${given}" is not a link-layer address of six bytes`);
    const address = bytes
      .toUpperCase()
      .split(':')
      .map((byte) => byte.padStart(2, '0'))
      .join(':');
    return { address, length: prefixOf(length, 48) };
  },
  print: ({ address, length }) => [`${address}/${length}`],
};

/** Its bytes. */
export const macBits = ({ address, length }: { readonly address: string; readonly length: number }) => ({
  address: address.split(':').map((byte) => Number.parseInt(byte, 16)),
  length,
});

/** What a rule is refused with that has none of some options. */
export const oneOf = (...names: readonly string[]): string =>
  `needs one of ${names.map((name) => `--${name}`).join(', ')}`;

export function prefixOf(length: string, most: number): number {
  const value = readInteger(length);
  if (value === undefined || value > most) throw new ValueError(`prefix length ${length} is not in 0..${most}`);
  return value;
}

/** Options without values. */
export const flags = <const K extends string>(
  names: readonly K[],
  more: Partial<OptionDef<true>> = {},
): { readonly [name in K]: OptionDef<true> } =>
  Object.fromEntries(names.map((name) => [name, { value: flag, ...more }])) as { [name in K]: OptionDef<true> };

/** An option with the number that it has where it is not given, which is printed all the same. */
export const withUsual = <K extends string>(
  given: Readonly<Partial<Record<K, Given<number> | undefined>>>,
  key: K,
  value: number,
) => ({ [key]: given[key] ?? usual(key, value) }) as Record<K, Given<number>>;
/** An option that was not given. */
export const usual = <V>(key: string, value: V): Given<V> => ({ key, not: false, value, at: { column: 1, length: 0 } });
