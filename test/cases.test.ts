/** The kept cases: packetwalk against what the kernel answered when they were recorded. Needs no root. */
import { describe, expect, test } from 'vitest';
import { caseNames, readCase } from './kernel/keep.js';
import { caseText, differencesOf, parseCase } from './kernel/kept.js';

describe('the kernel answered', () => {
  test.each(caseNames())('%s', async (name) => {
    expect(await differencesOf(parseCase(readCase(name)))).toEqual([]);
  });
});

describe('a case', () => {
  const name = 'addrtype-limit-iface.case';

  test.each(caseNames())('%s is written as it is read', (file) => {
    expect(caseText(parseCase(readCase(file)))).toBe(readCase(file));
  });

  test('with another answer is a difference', async () => {
    const kept = parseCase(readCase(name));
    const counters = new Map([...kept.answers[0]!.counters].map(([key]) => [key, '9/999']));
    const answers = [{ ...kept.answers[0]!, counters }, ...kept.answers.slice(1)];
    expect(await differencesOf({ ...kept, answers })).not.toEqual([]);
  });

  test.each([
    ['without its rules', /--- rules\n(?:(?!---).*\n)*/, '', 'no section rules'],
    ['without an answer', /--- kernel\n(?:(?!---).*\n)*/, '', '5 packets, 4 answers'],
    ['with a line that is no answer', /--- kernel\n/, '--- kernel\nperhaps\n', 'no answer of the kernel: perhaps'],
    ['with a section that nobody knows', /--- rules\n/, '--- roles\n\n--- rules\n', 'unknown section roles'],
  ])('%s is refused', (_, from, to, message) => {
    expect(() => parseCase(readCase(name).replace(from, to))).toThrow(message);
  });
});
