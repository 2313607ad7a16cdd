/** Translations of which a packet's values tell what they make of it. */
import { NAT_PROTO_OFFSET, NAT_PROTO_RANDOM, NAT_PROTO_RANDOM_FULLY, TranslateKind } from '../../abi.js';
import type { Translation } from '../../model/action.js';
import { sameWords } from '../../net/address.js';

const CHANCE = NAT_PROTO_RANDOM | NAT_PROTO_RANDOM_FULLY | NAT_PROTO_OFFSET;

/** To one address, and one port or none: nothing is drawn, hashed, or kept of the packet's own address. */
export const isFixed = (translation: Translation): boolean => {
  const { flags, ports } = translation;
  return isFixedButPort(translation) && (flags & CHANCE) === 0 && (ports === undefined || ports.min === ports.max);
};

/** The same, whatever becomes of the port. */
export const isFixedButPort = ({ kind, addresses }: Translation): boolean =>
  kind !== TranslateKind.Netmap && (addresses === undefined || sameWords(addresses.min, addresses.max));
