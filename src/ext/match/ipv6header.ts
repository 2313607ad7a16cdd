import { HEADER_NAMES, headerBit, headerNames } from '../../net/ipv6-headers.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { flag } from '../values.js';
import { headers } from './header6.js';

/** Beside the names of getprotobyname, which iptables prints. */
const OTHER_NAMES: Readonly<Record<(typeof HEADER_NAMES)[number], readonly string[]>> = {
  'hop-by-hop': ['hop', 'hopopt', 'HOPOPT', '0'],
  'ipv6-opts': ['dst', 'IPv6-Opts', '60'],
  'ipv6-route': ['route', 'IPv6-Route', '43'],
  'ipv6-frag': ['frag', 'IPv6-Frag', '44'],
  ah: ['auth', 'IPSEC-AH', '51'],
  esp: ['IPSEC-ESP', '50'],
  'ipv6-nonxt': ['none', 'IPv6-NoNxt', '59'],
  protocol: ['prot', '255'],
};

/** All bits of the names in a list; empty ones are passed over. */
const headerList: ValueKind<number> = {
  words: 1,
  shape: 'HEADER[,…]',
  parse([word]) {
    const names = word!.split(',').filter((name) => name !== '');
    if (names.length === 0) throw new ValueError('is empty');
    return names.reduce((bits, name) => {
      const found = HEADER_NAMES.findIndex((first) => first === name || OTHER_NAMES[first].includes(name));
      if (found < 0) throw new ValueError(`"${name}" is none of ${HEADER_NAMES.join(', ')}`);
      return bits | headerBit(found);
    }, 0);
  },
  print: (bits) => [headerNames(bits)],
};

/** ipv6header_mt6 in net/ipv6/netfilter/ip6t_ipv6header.c. */
export const ipv6header = match({
  name: 'ipv6header',
  about: 'which extension headers an IPv6 packet has',
  families: [6],
  options: {
    header: { value: headerList, invert: true, required: true },
    soft: { value: flag },
  },
  lower: (given, build) => [
    // headers that are cut are no match, whatever is asked of them
    headers(0, 0),
    build.when(given.header, (bits) => {
      if (!given.soft) return headers(0xff, bits);
      // negated: it has none of them
      return given.header!.not ? build.not(headers(bits, 0)) : headers(bits, bits);
    }),
  ],
});

/** `ipv6header flags:!hop-by-hop,ipv6-opts soft`, and under -n `flags:0xC0`. */
export const ipv6headerListed: Listed = {
  begins: ['ipv6header'],
  read(text) {
    if (!text.take('ipv6header') || !text.takeStart('flags:')) return undefined;
    const not = takeNot(text);
    const value = text.word();
    if (value === undefined) return undefined;
    const { at } = value;
    const names = /^0x[0-9A-F]{2}$/.test(value.text) ? headerNames(Number(value.text)) : value.text;
    return [
      ...(not ? [{ text: '!', at }] : []),
      { text: '--header', at },
      { text: names, at },
      ...(text.take('soft') ? [{ text: '--soft', at }] : []),
    ];
  },
};
