/** Hop-by-hop and destination options, which ip6t_hbh.c serves both: a header's length and the options that it begins with. */
import { type Match, match, ValueError, type ValueKind } from '../define.js';
import { type Listed, listed, piece } from '../listed.js';
import { integerOf } from '../values.js';
import { type Header, hasLength, options, u32, whole } from './header6.js';

/** type << 8 | length; 255 stands for any length. */
type Options = readonly number[];
const ANY = 255;
/** IP6T_OPTS_OPTSNR */
const MOST = 16;

const optionList: ValueKind<Options> = {
  words: 1,
  shape: 'TYPE[:LENGTH][,…]',
  parse([word]) {
    const parts = word!.split(',');
    if (parts.length > MOST) throw new ValueError(`holds ${parts.length} options, more than ${MOST}`);
    return parts.map((part, i) => {
      const [type, length, more] = part.split(':');
      if (more !== undefined) throw new ValueError(`"${part}" is not TYPE:LENGTH: more than one ":"`);
      const number = integerOf(type!, 255, 'type');
      if (length === undefined) return (number << 8) | ANY;
      if (number === 0) throw new ValueError('option 0, a byte of padding, has no length');
      // iptables takes no length of the last that there is room for
      if (i === MOST - 1) throw new ValueError(`the ${MOST}th option can have no length`);
      return (number << 8) | integerOf(length, 255, 'length');
    });
  },
  print: (list) => [list.map((one) => ((one & 255) === ANY ? `${one >> 8}` : `${one >> 8}:${one & 255}`)).join(',')],
};

interface Kind {
  readonly name: 'hbh' | 'dst';
  readonly about: string;
  readonly header: Header;
}

export const optionsMatch = ({ name, about, header }: Kind): Match =>
  match({
    name,
    about,
    families: [6],
    options: {
      [`${name}-len`]: { value: u32, invert: true },
      [`${name}-opts`]: { value: optionList },
    },
    lower: (given, build) => [
      whole(header, 2),
      build.when(given[`${name}-len`], (bytes) => hasLength(header, bytes as number)),
      build.when(given[`${name}-opts`], (list) => options(header, list as Options)),
    ],
  });

export const optionsListed = (name: 'hbh' | 'dst'): Listed =>
  listed(name, piece(`${name}-len`, 'length:'), piece(`${name}-opts`, 'opts'));
