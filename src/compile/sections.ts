/** What a program says of chains and translations, as the words of its sections. */
import { Table as TableNumber, TranslationWord } from '../abi.js';
import type { Translation } from '../model/action.js';
import { isBuiltin, type PlainTable, plainTable } from '../model/ruleset.js';
import { WordList } from './code.js';
import type { ChainInfo } from './compile.js';

export const TABLE_NUMBER: Readonly<Record<PlainTable, TableNumber>> = {
  raw: TableNumber.Raw,
  mangle: TableNumber.Mangle,
  nat: TableNumber.Nat,
  filter: TableNumber.Filter,
  security: TableNumber.Security,
};
export function chainWords(chains: readonly ChainInfo[]): Uint32Array {
  const words = new WordList();
  let first = 0;
  for (const { table, chain, address } of chains) {
    words.push(address);
    words.push(first);
    words.push(chain.rules.length);
    words.push((TABLE_NUMBER[plainTable(table)] << 8) | Number(isBuiltin(table, chain.name)));
    first += chain.rules.length;
  }
  return words.words;
}

export function translationWords(translations: readonly Translation[]): Uint32Array {
  const words = new Uint32Array(translations.length * TranslationWord.Size);
  for (const [i, { kind, flags, addresses, ports }] of translations.entries()) {
    const at = i * TranslationWord.Size;
    words[at + TranslationWord.Kind] = kind;
    words[at + TranslationWord.Flags] = flags;
    words.set(addresses?.min ?? [], at + TranslationWord.MinAddress);
    words.set(addresses?.max ?? [], at + TranslationWord.MaxAddress);
    words[at + TranslationWord.MinPort] = ports?.min ?? 0;
    words[at + TranslationWord.MaxPort] = ports?.max ?? 0;
  }
  return words;
}
