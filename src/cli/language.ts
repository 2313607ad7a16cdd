/** The language that the command speaks: --lang, else what LC_ALL, LC_MESSAGES or LANG asks for, else English. */
import { Option } from 'commander';
import { ENGLISH, LANGUAGES, type LanguageName, type Spoken } from '../report/lang/spoken.js';

// a process speaks one language, errors before its options are read included
let spoken = ENGLISH;
let inJson = ENGLISH;

export const langOption = () =>
  new Option('--lang <LANGUAGE>', 'of what is said (as LC_ALL, LC_MESSAGES and LANG have it)').choices(
    Object.keys(LANGUAGES),
  );

/** Chooses it, before anything is said. */
export async function speak(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const asked = nameOf(optionIn(argv));
  spoken = await LANGUAGES[asked ?? nameOf(localeIn(env)) ?? 'en']();
  if (asked !== undefined) inJson = spoken;
}

export const words = (): Spoken => spoken;
/** Programs read keys: words beside them are English unless --lang asks for others. */
export const wordsInJson = (): Spoken => inJson;

/** The value of --lang; commander refuses what is no language, and a second one. */
function optionIn(argv: readonly string[]): string | undefined {
  const options = argv.slice(0, argv.indexOf('--') < 0 ? argv.length : argv.indexOf('--'));
  const at = options.findIndex((word) => /^--lang(=|$)/.test(word));
  return at < 0 ? undefined : options[at] === '--lang' ? options[at + 1] : options[at]!.slice('--lang='.length);
}

/** As setlocale(3) has it: the first of these that is set and not empty. `ja` of `ja_JP.UTF-8`. */
const localeIn = ({ LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>): string =>
  (LC_ALL || LC_MESSAGES || LANG || '').replace(/[_.@].*$/s, '');

const nameOf = (text: string | undefined): LanguageName | undefined =>
  text !== undefined && Object.hasOwn(LANGUAGES, text) ? (text as LanguageName) : undefined;
