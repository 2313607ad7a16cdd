/** A line of a text may be megabytes long: whatever it repeats, twice the length takes twice the time, no more. */
import { describe, expect, test } from 'vitest';
import { parseTexts } from '../src/parse/index.js';

/** What a line may begin with, and what it goes on with, thousands of times. */
const BEGINNINGS: readonly string[] = [
  '',
  '# ',
  '– ',
  '> ',
  '"',
  'root@h:~# iptables -',
  'iptables -A INPUT ',
  '-A INPUT -m comment --comment "',
  'Chain INPUT (policy ACCEPT)\ntarget prot opt source destination\nACCEPT all -- anywhere anywhere ',
  '#!/bin/sh\n',
  '#!/bin/sh\niptables -A INPUT -s ',
  'ipv4 filter INPUT 0 ',
];
const PIECES: readonly string[] = [
  ...['#', '-', '--', '–', '– -', '$', '$(', '${', '`', '"', '\\', "'", '*', '> ', '<b', '&', '&amp', '&& ', '| ', '['],
  ...[
    '{"',
    '(',
    '/',
    './',
    '#/',
    '#$',
    '!',
    '! ',
    '1',
    '1:',
    '1:1 ',
    '1.',
    'a',
    'aA',
    'S',
    'a@b:',
    '=a',
    '; ',
    '::',
    '/* ',
  ],
  ...[
    'iptables ',
    '/iptables',
    '-A I',
    '-A ',
    '-j ',
    'sudo ',
    'if x; then ',
    'for i in ',
    'do ',
    'tcp ',
    'dpt:1 ',
    'src=1 ',
  ],
  ...[
    'COMMIT ',
    'Chain ',
    'anywhere ',
    'ipset add ',
    '\\n-A ',
    '...',
    '\u00a0',
    '\u200b',
    '：',
    '…',
    '❯',
    '[1:1] ',
    'docker ',
  ],
];
/** Characters of a line. */
const WIDE = 16_000;
/** Milliseconds that a line of that length may take: one whose time grows as the square takes some hundred. */
const QUICK = 100;
/** Times that one is tried that seems to take longer. */
const TRIES = 3;

/** Milliseconds that the processor takes to read a line, whatever else it has to do. */
function timeOf(beginning: string, piece: string, length: number): number {
  const line = beginning + piece.repeat(length / piece.length);
  const text = `-A INPUT -j DROP\nwhat\n${line}!x\n-A INPUT -j ACCEPT\n`;
  const begun = process.cpuUsage();
  parseTexts([{ name: 'x', text }], { add: () => {} });
  return process.cpuUsage(begun).user / 1000;
}

/** How many times longer a line four times as long takes, of one that takes long; a square would take sixteen times as long. */
function growth(beginning: string, piece: string): number {
  const least = (length: number) => Math.min(...Array.from({ length: TRIES }, () => timeOf(beginning, piece, length)));
  if (timeOf(beginning, piece, WIDE) < QUICK) return 0;
  const wide = least(WIDE);
  return wide < QUICK ? 0 : wide / least(WIDE / 4);
}

describe('a line that repeats something', () => {
  test.each(BEGINNINGS)('behind %j', (beginning) => {
    const grown = PIECES.map((piece) => [piece, growth(beginning, piece)] as const);
    expect(grown.filter(([, times]) => times > 9)).toEqual([]);
  });
});
