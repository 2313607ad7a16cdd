/** The options that belong to no extension, and their spellings. */
const CORE: Readonly<Record<string, string>> = {
  s: 'source',
  d: 'destination',
  i: 'in-interface',
  o: 'out-interface',
  p: 'protocol',
  f: 'fragments',
  m: 'match',
  j: 'jump',
  g: 'goto',
  c: 'set-counters',
  4: 'ipv4',
  6: 'ipv6',
  v: 'verbose',
};
const SYNONYMS: Readonly<Record<string, string>> = { src: 'source', dst: 'destination' };
const LONG = new Set([...Object.values(CORE), ...Object.keys(SYNONYMS)]);
const FLAGS = 'f46v';

/** iptables' other long options, which no rule has: a beginning of one of them may mean either (original_opts of iptables.c). */
const OTHERS =
  'append delete check insert replace list list-rules flush zero new-chain delete-chain rename-chain policy table numeric wait wait-interval exact version help line-numbers modprobe'.split(
    ' ',
  );

const whole = (name: string): string => SYNONYMS[name] ?? name;

/** By how they are written, whole: what nearly every word of a rule is that is an option of these. */
const WRITTEN: ReadonlyMap<string, string> = new Map([
  ...Object.entries(CORE).map(([letter, name]) => [`-${letter}`, name] as const),
  ...[...LONG].map((name) => [`--${name}`, whole(name)] as const),
]);

/** The core option that a word is as it stands. */
export const writtenCore = (text: string): string | undefined => WRITTEN.get(text);

/** All of them as they are written. */
export const CORE_OPTIONS: readonly string[] = [...WRITTEN.keys()];

const BEGINNINGS = new Map<string, readonly string[]>();
for (const name of [...LONG, ...OTHERS])
  for (let length = 0; length <= name.length; length++) {
    const beginning = name.slice(0, length);
    const meant = BEGINNINGS.get(beginning) ?? [];
    if (!meant.includes(whole(name))) BEGINNINGS.set(beginning, [...meant, whole(name)]);
  }

/** What a beginning of a long option may mean here. */
export const coreBeginnings = (name: string): readonly string[] => BEGINNINGS.get(name) ?? [];

/** The name in `--name` or `--name=glued`. */
export function longOption(text: string): { name: string; glued: string | undefined } | undefined {
  if (!text.startsWith('--') || text.length === 2 || text[2] === '=') return undefined;
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.slice(2), glued: undefined };
  return { name: text.slice(2, equals), glued: text.slice(equals + 1) };
}

/**
 * The core option that a word is that is not written in full, and a value glued to it (`-s10.0.0.1`,
 * `--source=10.0.0.1`). A long one may be cut short where that can mean nothing else; `taken` says whether an extension
 * has an option that begins so.
 */
export function coreOption(text: string, taken: (name: string) => boolean): [string | undefined, string | undefined] {
  if (!text.startsWith('-')) return [undefined, undefined];
  const long = longOption(text);
  if (long !== undefined) {
    const { name, glued } = long;
    if (LONG.has(name)) return [whole(name), glued];
    const [only, more] = coreBeginnings(name);
    if (only === undefined || more !== undefined || !LONG.has(only) || taken(name)) return [undefined, undefined];
    return [only, glued];
  }
  const short = /^-([sdiopfmjgc46v])(.+)?$/s.exec(text);
  if (short === null) return [undefined, undefined];
  if (FLAGS.includes(short[1]!) && short[2] !== undefined) return [undefined, undefined];
  return [CORE[short[1]!], short[2]];
}
