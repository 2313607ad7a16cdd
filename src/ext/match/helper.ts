import { question } from '../../model/question.js';
import { match } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { cutText } from '../values.js';

/** char name[30] of xt_helper.h; the empty name stands for every helper. */
const NAME_BYTES = 29;
const name = cutText(NAME_BYTES);
const helperName = {
  ...name,
  parse: (words, context) => (words[0] === '' ? '' : name.parse(words, context)),
} satisfies typeof name;

/**
 * helper_mt in net/netfilter/xt_helper.c: whether the packet's connection was expected by one that has that helper. One
 * that has a helper itself is not meant.
 */
export const helper = match({
  name: 'helper',
  about: 'that the connection was expected by another one, of a helper',
  tracking: true,
  options: { helper: { value: helperName, invert: true, required: true } },
  lower: (given, build) => [build.when(given.helper, () => build.ask(question.match('helper')))],
});

/** `helper match ! "ftp"`: what is in quotes is printed as it is. */
export const helperListed: Listed = {
  begins: ['helper match'],
  read(text) {
    if (!text.take('helper match')) return undefined;
    const not = takeNot(text);
    const value = text.between('"', '"');
    if (value === undefined) return undefined;
    return [...(not ? [{ text: '!', at: value.at }] : []), { text: '--helper', at: value.at }, value];
  },
};
