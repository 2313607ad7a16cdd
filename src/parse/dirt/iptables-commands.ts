/** The commands of iptables: how people write them. */

/** Letters by long names (original_opts of iptables' xshared.c). */
export const LONG_COMMANDS: Readonly<Record<string, string>> = {
  append: 'A',
  insert: 'I',
  delete: 'D',
  replace: 'R',
  policy: 'P',
  'new-chain': 'N',
  new: 'N',
  flush: 'F',
  'delete-chain': 'X',
  zero: 'Z',
  'rename-chain': 'E',
  check: 'C',
  list: 'L',
  'list-rules': 'S',
};

/** Those that change rules, as part of an expression. */
const changing = Object.entries(LONG_COMMANDS).filter(([, letter]) => !'CLS'.includes(letter));
export const CHANGES = String.raw`(?:-[${[...new Set(changing.map(([, letter]) => letter))].join('')}]\b|--(?:${changing.map(([name]) => name).join('|')})\b)`;
