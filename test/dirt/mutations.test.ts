/** Mutated texts (mutations.ts): of the corpus where there is one, and of the project's own. PACKETWALK_FUZZ=n tries n. */
import { describe, expect, test } from 'vitest';
import { corpus, readCorpus } from '../corpus.js';
import { TEXTS } from '../fuzz/seeds.js';
import { faultOf, mutated } from './mutations.js';

const RUNS = Number(process.env.PACKETWALK_FUZZ ?? 1500);
const OWN = TEXTS.filter((text) => text.length < 100_000);
const SHORT = corpus.map(({ file }) => readCorpus(file));

test('no rule is lost or changed without a finding', () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const text = mutated([...OWN, ...SHORT], seed);
    const fault = faultOf(text);
    expect(fault === undefined ? '' : `seed ${seed}: ${fault}\n${text}`).toBe('');
  }
});

describe('the same of texts that mutations have shown once', () => {
  test.each([
    'Chain INPUT (policy D\ntarget     prot opt source               destination\nACCEPT     all  --  anywhere  anywhere\n',
    `Chain ${'a'.repeat(29)} (1 references)\ntarget     prot opt source               destination\nDROP       all  --  anywhere  anywhere\n`,
    '-P OUTPUT ACCEPT\n-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff root@gw:~# ip6tables -t nat -S\n-P OUTPUT ACCEPT\n',
    '-A INPUT -s 10.0.0.0/8 -j DROP -A INPUT -j ACCEPT\n',
  ])('%j', (text) => {
    expect(faultOf(text)).toBeUndefined();
  });
});
