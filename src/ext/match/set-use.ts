import type { Direction } from '../../model/condition.js';
import type { Given, GivenOptions, Word } from '../../model/ruleset.js';
import { ValueError, type ValueKind } from '../define.js';
import { type ListedText, piece, takePiece } from '../listed.js';

/** A set, and what of a packet is looked for in it or put into it. */
export interface SetUse {
  readonly name: string;
  readonly directions: readonly Direction[];
}

/** IPSET_MAXNAMELEN with its zero byte, and IPSET_DIM_MAX. */
const MAX_NAME = 31;
const MAX_DIRECTIONS = 6;

export const setUse: ValueKind<SetUse> = {
  words: 2,
  shape: 'NAME src|dst[,…]',
  parse([name, flags]) {
    if (name!.length > MAX_NAME) throw new ValueError(`set ${name}: its name is longer than ${MAX_NAME} characters`);
    const directions = flags!.split(',').map((word) => {
      if (word !== 'src' && word !== 'dst') throw new ValueError(`"${word}" is neither src nor dst`, 1);
      return word;
    });
    if (directions.length > MAX_DIRECTIONS)
      throw new ValueError(`holds ${directions.length} directions, more than ${MAX_DIRECTIONS}`, 1);
    return { name: name!, directions };
  },
  print: ({ name, directions }) => [name, directions.join(',')],
};

const isSetUse = (given: Given | undefined): given is Given<SetUse> =>
  typeof given?.value === 'object' && given.value !== null && 'directions' in given.value;

/** Of the options of an extension those that name sets. */
export const setUses = (options: GivenOptions): readonly Given<SetUse>[] => Object.values(options).filter(isSetUse);

/** `match-set NAME src,dst` in a listing. */
export function takeSetUse(text: ListedText, key: string): Word[] | undefined {
  const words = takePiece(text, piece(key));
  const directions = words && text.word();
  return directions && [...words, directions];
}
