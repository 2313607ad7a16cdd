/** What people write in the place of an address that they do not show: `<my ip>`, `{private net ID}/24`, `[REDACTED]`, `(hidden)`. */
import { type CleanLine, replaced } from './drawn.js';
import { quotedIn } from './quotes.js';

const SIGNS = String.raw`<[^<>"]{1,60}>|\{[^{}"]{1,60}\}|\[[^[\]"]{1,60}\]|\([^()"]{1,60}\)`;
/** Behind an option that takes an address. */
const IN_RULE = new RegExp(
  String.raw`(?<=(?:\s-[sd]|--(?:source|destination|src|dst|to|to-source|to-destination|(?:src|dst)-range))(?: {1,4}|=)(?:! ?)?)(?:${SIGNS})`,
  'g',
);
/** In a column of a listing, or behind `to:`. */
const IN_ROW = new RegExp(String.raw`(?<=\s!?|to:)(?:${SIGNS})(?=[\s/:]|$)`, 'g');
/** What a listing prints in brackets, or behind what it prints any text. */
const OF_LISTING = /^\[(?:goto|unsupported revision|\d+ bytes of unknown .*)\]$|^\((?:policy|-?\d+ ref)/i;
const TEXTS = /["`]|\/\*|prefix /;

/** A rule or a command, with names in place of such texts: what stands between the brackets, without its blanks. */
export const withNames = (line: CleanLine): CleanLine => named(line, IN_RULE, line.text.length);

/** The same for a rule of a listing. */
export const withNamesInRow = (line: CleanLine): CleanLine => {
  const end = line.text.search(TEXTS);
  return named(line, IN_ROW, end < 0 ? line.text.length : end);
};

function named(line: CleanLine, pattern: RegExp, end: number): CleanLine {
  if (!/[ !:=][<{[(]/.test(line.text)) return line;
  const isQuoted = quotedIn(line.text);
  return replaced(
    line,
    pattern,
    (found, at) => {
      const inner = found.slice(1, -1).trim();
      const stays = at >= end || OF_LISTING.test(found) || isQuoted(at);
      // brackets around an address are a slip
      if (stays || /^[\da-f.:/]*$/i.test(inner)) return found;
      return inner.replace(/^(?=\d)/, '_').replace(/[^\p{L}\p{N}.-]+/gu, '_');
    },
    'placeholder',
  );
}
