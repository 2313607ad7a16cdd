import { formatAddress } from '../../net/address.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { addressOf, flag } from '../values.js';
import {
  addresses,
  clear,
  equals,
  field,
  Header,
  hasLength,
  printedBut,
  u32,
  u32Range,
  whole,
  within,
} from './header6.js';

/** IP6T_RT_HOPS */
const MOST = 16;

const addressList: ValueKind<readonly (readonly number[])[]> = {
  words: 1,
  shape: 'ADDRESS[,…]',
  parse([word], context) {
    const parts = word!.split(',');
    if (parts.length > MOST) throw new ValueError(`holds ${parts.length} addresses, more than ${MOST}`);
    return parts.map((part) => addressOf(part, context));
  },
  print: (list) => [list.map((one) => formatAddress(one)).join(',')],
};

const options = {
  'rt-type': { value: u32, invert: true },
  'rt-segsleft': { value: u32Range, invert: true },
  'rt-len': { value: u32, invert: true },
  'rt-0-res': { value: flag },
  'rt-0-addrs': { value: addressList },
  'rt-0-not-strict': { value: flag },
};

/** rt_mt6 in net/ipv6/netfilter/ip6t_rt.c. */
export const rt = match({
  name: 'rt',
  about: 'the routing header of IPv6',
  families: [6],
  options,
  check(given, rule) {
    const { 'rt-type': type, 'rt-0-addrs': list, 'rt-0-not-strict': loose } = given;
    for (const needs of [given['rt-0-res'], list])
      if (needs && (!type || type.not || type.value !== 0 || type.at.column > needs.at.column))
        rule.refuse('needs --rt-type 0 before it', needs.key);
    if (loose && (!list || list.at.column > loose.at.column)) rule.refuse('needs --rt-0-addrs before it', loose.key);
  },
  print: (given, context) => printedBut('rt-segsleft', 0xffffffff, options, given, context),
  lower: (given, build) => [
    whole(Header.Routing, 4),
    build.when(given['rt-segsleft'], (range) => within(field(Header.Routing, 0, 0, 255, 'segments-left'), range)),
    build.when(given['rt-len'], (bytes) => hasLength(Header.Routing, bytes)),
    build.when(given['rt-type'], (type) => equals(field(Header.Routing, 0, 8, 255, 'routing-type'), type)),
    build.when(given['rt-0-res'], () => clear(Header.Routing, 4, 0xffffffff)),
    build.when(given['rt-0-addrs'], (list) => addresses(list, given['rt-0-not-strict'] !== undefined)),
  ],
});

export const rtListed = listed(
  'rt',
  piece('rt-type', 'type:'),
  piece('rt-segsleft', 'segsleft:', 'segslefts:'),
  piece('rt-len', 'length:'),
  flagPiece('rt-0-res', 'reserved'),
  piece('rt-0-addrs', '0-addrs'),
  flagPiece('rt-0-not-strict', '0-not-strict'),
);
