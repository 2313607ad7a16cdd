/** Programs of the bpf match: what is refused and in which words, what is asked, what a listing says of one that is pinned. */
import { expect, test } from 'vitest';
import { lowerRule } from '../src/compile/lower.js';
import { ListedText } from '../src/ext/listed.js';
import { LISTED_MATCHES } from '../src/ext/listings.js';
import type { Condition } from '../src/model/condition.js';
import { question } from '../src/model/question.js';
import type { Family } from '../src/net/address.js';
import { readRule } from './rows.js';

const rule = (...instructions: string[]) => `-m bpf --bytecode "${instructions.length},${instructions.join(',')}"`;

test.each<[string[], RegExp]>([
  [['47 0 0 1', '6 0 0 1'], /instruction 0: classic BPF has no code 47/],
  [['52 0 0 0', '6 0 0 1'], /instruction 0: it divides by 0/],
  [['100 0 0 32', '6 0 0 1'], /instruction 0: it shifts by 32 bits/],
  [['0 0 0 1', '2 0 0 16', '6 0 0 1'], /instruction 1: there is no memory 16 of 16/],
  [['32 0 0 4294963202', '6 0 0 1'], /instruction 0: a packet has nothing at 4294963202/],
  [['21 0 1 6', '2 0 0 3', '96 0 0 3', '22 0 0 0'], /instruction 2: not every way there writes to memory 3/],
  [['5 0 0 4294967295', '6 0 0 1'], /instruction 0: it jumps beyond the end/],
  [['21 0 1 0', '6 0 0 1'], /instruction 0: it jumps beyond the end/],
  [['6 0 0 1', '48 0 0 1'], /the last instruction does not return/],
])('%j is refused', (instructions, message) => {
  const { findings } = readRule(rule(...instructions));
  expect(findings).toMatchObject([{ severity: 'error', message: expect.stringMatching(message) }]);
});

function asked(text: string, family: Family): string | undefined {
  const { rule, findings } = readRule(text, 'filter', 'INPUT', family);
  expect(findings).toEqual([]);
  const { conditions } = lowerRule(rule, { family, table: 'filter', chain: 'INPUT' });
  const ask = conditions.find((one: Condition) => 'test' in one && one.test.kind === 'ask');
  return ask && 'test' in ask && ask.test.kind === 'ask' ? ask.test.question : undefined;
}

/** SKF_LL_OFF, SKF_NET_OFF, SKF_AD_OFF. */
const [LINK, NET, BESIDE] = [0xffe00000, 0xfff00000, 0xfffff000];

test.each<[string, boolean]>([
  ['48 0 0 9', false],
  [`48 0 0 ${LINK - 1}`, false],
  [`48 0 0 ${LINK}`, true],
  [`80 0 0 ${LINK + 14}`, true],
  [`177 0 0 ${NET - 1}`, true],
  [`48 0 0 ${NET}`, false],
  [`80 0 0 ${BESIDE + 4}`, false],
  // an immediate number is no place
  [`0 0 0 ${LINK}`, false],
  // protocol, type of the packet, interface, mark, queue, processor, index
  ...[0, 4, 8, 20, 24, 36, 40].map((at): [string, boolean] => [`32 0 0 ${BESIDE + at}`, ![0, 20, 40].includes(at)]),
])('%s is asked: %s', (load, open) => {
  for (const family of [4, 6] as const)
    expect(asked(rule(load, '22 0 0 0'), family)).toBe(open ? question.bpf(`2,${load},22 0 0 0`) : undefined);
});

test('a program that is pinned is asked', () => {
  expect(asked('-m bpf --object-pinned /sys/fs/bpf/one', 4)).toBe('bpf:/sys/fs/bpf/one');
  expect(readRule('-m bpf --object-pinned /sys/fs/bpf/one').printed).toBe('-m bpf --object-pinned /sys/fs/bpf/one');
  expect(readRule('-m bpf --object-pinned /x --bytecode "1,6 0 0 1"').findings).not.toEqual([]);
});

test.each<[string, string[] | undefined]>([
  ['match bpf pinned /sys/fs/bpf/one ', ['--object-pinned', '/sys/fs/bpf/one']],
  ['match bpf 48 0 0 9,22 0 0 0\0 /* x */', ['--bytecode', '2,48 0 0 9,22 0 0 0']],
  // the NUL was lost
  ['match bpf 6 0 0 1 /* x */', ['--bytecode', '1,6 0 0 1']],
  ['match bpf 6 0 0', undefined],
  ['match bpf', undefined],
])('a listing says %j', (line, words) => {
  const text = new ListedText(line, 0, 4);
  expect(
    LISTED_MATCHES.get('bpf')!
      .read(text)
      ?.map((word) => word.text),
  ).toEqual(words);
});
