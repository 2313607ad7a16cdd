/** English, of why a condition did not come out as wanted. */
import type { FieldWord, RareWhyWords, WhyWords } from './messages.js';

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

export const WHY: Omit<WhyWords, keyof RareWhyWords> = {
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
  'why.turn': ({ left }) =>
    left === 0 ? 'it is its turn' : `its turn comes in ${left} packet${left === 1 ? '' : 's'}`,
  'why.draw': () => 'it was drawn as no match',
  'why.rpfilter': ({ passed }) => `the way back to its source ${passed ? 'leads' : 'does not lead'} by this interface`,
  'why.assumed': ({ question, answer }) => `${question}=${answer ? 'yes' : 'no'} was assumed`,
  'why.option': ({ protocol, option, held }) => `it has ${held ? '' : 'no '}${protocol} option ${option}`,
  'why.never': () => 'no packet is so',
};
