/** Sets of addresses by columns: their members are classes as a look-up by the bytecode has them, be they many or within each other. */
import { describe, expect, test } from 'vitest';
import { useOf } from '../src/run/plan-of.js';
import { journeyLines, loadBoth, programOfTexts } from './classify/beside.js';
import { columnsOf } from './classify/journeys.js';
import { HOST, rulesOf } from './classify/steps.js';
import { differing, inBatches } from './classify/ways.js';
import { Draw } from './routing/random.js';

const ends = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 254, 255];
const RULES = {
  raw: [
    'PREROUTING -m set --match-set a src -m set ! --match-set b dst',
    'PREROUTING -m set ! --match-set a dst -p udp -j DROP',
    'PREROUTING -m set --match-set b src -j ACCEPT',
  ],
};
const packets = ends.flatMap((src) =>
  ends.map((dst) => ({ in: 'eth0', src: `192.0.2.${src}`, dst: `192.0.2.${dst}`, proto: dst % 3 === 0 ? 17 : 6 })),
);

const KINDS: Readonly<Record<string, (draw: Draw) => string>> = {
  'hash:net': (draw) => {
    const length = 24 + draw.below(9);
    const [base] = [draw.of(ends) & (0xff00 >> (length - 24))];
    return `192.0.2.${base}/${length}${draw.chance(35) ? ' nomatch' : ''}`;
  },
  'hash:ip': (draw) => `192.0.2.${draw.of(ends)}`,
  'bitmap:ip range 192.0.2.0/24': (draw) => `192.0.2.${draw.of(ends)}`,
};

describe.each([4, 6] as const)('members of a few addresses of IPv%i, in both directions', (family) => {
  test.each(Object.keys(KINDS).filter((kind) => family === 4 || kind.startsWith('hash')))('%s', async (kind) => {
    for (let seed = 0; seed < 6; seed++) {
      const draw = new Draw(seed);
      const sets = ['a', 'b'].flatMap((name) =>
        [
          `create ${name} ${kind}`,
          ...new Map(
            Array.from({ length: 1 + draw.below(14) }, () => KINDS[kind]!(draw)).map((one) => [one.split(' ')[0], one]),
          ).values(),
        ].map((line) => (line.startsWith('create') ? line : `add ${name} ${line}`)),
      );
      const lines = await journeyLines({ name: kind, rules: RULES, sets, packets }, family);
      expect(lines, `seed ${seed}`).toEqual([]);
    }
  });
});

test('members by the hundred thousand', async () => {
  const draw = new Draw(1);
  const members = new Set<number>();
  // two of three of them stand beside another
  for (let at = 0x0b000000; members.size < 300_000; at += draw.below(4000))
    for (const one of [at, at + 1]) members.add(one);
  const dotted = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
  const sets = [
    'create a hash:ip maxelem 400000',
    ...[...members].map((one) => `add a ${dotted(one)}`),
    'create b hash:ip',
  ];
  const program = programOfTexts([{ name: 'sets', text: `${sets.join('\n')}\n` }, rulesOf(RULES), ...HOST]);
  const { columns, bytecode } = await loadBoth(program);
  const near = [...members].filter(() => draw.chance(1)).flatMap((one) => [one - 1, one, one + 1, one + 2]);
  const packets = columnsOf(near.map((one) => ({ in: 'eth0', src: dotted(one), dst: '10.0.0.9' })));
  const expected = inBatches(bytecode, [packets]);
  expect(differing(expected, inBatches(columns, [packets]), (at) => dotted(near[at]!))).toEqual([]);
  const use = useOf(columns);
  expect(use.used).toBe('columns');
  expect(use.walked).toBeLessThan(2000);
});
