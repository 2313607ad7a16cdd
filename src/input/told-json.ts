/**
 * What descriptions tell as JSON: what IPsec does with a packet, and the connection of IPVS that it is of. A part of another name, or
 * that cannot be, is refused: rules would take it as not told.
 */
import type { Json } from '../model/packet.js';
import { parseAddress } from '../net/address.js';
import { protocolNumber } from '../net/protocol.js';
import { type FieldKind, integer, jsonOf } from './field-kind.js';

type Part = (value: Json) => boolean;

const isAddress: Part = (value) => typeof value === 'string' && parseAddress(value) !== undefined;
const isPort: Part = (value) => typeof value === 'number' && integer(value, 65535) !== undefined;
const isWord: Part = (value) => integer(value, 0xffffffff) !== undefined;
/** `ip xfrm` calls IPComp comp. */
const isProtocol: Part = (value) =>
  integer(value, 255) !== undefined ||
  (typeof value === 'string' && (value === 'comp' || protocolNumber(value) !== undefined));
const oneOf =
  (...words: readonly string[]): Part =>
  (value) =>
    typeof value === 'string' && words.includes(value);

/** Of a state, as `ip xfrm state` calls them. */
const STATE: Readonly<Record<string, Part>> = {
  proto: isProtocol,
  mode: oneOf('transport', 'tunnel', 'beet', 'ro', 'in_trigger', 'iptfs'),
  spi: isWord,
  reqid: isWord,
  src: isAddress,
  dst: isAddress,
};
const ENTRY: Readonly<Record<string, Part>> = {
  vaddr: isAddress,
  vport: isPort,
  vmethod: (value) => typeof value === 'string' && /^(gate|ipip|masq)$/i.test(value),
  vportctl: (value) => value === 'none' || isPort(value),
};

const hasParts = (value: Json, parts: Readonly<Record<string, Part>>): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([name, part]) => Object.hasOwn(parts, name) && parts[name]!(part));

/** In one direction, or in both. */
const areStates: Part = (value) =>
  value === 'none' || (Array.isArray(value) && value.every((state) => hasParts(state, STATE)));

const told = (isTold: Part, expects: string): FieldKind<Exclude<Json, null>> => ({
  expects,
  read(value) {
    const read = jsonOf(value);
    return read !== undefined && read !== null && isTold(read) ? read : undefined;
  },
});

export const policy = told(
  (value) => areStates(value) || hasParts(value, { in: areStates, out: areStates }),
  `"none", or states of IPsec as JSON, lists in "in" and "out", each with some of ${Object.keys(STATE).join(', ')}`,
);
export const ipvs = told(
  (value) => value === 'none' || hasParts(value, ENTRY),
  `"none", or a connection of IPVS as JSON, with some of ${Object.keys(ENTRY).join(', ')}`,
);
