import { Field } from '../../abi.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, piece, takePiece } from '../listed.js';
import { hex2, integerOf, type MaskedNumber, readInteger } from '../values.js';

const NAMES: Readonly<Record<string, number>> = {
  'minimize-delay': 0x10,
  'maximize-throughput': 0x08,
  'maximize-reliability': 0x04,
  'minimize-cost': 0x02,
  'normal-service': 0x00,
};

/** A name stands under the mask 0x3f, a number alone under 0xff. */
export const tosValue: ValueKind<MaskedNumber> = {
  words: 1,
  shape: 'TOS[/MASK]|NAME',
  parse([word]) {
    const [value, mask, more] = word!.split('/');
    if (readInteger(value!) === undefined) {
      const named = Object.hasOwn(NAMES, word!.toLowerCase()) ? NAMES[word!.toLowerCase()] : undefined;
      if (named === undefined) throw new ValueError(`"${word}" is none of ${Object.keys(NAMES).join(', ')}`);
      return { value: named, mask: 0x3f };
    }
    if (more !== undefined) throw new ValueError(`"${word}" holds more than one "/"`);
    return { value: integerOf(value!, 255), mask: mask === undefined ? 255 : integerOf(mask, 255, 'mask') };
  },
  print: ({ value, mask }) => [`${hex2(value)}/${hex2(mask)}`],
};

/** tos_mt in net/netfilter/xt_dscp.c. */
export const tos = match({
  name: 'tos',
  about: 'the type of service byte',
  options: { tos: { value: tosValue, invert: true, required: true } },
  lower: (given, build) => [build.when(given.tos, ({ value, mask }) => build.masked(Field.Tos, mask, value))],
});

/** `tos match0x10/0xff`, and with names `tos match Minimize-Delay`. */
export const tosListed: Listed = {
  begins: ['tos'],
  read(text) {
    if (!text.take('tos match') && !(text.take('tos') && text.takeStart('match'))) return undefined;
    return takePiece(text, piece('tos', ''));
  },
};
