import { question } from '../../model/question.js';
import { formatAddress, prefixMask } from '../../net/address.js';
import { match, type Parsed, type ValueContext, ValueError, type ValueKind } from '../define.js';
import { flagPiece, type Listed, listed, piece, takeNot } from '../listed.js';
import { flag, hostOf, integer } from '../values.js';

/** XT_RECENT_MAX_NSTAMPS less one, since Linux 6.11; 255 before. */
const MOST_HITS = 65_535;
/** XT_RECENT_NAME_LEN less the zero behind it. */
const NAME_ROOM = 199;
const VERBS = ['set', 'rcheck', 'update', 'remove'] as const;
/** What they do hangs on nothing but the address. */
const WRITERS = ['set', 'remove'];
const others = (...own: readonly string[]) => VERBS.filter((verb) => !own.includes(verb));

/** It names a file: xt_check_proc_name of net/netfilter/x_tables.c. */
const listName: ValueKind<string> = {
  words: 1,
  shape: 'NAME',
  parse([word]) {
    if (word === '' || word === '.' || word === '..' || word!.includes('/'))
      throw new ValueError(`"${word}" is no name of a list: a file of /proc/net/xt_recent is called so`);
    if (word!.length > NAME_ROOM) throw new ValueError(`is longer than ${NAME_ROOM} characters`);
    return word!;
  },
  print: (value) => [value],
};
const mask: ValueKind<readonly number[]> = {
  words: 1,
  shape: 'MASK',
  parse: ([word], context) => hostOf(word!, context),
  print: (value) => [formatAddress(value)],
};
/** As printf's %d has it. */
const seconds = integer(0xffffffff, (value) => String(value | 0), 1);

const options = {
  set: { value: flag, invert: true, excludes: others('set') },
  rcheck: { value: flag, invert: true, excludes: others('rcheck') },
  update: { value: flag, invert: true, excludes: others('update') },
  remove: { value: flag, invert: true, excludes: others('remove') },
  seconds: { value: seconds, excludes: WRITERS },
  reap: { value: flag, needs: ['seconds'] },
  hitcount: { value: integer(MOST_HITS) },
  rttl: { value: flag, excludes: WRITERS },
  name: { value: listName },
  mask: { value: mask },
  rsource: { value: flag },
  rdest: { value: flag },
};
type Given = Parsed<typeof options>;

const verbOf = (given: Given) => VERBS.find((verb) => given[verb] !== undefined);
const nameOf = (given: Given): string => given.name?.value ?? 'DEFAULT';
/** The last one given says it. */
const isDestination = ({ rsource, rdest }: Given): boolean =>
  rdest !== undefined && !(rsource !== undefined && rsource.at.column > rdest.at.column);
const maskOf = (given: Given, { family }: ValueContext): readonly number[] =>
  given.mask?.value ?? prefixMask(family === 4 ? 32 : 128, family);

function print(given: Given, context: ValueContext): string[] {
  const words: string[] = [];
  for (const verb of VERBS) if (given[verb]) words.push(...(given[verb].not ? ['!'] : []), `--${verb}`);
  if (given.seconds) words.push('--seconds', ...seconds.print(given.seconds.value, context));
  if (given.reap) words.push('--reap');
  if (given.hitcount && given.hitcount.value !== 0) words.push('--hitcount', String(given.hitcount.value));
  if (given.rttl) words.push('--rttl');
  words.push('--name', nameOf(given), '--mask', formatAddress(maskOf(given, context)));
  return [...words, isDestination(given) ? '--rdest' : '--rsource'];
}

/** recent_mt of net/netfilter/xt_recent.c: what a list holds is kept by src/run/asked/recent.ts. */
export const recent = match({
  name: 'recent',
  about: 'addresses that were seen before, in a list that rules write',
  options,
  check(given, rule) {
    const verb = verbOf(given);
    if (verb === undefined) rule.refuse('needs one of --set, --rcheck, --update, --remove');
    if ((verb === 'set' || verb === 'remove') && given.hitcount && given.hitcount.value > 0)
      rule.refuse(`cannot stand beside --${verb}`, 'hitcount');
  },
  print,
  lower(given, build, { family }) {
    const verb = verbOf(given)!;
    const not = given[verb]!.not;
    const words = print(given, { family }).filter((word) => word !== '!');
    const test = build.host(
      {
        what: 'recent',
        state: `recent:${nameOf(given)}`,
        verb,
        not,
        side: isDestination(given) ? 'dst' : 'src',
        mask: maskOf(given, { family }),
        seconds: given.seconds?.value ?? 0,
        reap: given.reap !== undefined,
        hitcount: given.hitcount?.value ?? 0,
        ttl: given.rttl !== undefined,
      },
      question.match('recent', words.join(' ')),
    );
    return [build.from(given[verb]!, test)];
  },
});

const printed = listed(
  'recent:',
  flagPiece('set', 'SET'),
  flagPiece('rcheck', 'CHECK'),
  flagPiece('update', 'UPDATE'),
  flagPiece('remove', 'REMOVE'),
  piece('seconds', 'seconds:'),
  flagPiece('reap'),
  piece('hitcount', 'hit_count:'),
  flagPiece('rttl', 'TTL-Match'),
  piece('name', 'name:'),
  flagPiece('rsource', 'side: source'),
  flagPiece('rdest', 'side: dest'),
  piece('mask', 'mask:'),
);

/** A `!` stands before all of it, and belongs to the verb. */
export const recentListed: Listed = {
  begins: printed.begins,
  read(text) {
    const not = takeNot(text);
    const words = printed.read(text);
    return not && words !== undefined && words.length > 0 ? [{ ...words[0]!, text: '!' }, ...words] : words;
  },
};
