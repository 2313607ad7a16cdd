/** The options that belong to no extension, and their spellings. */
const CORE: Readonly<Record<string, string>> = {
  s: 'source',
  d: 'destination',
  i: 'in-interface',
  o: 'out-interface',
  p: 'protocol',
  f: 'fragment',
  m: 'match',
  j: 'jump',
  g: 'goto',
  c: 'set-counters',
};
const LONG = new Set([...Object.values(CORE), 'src', 'dst', 'proto']);

/** All of them as they are written. */
export const CORE_OPTIONS: readonly string[] = [
  ...Object.keys(CORE).map((letter) => `-${letter}`),
  ...[...LONG].map((name) => `--${name}`),
];

/** The core option that a word is, and a value glued to it (`-s10.0.0.1`, `--source=10.0.0.1`). */
export function coreOption(text: string): [string | undefined, string | undefined] {
  const long = /^--([a-z-]+)(?:=(.*))?$/.exec(text);
  if (long !== null) {
    const name = long[1]!;
    if (!LONG.has(name)) return [undefined, undefined];
    return [{ src: 'source', dst: 'destination', proto: 'protocol' }[name] ?? name, long[2]];
  }
  const short = /^-([sdiopfmjgc])(.+)?$/.exec(text);
  if (short === null) return [undefined, undefined];
  if (short[1] === 'f' && short[2] !== undefined) return [undefined, undefined];
  return [CORE[short[1]!], short[2]];
}
