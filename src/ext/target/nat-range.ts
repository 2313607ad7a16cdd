/** What the nat targets have in common: ranges of addresses and ports, and how they become a translation. */
import {
  NAT_MAP_IPS,
  NAT_PERSISTENT,
  NAT_PROTO_OFFSET,
  NAT_PROTO_RANDOM,
  NAT_PROTO_RANDOM_FULLY,
  NAT_PROTO_SPECIFIED,
  type TranslateKind,
} from '../../abi.js';
import type { Action } from '../../model/action.js';
import type { Act } from '../../model/build.js';
import type { NumberRange } from '../../model/condition.js';
import type { Given } from '../../model/ruleset.js';
import { servicePort } from '../../model/service.js';
import { type AddressRange, formatAddress, sameWords } from '../../net/address.js';
import { plainDecimal } from '../../net/decimal.js';
import { Protocol } from '../../net/protocol.js';
import { type RuleContext, type ValueContext, ValueError, type ValueKind } from '../define.js';
import { addressOf, flag, integerOf, portOf } from '../values.js';

export interface NatRange {
  readonly addresses: AddressRange | undefined;
  readonly ports: NumberRange | undefined;
  /** of a shifted range: the port that stands for the first one. */
  readonly base: number | undefined;
}

/**
 * What iptables makes of a base port behind a range: DNAT keeps it; the older structs of SNAT and MASQUERADE have no room
 * for it, so that the range is shifted by 0; REDIRECT refuses it.
 */
type Shift = 'kept' | 'lost' | 'refused';

/**
 * `80`, `http`, `80-90`, `80-90/8080`. The ends of a range are numbers. What iptables-save prints and iptables-restore
 * refuses is read too: `80/8080`, and `/0` where the base is lost.
 */
function portsOf(word: string, shift: Shift): NatRange & { readonly ports: NumberRange } {
  const plain = plainDecimal(word);
  const only = plain !== undefined && plain <= 65535 ? plain : servicePort(word);
  const addresses = undefined;
  if (only !== undefined) return { addresses, ports: { min: only, max: only }, base: undefined };
  const parts = /^([^-/:]+)(?:-([^-/:]+))?(?:\/([^-/:]+))?$/.exec(word);
  if (parts === null) throw new ValueError(`"${word}" is neither a port nor two ports with "-" between them`);
  const min = integerOf(parts[1]!, 65535, 'port');
  const max = parts[2] === undefined ? min : integerOf(parts[2], 65535, 'port');
  if (min > max) throw new ValueError(`"${word}" is not a range: ${min} is greater than ${max}`);
  if (parts[3] === undefined) return { addresses, ports: { min, max }, base: undefined };
  if (shift === 'refused') throw new ValueError(`"${word}" is shifted by a base port, which DNAT alone can do`);
  const base = portOf(parts[3]);
  if (shift === 'lost') return { addresses, ports: { min, max }, base: 0 };
  if (base === 0) throw new ValueError('port 0 cannot be the base of a shifted range');
  return { addresses, ports: { min, max }, base };
}

/** One address or two, unsorted: iptables and the kernel take the greater one first. */
function addressesOf(word: string, context: ValueContext): AddressRange {
  const dash = word.indexOf('-');
  const min = addressOf(dash < 0 ? word : word.slice(0, dash), context);
  return { min, max: dash < 0 ? min : addressOf(word.slice(dash + 1), context) };
}

/** Ports begin behind the first `:`, in IPv6 behind the one that follows `]` or that stands first and alone. */
function splitRange(word: string, { family }: ValueContext): [addresses: string, ports: string | undefined] {
  const colon = word.indexOf(':');
  if (family === 4 && colon >= 0) return [word.slice(0, colon), word.slice(colon + 1)];
  const plain = family === 4 || /^:[^:]+$/.test(word);
  const parts = (plain ? /^([^:]*)(?::(.*))?$/s : /^\[([^\]]*)\](?::(.*))?$/s).exec(word);
  return parts === null ? [word, undefined] : [parts[1]!, parts[2]];
}

function formatPorts({ min, max }: NumberRange, base: number | undefined): string {
  return `${min === max ? String(min) : `${min}-${max}`}${base === undefined ? '' : `/${base}`}`;
}

/** `ADDRESS[-ADDRESS][:PORT[-PORT]]`, as SNAT and DNAT take it. */
export const natRange = (shift: Shift): ValueKind<NatRange> => ({
  words: 1,
  printed: 'nat',
  shape: `[ADDRESS[-ADDRESS]][:PORT[-PORT${shift === 'kept' ? '[/BASE]' : ''}]]`,
  parse([word], context) {
    const [address, ports] = splitRange(word!, context);
    return {
      ...(ports === undefined ? { ports: undefined, base: undefined } : portsOf(ports, shift)),
      addresses: address === '' && ports !== undefined ? undefined : addressesOf(address, context),
    };
  },
  print({ addresses, ports, base }, { family }) {
    const { min, max } = addresses ?? {};
    const ends = min === undefined ? [] : sameWords(min, max!) ? [min] : [min, max!];
    const address = ends.map(formatAddress).join('-');
    if (ports === undefined) return [address];
    const host = family === 6 && address !== '' ? `[${address}]` : address;
    return [`${host}:${formatPorts(ports, base)}`];
  },
});

/** What MASQUERADE and REDIRECT take. */
export const natPorts = (shift: Shift): ValueKind<NatRange & { readonly ports: NumberRange }> => ({
  words: 1,
  shape: 'PORT[-PORT]',
  parse: ([word]) => portsOf(word!, shift),
  print: ({ ports, base }) => [formatPorts(ports, base)],
});

export const random = { random: { value: flag } } as const;
export const randomFully = { 'random-fully': { value: flag } } as const;
export const persistent = { persistent: { value: flag } } as const;

interface NatFlags {
  readonly random?: Given<true> | undefined;
  readonly 'random-fully'?: Given<true> | undefined;
  readonly persistent?: Given<true> | undefined;
}

const WITH_PORTS: readonly number[] = [Protocol.Tcp, Protocol.Udp, Protocol.Sctp, Protocol.Dccp, Protocol.Icmp];

/**
 * iptables looks only at the number behind -p, when it comes to the ports: it takes `! -p tcp` too, no icmpv6, and no -p
 * that stands behind them.
 */
export function checkPorts(given: Given<NatRange> | undefined, rule: RuleContext): void {
  if (given?.value.ports === undefined) return;
  const { protocol } = rule;
  if (!WITH_PORTS.includes(protocol?.value ?? 0)) rule.refuse('ports need -p tcp, udp, sctp, dccp or icmp', given.key);
  else if (protocol!.at.column > given.at.column) rule.refuse('-p must stand before ports', given.key);
}

export function translate(act: Act, kind: TranslateKind, range: NatRange | undefined, given: NatFlags): Action {
  const { addresses, ports, base } = range ?? NO_RANGE;
  return act.translate({ kind, flags: natFlags(range, given), addresses, ports, base });
}
const NO_RANGE: NatRange = { addresses: undefined, ports: undefined, base: undefined };

/** NAT_* of abi.ts. */
export const natFlags = ({ addresses, ports, base }: NatRange = NO_RANGE, given: NatFlags): number =>
  (addresses ? NAT_MAP_IPS : 0) |
  (ports ? NAT_PROTO_SPECIFIED : 0) |
  (base === undefined ? 0 : NAT_PROTO_OFFSET) |
  (given.random ? NAT_PROTO_RANDOM : 0) |
  (given['random-fully'] ? NAT_PROTO_RANDOM_FULLY : 0) |
  (given.persistent ? NAT_PERSISTENT : 0);
