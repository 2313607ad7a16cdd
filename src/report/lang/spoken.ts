/**
 * All that the command says in a language. A language is one line of the list here and the files of its name: `ja.ts`, which
 * programs can have too, `ja-spoken.ts`, and their parts. It is loaded when it is asked for.
 */
import type { Severity } from '../../model/finding.js';
import type { Fate } from '../../model/trace.js';
import { columnsOf } from './columns.js';
import { en } from './en.js';
import { COMMAND } from './en-command.js';
import type { Language } from './messages.js';

export interface Spoken {
  /** words of stories and summaries. */
  readonly language: Language;
  readonly command: CommandWords;
  /** A message that arises in English: of a finding, its hint, or of an error. What is not known stays as it is. */
  readonly say: (message: string) => string;
  /** of `check --explain`, by code; left out: they are in English where they arise. */
  readonly entries?: ReadonlyMap<string, Entry>;
}

/** Of a kind of finding its title, and what it means; of another code what it means, and what to do. */
export type Entry = readonly [first: string, second: string];

/** Of rows `code | first | second`. */
export const entriesOf = (rows: string): ReadonlyMap<string, Entry> =>
  new Map(
    rows
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => {
        const [code, first, second] = row.split(' | ') as [string, string, string];
        return [code, [first, second]];
      }),
  );

/** What the command says around results and findings. */
export interface CommandWords {
  readonly severities: Readonly<Record<Severity, string>>;
  /** what more places there are; lines: of the same file; places: of others; cut: not all are named. */
  readonly more: (more: number, lines: readonly number[], places: readonly string[], cut: boolean) => string;
  /** how much was read; connections: undefined where no text is a list of them. */
  readonly read: (of: {
    readonly rules: number;
    readonly understood: number;
    readonly sets: number;
    readonly connections: number | undefined;
  }) => string;
  /** findings of each severity that has some, the gravest first. */
  readonly found: (counts: readonly (readonly [Severity, number])[]) => string;
  /** fate: as --expect has it. */
  readonly expected: (fate: string, fared: string) => string;
  /** how a question can be answered; name: what a text is called that was pasted as an answer. */
  readonly answers: (what: 'fact' | 'value' | 'text' | 'name') => string;
  /** above texts that have a finding, and texts that look like them and have it not. */
  readonly examples: readonly [found: string, notFound: string];
  readonly fared: (who: 'packet' | 'answer', fate: Fate) => string;
}

export const LANGUAGES = {
  en: async (): Promise<Spoken> => ENGLISH,
  ja: async (): Promise<Spoken> => (await import('./ja-spoken.js')).spoken,
} as const;
export type LanguageName = keyof typeof LANGUAGES;

export const ENGLISH: Spoken = { language: { ...en, columns: columnsOf }, command: COMMAND, say: (message) => message };
