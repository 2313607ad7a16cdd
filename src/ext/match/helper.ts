import { CT_STATUS_EXPECTED, Field, STATE_RELATED } from '../../abi.js';
import type { Build } from '../../model/build.js';
import type { Condition } from '../../model/condition.js';
import { question } from '../../model/question.js';
import type { Family } from '../../net/address.js';
import { icmpProtocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { cutText, quoted } from '../values.js';

/** char name[30] of xt_helper.h; the empty name stands for every helper. */
const NAME_BYTES = 29;
const name = cutText(NAME_BYTES, true);
const helperName = {
  ...name,
  parse: (words, context) => (words[0] === '' ? '' : name.parse(words, context)),
} satisfies typeof name;

/**
 * RELATED is what an expected connection begins as, and what an error about any is. An entry that a listing tells of is none
 * that was expected, since lines do not say it.
 */
function isExpected(build: Build, family: Family): Condition {
  const related = build.masked(Field.CtState, STATE_RELATED, STATE_RELATED);
  const error = build.equal(Field.Proto, icmpProtocol(family));
  const flagged = build.masked(Field.CtStatus, CT_STATUS_EXPECTED, CT_STATUS_EXPECTED);
  // the last is what is told where none holds
  return build.any(flagged, build.all(related, build.not(error)));
}

/**
 * helper_mt in net/netfilter/xt_helper.c: whether the packet's connection was expected by one that has that helper: of those that
 * were, nobody here knows whose they are. One that has a helper itself is not meant.
 */
export const helper = match({
  name: 'helper',
  about: 'that the connection was expected by another one, of a helper',
  tracking: true,
  options: { helper: { value: helperName, invert: true, required: true } },
  lower: (given, build, { family }) => [
    build.when(given.helper, (value) =>
      build.all(isExpected(build, family), build.ask(question.match('helper', `--helper ${quoted(value)}`))),
    ),
  ],
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
