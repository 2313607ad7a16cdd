import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Given } from '../../model/ruleset.js';
import { Protocol } from '../../net/protocol.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, listed, piece } from '../listed.js';
import { flag, integer, portRange } from '../values.js';
import { DPORT_LISTED, portOptions, portsHold, SPORT_LISTED } from './ports.js';

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;

export interface FlagTest {
  readonly mask: number;
  readonly set: number;
}

function flagsOf(word: string, at: number): number {
  let bits = 0;
  for (const part of word.split(',')) {
    const name = part.toUpperCase();
    const bit = (FLAGS as readonly string[]).indexOf(name);
    if (name === 'ALL') bits |= 63;
    else if (bit >= 0) bits |= 1 << bit;
    else if (name !== 'NONE' && name !== '')
      throw new ValueError(`"${part}" is none of ${FLAGS.join(', ')}, ALL, NONE`, at);
  }
  return bits;
}
const flagWords = (bits: number) => FLAGS.filter((_, bit) => bits & (1 << bit)).join(',') || 'NONE';

const flagTest: ValueKind<FlagTest> = {
  words: 2,
  shape: 'MASK SET',
  parse: ([mask, set]) => ({ mask: flagsOf(mask!, 0), set: flagsOf(set!, 1) }),
  print: ({ mask, set }) => [flagWords(mask), flagWords(set)],
};

/** --syn: SYN without FIN, RST and ACK. */
const SYN: FlagTest = { mask: 0x17, set: 0x02 };

/**
 * tcp_mt in net/netfilter/xt_tcpudp.c: false in later fragments, a hot drop in one at offset 8 and where the header is
 * cut; then ports, flags, the option.
 */
export const tcp = match({
  name: 'tcp',
  about: 'TCP ports, flags and options',
  protocols: [Protocol.Tcp],
  options: {
    ...portOptions(portRange),
    'tcp-option': { value: integer(255, String, 1), invert: true },
    'tcp-flags': { value: flagTest, invert: true, excludes: ['syn'] },
    syn: { value: flag, invert: true, excludes: ['tcp-flags'] },
  },
  canonical(given) {
    if (given.syn === undefined) return given;
    const { syn, ...rest } = given;
    return { ...rest, 'tcp-flags': { ...syn, key: 'tcp-flags', value: SYN } };
  },
  // iptables-save leaves out what holds for every port, its `!` too, and flags under no mask
  print(given, context) {
    const words: string[] = [];
    const put = <V>(option: Given<V> | undefined, print: (value: V) => readonly string[]) => {
      if (option) words.push(...(option.not ? ['!'] : []), `--${option.key}`, ...print(option.value));
    };
    const some = (option: Given<NumberRange> | undefined) =>
      option?.value.min === 0 && option.value.max === 65535 ? undefined : option;
    const flags = given['tcp-flags'];
    put(some(given.sport), (range) => portRange.print(range, context));
    put(some(given.dport), (range) => portRange.print(range, context));
    put(given['tcp-option'], (option) => [String(option)]);
    put(flags && (flags.not || flags.value.mask !== 0) ? flags : undefined, (test) => flagTest.print(test, context));
    return words;
  },
  lower: (given, build) => [
    build.header(20, true),
    ...portsHold(given, build),
    build.when(given['tcp-flags'], ({ mask, set }) => build.masked(Field.TcpFlags, mask, set)),
    build.when(given['tcp-option'], (option) => build.tcpOption(option)),
  ],
});

/** `0x17/0x02`, or with names. */
const listedFlags = (value: string): readonly string[] =>
  value.split('/').map((side) => (/^0x[\da-f]+$/i.test(side) ? flagWords(Number(side)) : side));

const FLAGS_WORD = 'flags:';
const behindPorts = listed(
  undefined,
  { ...SPORT_LISTED, before: FLAGS_WORD },
  { ...DPORT_LISTED, before: FLAGS_WORD },
  piece('tcp-option', 'option='),
  { ...piece('tcp-flags', FLAGS_WORD), words: listedFlags },
);

/** Up to iptables 1.4 no blank stands before the flags: `tcp dpt:22flags:0x17/0x02`, `tcpflags:0x17/0x02`. */
export const tcpListed: Listed = {
  begins: ['tcp'],
  read(text) {
    if (text.word(FLAGS_WORD)?.text !== 'tcp') return undefined;
    return behindPorts.read(text) ?? [];
  },
};
