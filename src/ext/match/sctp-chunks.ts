/** What --chunk-types of the sctp match takes: any, all or only, then chunks, some with flags in capitals or small. */
import { ChunkMatch } from '../../abi.js';
import type { WantedChunk } from '../../model/condition.js';
import { ValueError, type ValueKind } from '../define.js';

type How = 'any' | 'all' | 'only';
const HOWS: readonly How[] = ['any', 'all', 'only'];

/** Name, number, and the letters of the flag byte, the highest bit first. */
const CHUNKS: readonly (readonly [name: string, number: number, flags?: string])[] = [
  ['DATA', 0, '----IUBE'],
  ['INIT', 1],
  ['INIT_ACK', 2],
  ['SACK', 3],
  ['HEARTBEAT', 4],
  ['HEARTBEAT_ACK', 5],
  ['ABORT', 6, '-------T'],
  ['SHUTDOWN', 7],
  ['SHUTDOWN_ACK', 8],
  ['ERROR', 9],
  ['COOKIE_ECHO', 10],
  ['COOKIE_ACK', 11],
  ['ECN_ECNE', 12],
  ['ECN_CWR', 13],
  ['SHUTDOWN_COMPLETE', 14, '-------T'],
  ['I_DATA', 64, '----IUBE'],
  ['ASCONF_ACK', 128],
  ['RE_CONFIG', 130],
  ['PAD', 132],
  ['FORWARD_TSN', 192],
  ['ASCONF', 193],
  ['I_FORWARD_TSN', 194],
];

export interface Chunks {
  readonly how: How;
  readonly types: 'every' | readonly Chunk[];
}

/** By number; `flags` holds letters, capital where the flag is to be set, in the order of the flag byte. */
interface Chunk {
  readonly number: number;
  readonly flags: string;
}

export const chunks: ValueKind<Chunks> = {
  words: 2,
  shape: 'any|all|only CHUNK[:FLAGS][,…]',
  parse([how, list]) {
    const found = HOWS.find((name) => name === how!.toLowerCase());
    if (found === undefined) throw new ValueError(`"${how}" is none of ${HOWS.join(', ')}`);
    if (/^[-!]/.test(list!)) throw new ValueError('names of chunks are missing', 1);
    return { how: found, types: typesOf(list!) };
  },
  print: ({ how, types }) => [
    how,
    types === 'every' ? 'ALL' : types.length === 0 ? 'NONE' : types.map(print).join(','),
  ],
};

function typesOf(list: string): Chunks['types'] {
  if (list.toLowerCase() === 'all') return 'every';
  const flags = new Map<number, string>();
  if (list.toLowerCase() !== 'none')
    for (const part of list.split(',').filter((one) => one !== '')) {
      const [name, letters = ''] = part.split(':');
      const chunk = CHUNKS.find((one) => one[0] === name!.toUpperCase());
      if (chunk === undefined)
        throw new ValueError(`"${name}" is none of ALL, NONE, ${CHUNKS.map(([one]) => one).join(', ')}`, 1);
      flags.set(chunk[1], addFlags(chunk, flags.get(chunk[1]) ?? '', letters));
    }
  return [...flags].map(([number, letters]) => ({ number, flags: letters })).sort((a, b) => a.number - b.number);
}

/**
 * A flag that is asked for both set and clear is asked for set. iptables stores flags under the chunk's place in its own list
 * (parse_sctp_chunk in extensions/libxt_sctp.c), which is the chunk's number up to 14: those of I_DATA are checked, and lost.
 */
function addFlags([name, number, valid = '']: (typeof CHUNKS)[number], old: string, more: string): string {
  const letters = valid.replaceAll('-', '');
  const wrong = [...more].find((letter) => !letters.includes(letter.toUpperCase()));
  if (wrong !== undefined)
    throw new ValueError(`${name} has no flag "${wrong}"${letters === '' ? '' : `: its flags are ${letters}`}`, 1);
  if (number > 14) return '';
  const given = old + more;
  return [...letters].map((letter) => [letter, letter.toLowerCase()].find((one) => given.includes(one)) ?? '').join('');
}

function print({ number, flags }: Chunk): string {
  const name = CHUNKS.find((one) => one[1] === number)![0];
  return flags === '' ? name : `${name}:${flags}`;
}

/** A list in which chunks may stand by their numbers in hex, by their names. */
export const namedChunks = (list: string): string =>
  list.replace(/(^|,)0x([\da-f]+)/gi, (text, before, number) => {
    const known = CHUNKS.find((one) => one[1] === Number.parseInt(number, 16));
    return known === undefined ? text : before + known[0];
  });

/** What is wanted, in the terms of the core: a capital letter's bit is to be set, a small one's to be clear. */
export function wantedChunks({ how, types }: Chunks): [ChunkMatch, WantedChunk[]] {
  const match = { any: ChunkMatch.Any, all: ChunkMatch.All, only: ChunkMatch.Only }[how];
  if (types === 'every') return [match, Array.from({ length: 256 }, (_, type) => ({ type, flags: 0, mask: 0 }))];
  return [
    match,
    types.map(({ number, flags: letters }) => {
      const valid = CHUNKS.find((one) => one[1] === number)![2] ?? '';
      let flags = 0;
      let mask = 0;
      for (const letter of letters) {
        const bit = 0x80 >> valid.indexOf(letter.toUpperCase());
        mask |= bit;
        if (letter === letter.toUpperCase()) flags |= bit;
      }
      return { type: number, flags, mask };
    }),
  ];
}
