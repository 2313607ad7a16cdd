/**
 * Rulesets of real hosts. They are not part of the project: they lie in ../shared/corpus, with an index.json that says
 * what each is, or, where PACKETWALK_CORPUS names a folder, there. Without them the tests that read them are skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.js';

export interface CorpusEntry {
  readonly file: string;
  readonly kind_of: string;
  readonly family: string;
  readonly n_rules: number;
  readonly derived?: readonly string[];
  /** of a save: whether iptables-legacy 1.8.9 loads it. */
  readonly legacy_commit_in_netns?: { readonly ok: boolean };
}

export interface Corpus {
  readonly entries: readonly CorpusEntry[];
  read(file: string): string;
}

/** The texts below a folder; undefined: it has no index.json. */
export function openCorpus(folder: string): Corpus | undefined {
  if (!existsSync(join(folder, 'index.json'))) return undefined;
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return { entries: JSON.parse(read('index.json')), read };
}

const FOLDER = process.env.PACKETWALK_CORPUS ?? join(ROOT, '../shared/corpus');
const opened = openCorpus(FOLDER);
export const corpus: readonly CorpusEntry[] = opened?.entries ?? [];
export const readCorpus = (file: string): string => opened!.read(file);

/** Why there is no corpus, for the title of a test that is skipped then; undefined: there is one. */
export const corpusMissing = opened ? undefined : `there is no ${FOLDER}/index.json`;
