/** Targets of xtables-addons (inai.de/projects/xtables-addons), by its libxt_NAME.c and xt_NAME.c: version 3.23, and before it those that it had once. */
import { Emit } from '../../abi.js';
import { question } from '../../model/question.js';
import type { Masked } from '../../net/address.js';
import { bitsOf, formatAddress, prefixLength } from '../../net/address.js';
import { type TargetExtension, ValueError, type ValueKind } from '../define.js';
import { addressOf, flag, hex, integer, integerOf, maskedOf } from '../values.js';
import {
  askedTarget,
  flags,
  foreignTarget,
  macBits,
  maskedMac,
  passing,
  plainText,
  prefixOf,
  quotedText,
  taking,
  usual,
  word,
} from './making.js';

const network: ValueKind<Masked> = {
  words: 1,
  shape: 'ADDRESS[/MASK]',
  parse: ([given], context) => maskedOf(given!, context),
  print: ({ address, mask }) => {
    const length = prefixLength(mask);
    return [length === 32 ? formatAddress(address) : `${formatAddress(address)}/${length ?? formatAddress(mask)}`];
  },
};

/** An address and the length of its prefix, which is printed always; what lies beyond the prefix is kept. */
const prefixed: ValueKind<{ readonly address: readonly number[]; readonly length: number }> = {
  words: 1,
  shape: 'ADDRESS[/LENGTH]',
  parse([given], context) {
    const [host, length, more] = given!.split('/');
    if (more !== undefined) throw new ValueError(`"${given}" holds more than one "/"`);
    const bits = bitsOf(context.family);
    return {
      address: addressOf(host!, context),
      length: length === undefined ? bits : prefixOf(length, bits),
    };
  },
  print: ({ address, length }) => [`${formatAddress(address)}/${length}`],
};

const seconds = { ...integer(0x7fffffff), parse: ([given]: readonly string[]) => secondsOf(given!) };
/** strtol: below zero what is bound stays as it is. */
function secondsOf(given: string): number {
  const sign = given.startsWith('-') ? -1 : 1;
  return sign * integerOf(given.replace(/^-/, ''), 0x7fffffff);
}

const bits = integer(0xffffffff, hex);

export const ADDONS_TARGETS: readonly TargetExtension[] = [
  passing({
    name: 'ACCOUNT',
    families: [4],
    options: {
      addr: { value: network, required: true },
      // ACCOUNT_TABLE_NAME_LEN of xt_ACCOUNT.h
      tname: { value: plainText('NAME', 31), required: true },
    },
  }),
  taking({
    name: 'CHAOS',
    families: [4],
    tables: ['filter'],
    hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
    options: {
      delude: { value: flag, excludes: ['tarpit'] },
      tarpit: { value: flag, excludes: ['delude'] },
    },
  }),
  taking({
    name: 'DELUDE',
    families: [4],
    tables: ['filter'],
    hooks: ['INPUT', 'FORWARD'],
    protocols: [6],
    options: {},
  }),
  foreignTarget({
    name: 'DHCPMAC',
    families: [4],
    tables: ['mangle'],
    protocols: [17],
    options: { 'set-mac': { value: maskedMac, required: true } },
    lower: (given, act) => [
      act.host({ what: 'dhcpmac', ...macBits(given['set-mac']!.value) }, question.target('DHCPMAC')),
    ],
  }),
  askedTarget({
    name: 'DNETMAP',
    families: [4],
    tables: ['nat'],
    hooks: ['PREROUTING', 'OUTPUT', 'POSTROUTING'],
    tracking: true,
    options: {
      prefix: { value: network },
      reuse: { value: flag },
      ttl: { value: seconds },
      static: { value: flag },
      persistent: { value: flag },
    },
  }),
  taking({
    name: 'ECHO',
    tables: ['filter'],
    protocols: [17],
    options: {},
  }),
  foreignTarget({
    name: 'IPMARK',
    tables: ['mangle'],
    options: {
      addr: { value: word('src', 'dst'), required: true },
      'and-mask': { value: bits },
      'or-mask': { value: bits },
      shift: { value: integer(0xffffffff) },
    },
    canonical(given) {
      const { addr, 'and-mask': and, 'or-mask': or, shift } = given;
      return {
        ...(addr && { addr }),
        ...(and && and.value !== 0xffffffff && { 'and-mask': and }),
        ...(or?.value && { 'or-mask': or }),
        ...(shift?.value && { shift }),
      };
    },
    lower({ addr, 'and-mask': and, 'or-mask': or, shift }, act) {
      const how = { shift: shift?.value ?? 0, and: and?.value ?? 0xffffffff, or: or?.value ?? 0 };
      return [act.host({ what: 'ipmark', side: addr!.value, ...how }, question.target('IPMARK'))];
    },
  }),
  foreignTarget({
    name: 'LOGMARK',
    options: {
      'log-level': { value: integer(7) },
      // char prefix[14] of xt_LOGMARK.h
      'log-prefix': { value: quotedText('TEXT', 14) },
    },
    canonical: ({ 'log-level': level, ...rest }) =>
      level && level.value !== 4 ? { 'log-level': level, ...rest } : rest,
    lower: (_, act) => [act.emit(Emit.Log)],
  }),
  foreignTarget({
    name: 'PROTO',
    tables: ['mangle'],
    options: { 'proto-set': { value: integer(255), required: true }, ...flags(['stop-at-frag', 'stop-at-auth']) },
    check(given, rule) {
      for (const key of ['stop-at-frag', 'stop-at-auth'] as const)
        if (rule.family === 4 && given[key]) rule.refuse('is for IPv6 alone', key);
    },
    lower(given, act) {
      const stops = { stopAtFragment: !!given['stop-at-frag'], stopAtAuthentication: !!given['stop-at-auth'] };
      return [act.host({ what: 'proto', number: given['proto-set']!.value, ...stops }, question.target('PROTO'))];
    },
  }),
  foreignTarget({
    name: 'RAWDNAT',
    tables: ['raw'],
    options: { 'to-destination': { value: prefixed, required: true } },
    lower: (given, act) => [
      act.host({ what: 'rawnat', side: 'dst', ...given['to-destination']!.value }, question.target('RAWDNAT')),
    ],
  }),
  foreignTarget({
    name: 'RAWSNAT',
    tables: ['raw'],
    options: { 'to-source': { value: prefixed, required: true } },
    lower: (given, act) => [
      act.host({ what: 'rawnat', side: 'src', ...given['to-source']!.value }, question.target('RAWSNAT')),
    ],
  }),
  taking({ name: 'STEAL', options: {} }),
  // sysrq_tg: what does not hold the password is dropped
  foreignTarget({
    name: 'SYSRQ',
    protocols: [17, 136],
    options: {},
    lower: (_, act) => [act.ask(question.target('SYSRQ'), 'accept'), act.drop],
    terminal: true,
  }),
  taking({
    name: 'TARPIT',
    hooks: ['INPUT', 'FORWARD'],
    protocols: [6],
    options: flags(['tarpit', 'honeypot', 'reset']),
    // of several the last counts
    canonical(given) {
      const last = Object.values(given)
        .sort((a, b) => a!.at.column - b!.at.column)
        .at(-1);
      return last === undefined ? { tarpit: usual('tarpit', true as const) } : { [last.key]: last };
    },
  }),
];
