/** Translations of which a packet's values tell what they make of it. */
import { NAT_PROTO_OFFSET, NAT_PROTO_RANDOM, NAT_PROTO_RANDOM_FULLY, TranslateKind } from '../../abi.js';
import type { Translation } from '../../model/action.js';
import { sameWords } from '../../net/address.js';

const CHANCE = NAT_PROTO_RANDOM | NAT_PROTO_RANDOM_FULLY | NAT_PROTO_OFFSET;

/** To one address, and one port or none: nothing is drawn, hashed, or kept of the packet's own address. */
export const isFixed = ({ kind, flags, addresses, ports }: Translation): boolean =>
  kind !== TranslateKind.Netmap &&
  (flags & CHANCE) === 0 &&
  (addresses === undefined || sameWords(addresses.min, addresses.max)) &&
  (ports === undefined || ports.min === ports.max);
