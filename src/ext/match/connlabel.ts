import { question } from '../../model/question.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { flag, readInteger } from '../values.js';

/** XT_CONNLABEL_MAXBIT. */
const LAST_BIT = 127;

/** A bit's number, or its name in connlabel.conf of the host. */
type Label = number | string;
const label: ValueKind<Label> = {
  words: 1,
  shape: 'NUMBER|NAME',
  parse([word]) {
    const bit = readInteger(word!);
    if (bit !== undefined && bit > LAST_BIT) throw new ValueError(`label ${word} is not in 0..${LAST_BIT}`);
    if (bit !== undefined) return bit;
    if (!/^[a-z_][^"\\]*$/i.test(word!)) throw new ValueError(`"${word}" is neither a label's number nor a name`);
    return word!;
  },
  print: (value) => [`"${value}"`],
};

/** connlabel_mt in net/netfilter/xt_connlabel.c: a bit of the connection's; with --set it is set, and asked for then. */
export const connlabel = match({
  name: 'connlabel',
  about: 'whether the connection has a label',
  tracking: true,
  options: {
    label: { value: label, invert: true, required: true },
    set: { value: flag },
  },
  lower({ label: given, set }, build) {
    const { value } = given!;
    const words = ['--label', `"${value}"`, ...(set ? ['--set'] : [])];
    const test = { what: 'connlabel', state: 'connlabel', label: `${value}`, set: set !== undefined } as const;
    return [build.from(given!, build.host(test, question.match('connlabel', words.join(' '))))];
  },
});

/** `connlabel ! 'name' set`; with -n the number, without quotes. */
export const connlabelListed: Listed = {
  begins: ['connlabel'],
  read(text) {
    if (!text.take('connlabel')) return undefined;
    const not = takeNot(text);
    const value = text.between("'", "'") ?? text.word();
    if (value === undefined) return undefined;
    const words = [...(not ? [{ text: '!', at: value.at }] : []), { text: '--label', at: value.at }, value];
    return text.take('set') ? [...words, { text: '--set', at: value.at }] : words;
  },
};
