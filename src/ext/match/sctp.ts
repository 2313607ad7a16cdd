import { Field } from '../../abi.js';
import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { type Listed, listed, piece, takeNot } from '../listed.js';
import { portRange } from '../values.js';
import { chunks, namedChunks, wantedChunks } from './sctp-chunks.js';

/** sctp_mt in net/netfilter/xt_sctp.c: false in later fragments, a hot drop where the header is cut. */
export const sctp = match({
  name: 'sctp',
  about: 'SCTP source and destination port, and the chunks',
  protocols: [Protocol.Sctp],
  options: {
    sport: { value: portRange, alias: ['source-port'], invert: true },
    dport: { value: portRange, alias: ['destination-port'], invert: true },
    'chunk-types': { value: chunks, invert: true },
  },
  lower: (given, build) => [
    build.header(12),
    build.when(given.sport, (range) => build.range(Field.Sport, range)),
    build.when(given.dport, (range) => build.range(Field.Dport, range)),
    build.when(given['chunk-types'], (wanted) => build.sctpChunks(...wantedChunks(wanted))),
  ],
});

const ports = listed('sctp', piece('sport', 'spt:', 'spts:'), piece('dport', 'dpt:', 'dpts:'));

/** Chunks stand by number under -n. */
export const sctpListed: Listed = {
  begins: ['sctp'],
  read(text) {
    const words = ports.read(text);
    if (words === undefined) return undefined;
    const before = text.at;
    const not = takeNot(text);
    const how = text.word();
    const list = how !== undefined && ['any', 'all', 'only'].includes(how.text) ? text.word() : undefined;
    if (list === undefined) {
      text.at = before;
      return words;
    }
    const { at } = list;
    const option = [not ? '!' : [], '--chunk-types', how!.text, namedChunks(list.text)].flat();
    return [...words, ...option.map((one) => ({ text: one, at }))];
  },
};
