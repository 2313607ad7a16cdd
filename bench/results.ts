/** bench/RESULTS.md: the ratios first, since they stay when the machine changes. */
import { cpus } from 'node:os';
import type { Measured } from './contest.js';
import type { LargeResult } from './large.js';
import { RULESET_KINDS } from './rulesets.js';
import { markdownTable, perSecond, short, times } from './table.js';

export function resultsPage(measured: readonly Measured[], large: readonly LargeResult[], effort: string): string {
  const of = (subject: string, kind?: string) =>
    measured.filter((one) => one.subject === subject && (kind === undefined || one.kind === kind));
  const peers = of('classify', 'flat');
  const families = of('families');
  const kinds = RULESET_KINDS;
  const lines = [
    '# Results',
    '',
    'Made by `npm run bench:results`, which measures all of it in one run; README.md beside this page says what is',
    'compared. Ratios hold from machine to machine much better than rates do.',
    '',
    `${effort[0]!.toUpperCase()}${effort.slice(1)}.`,
    '',
    `${cpus()[0]?.model ?? 'a processor of unknown name'}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '## Classification beside peers',
    '',
    'One core; flat lists, first match; every entrant counts the packets of every rule.',
    '',
    ...markdownTable(
      ['rules', 'times a linear scan of typed arrays', 'times rules as objects', 'packetwalk', 'arrays', 'objects'],
      peers.map((one) => [
        String(one.rules),
        times(one, 'arrays'),
        times(one, 'objects'),
        ...['packetwalk', 'arrays', 'objects'].map((name) => `${short(perSecond(one, name))}/s`),
      ]),
    ),
    '',
    '## Classification of other rules',
    '',
    'Packets near the rules, a second.',
    '',
    ...sizesTable(
      of('classify'),
      kinds.filter((kind) => kind !== 'flat'),
    ),
    '',
    '## Rulesets as hosts have them',
    '',
    'Packets as on the links of such a host, in columns, to fates and all counters.',
    '',
    ...markdownTable(
      ['', 'rules', 'packets a second', 'by the bytecode alone', 'times'],
      of('rules').map((one) => [
        one.kind,
        String(one.rules),
        ...['packetwalk', 'bytecode'].map((name) => short(perSecond(one, name))),
        times(one, 'bytecode'),
      ]),
    ),
    '',
    '## IPv6 beside IPv4',
    '',
    'The same flat rules written for each family, on a host with addresses and routes; packets near them.',
    '',
    ...markdownTable(
      ['rules', 'times the packets of IPv4', 'IPv6', 'IPv4'],
      families.map((one) => [
        String(one.rules),
        times(one, 'IPv4'),
        ...['packetwalk', 'IPv4'].map((name) => `${short(perSecond(one, name))}/s`),
      ]),
    ),
  ];
  for (const [subject, title] of TITLES)
    lines.push('', `## ${title}`, '', ...sizesTable(of(subject), subject === 'explain' ? ['flat'] : kinds));
  lines.push(
    '',
    '## Large inputs',
    '',
    'A process each, with its text: the time that went by, the processor time of all of it with the start of Node, and',
    'the most memory that it held at once.',
    '',
    ...markdownTable(
      ['', 'read', 'compiled', 'processor time', 'memory'],
      large.map(({ what, parse, compile, processor, memory }) => [
        what,
        `${Math.round(parse)} ms`,
        compile < 1 ? '' : `${Math.round(compile)} ms`,
        `${Math.round(processor)} ms`,
        `${Math.round(memory)} MiB`,
      ]),
    ),
  );
  return `${lines.join('\n')}\n`;
}

const TITLES: readonly (readonly [string, string])[] = [
  ['parse', 'Rules read, a second'],
  ['compile', 'Rules compiled, a second, verification included'],
  ['verify', 'Rules verified, a second'],
  ['explain', 'Explanations of a packet that passes every rule, a second'],
];

/** Kinds across, sizes down. */
function sizesTable(measured: readonly Measured[], kinds: readonly string[]): string[] {
  const sizes = [...new Set(measured.map(({ rules }) => rules))];
  return markdownTable(
    ['rules', ...kinds],
    sizes.map((size) => [
      String(size),
      ...kinds.map((kind) => {
        const one = measured.find(({ rules, kind: of }) => rules === size && of === kind);
        return one === undefined ? '' : short(perSecond(one, 'packetwalk'));
      }),
    ]),
  );
}
