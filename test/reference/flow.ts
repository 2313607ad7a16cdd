/**
 * Rulesets of nothing but the ways from chain to chain: jumps, gotos and returns in every mixture, deeper than the
 * generator's. Marks tell the rules that were passed apart and decide which way is taken.
 */
import fc from 'fast-check';
import { buildPacket, toHex } from '../kernel/packets.js';
import type { Scenario } from '../kernel/scenario.js';

const CHAINS = 12;
const BITS = 4;

/** A rule of chain number `from` (0: the built-in one); a chain reaches only those behind it, so that no loop arises. */
interface Step {
  readonly from: number;
  readonly when: number | undefined;
  readonly not: boolean;
  readonly what: 'jump' | 'goto' | 'return' | 'accept' | 'drop' | 'mark' | 'count';
  readonly value: number;
}

const chainName = (number: number): string => (number === 0 ? 'INPUT' : `chain-${number}`);

function ruleText({ from, when, not, what, value }: Step): string {
  const bit = (n: number): string => `0x${(1 << n).toString(16)}`;
  const clause = when === undefined ? '' : ` -m mark ${not ? '! ' : ''}--mark ${bit(when)}/${bit(when)}`;
  const to = chainName(from + 1 + (value % (CHAINS - from)));
  const targets = {
    jump: ` -j ${to}`,
    goto: ` -g ${to}`,
    return: ' -j RETURN',
    accept: ' -j ACCEPT',
    drop: ' -j DROP',
    mark: ` -j MARK --xor-mark ${bit(value % BITS)}`,
    count: '',
  };
  return `-A ${chainName(from)}${clause}${targets[what]}`;
}

const step: fc.Arbitrary<Step> = fc.record({
  // most stand near the front, from where the others are reached
  from: fc.oneof(fc.nat(2), fc.nat(CHAINS - 1)),
  when: fc.option(fc.nat(BITS - 1), { nil: undefined }),
  not: fc.boolean(),
  what: fc.constantFrom(
    ...(['jump', 'jump', 'jump', 'goto', 'goto', 'return', 'accept', 'drop', 'mark', 'mark', 'count'] as const),
  ),
  value: fc.nat(CHAINS * BITS),
});

export const flows: fc.Arbitrary<Scenario> = fc
  .record({ steps: fc.array(step, { minLength: 4, maxLength: 60 }), policy: fc.constantFrom('ACCEPT', 'DROP') })
  .map(({ steps, policy }) => {
    const users = Array.from({ length: CHAINS }, (_, i) => `:${chainName(i + 1)} - [0:0]`);
    const lines = ['*filter', `:INPUT ${policy} [0:0]`, ...users, ...steps.map(ruleText), 'COMMIT'];
    const hex = toHex(buildPacket({ src: '8.8.8.8', dst: '192.168.1.1' }));
    const packets = Array.from({ length: 1 << BITS }, (_, mark) => ({ in: 'eth0', hex, mark }));
    return { family: 4, rules: `${lines.join('\n')}\n`, sets: '', setup: [], packets };
  });
