import { U32Step } from '../../abi.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { hex, integerOf } from '../values.js';

/**
 * The program, as Op.U32 runs it: [tests], then for each test [locations, ranges], a pair (U32Step, number) for each
 * location, the first a load, and a pair (least, greatest) for each range.
 */
type Program = readonly number[];
const SIGNS: readonly string[] = ['', '&', '<<', '>>', '@'];
/** XT_U32_MAXSIZE: tests, and locations and ranges of each. */
const MOST = 10;

const number = (word: string) => integerOf(word, 0xffffffff);
function few<T>(list: readonly T[], what: string): readonly T[] {
  if (list.length > MOST) throw new ValueError(`holds ${list.length} ${what}, more than ${MOST}`);
  return list;
}

function testOf(text: string): number[] {
  const [where, values, more] = text.split('=');
  if (values === undefined || more !== undefined) throw new ValueError(`"${text}" is not LOCATION=RANGE[,…]`);
  const [first, ...rest] = where!.split(/(&|<<|>>|@)/);
  const steps = [U32Step.Load, number(first!)];
  for (let i = 0; i < rest.length; i += 2) steps.push(SIGNS.indexOf(rest[i]!), number(rest[i + 1]!));
  few(
    steps.filter((_, i) => i % 2 === 1),
    'numbers in a location',
  );
  const ranges = few(values.split(','), 'ranges').map((part) => {
    const [min, max = min, extra] = part.split(':');
    if (extra !== undefined) throw new ValueError(`"${part}" is not a range: more than one ":"`);
    return [number(min!), number(max!)];
  });
  return [steps.length / 2, ranges.length, ...steps, ...ranges.flat()];
}

function printed(program: Program): string {
  const tests: string[] = [];
  let at = 1;
  for (let t = 0; t < program[0]!; t++) {
    const [locations, ranges] = [program[at]!, program[at + 1]!];
    at += 2;
    let where = '';
    for (let i = 0; i < locations; i++, at += 2) where += SIGNS[program[at]!]! + hex(program[at + 1]!);
    const values: string[] = [];
    for (let i = 0; i < ranges; i++, at += 2) {
      const [min, max] = [program[at]!, program[at + 1]!];
      values.push(min === max ? hex(min) : `${hex(min)}:${hex(max)}`);
    }
    tests.push(`${where}=${values.join(',')}`);
  }
  return tests.join('&&');
}

const programKind: ValueKind<Program> = {
  words: 1,
  shape: 'TEST[&&TEST…]',
  parse([word]) {
    const tests = few(word!.replace(/\s/g, '').split('&&'), 'tests');
    return [tests.length, ...tests.flatMap(testOf)];
  },
  print: (program) => [`"${printed(program)}"`],
};

/** u32_mt in net/netfilter/xt_u32.c. */
export const u32 = match({
  name: 'u32',
  about: "numbers computed from the packet's bytes",
  options: { u32: { value: programKind, invert: true, required: true } },
  lower: (given, build) => [build.when(given.u32, (program) => build.u32(program))],
});

export const u32Listed: Listed = {
  begins: ['u32'],
  read(text) {
    if (!text.take('u32')) return undefined;
    const not = takeNot(text);
    const program = text.between('"', '"');
    return program && [...(not ? [{ text: '!', at: program.at }] : []), { text: '--u32', at: program.at }, program];
  },
};
