/** Listings and whatever else stands in one text, told apart line by line. */
import { type Line, linesOf } from '../../text.js';
import { typedCommand } from '../commands.js';
import { chainLine, columnLine, headingOf } from './lines.js';

export interface Parts {
  /** the text with a blank for each line of a listing. */
  readonly others: string;
  readonly listing: readonly Line[];
}

/** A line that no listing has, and that other texts begin with. */
const OTHER =
  /^(\*(raw|mangle|nat|filter|security)$|:\S+ |#|(\[\d+:\d+\]\s*)?-[ANPI] |COMMIT$|create \S|add \S|Name: \S|\d+: \S+: )/;

/** What stands behind the first line of a listing belongs to it until another kind of text begins. */
export function apartListing(text: string): Parts {
  const others: string[] = [];
  const listing: Line[] = [];
  let listed = false;
  let end = 0;
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const typed = typedCommand(trimmed);
    if (typed !== undefined) listed = /\s(-[a-zA-Z]*L|--list(?!-rules))(\s|$)/.test(trimmed);
    else if ([chainLine, columnLine, headingOf].some((read) => read(trimmed) !== undefined)) listed = true;
    else if (OTHER.test(trimmed)) listed = false;
    others.push(text.slice(end, line.offset), listed ? ' ' : line.text);
    end = line.offset + line.text.length;
    if (listed) listing.push(line);
  }
  others.push(text.slice(end));
  return { others: others.join(''), listing };
}
