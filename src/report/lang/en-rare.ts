/** English, of what only rare extensions ask: for pages a file of its own (src/report/load-readers.ts). */
import type { ReadWord } from '../../model/condition.js';
import { READINGS } from './en-readings.js';
import { type HeaderWord, type RareWhyWords, readingText } from './messages.js';

const READS: Readonly<Record<ReadWord, string>> = {
  spi: 'SPI',
  'header-length': 'header length',
  'length-field': 'length field',
  reserved: 'reserved field',
  'routing-type': 'routing type',
  'segments-left': 'number of segments left',
  'last-entry': 'last entry',
  tag: 'tag',
  'next-header': 'next header',
  'fragment-id': 'fragment identification',
  'fragment-offset': 'fragment offset',
  'more-fragments': 'flag of more fragments',
  'mobility-type': 'mobility type',
  'dccp-type': 'DCCP type',
};
const HEADERS: Readonly<Record<HeaderWord, string>> = {
  'hop-by-hop': 'hop-by-hop options',
  routing: 'routing header',
  fragment: 'fragment header',
  authentication: 'authentication header',
  destination: 'destination options',
  mobility: 'mobility header',
  other: 'such header',
};

/** What extensions of other projects are. */
export { FOREIGN_WORDS } from '../../ext/third-party/words.js';

export const RARE_WHY: RareWhyWords = {
  'why.reading': ({ reading }) => readingText(READINGS, reading),
  'why.read': ({ what, value }) => `its ${READS[what]} is ${value}`,
  'why.header': ({ header }) => `it has no ${HEADERS[header]}`,
  'why.broken': ({ header }) => `its ${HEADERS[header]} is cut, or more is left of it than it lists`,
  'why.cut': () => 'its headers are cut',
  'why.headers': ({ headers }) => `it has ${headers}`,
  'why.options': ({ header }) => `its ${HEADERS[header]} do not begin so`,
  'why.addresses': () => 'its routing header lists other addresses',
  'why.segment': () => 'that segment is another, or there is none',
  'why.word': ({ value }) => `what is read there is ${value}`,
  'why.short': () => 'it ends before that',
  'why.mss': ({ mss }) => (mss === null ? 'it has no MSS' : `its MSS is ${mss}`),
  'why.pattern': ({ held }) => `that is ${held ? '' : 'not '}in it`,
  'why.chunks': () => 'its chunks are others',
  'why.program': ({ held }) => `the program ${held ? 'takes' : 'does not take'} it`,
};
