import { expect, test } from 'vitest';
import { nearest } from '../src/model/nearest.js';

const WORDS = ['ACCEPT', 'DROP', 'REJECT', 'LOG', 'web', 'webs', '--dport', '--sport'];

test.each([
  ['ACCPET', 'ACCEPT'],
  ['accept', 'ACCEPT'],
  ['DRPO', 'DROP'],
  ['RJECT', 'REJECT'],
  ['REEJECCT', 'REJECT'],
  ['REEJJECCT', undefined],
  ['LGO', 'LOG'],
  ['OLOG', 'LOG'],
  ['DOG', 'LOG'],
  ['LAN', undefined],
  ['wb', 'web'],
  // a word is not meant by itself
  ['web', 'webs'],
  ['--dprot', '--dport'],
  ['--port', '--dport'],
  ['', undefined],
])('%s: did you mean %s?', (word, meant) => {
  expect(nearest(word, WORDS)).toBe(meant);
});
