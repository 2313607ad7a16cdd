/** English, of what was found for extensions of other projects: src/model/foreign-reading.ts. */
import type { ForeignWords } from './messages.js';

const PARTS = { client: "client's address", options: 'options of IPv4', payload: 'payload' } as const;
const SIDES = { src: 'source', dst: 'destination' } as const;

export const FOREIGN: ForeignWords = {
  condition: ({ name, on }) => `condition ${name} is ${on ? 'on' : 'off'}`,
  geoip: ({ side, country }) =>
    country === undefined
      ? `nobody said which country its ${SIDES[side]} is in`
      : `its ${SIDES[side]} is in ${country}`,
  iface: ({ link, flag, has }) => {
    if (link === null) return 'it has no link there';
    return has === undefined
      ? `whether link ${link} is ${flag} was not given`
      : `link ${link} is ${has ? '' : 'not '}${flag}`;
  },
  ipv4options: ({ has }) =>
    has.length === 0 ? 'it has no options of IPv4' : `it has options ${has.join(', ')} of IPv4`,
  length2: ({ layer, length }) =>
    length === null ? `it has no layer ${layer} whose length is known` : `its layer ${layer} has ${length} bytes`,
  quota2: ({ name, before, after, packets }) =>
    `${name === '' ? 'its counter' : `counter ${name}`} has ${before} ${packets ? 'packets' : 'bytes'}${before === after ? '' : `, and now ${after}`}`,
  dhcpmac: ({ client }) =>
    client === null ? 'it is too short for a DHCP message' : `its client, as DHCP has it, is ${client}`,
  written: ({ part, bytes }) =>
    bytes === 0 ? `nothing of its ${PARTS[part]} is changed` : `${bytes} bytes of its ${PARTS[part]} are changed`,
  'full-cone': ({ port, link, holder, how }) => {
    if (holder === undefined) return `no inner host has port ${port} of ${link}`;
    return how === 'held'
      ? `port ${port} of ${link} is that of ${holder}`
      : `${holder} is given port ${port} of ${link}${how === 'drawn' ? ', by chance' : ''}`;
  },
  ipmark: ({ before, after }) => `mark 0x${before.toString(16)} → 0x${after.toString(16)}`,
};
