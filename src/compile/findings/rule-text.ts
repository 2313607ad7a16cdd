/** What a rule says, as one text: two that say the same have the same, wherever they stand and whatever remarks they bear. */
import {
  type ExtensionUse,
  type Head,
  meaningOf,
  type Negatable,
  type Rule,
  type Target,
} from '../../model/ruleset.js';

export function ruleText(rule: Rule): string {
  const meaning = meaningOf(rule);
  const uses = meaning.matches.map((use) => (use.name === 'comment' ? '' : useText(use)));
  return `${headText(meaning.head())}${uses.join('')} -j ${targetText(meaning.target)}`;
}

export function targetText(target: Target | undefined): string {
  if (target === undefined) return '';
  if (target.kind === 'verdict') return target.verdict;
  return target.kind === 'extension' ? useText(target.use) : `${target.kind} ${target.chain}`;
}

const given = (option: string, value: Negatable<unknown> | undefined): string =>
  value === undefined ? '' : `${value.not ? ' !' : ''} ${option} ${valueText(value.value)}`;

const headText = ({ src, dst, protocol, fragment, ...interfaces }: Head): string =>
  given('-s', src) +
  given('-d', dst) +
  given('-i', interfaces.in) +
  given('-o', interfaces.out) +
  given('-p', protocol) +
  given('-f', fragment);

const useText = ({ name, options, words }: ExtensionUse): string =>
  ` -m ${name}${Object.entries(options)
    .map(([key, value]) => given(key, value))
    .join('')}${words.map(({ text }) => ` ${JSON.stringify(text)}`).join('')}`;

/** JSON has no word for numbers of 64 bits. */
const valueText = (value: unknown): string => (typeof value === 'bigint' ? String(value) : JSON.stringify(value));
