import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { type Listed, listed, takeNot } from '../listed.js';
import { portRange } from '../values.js';
import { DPORT_LISTED, portOptions, portsHold, SPORT_LISTED } from './ports.js';
import { chunks, namedChunks, wantedChunks } from './sctp-chunks.js';

/** sctp_mt in net/netfilter/xt_sctp.c: false in later fragments, a hot drop where the header is cut. */
export const sctp = match({
  name: 'sctp',
  about: 'SCTP source and destination port, and the chunks',
  protocols: [Protocol.Sctp],
  options: {
    ...portOptions(portRange),
    'chunk-types': { value: chunks, invert: true },
  },
  lower: (given, build) => [
    build.header(12),
    ...portsHold(given, build),
    build.when(given['chunk-types'], (wanted) => build.sctpChunks(...wantedChunks(wanted))),
  ],
});

const ports = listed('sctp', SPORT_LISTED, DPORT_LISTED);

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
