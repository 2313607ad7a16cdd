/** The lines of a listing that hold no rule: chains, columns, and which table comes next. */
import { nearest } from '../../../model/nearest.js';
import { BUILTIN, isBuiltin, isTableName, type TableName } from '../../../model/ruleset.js';

export interface ChainLine {
  readonly name: string;
  /** of a built-in chain; a chain of one's own has none. */
  readonly policy: string | undefined;
  /** `[packets:bytes]`; undefined: the listing was made without -v. */
  readonly counters: string | undefined;
}

const CHAIN = /^chain\s+(\S+)\s*\((.*)$/i;
const POLICY = /^policy\s+(\S+?)\)?(?:\s+(\S+)\s+packets?,?\s+(\S+)\s+bytes?)?\s*\)?\s*$/i;
const REFERENCES = /^(?:-?\d+)\s+references?\s*\)?\s*$/i;

/** `Chain INPUT (policy ACCEPT 0 packets, 0 bytes)`, `Chain DOCKER (2 references)`; undefined: something else, or cut. */
export function chainLine(text: string): ChainLine | undefined {
  const [, name, rest] = CHAIN.exec(text) ?? [];
  return name === undefined ? undefined : chainOf(name, rest!);
}

/** `rest`: what stands behind the bracket. */
function chainOf(name: string, rest: string): ChainLine | undefined {
  if (REFERENCES.test(rest)) return { name, policy: undefined, counters: undefined };
  const [, policy, packets, bytes] = POLICY.exec(rest) ?? [];
  if (policy === undefined) return undefined;
  const read = packets === undefined ? undefined : [count(packets), count(bytes!)];
  const counters = read?.every((one) => one !== undefined) ? `[${read.join(':')}]` : undefined;
  return { name, policy: policy.toUpperCase(), counters };
}

/**
 * A chain's line that has lost its word: `hain INPUT (policy ACCEPT)`, `INPUT (policy DROP)`. A policy is of a built-in chain, of
 * which the nearest one is meant.
 */
export function damagedChain(text: string): ChainLine | undefined {
  const [, name, rest] = DAMAGED.exec(text.slice(0, MOST_DAMAGED)) ?? [];
  const read = name === undefined ? undefined : chainOf(name, rest!);
  if (read?.policy === undefined) return read;
  const builtin = isBuiltin('mangle', read.name) ? read.name : nearest(read.name, BUILTIN.mangle);
  return builtin === undefined ? undefined : { ...read, name: builtin };
}
const DAMAGED = /^(?:\S{1,12}\s+){0,2}([\w.-]{1,28})\s*\((policy\s+(?:ACCEPT|DROP)\b[^()]*\)?|\d+\s+references?\)?)$/i;
const MOST_DAMAGED = 200;

/** Whether a line may begin a chain: `Chain INPUT (policy` is the whole of it where a paste was wrapped. */
export const beginsChain = (text: string): boolean => /^chain\s+\S+\s*\(/i.test(text);

const UNITS: Readonly<Record<string, bigint>> = { K: 1000n, M: 1_000_000n, G: 1_000_000_000n, T: 1_000_000_000_000n };

/** A counter, which -x prints whole and others in thousands; undefined: it is none. */
export function count(text: string): bigint | undefined {
  const [, digits, unit] = /^(\d{1,20})([KMGT]?)$/.exec(text) ?? [];
  return digits === undefined ? undefined : BigInt(digits) * (UNITS[unit!] ?? 1n);
}

/** Which columns a listing has beside target, prot, opt, source and destination. */
export interface Columns {
  readonly num: boolean;
  readonly counters: boolean;
  readonly interfaces: boolean;
}

/** `num   pkts bytes target     prot opt in     out     source               destination`; undefined: something else. */
export function columnLine(text: string): Columns | undefined {
  if (!/^(num\s+)?(pkts\s+bytes\s+)?target\s+prot(\s|$)/i.test(text)) return undefined;
  return {
    num: /^num\s/i.test(text),
    counters: /(^|\s)pkts\s/i.test(text),
    interfaces: /\sin\s+out(\s|$)/i.test(text),
  };
}

/** The table that a heading names: `### table nat`, `Table: nat`, `nat table:`; undefined: the line is none. */
export function headingOf(text: string): TableName | undefined {
  const words: readonly string[] = text.toLowerCase().match(/[a-z0-9_]+/g) ?? [];
  if (words.length === 0 || words.length > MOST_WORDS) return undefined;
  const at = words.indexOf('table');
  const named = at < 0 ? [] : [words[at + 1], words[at - 1]];
  const alone = words.length === 1 && /^\W*\w+\W+$|^\W+\w+\W*$/.test(text.trim()) ? words : [];
  return [...named, ...alone].find((word): word is TableName => word !== undefined && isTableName(word));
}
/** A heading is short: a sentence that speaks of a table is none. */
const MOST_WORDS = 4;
