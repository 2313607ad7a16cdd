/** How `iptables -L` prints extensions of other projects. */
import type { Word } from '../../model/ruleset.js';
import { flagPiece, type Listed, type ListedText, listed, listedOf, piece, quotedOrWord, takeNot } from '../listed.js';

/** What is printed as in a save, ` -m NAME ! --option VALUE`: all options have a value but those of `flags`. */
function asSaved(head: string, ...flags: readonly string[]): Listed {
  return {
    begins: [head],
    read(text) {
      if (!text.take(head)) return undefined;
      const words: Word[] = [];
      for (;;) {
        const from = text.at;
        const not = takeNot(text);
        const option = text.word();
        if (option === undefined || !option.text.startsWith('--')) {
          text.at = from;
          return words;
        }
        if (not) words.push({ text: '!', at: option.at });
        words.push(option);
        const value = flags.includes(option.text.slice(2)) ? undefined : quotedOrWord(text);
        if (value !== undefined) words.push(value);
      }
    },
  };
}

const split = (names: string): readonly string[] => names.split(' ');
const P2P = split('ipp2p edk dc gnu kazaa bit apple soul winmx ares mute waste xdcc debug');
const STATES = split(
  'dev-in dev-out up broadcast loopback pointopoint running noarp promisc multicast dynamic lower_up dormant',
);
const LAYERS = split('layer3 layer4 layer5 layer7');
const NDPI_FLAGS = split('error untracked have-master match-m-proto match-a-proto');
const NDPI = split('proto inprogress ja4c tlsfp tlsv host clevel risk');

/** `every 3th packet #1`. */
const nth: Listed = {
  begins: ['every', '!every'],
  read(text) {
    const not = takeNot(text);
    const every = text.take('every') ? text.word() : undefined;
    if (every === undefined || !/^\d+th$/.test(every.text)) return undefined;
    const { at } = every;
    const words: Word[] = [
      ...(not ? [{ text: '!', at }] : []),
      { text: '--every', at },
      { text: every.text.slice(0, -2), at },
    ];
    for (const [as, key] of [
      ['counter', '--counter'],
      ['packet', '--packet'],
      ['start at', '--start'],
    ] as const) {
      const value = text.take(as) ? text.word() : undefined;
      if (value !== undefined)
        words.push({ text: key, at: value.at }, { text: value.text.replace('#', ''), at: value.at });
    }
    return words;
  },
};

/** `random 50%`. */
const random: Listed = {
  begins: ['random'],
  read(text) {
    const share = text.take('random') ? text.word() : undefined;
    if (share === undefined || !/^\d+%$/.test(share.text)) return undefined;
    return [
      { text: '--average', at: share.at },
      { text: share.text.slice(0, -1), at: share.at },
    ];
  },
};

/** `layer3 length ! 4-9`. */
const length2: Listed = {
  ...listedOf(undefined, () => [
    ...LAYERS.map((name) => flagPiece(name)),
    { ...piece('length'), words: (value) => [value.replace('-', ':')] },
  ]),
  begins: LAYERS,
};

/** `prefix 20.0.0.0/26 reuse 1 ttl default`. */
const DNETMAP: Listed = {
  begins: ['prefix'],
  read(text) {
    const words: Word[] = [];
    for (const key of ['prefix', 'reuse', 'ttl']) {
      const value = text.take(key) ? text.word() : undefined;
      if (value === undefined) return undefined;
      if (['any', '0', 'default'].includes(value.text)) continue;
      words.push({ text: `--${key}`, at: value.at }, ...(key === 'reuse' ? [] : [value]));
    }
    return words;
  },
};

/** `TRIGGER type:out tcp match:5 relate:6-7`. */
const TRIGGER: Listed = {
  begins: ['TRIGGER'],
  read(text) {
    if (!text.take('TRIGGER')) return undefined;
    const words: Word[] = [];
    put(words, 'type', after(text, 'type:'));
    if (/^(tcp|udp)$/.test(text.peek())) put(words, 'proto', text.word());
    put(words, 'match', after(text, 'match:'));
    put(words, 'relate', after(text, 'relate:'));
    return words;
  },
};
const after = (text: ListedText, start: string): Word | undefined => (text.takeStart(start) ? text.word() : undefined);
function put(words: Word[], key: string, value: Word | undefined): void {
  // what was not given is 0
  if (value !== undefined && value.text !== '0') words.push({ text: `--trigger-${key}`, at: value.at }, value);
}

export const FOREIGN_LISTED_MATCHES: Readonly<Record<string, Listed>> = {
  asn: asSaved('-m asn'),
  condition: asSaved('-m condition'),
  dhcpmac: asSaved('-m dhcpmac'),
  fuzzy: asSaved('-m fuzzy'),
  geoip: asSaved('-m geoip'),
  gradm: asSaved('-m gradm', 'enabled', 'disabled'),
  iface: asSaved('-m iface', ...STATES),
  ipp2p: asSaved('-m ipp2p', ...P2P),
  ipv4options: asSaved('-m ipv4options', 'any'),
  length2,
  lscan: asSaved('-m lscan', 'stealth', 'synscan', 'cnscan', 'grscan', 'mirai'),
  pknock: listedOf('pknock', () => [
    ...split('knockports time autoclose name').map((name) => piece(name)),
    ...split('opensecret closesecret strict checkip').map((name) => flagPiece(name)),
  ]),
  psd: asSaved('-m psd'),
  quota2: asSaved('-m quota', 'grow', 'no-change', 'packets'),
  layer7: listed('LAYER7', piece('l7proto')),
  mport: listed('mport', piece('sports'), piece('dports'), piece('ports')),
  ndpi: listedOf('ndpi', () => [...NDPI_FLAGS.map((name) => flagPiece(name)), ...NDPI.map((name) => piece(name))]),
  nth,
  pool: listed(undefined, piece('srcpool'), piece('dstpool')),
  random,
  webstr: listed(['WEBSTR match', 'webstr:'], piece('host'), piece('url'), piece('content')),
};

export const FOREIGN_LISTED_TARGETS: Readonly<Record<string, Listed>> = {
  ACCOUNT: listed('ACCOUNT', piece('addr'), piece('tname')),
  CHAOS: asSaved('-j CHAOS', 'delude', 'tarpit'),
  DHCPMAC: asSaved('-j DHCPMAC'),
  DNETMAP,
  IPMARK: asSaved('-j IPMARK'),
  LOGMARK: asSaved('-j LOGMARK'),
  PROTO: listed('PROTO', piece('proto-set', 'set to'), flagPiece('stop-at-frag'), flagPiece('stop-at-auth')),
  RAWDNAT: listed(undefined, piece('to-destination')),
  RAWSNAT: listed(undefined, piece('to-source')),
  TARPIT: asSaved('-j TARPIT', 'tarpit', 'honeypot', 'reset'),
  BALANCE: listed('balance', piece('to-destination', '')),
  FLOWOFFLOAD: listed('FLOWOFFLOAD', flagPiece('hw')),
  FULLCONENAT: listed(undefined, piece('to-ports', 'masq ports:'), flagPiece('random'), flagPiece('random-fully')),
  IMQ: listed('IMQ:', piece('todev')),
  NETLINK: listed(undefined, flagPiece('nldrop'), piece('nlmark'), piece('nlsize')),
  POOL: asSaved('POOL'),
  ROUTE: listed(
    'ROUTE',
    piece('oif', 'oif:'),
    piece('iif', 'iif:'),
    piece('gw', 'gw:'),
    flagPiece('continue'),
    flagPiece('tee'),
  ),
  SAME: listed(undefined, piece('to', 'same:'), flagPiece('nodst'), flagPiece('random')),
  TRIGGER,
  XOR: listed(undefined, piece('key', 'key:'), piece('block-size', 'block-size:')),
};
