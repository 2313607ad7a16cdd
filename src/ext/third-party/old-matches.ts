/** Matches that netfilter's patch-o-matic and iptables before 1.4 had, and such as routers and other projects bring. */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { question } from '../../model/question.js';
import { type Match, ValueError, type ValueKind } from '../define.js';
import { rate } from '../match/limit.js';
import { flag, hex, integer, portList, text } from '../values.js';
import { asked, bareText, foreignMatch, oneOf, plainText, usual, word } from './making.js';

const fifteen = portList(15);
/** The first end of a range is below the last. */
const ports: ValueKind<readonly NumberRange[]> = {
  ...fifteen,
  parse(words, context) {
    const ranges = fifteen.parse(words, context);
    const even = ranges.findIndex(({ min, max }, i) => min === max && words[0]!.split(',')[i]!.includes(':'));
    if (even >= 0) throw new ValueError(`range ${words[0]!.split(',')[even]} holds one port: write it alone`);
    return ranges;
  },
};
const PORTS = ['sports', 'dports', 'ports'] as const;
const portOption = (own: (typeof PORTS)[number], ...alias: readonly string[]) => ({
  value: ports,
  alias,
  excludes: PORTS.filter((one) => one !== own),
});

/** ipt_random.c draws one of 256 numbers, of which this and those below match. */
const PERCENT = 2.55;
const percentOf = (average: number) => Math.floor((average * 100) / 255) + ((average * 100) % 255 > 127 ? 1 : 0);
const percent: ValueKind<number> = {
  ...integer(99, String, 1),
  parse: (words, context) => Math.trunc(integer(99, String, 1).parse(words, context) * PERCENT),
  print: (average) => [String(percentOf(average))],
};
const HALF = 128;

const MODES = ['dstip', 'dstip-dstport', 'srcip-dstip', 'srcip-dstip-dstport'] as const;
const mode: ValueKind<(typeof MODES)[number]> = {
  ...word(...MODES),
  parse: (words, context) => word(...MODES).parse([words[0]!.replace('destport', 'dstport')], context),
};

/** What ndpi asks of a connection: protocols by the names that its module knows. */
const NDPI = ['proto', 'inprogress', 'ja4c', 'tlsfp', 'tlsv', 'host', 'clevel', 'risk'] as const;
const NDPI_FLAGS = ['error', 'untracked', 'have-master', 'match-m-proto', 'match-a-proto', 'all', 'unknown'] as const;

export const OLD_MATCHES: readonly Match[] = [
  asked({
    name: 'dstlimit',
    families: [4],
    options: {
      dstlimit: { value: rate, required: true },
      'dstlimit-burst': { value: integer(10_000) },
      'dstlimit-mode': { value: mode, required: true },
      'dstlimit-name': { value: text('NAME', 15), required: true },
      'dstlimit-htable-size': { value: integer(0xffffffff) },
      'dstlimit-htable-max': { value: integer(0xffffffff) },
      'dstlimit-htable-gcinterval': { value: integer(0xffffffff) },
      'dstlimit-htable-expire': { value: integer(0xffffffff) },
    },
  }),
  /** OpenWrt's xt_id.c: a number by which programs know the rule. */
  foreignMatch({
    name: 'id',
    options: { id: { value: integer(0xffffffff, hex), required: true } },
    remark: true,
    lower: () => [],
  }),
  asked({
    name: 'iplimit',
    families: [4],
    protocols: [6],
    options: {
      'iplimit-above': { value: integer(0xffffffff), invert: true, required: true },
      'iplimit-mask': { value: integer(32) },
    },
  }),
  asked({
    name: 'layer7',
    options: {
      l7dir: { value: plainText('DIRECTORY', 255) },
      l7proto: { value: plainText('NAME', 255), invert: true, required: true },
    },
    // the directory is where iptables reads the pattern, and is not kept
    canonical: ({ l7proto }) => (l7proto ? { l7proto } : {}),
  }),
  /** match in ipt_mport.c: what multiport has been since it knows ranges. */
  foreignMatch({
    name: 'mport',
    families: [4],
    protocols: [6, 17],
    options: {
      sports: portOption('sports', 'source-ports'),
      dports: portOption('dports', 'destination-ports'),
      ports: portOption('ports'),
    },
    check(given, rule) {
      if (!PORTS.some((key) => given[key])) rule.refuse(oneOf(...PORTS));
    },
    lower: (given, build) => [
      build.header(4),
      build.when(given.sports, (list) => build.bitmap(Field.Sport, list)),
      build.when(given.dports, (list) => build.bitmap(Field.Dport, list)),
      build.when(given.ports, (list) => build.any(build.bitmap(Field.Sport, list), build.bitmap(Field.Dport, list))),
    ],
  }),
  asked({
    name: 'ndpi',
    options: {
      ...Object.fromEntries(NDPI_FLAGS.map((key) => [key, { value: flag, invert: true }])),
      ...Object.fromEntries(NDPI.map((key) => [key, { value: plainText('NAME[,…]', 1000), invert: true }])),
    },
    check(given, rule) {
      if (Object.keys(given).length === 0) rule.refuse(oneOf(...NDPI, ...NDPI_FLAGS));
    },
  }),
  asked({
    name: 'nth',
    options: {
      every: { value: integer(100, String, 2), invert: true, required: true },
      counter: { value: integer(15) },
      start: { value: integer(99) },
      packet: { value: integer(99) },
    },
    canonical: (given) => ({ ...given, counter: given.counter ?? usual('counter', 0) }),
    check(given, rule) {
      const { every, start, packet } = given;
      for (const one of [start, packet])
        if (every && one && one.value >= every.value)
          rule.refuse(`packet ${one.value} is not in 0..${every.value - 1}`, one.key);
      if (every?.not && packet) rule.refuse('cannot stand beside ! --every', 'packet');
    },
    print({ every, counter, start, packet }) {
      return [
        ...(every!.not ? ['!'] : []),
        ...['--every', String(every!.value), '--counter', String(counter?.value ?? 0)],
        ...(start?.value ? ['--start', String(start.value)] : []),
        ...(packet ? ['--packet', String(packet.value)] : []),
      ];
    },
  }),
  foreignMatch({
    name: 'pool',
    families: [4],
    options: {
      srcpool: { value: plainText('NAME', 255), invert: true },
      dstpool: { value: plainText('NAME', 255), invert: true },
    },
    check(given, rule) {
      if (!given.srcpool && !given.dstpool) rule.refuse(oneOf('srcpool', 'dstpool'));
    },
    lower: (given, build) =>
      (['srcpool', 'dstpool'] as const).map((key) => build.when(given[key], () => build.ask(question.match('pool')))),
  }),
  foreignMatch({
    name: 'random',
    options: { average: { value: percent } },
    canonical: (given) => ({ average: given.average ?? usual('average', HALF) }),
    lower: (given, build) => [
      build.when(given.average ?? usual('average', HALF), (average) => build.random((average + 1) * 2 ** 23)),
    ],
  }),
  asked({
    name: 'unclean',
    families: [4],
    options: {},
  }),
  asked({
    name: 'webstr',
    families: [4],
    options: Object.fromEntries(
      ['host', 'url', 'content'].map((key, _, all) => [
        key,
        { value: bareText('TEXT', 1000), invert: true, excludes: all.filter((one) => one !== key) },
      ]),
    ),
    check(given, rule) {
      if (Object.keys(given).length === 0) rule.refuse(oneOf('host', 'url', 'content'));
    },
  }),
];
