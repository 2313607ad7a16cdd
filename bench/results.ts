/** What `npm run bench` has measured as sections of bench/RESULTS.md: ratios first, since they stay when the machine changes. */
import { type BuildResult, timesOf } from './build.js';
import type { Measured } from './contest.js';
import type { FlowsRun } from './flows.js';
import type { HostileResult } from './hostile.js';
import type { Section } from './page.js';
import { RULESET_KINDS } from './rulesets.js';
import { markdownTable, perSecond, short, times } from './table.js';

export interface AllMeasured {
  readonly measured: readonly Measured[];
  readonly build: readonly BuildResult[];
  readonly flows: FlowsRun | undefined;
  readonly hostile: readonly HostileResult[];
}

/** Of what was measured. */
export function sectionsOf({ measured, build, flows, hostile }: AllMeasured): Section[] {
  const of = (subject: string) => measured.filter((one) => one.subject === subject);
  return [
    ...RATES.map(([subject, title, lines]) => ({ title, lines: of(subject).length > 0 ? lines(of(subject)) : [] })),
    { title: 'From a text to the first answer', lines: build.length > 0 ? buildLines(build) : [] },
    { title: 'Flows', lines: flows === undefined ? [] : flowLines(flows) },
    { title: 'Hostile rules', lines: hostile.length > 0 ? hostileLines(hostile) : [] },
  ].filter(({ lines }) => lines.length > 0);
}

type Lines = (measured: readonly Measured[]) => string[];

const besidePeers: Lines = (measured) => [
  'One core; flat lists, first match; every entrant counts the packets of every rule.',
  '',
  ...markdownTable(
    ['rules', 'times a linear scan of typed arrays', 'times rules as objects', 'packetwalk', 'arrays', 'objects'],
    measured
      .filter(({ kind }) => kind === 'flat')
      .map((one) => [
        String(one.rules),
        times(one, 'arrays'),
        times(one, 'objects'),
        ...['packetwalk', 'arrays', 'objects'].map((name) => `${short(perSecond(one, name))}/s`),
      ]),
  ),
  '',
  'Rules of other kinds, which the peers do not know; packets near them, a second:',
  '',
  ...bySize(measured.filter(({ kind }) => kind !== 'flat')),
];

/** One of kind, rules, rates, and how many times the other's. */
const beside =
  (what: string, ours: string, other: string, entrant: string): Lines =>
  (measured) => [
    what,
    '',
    ...markdownTable(
      ['', 'rules', ours, other, 'times'],
      measured.map((one) => [
        one.kind,
        String(one.rules),
        ...['packetwalk', entrant].map((name) => `${short(perSecond(one, name))}/s`),
        times(one, entrant),
      ]),
    ),
  ];

/** Kinds of rules across, sizes down. */
function bySize(measured: readonly Measured[]): string[] {
  const sizes = [...new Set(measured.map(({ rules }) => rules))];
  const kinds = RULESET_KINDS.filter((kind) => measured.some((one) => one.kind === kind));
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

/** Subject, title, and what is told of it. */
const RATES: readonly (readonly [string, string, Lines])[] = [
  ['classify', 'Classification beside peers', besidePeers],
  [
    'rules',
    'Rulesets as hosts have them',
    beside(
      'Packets as on the links of such a host, in columns, to fates and all counters.',
      'packets',
      'by the bytecode alone',
      'bytecode',
    ),
  ],
  [
    'captures',
    'Captures beside columns',
    beside('The same packets, of which a capture has to be read first.', 'of a capture', 'in columns', 'columns'),
  ],
  ['workers', 'Two threads beside one', beside('Packets in columns.', 'by two', 'by one', 'one')],
  [
    'families',
    'IPv6 beside IPv4',
    beside(
      'The same flat rules written for each family, on a host with addresses and routes; packets near them.',
      'IPv6',
      'IPv4',
      'IPv4',
    ),
  ],
  ['parse', 'Rules read, a second', bySize],
  ['compile', 'Rules compiled, a second, verification included', bySize],
  ['verify', 'Rules verified, a second', bySize],
  ['explain', 'Explanations of a packet that passes every rule, a second', bySize],
];

const buildLines = (build: readonly BuildResult[]): string[] => [
  'A process each, with its text: the times that went by until it was read, compiled, and a packet classified; the processor',
  'time of all of it with the start of Node, and the most memory that it held at once. Then one rule is changed in the middle, or a',
  'member added to a set that a rule names, and a packet classified: for the first time in the process.',
  '',
  ...markdownTable(
    [
      '',
      'rules',
      'members',
      'read',
      'compiled',
      'first answer',
      'all of it',
      'one changed',
      'processor time',
      'memory',
    ],
    build.map((one) => [
      one.kind,
      ...(one.unit === 'rules' ? [String(one.amount), ''] : ['', String(one.amount)]),
      ...timesOf(one),
      `${Math.round(one.processor)} ms`,
      `${Math.round(one.memory)} MiB`,
    ]),
  ),
];

const flowLines = (flows: FlowsRun): string[] => {
  const [each, all, most] = memoryOf(flows);
  return [
    `A host that masquerades and remembers ${flows.connections} connections: ${each}, ${all}; its whole process ${most} at most.`,
    '',
    ...markdownTable(
      ['', 'packets', 'a second'],
      flows.phases.map(({ what, packets, ms }) => [what, String(packets), short((1000 * packets) / ms)]),
    ),
  ];
};

const hostileLines = (hostile: readonly HostileResult[]): string[] => [
  'A process each: processor time of classifying so many packets from the first on, all that is made for them included, beside the',
  'bytecode alone, and how many times as long it takes.',
  '',
  ...markdownTable(
    ['', 'packets', 'auto', 'bytecode', 'times as long'],
    hostile.map(({ kind, packets, auto, bytecode }) => [
      kind,
      short(packets),
      `${Math.round(auto)} ms`,
      `${Math.round(bytecode)} ms`,
      (auto / bytecode).toFixed(2),
    ]),
  ),
];

export const memoryOf = ({ each, memory, most }: FlowsRun): string[] => [
  `${Math.round(each)} bytes each`,
  ...[memory, most].map((size) => `${Math.round(size)} MiB`),
];
