import type { PolicyElement } from '../../model/outside-test.js';
import { question } from '../../model/question.js';
import type { Given, HookName, Word } from '../../model/ruleset.js';
import { protocolName, protocolNumber } from '../../net/protocol.js';
import { match, type Parsed, type RuleContext, type ValueContext, ValueError, type ValueKind } from '../define.js';
import { type Listed, type ListedText, piece, takePiece } from '../listed.js';
import { flag, hex, hostMasked, integer, readInteger } from '../values.js';

/** One of a few words, as they are written. */
const word = <T extends string>(...names: readonly T[]): ValueKind<T> => ({
  words: 1,
  shape: names.join('|'),
  parse([given]) {
    const found = names.find((name) => name === given);
    if (found === undefined) throw new ValueError(`"${given}" is none of ${names.join(', ')}`);
    return found;
  },
  print: (value) => [value],
});

const TRANSFORMS: readonly number[] = [50, 51, 108];
const protocol: ValueKind<number> = {
  words: 1,
  shape: 'esp|ah|ipcomp',
  parse([given]) {
    const number = readInteger(given!) ?? protocolNumber(given!);
    if (number === undefined || !TRANSFORMS.includes(number))
      throw new ValueError(`"${given}" is none of ${TRANSFORMS.map(protocolName).join(', ')}`);
    return number;
  },
  print: (value) => [protocolName(value)],
};

const repeated = { invert: true, repeats: true } as const;
/** What an element is asked for, in the order in which it is printed. */
const ASKED = {
  reqid: { value: integer(0xffffffff), ...repeated },
  spi: { value: integer(0xffffffff, hex), ...repeated },
  proto: { value: protocol, ...repeated },
  mode: { value: word('transport', 'tunnel'), ...repeated },
  'tunnel-dst': { value: hostMasked, ...repeated },
  'tunnel-src': { value: hostMasked, ...repeated },
};
const options = {
  dir: { value: word('in', 'out') },
  pol: { value: word('none', 'ipsec') },
  strict: { value: flag },
  ...ASKED,
  next: { value: flag, needs: ['strict'], repeats: true },
};
type Options = Parsed<typeof options>;
type Element = Parsed<typeof ASKED>;

/** XT_POLICY_MAX_ELEM. */
const MOST = 4;
const KEYS = Object.keys(ASKED) as (keyof typeof ASKED)[];

/** Each option that stands several times, with the others of its name. */
const every = (given: Given | undefined): readonly Given[] => (given ? [given, ...(given.again ?? [])] : []);

/** What stands between one --next and another, all of an option in the order in which they came. */
function elements(given: Options): readonly Readonly<Record<string, readonly Given[]>>[] {
  const ends = every(given.next).map(({ at }) => at.column);
  const starts = [Number.NEGATIVE_INFINITY, ...ends];
  return starts.map((from, i) =>
    Object.fromEntries(
      KEYS.map((key) => [
        key,
        every(given[key]).filter(({ at }) => at.column >= from && at.column < (ends[i] ?? Number.POSITIVE_INFINITY)),
      ]),
    ),
  );
}

/** What a rule that is sound asks for: nothing where it wants none. */
const elementsOf = (given: Options): readonly Element[] =>
  given.pol?.value === 'none'
    ? []
    : elements(given).map((element) => Object.fromEntries(KEYS.map((key) => [key, element[key]![0]])));

function checkElement(element: Readonly<Record<string, readonly Given[]>>, strict: boolean, rule: RuleContext): void {
  for (const key of KEYS) if (element[key]!.length > 1) rule.refuse('is given twice for one element', key);
  const { mode, 'tunnel-src': src, 'tunnel-dst': dst } = element;
  if (strict && KEYS.every((key) => element[key]!.length === 0))
    rule.refuse('an element asks for nothing, which --strict does not have', 'strict');
  const inTunnel = mode![0] && (mode![0].value === 'tunnel') !== mode![0].not;
  const end = src![0] ?? dst![0];
  if (end && !inTunnel) rule.refuse('needs --mode tunnel beside it', end.key);
}

function elementWords(element: Element, context: ValueContext): string[] {
  return KEYS.flatMap((key) => {
    const one = element[key];
    if (!one) return [];
    return [
      ...(one.not ? ['!'] : []),
      `--${key}`,
      ...(ASKED[key].value as ValueKind<unknown>).print(one.value, context),
    ];
  });
}

function wordsOf(given: Options, context: ValueContext): string[] {
  const head = ['--dir', given.dir!.value, '--pol', given.pol?.value ?? 'ipsec', ...(given.strict ? ['--strict'] : [])];
  const asked = elementsOf(given).map((element) => elementWords(element, context));
  return [...head, ...asked.flatMap((words, i) => (i === 0 ? words : ['--next', ...words]))];
}

const askedOf = (element: Element): PolicyElement => ({
  reqid: wanted(element.reqid),
  spi: wanted(element.spi),
  proto: wanted(element.proto),
  mode: wanted(element.mode),
  dst: wanted(element['tunnel-dst']),
  src: wanted(element['tunnel-src']),
});
const wanted = <V>(given: Given<V> | undefined): { readonly not: boolean; readonly value: V } | undefined =>
  given && { not: given.not, value: given.value };

const INWARD: readonly HookName[] = ['PREROUTING', 'INPUT', 'FORWARD'];
const OUTWARD: readonly HookName[] = ['FORWARD', 'OUTPUT', 'POSTROUTING'];

/** policy_mt in net/netfilter/xt_policy.c. */
export const policy = match({
  name: 'policy',
  about: 'how IPsec transformed the packet that came in, or will transform the one that goes out',
  hooks: ({ dir }) => (dir?.value === 'out' ? OUTWARD : INWARD),
  options,
  check(given, rule) {
    if (!given.dir) rule.refuse('needs --dir in or --dir out');
    if (given.pol?.value === 'none') {
      if (given.strict) rule.refuse('cannot stand beside --pol none', 'strict');
      return;
    }
    const asked = elements(given);
    if (asked.length > MOST) rule.refuse(`parts more than ${MOST} elements`, 'next');
    for (const element of asked) checkElement(element, given.strict !== undefined, rule);
  },
  print: wordsOf,
  lower: (given, build, context) => [
    build.host(
      {
        what: 'policy',
        dir: given.dir!.value,
        none: given.pol?.value === 'none',
        strict: given.strict !== undefined,
        elements: elementsOf(given).map(askedOf),
      },
      question.match('policy', wordsOf(given, context).join(' ')),
    ),
  ],
});

const LISTED = Object.entries(options).map(([key, { value }]) =>
  value === flag ? { ...piece(key), flag: true } : piece(key),
);
function takeFirst(text: ListedText): Word[] | undefined {
  for (const one of LISTED) {
    const words = takePiece(text, one);
    if (words !== undefined) return words;
  }
  return undefined;
}
const NUMBERED = /^\[\d\]$/;

/** `policy match dir in pol ipsec strict [0] reqid 1 [1] reqid 2`. */
export const policyListed: Listed = {
  begins: ['policy match'],
  read(text: ListedText) {
    if (!text.take('policy match')) return undefined;
    const words = [];
    for (;;) {
      const number = NUMBERED.test(text.peek()) ? text.word()! : undefined;
      if (number !== undefined && number.text !== '[0]') words.push({ text: '--next', at: number.at });
      const found = takeFirst(text);
      if (found !== undefined) words.push(...found);
      else if (number === undefined) return words;
    }
  },
};
