/** Targets that netfilter's patch-o-matic and iptables before 1.4 had, and such as routers and other projects bring. */
import { Emit, TranslateKind } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { question } from '../../model/question.js';
import { type AddressRange, formatAddress, sameWords } from '../../net/address.js';
import { type TargetExtension, ValueError, type ValueKind } from '../define.js';
import { checkPorts, natFlags, natPorts, random, randomFully, translate } from '../target/nat-range.js';
import { addressOf, addressRange, flag, integer, integerOf, text } from '../values.js';
import { chosen, foreignTarget, oneOf, passing, plainText, taking, withUsual, word } from './making.js';

const address: ValueKind<readonly number[]> = {
  words: 1,
  shape: 'ADDRESS',
  parse: ([given], context) => addressOf(given!, context),
  print: (value) => [formatAddress(value)],
};
/** Two addresses, with a dash even where they are one. */
const fromTo: ValueKind<AddressRange> = {
  ...addressRange,
  parse(words, context) {
    if (!words[0]!.includes('-')) throw new ValueError(`"${words[0]}" is not FIRST-LAST`);
    return addressRange.parse(words, context);
  },
};
const oneOrTwo: ValueKind<AddressRange> = {
  ...addressRange,
  print: ({ min, max }) => [sameWords(min, max) ? formatAddress(min) : `${formatAddress(min)}-${formatAddress(max)}`],
};
/** Both ends are printed, always. */
const triggerPorts: ValueKind<NumberRange> = {
  words: 1,
  shape: 'PORT[-PORT]',
  parse([given]) {
    const [first, last = first] = given!.split('-');
    const [min, max] = [first!, last!].map((part) => integerOf(part, 65535, 'port', 1)) as [number, number];
    if (min > max) throw new ValueError(`"${given}" is not a range: ${min} is greater than ${max}`);
    return { min, max };
  },
  print: ({ min, max }) => [`${min}-${max}`],
};
const POOLS = ['src', 'dst'] as const;
const pools = Object.fromEntries(
  POOLS.flatMap((side) =>
    ['add', 'del'].map((what, _, both) => [
      `${what}-${side}ip`,
      { value: plainText('NAME', 255), excludes: both.filter((one) => one !== what).map((one) => `${one}-${side}ip`) },
    ]),
  ),
);

export const OLD_TARGETS: readonly TargetExtension[] = [
  /** Which of several comes next no text tells. */
  foreignTarget({
    name: 'BALANCE',
    families: [4],
    tables: ['nat'],
    hooks: ['PREROUTING', 'OUTPUT'],
    tracking: true,
    options: { 'to-destination': { value: fromTo, required: true } },
    lower(given, act) {
      const addresses = given['to-destination']!.value;
      if (!sameWords(addresses.min, addresses.max)) return [act.ask(question.target('BALANCE'))];
      return [translate(act, TranslateKind.Destination, { addresses, ports: undefined, base: undefined }, {})];
    },
  }),
  /** OpenWrt's xt_FLOWOFFLOAD.c: what comes later of a connection that is established goes another way, by no rule. */
  passing({
    name: 'FLOWOFFLOAD',
    tables: ['filter'],
    hooks: ['FORWARD'],
    tracking: true,
    options: { hw: { value: flag } },
  }),
  /** fullconenat_tg of xt_FULLCONENAT.c (netfilter-full-cone-nat): src/run/asked/full-cone.ts. */
  foreignTarget({
    name: 'FULLCONENAT',
    families: [4],
    tables: ['nat'],
    hooks: ['PREROUTING', 'POSTROUTING'],
    tracking: true,
    options: { 'to-ports': { value: natPorts('lost') }, ...random, ...randomFully },
    check: (given, rule) => checkPorts(given['to-ports'], rule),
    lower(given, act) {
      const asked = { flags: natFlags(given['to-ports']?.value, given), ports: given['to-ports']?.value.ports };
      return chosen(act, { what: 'full-cone', state: 'full-cone', ...asked }, 'FULLCONENAT');
    },
  }),
  passing({
    name: 'IMQ',
    tables: ['mangle'],
    options: { todev: { value: integer(0xffffffff) } },
    canonical: (given) => withUsual(given, 'todev', 0),
  }),
  foreignTarget({
    name: 'IPV4OPTSSTRIP',
    families: [4],
    tables: ['mangle'],
    options: {},
    lower: (_, act) => [act.host({ what: 'strip-options' }, question.target('IPV4OPTSSTRIP'))],
  }),
  taking({
    name: 'MIRROR',
    families: [4],
    tables: ['filter', 'mangle'],
    hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
    options: {},
  }),
  passing({
    name: 'NETFLOW',
    options: {},
  }),
  foreignTarget({
    name: 'NETLINK',
    families: [4],
    options: {
      nldrop: { value: flag },
      nlmark: { value: integer(0x7fffffff) },
      nlsize: { value: integer(0x7fffffff, String, 1) },
    },
    lower: (given, act) => [act.emit(Emit.Nflog), ...(given.nldrop ? [act.drop] : [])],
  }),
  passing({
    name: 'POOL',
    families: [4],
    options: pools,
  }),
  /** ipt_ROUTE.c: what it sends by itself meets no rule any more. */
  foreignTarget({
    name: 'ROUTE',
    tables: ['mangle'],
    options: {
      oif: { value: plainText('INTERFACE', 15), excludes: ['iif'] },
      iif: { value: plainText('INTERFACE', 15), excludes: ['oif', 'continue', 'tee'] },
      gw: { value: address },
      continue: { value: flag, excludes: ['tee', 'iif'] },
      tee: { value: flag, excludes: ['continue', 'iif'] },
    },
    check(given, rule) {
      if (!given.oif && !given.iif && !given.gw) rule.refuse(oneOf('oif', 'iif', 'gw'));
    },
    lower(given, act) {
      const hop = act.host({ what: 'route-hop' }, question.target('ROUTE'));
      if (given.tee) return [hop, act.emit(Emit.Gateway)];
      return [hop, given.continue ? act.ask(question.target('ROUTE')) : act.stolen];
    },
  }),
  /** ipt_SAME.c: which address of several it is depends on the source, and on the destination unless it is told not to. */
  foreignTarget({
    name: 'SAME',
    families: [4],
    tables: ['nat'],
    tracking: true,
    hooks: ['PREROUTING', 'POSTROUTING'],
    options: { to: { value: oneOrTwo, required: true }, nodst: { value: flag }, ...random },
    lower(given, act) {
      const { min, max } = given.to!.value;
      const among = { first: min[0]!, count: max[0]! - min[0]! + 1, sourceAlone: given.nodst !== undefined };
      return chosen(act, { what: 'same', ...among, flags: natFlags(undefined, given) }, 'SAME');
    },
  }),
  /** ipt_TRIGGER.c: one that is to trigger takes no packet; for the others no text tells who has triggered anything. */
  foreignTarget({
    name: 'TRIGGER',
    families: [4],
    options: {
      'trigger-type': { value: word('dnat', 'in', 'out') },
      'trigger-proto': { value: word('tcp', 'udp', 'all') },
      'trigger-match': { value: triggerPorts },
      'trigger-relate': { value: triggerPorts },
    },
    lower: (given, act) => (given['trigger-type']?.value === 'out' ? [] : [act.ask(question.target('TRIGGER'))]),
  }),
  foreignTarget({
    name: 'XOR',
    families: [4],
    tables: ['mangle'],
    protocols: [6, 17],
    options: {
      key: { value: text('TEXT', 30), required: true },
      'block-size': { value: integer(255, String, 1), required: true },
    },
    lower(given, act) {
      const how = { key: given.key!.value, block: given['block-size']!.value };
      return [act.host({ what: 'xor', ...how }, question.target('XOR'))];
    },
  }),
];
