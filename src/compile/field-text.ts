/** Fields and their values as a listing shows them: addresses as addresses, bits by the names that abi.ts gives them. */
import * as abi from '../abi.js';
import { AddrType, Field } from '../abi.js';
import { formatIpv4 } from '../net/address.js';
import { protocolName } from '../net/protocol.js';
import { TCP_FLAGS } from '../net/tcp-flags.js';

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** The bits of a word by the constants of abi.ts whose names begin so: `bitNames('STATE_', 6)` is `ESTABLISHED,RELATED`. */
export function bitNames(prefix: string, value: number): string {
  const known = Object.entries(abi).filter(([name, bit]) => name.startsWith(prefix) && Number.isInteger(bit));
  return named(
    known.map(([name, bit]) => [bit as number, name.slice(prefix.length)] as const),
    value,
  );
}

function named(names: readonly (readonly [number, string])[], value: number): string {
  let rest = value;
  const found: string[] = [];
  for (const [bit, name] of names)
    if ((rest & bit) === bit) {
      found.push(name);
      rest &= ~bit;
    }
  if (rest !== 0) found.push(hex(rest));
  return found.join(',') || 'NONE';
}

const address = (value: number) => formatIpv4(value >>> 0);
const decimal = (value: number) => String(value >>> 0);
const flags = TCP_FLAGS.map((name, bit) => [1 << bit, name] as const);
const directions = ['ORIGINAL', 'REPLY'];

interface FieldForm {
  readonly name: string;
  readonly text: (value: number) => string;
  /** how a mask over it is written, where it is not bits of the same names. */
  readonly mask?: (value: number) => string;
}

const FORMS: Readonly<Partial<Record<Field, FieldForm>>> = {
  [Field.Src]: { name: 'src', text: address },
  [Field.Dst]: { name: 'dst', text: address },
  [Field.Proto]: { name: 'proto', text: protocolName, mask: hex },
  [Field.Sport]: { name: 'sport', text: decimal, mask: hex },
  [Field.Dport]: { name: 'dport', text: decimal, mask: hex },
  [Field.TcpFlags]: { name: 'tcp flags', text: (value) => named(flags, value) },
  [Field.Length]: { name: 'length', text: decimal, mask: hex },
  [Field.Ttl]: { name: 'ttl', text: decimal, mask: hex },
  [Field.Frag]: { name: 'fragment', text: hex },
  [Field.InIf]: { name: 'in', text: decimal },
  [Field.OutIf]: { name: 'out', text: decimal },
  [Field.InGroup]: { name: 'in group', text: decimal, mask: hex },
  [Field.OutGroup]: { name: 'out group', text: decimal, mask: hex },
  [Field.CtState]: { name: 'ct state', text: (value) => bitNames('STATE_', value) },
  [Field.CtStatus]: { name: 'ct status', text: (value) => bitNames('CT_STATUS_', value) },
  [Field.CtMark]: { name: 'ct mark', text: hex },
  [Field.CtDir]: { name: 'ct direction', text: (value) => directions[value] ?? String(value), mask: hex },
  [Field.CtProto]: { name: 'ct proto', text: protocolName, mask: hex },
  [Field.CtOrigSrc]: { name: 'ct original src', text: address },
  [Field.CtOrigDst]: { name: 'ct original dst', text: address },
  [Field.CtReplSrc]: { name: 'ct reply src', text: address },
  [Field.CtReplDst]: { name: 'ct reply dst', text: address },
  [Field.CtOrigSport]: { name: 'ct original sport', text: decimal, mask: hex },
  [Field.CtOrigDport]: { name: 'ct original dport', text: decimal, mask: hex },
  [Field.CtReplSport]: { name: 'ct reply sport', text: decimal, mask: hex },
  [Field.CtReplDport]: { name: 'ct reply dport', text: decimal, mask: hex },
  [Field.CtExpire]: { name: 'ct expire', text: decimal, mask: hex },
};
/** ICMP type and code stand where other protocols have their ports. */
const ICMP: Readonly<Partial<Record<Field, FieldForm>>> = {
  [Field.Sport]: { name: 'icmp type', text: decimal, mask: hex },
  [Field.Dport]: { name: 'icmp code', text: decimal, mask: hex },
};

/** Addresses of IPv6 are four words: each but the first is called by its place. */
const PARTS = [Field.Src, Field.Dst, Field.CtOrigSrc, Field.CtOrigDst, Field.CtReplSrc, Field.CtReplDst];

export function fieldForm(field: Field, family: 4 | 6, icmp = false): FieldForm {
  const first = PARTS.find((start) => field >= start && field < start + 4);
  if (family === 6 && first !== undefined) return { name: `${FORMS[first]!.name} word ${field - first}`, text: hex };
  const form = (icmp ? ICMP[field] : undefined) ?? FORMS[field];
  return form ?? { name: Field[field]?.toLowerCase() ?? `field ${field}`, text: hex };
}

export const isAddress = (field: Field): boolean => PARTS.includes(field);
export const addressTypes = (bits: number): string =>
  Object.values(AddrType)
    .filter((type): type is AddrType => typeof type === 'number' && ((bits >>> type) & 1) === 1)
    .map((type) => AddrType[type].toUpperCase())
    .join(',');
