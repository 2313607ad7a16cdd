/** Translations of which a packet's values tell what they make of it. */
import {
  CT_STATUS_DST_NAT,
  CT_STATUS_SRC_NAT,
  Field,
  NAT_PROTO_OFFSET,
  NAT_PROTO_RANDOM,
  NAT_PROTO_RANDOM_FULLY,
  STATE_DNAT,
  STATE_SNAT,
  TranslateKind,
} from '../../abi.js';
import type { Translation } from '../../model/action.js';
import type { NumberRange, Test } from '../../model/condition.js';
import type { HookName, TableName } from '../../model/ruleset.js';
import { sameWords } from '../../net/address.js';
import type { AddressNumbers } from './addresses.js';
import type { Change } from './changes.js';
import type { Part } from './terms.js';

const CHANCE = NAT_PROTO_RANDOM | NAT_PROTO_RANDOM_FULLY | NAT_PROTO_OFFSET;

/** To one address, and one port or none: nothing is drawn, hashed, or kept of the packet's own address. */
export const isFixed = (translation: Translation): boolean => {
  const { flags, ports } = translation;
  return isFixedButPort(translation) && (flags & CHANCE) === 0 && (ports === undefined || ports.min === ports.max);
};

const OF_PACKETS: readonly TranslateKind[] = [TranslateKind.Netmap, TranslateKind.Chosen];
/** The same, whatever becomes of the port. */
export const isFixedButPort = ({ kind, addresses }: Translation): boolean =>
  !OF_PACKETS.includes(kind) && (addresses === undefined || sameWords(addresses.min, addresses.max));

const isOfSource = (kind: TranslateKind): boolean => kind === TranslateKind.Source || kind === TranslateKind.Masquerade;
const fieldsOf = (kind: TranslateKind) =>
  isOfSource(kind) ? ([Field.Src, Field.Sport] as const) : ([Field.Dst, Field.Dport] as const);

/** Whether it asks if a packet was translated: one that had address and port already is as if nothing had been asked for. */
export const asksTranslated = (test: Test): boolean =>
  test.kind === 'masked' &&
  ((test.field === Field.CtState && (test.mask & (STATE_SNAT | STATE_DNAT)) !== 0) ||
    (test.field === Field.CtStatus && (test.mask & (CT_STATUS_SRC_NAT | CT_STATUS_DST_NAT)) !== 0));

/** Packets to which a translation does nothing: a term. */
export function partsOfEnd({ kind, addresses, ports }: Translation, numbers: AddressNumbers): Part[] {
  const [address, port] = fieldsOf(kind);
  const is = (field: Field, range: NumberRange): Part => ({ field, ranges: [range], not: false });
  return [
    ...(addresses === undefined ? [] : [is(address, numbers.range(addresses))]),
    ...(ports === undefined ? [] : [is(port, { min: ports.min, max: ports.min })]),
  ];
}

/** What it makes of packets. `own`: addresses that the host may have. */
export function changeOf(
  { kind, addresses, ports }: Translation,
  own: readonly NumberRange[],
  numbers: AddressNumbers,
): Change {
  const [address, port] = fieldsOf(kind);
  const takesOwn = kind === TranslateKind.Masquerade || kind === TranslateKind.Redirect;
  const to = takesOwn ? own : addresses && [numbers.range(addresses)];
  return new Map([...(to === undefined ? [] : [[address, to] as const]), ...(ports ? [[port, [ports]] as const] : [])]);
}

/**
 * Whether packets that a hook translates come to a table's later. Those that this host sends may come in again, and go no further
 * than to it then.
 */
export function isBehind(translated: HookName, table: TableName, hook: HookName): boolean {
  if (translated === 'PREROUTING') return hook !== 'PREROUTING' && hook !== 'OUTPUT';
  if (translated === 'POSTROUTING') return hook === 'PREROUTING' || hook === 'INPUT';
  return translated === 'OUTPUT' && (hook !== 'OUTPUT' || /(filter|security)$/.test(table));
}
