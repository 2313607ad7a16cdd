/** The match sctp: sctp_mt of net/netfilter/xt_sctp.c. */
import type { Test } from './core.js';
import type { Packet } from './packet.js';
import { portsTest, reads } from './ports.js';
import { type Options, refuse } from './words.js';

const NAMES = [
  ...['DATA', 'INIT', 'INIT_ACK', 'SACK', 'HEARTBEAT', 'HEARTBEAT_ACK', 'ABORT', 'SHUTDOWN', 'SHUTDOWN_ACK', 'ERROR'],
  ...['COOKIE_ECHO', 'COOKIE_ACK', 'ECN_ECNE', 'ECN_CWR', 'SHUTDOWN_COMPLETE'],
];
const LATER: Readonly<Record<string, number>> = {
  I_DATA: 64,
  ASCONF_ACK: 128,
  RE_CONFIG: 130,
  PAD: 132,
  FORWARD_TSN: 192,
  ASCONF: 193,
  I_FORWARD_TSN: 194,
};
/** The letters of a chunk's flags, by type, from the lowest bit on. */
const FLAGS: Readonly<Record<number, string>> = { 0: 'EBUI', 6: 'T', 14: 'T' };

/** What is asked of the flags of a chunk: a capital letter wants its bit set, a small one wants it clear. */
interface Flags {
  readonly mask: number;
  readonly set: number;
}
type Wanted = ReadonlyMap<number, Flags>;

export function sctp(options: Options): Test {
  const ports = portsTest(options);
  const chunks = options.takePair('--chunk-types');
  const [how = 'any', list = 'NONE'] = chunks?.values ?? [];
  if (!['any', 'all', 'only'].includes(how)) refuse(`chunk types ${how}`);
  const wanted = wantedOf(list);
  return (packet) => {
    if (packet.fragmentOffset !== 0 || !reads(packet, 12) || !ports(packet)) return false;
    if (chunks === undefined) return true;
    // a chunk that is cut is a hot drop, but the answer is turned round all the same, and the rule may go on
    return chunksHold(packet, how, wanted) !== chunks.not;
  };
}

function wantedOf(list: string): Wanted {
  const whole = Array.from({ length: 256 }, (_, type) => [type, { mask: 0, set: 0 }] as const);
  if (list === 'ALL' || list === 'NONE') return new Map(list === 'ALL' ? whole : []);
  return new Map(
    list.split(',').map((text) => {
      const [name = '', letters = ''] = text.split(':');
      const type = NAMES.includes(name) ? NAMES.indexOf(name) : (LATER[name] ?? refuse(`the chunk ${name}`));
      return [type, flagsOf(type, letters)];
    }),
  );
}

function flagsOf(type: number, letters: string): Flags {
  let [mask, set] = [0, 0];
  for (const letter of letters) {
    const bit = (FLAGS[type] ?? '').indexOf(letter.toUpperCase());
    if (bit < 0) refuse(`the flag ${letter}`);
    mask |= 1 << bit;
    if (letter === letter.toUpperCase()) set |= 1 << bit;
  }
  return { mask, set };
}

function chunksHold(packet: Packet, how: string, wanted: Wanted): boolean {
  const seen = new Set<number>();
  let at = packet.head + 12;
  do {
    if (at + 4 > packet.length || packet.half(at + 2) === 0) {
      packet.hotDrop = true;
      return false;
    }
    const type = packet.byte(at);
    const flags = wanted.get(type);
    const held = flags !== undefined && (packet.byte(at + 1) & flags.mask) === flags.set;
    if (how === 'any' && held) return true;
    if (how === 'only' && !held) return false;
    if (held) seen.add(type);
    at += 4 * Math.ceil(packet.half(at + 2) / 4);
  } while (at < packet.length);
  return how === 'only' || (how === 'all' && seen.size === wanted.size);
}
