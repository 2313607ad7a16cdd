/** English, of why a condition did not come out as wanted. */
import type { ReadWord } from '../../model/condition.js';
import type { FieldWord, HeaderWord, WhyWords } from './messages.js';

export const FIELDS: Readonly<Record<FieldWord, string>> = {
  source: 'source',
  destination: 'destination',
  protocol: 'protocol',
  'source-port': 'source port',
  'destination-port': 'destination port',
  'icmp-type': 'ICMP type',
  'icmp-code': 'ICMP code',
  flags: 'flags',
  length: 'length',
  ttl: 'ttl',
  'hop-limit': 'hop limit',
  tos: 'tos',
  fragment: 'fragment word',
  mark: 'mark',
  group: 'interface group',
  'connection-mark': 'connection mark',
  connection: 'connection value',
  zone: 'connection zone',
  status: 'connection status',
  'link-address': 'link-layer address',
  frame: 'a frame of kind',
  user: 'owner',
  other: 'value',
};

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

export const WHY: WhyWords = {
  'why.value': ({ field, value }) => `the packet has ${FIELDS[field]} ${value}`,
  'why.iface': ({ side, name }) =>
    name === ''
      ? `there is no ${side === 'in' ? 'incoming' : 'outgoing'} interface at this hook`
      : side === 'in'
        ? `it came in on ${name}`
        : `it leaves by ${name}`,
  'why.fragment': () => 'a later fragment has no such header',
  'why.set': ({ element, set, held }) => `${element} is ${held ? '' : 'not '}in ${set}`,
  'why.addrtype': ({ address, type }) => `${address} is ${type}`,
  'why.state': ({ state }) => `the connection is ${state}`,
  'why.bytes': () => 'its bytes do not say so',
  'why.limit': () => 'the limit has been spent',
  'why.turn': () => 'it is not its turn',
  'why.draw': () => 'it was drawn as no match',
  'why.rpfilter': ({ passed }) => `the way back to its source ${passed ? 'leads' : 'does not lead'} by this interface`,
  'why.assumed': ({ question, answer }) => `${question}=${answer ? 'yes' : 'no'} was assumed`,
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
  'why.option': ({ protocol, option, held }) => `it has ${held ? '' : 'no '}${protocol} option ${option}`,
  'why.pattern': ({ held }) => `that is ${held ? '' : 'not '}in it`,
  'why.chunks': () => 'its chunks are others',
  'why.program': ({ held }) => `the program ${held ? 'takes' : 'does not take'} it`,
  'why.never': () => 'no packet is so',
};
