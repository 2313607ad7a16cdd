import { DCCP_TYPES, dccpTypeName as nameOf } from '../../net/dccp.js';
import { Protocol } from '../../net/protocol.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, type ListedText, listed, piece, takeNot, takePiece } from '../listed.js';
import { integer, unorderedPorts } from '../values.js';
import { headerWord } from './header-word.js';
import { DPORT_LISTED, portOptions, portsHold, SPORT_LISTED } from './ports.js';

const INVALID = DCCP_TYPES.length - 1;
const MOST = 15;

const types: ValueKind<readonly number[]> = {
  words: 1,
  shape: 'TYPE[,…]',
  parse([word]) {
    const numbers = word!
      .split(',')
      .filter((name) => name !== '')
      .map((name) => {
        const number = DCCP_TYPES.indexOf(name.toUpperCase());
        if (number < 0) throw new ValueError(`"${name}" is none of ${DCCP_TYPES.join(', ')}`);
        return number;
      });
    // iptables takes it, and prints what nobody can read
    if (numbers.length === 0) throw new ValueError('names no type');
    return [...new Set(numbers)].sort((a, b) => a - b);
  },
  print: (numbers) => [numbers.map(nameOf).join(',')],
};

/** dccp_mt in net/netfilter/xt_dccp.c: false in later fragments, a hot drop where the header is cut. */
export const dccp = match({
  name: 'dccp',
  about: 'DCCP source and destination port, type of the packet, and options',
  protocols: [Protocol.Dccp],
  options: {
    ...portOptions(unorderedPorts),
    'dccp-types': { value: types, invert: true },
    'dccp-option': { value: integer(255, String, 1), invert: true },
  },
  lower: (given, build) => [
    build.header(12),
    ...portsHold(given, build),
    build.when(given['dccp-types'], (numbers) =>
      headerWord(
        build,
        8,
        numbers.map((number) => ({ min: number, max: number === INVALID ? MOST : number })),
        'dccp-type',
        { shift: 25, bits: 4 },
      ),
    ),
    build.when(given['dccp-option'], (option) => build.dccpOption(option)),
  ],
});

const ports = listed('dccp', SPORT_LISTED, DPORT_LISTED);
const option = piece('dccp-option', 'option=');

/** Types stand by number under -n, behind a `!` of their own. */
export const dccpListed: Listed = {
  begins: ['dccp'],
  read(text) {
    const words = ports.read(text);
    return words && [...words, ...takeTypes(text), ...(takePiece(text, option) ?? [])];
  },
};

function takeTypes(text: ListedText) {
  const before = text.at;
  const not = takeNot(text);
  const list = text.word();
  const names = list?.text.split(',').map((name) => (/^\d+$/.test(name) ? nameOf(Number(name)) : name));
  if (!names?.every((name) => name !== undefined && DCCP_TYPES.includes(name))) {
    text.at = before;
    return [];
  }
  const { at } = list!;
  return [...(not ? [{ text: '!', at }] : []), { text: '--dccp-types', at }, { text: names.join(','), at }];
}
