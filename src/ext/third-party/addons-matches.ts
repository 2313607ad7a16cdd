/** Matches of xtables-addons (inai.de/projects/xtables-addons), by its libxt_NAME.c and xt_NAME.c of version 3.23. */
import { OWN_STATE } from '../../model/host-test.js';
import { question } from '../../model/question.js';
import { type Match, ValueError, type ValueKind } from '../define.js';
import { counter } from '../match/set.js';
import { flag, integer } from '../values.js';
import { ipv4options } from './ipv4options.js';
import { length2 } from './length2.js';
import {
  asked,
  cutName,
  flags,
  foreignMatch,
  macBits,
  maskedMac,
  numberList,
  oneOf,
  plainText,
  quotedText,
  usual,
  withUsual,
  wordsOf,
} from './making.js';

const countries: ValueKind<readonly string[]> = {
  words: 1,
  shape: 'COUNTRY[,…]',
  parse([word]) {
    const codes = word!.split(',');
    const wrong = codes.find((code) => !/^[a-z][a-z\d]$/i.test(code));
    if (wrong !== undefined) throw new ValueError(`"${wrong}" is not a country's two letters`);
    // XT_GEOIP_MAX of xt_geoip.h
    if (codes.length > 15) throw new ValueError(`holds ${codes.length} values, more than ${15}`);
    return codes.map((code) => code.toUpperCase());
  },
  print: (codes) => [codes.join(',')],
};

/** XT_ASN_MAX of xt_asn.h. */
const systems = numberList(0xffffffff, 15, 'number');

/** char name[15] of xt_quota2.h, which is cut. */
const counterName = cutName(14);

/** A save shows that there is one. */
const secret: ValueKind<string> = {
  words: 1,
  optional: true,
  shape: 'SECRET',
  parse: ([word = '']) => word,
  print: () => [],
};

const psdNumber = integer(10_000);
const PSD_USUAL = [
  ['psd-weight-threshold', 21],
  ['psd-delay-threshold', 300],
  ['psd-lo-ports-weight', 3],
  ['psd-hi-ports-weight', 1],
] as const;

/** The first is what it had before xtables-addons, for all it knew. */
const P2P = [
  'ipp2p',
  'edk',
  'dc',
  'gnu',
  'kazaa',
  'bit',
  'apple',
  'soul',
  'winmx',
  'ares',
  'mute',
  'waste',
  'xdcc',
] as const;

const STATES = [
  ...(['up', 'broadcast', 'loopback', 'pointopoint', 'running', 'noarp'] as const),
  ...(['promisc', 'multicast', 'dynamic', 'lower_up', 'dormant'] as const),
] as const;
/** iface_valid_name. */
const linkName: ValueKind<string> = {
  ...plainText('NAME', 15),
  parse(words, context) {
    const [name] = words;
    if (/[.+!*]/.test(name!)) throw new ValueError(`"${name}" is no name of an interface`);
    return plainText('NAME', 15).parse(words, context);
  },
};
const WHERE = ['dev-in', 'dev-out', 'iface'] as const;

const DHCPMAC = { mac: { value: maskedMac, required: true } } as const;

export const ADDONS_MATCHES: readonly Match[] = [
  asked({
    name: 'asn',
    options: {
      'src-asn': { value: systems, alias: ['source-number'], invert: true, excludes: ['dst-asn'] },
      'dst-asn': { value: systems, alias: ['destination-number'], invert: true, excludes: ['src-asn'] },
    },
    check(given, rule) {
      if (!given['src-asn'] && !given['dst-asn']) rule.refuse(oneOf('src-asn', 'dst-asn'));
    },
  }),
  foreignMatch({
    name: 'condition',
    // CONDITION_NAME_LEN of xt_condition.h
    options: { condition: { value: quotedText('NAME', 30), invert: true, required: true } },
    lower: ({ condition }, build) => [
      build.when(condition, (name) =>
        build.host({ what: 'condition', name }, question.match('condition', `--condition ${name.replaceAll('"', '')}`)),
      ),
    ],
  }),
  foreignMatch({
    name: 'dhcpmac',
    families: [4],
    protocols: [17],
    options: DHCPMAC,
    lower(given, build, context) {
      const mac = given.mac!;
      const ask = question.match('dhcpmac', wordsOf(DHCPMAC, given, context));
      return [build.from(mac, build.host({ what: 'dhcpmac', ...macBits(mac.value) }, ask))];
    },
  }),
  asked({
    name: 'fuzzy',
    options: {
      'lower-limit': { value: integer(10_000_000, String, 1) },
      'upper-limit': { value: integer(10_000_000, String, 1) },
    },
    canonical: (given) => ({ ...withUsual(given, 'lower-limit', 1000), ...withUsual(given, 'upper-limit', 2000) }),
  }),
  foreignMatch({
    name: 'geoip',
    options: {
      'source-country': { value: countries, alias: ['src-cc'], invert: true, excludes: ['destination-country'] },
      'destination-country': { value: countries, alias: ['dst-cc'], invert: true, excludes: ['source-country'] },
    },
    check(given, rule) {
      if (!given['source-country'] && !given['destination-country'])
        rule.refuse(oneOf('source-country', 'destination-country'));
    },
    lower: (given, build) =>
      (['source', 'destination'] as const).map((side) =>
        build.when(given[`${side}-country`], (countries) =>
          build.host(
            { what: 'geoip', side: side === 'source' ? 'src' : 'dst', countries },
            question.match('geoip', `--${side}-country ${countries.join(',')}`),
          ),
        ),
      ),
  }),
  asked({
    name: 'gradm',
    options: {
      enabled: { value: flag, invert: true, excludes: ['disabled'] },
      disabled: { value: flag, invert: true, excludes: ['enabled'] },
    },
    // `! --enabled` is what --disabled says
    canonical(given) {
      const one = given.enabled ?? given.disabled;
      if (one === undefined || !one.not) return given;
      const key = one.key === 'enabled' ? 'disabled' : 'enabled';
      return { [key]: { ...one, key, not: false } };
    },
    check(given, rule) {
      if (!given.enabled && !given.disabled) rule.refuse(oneOf('enabled', 'disabled'));
    },
  }),
  foreignMatch({
    name: 'iface',
    options: {
      'dev-in': { value: flag, excludes: ['dev-out', 'iface'] },
      'dev-out': { value: flag, excludes: ['dev-in', 'iface'] },
      iface: { value: linkName, excludes: ['dev-in', 'dev-out'] },
      ...flags(STATES, { invert: true }),
      up: { value: flag, invert: true, excludes: ['down'] },
      noarp: { value: flag, invert: true, excludes: ['arp'] },
      pointopoint: { value: flag, alias: ['pointtopoint'], invert: true },
      lower_up: { value: flag, alias: ['lower-up'], invert: true },
      down: { value: flag, invert: true, excludes: ['up'] },
      arp: { value: flag, invert: true, excludes: ['noarp'] },
    },
    canonical(given) {
      const { down, arp, ...rest } = given;
      const turned = (key: string, one: typeof down) => one && { [key]: { ...one, key, not: !one.not } };
      return { ...rest, ...turned('up', down), ...turned('noarp', arp) } as typeof given;
    },
    check(given, rule) {
      if (!WHERE.some((key) => given[key])) rule.refuse(oneOf(...WHERE));
      else if (!STATES.some((key) => given[key])) rule.refuse(oneOf(...STATES));
    },
    /** xt_iface_mt: each flag by itself. */
    lower(given, build) {
      const at = WHERE.find((key) => given[key])!;
      const link = at === 'iface' ? { name: given.iface!.value } : ({ of: at === 'dev-in' ? 'in' : 'out' } as const);
      const words = at === 'iface' ? `--iface ${given.iface!.value}` : `--${at}`;
      return STATES.map((flag) =>
        build.when(given[flag], () =>
          build.host(
            { what: 'iface', link, flag, not: given[flag]!.not },
            question.match('iface', `${words} --${flag}`),
          ),
        ),
      );
    },
  }),
  asked({
    name: 'ipp2p',
    options: { ...flags(P2P), debug: { value: flag } },
    check(given, rule) {
      if (!P2P.some((key) => given[key])) rule.refuse(oneOf(...P2P));
    },
  }),
  ipv4options,
  length2,
  asked({
    name: 'lscan',
    alias: ['portscan'],
    protocols: [6],
    families: [4],
    options: flags(['stealth', 'synscan', 'cnscan', 'grscan', 'mirai']),
  }),
  asked({
    name: 'pknock',
    families: [4],
    protocols: [6, 17],
    options: {
      // IPT_PKNOCK_MAX_PORTS of xt_pknock.h
      knockports: { value: numberList(65535, 15, 'port'), excludes: ['checkip'] },
      time: { value: integer(65535, String, 1) },
      autoclose: { value: integer(65535) },
      name: { value: cutName(31), required: true },
      opensecret: { value: secret, needs: ['closesecret'] },
      closesecret: { value: secret, needs: ['opensecret'] },
      strict: { value: flag },
      checkip: { value: flag, excludes: ['knockports'] },
    },
    check(given, rule) {
      if (given.knockports && !given.opensecret && !given.time) rule.refuse('needs --time', 'knockports');
      if (!given.knockports && !given.checkip) rule.refuse(oneOf('knockports', 'checkip'));
    },
  }),
  asked({
    name: 'psd',
    options: Object.fromEntries(PSD_USUAL.map(([key]) => [key, { value: psdNumber }])),
    canonical: (given) =>
      Object.assign({}, ...PSD_USUAL.map(([key, usual]) => withUsual(given, key, usual))) as typeof given,
  }),
  foreignMatch({
    name: 'quota2',
    options: {
      grow: { value: flag },
      'no-change': { value: flag },
      packets: { value: flag },
      // Android's iptables-save has the `!` of --quota before it
      name: { value: counterName, invert: true },
      quota: { value: counter, invert: true },
    },
    canonical({ name, quota = usual('quota', 0n), ...given }) {
      const not = quota.not || name?.not === true;
      return { ...given, name: name && { ...name, not: false }, quota: { ...quota, not } };
    },
    lower({ grow, 'no-change': frozen, packets, name, quota }, build) {
      const [words, left] = [name && `--name ${name.value}`, quota ?? usual('quota', 0n)];
      const test = build.host(
        {
          what: 'quota2',
          state: name?.value ? `quota2:${name.value}` : OWN_STATE,
          name: name?.value ?? '',
          quota: String(left.value),
          packets: packets !== undefined,
          grow: grow !== undefined,
          counts: frozen === undefined,
        },
        question.match('quota2', words),
      );
      // what counts upwards holds, `!` or not
      return [build.from({ ...left, not: left.not && !grow }, test)];
    },
  }),
];
