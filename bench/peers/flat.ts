/** Rules of one chain of addresses, protocols and ports as plain numbers: what the peers evaluate, first match. */
import type { PacketColumns } from '../../src/model/batch.js';
import type { NumberRange } from '../../src/model/condition.js';
import type { Negatable, Rule } from '../../src/model/ruleset.js';
import type { Masked } from '../../src/net/address.js';

export interface FlatMasked {
  readonly value: number;
  readonly mask: number;
}

export interface FlatRule {
  readonly src: FlatMasked;
  readonly dst: FlatMasked;
  /** a value of 0 under a mask of 0 is any. */
  readonly protocol: FlatMasked;
  readonly sport: NumberRange;
  readonly dport: NumberRange;
}

/** What they read of packets. */
export type FlatColumns = Pick<PacketColumns, 'count' | 'src' | 'dst' | 'proto' | 'sport' | 'dport'>;

/** Throws for a rule that asks for anything else. */
export function flatRule({ head, matches, source }: Rule): FlatRule {
  const [match, ...more] = matches;
  const { sport, dport, ...options } = match?.options ?? {};
  const others = more.length + Object.keys(options).length;
  const { src, dst, protocol, ...rest } = head;
  const negated = [src, dst, protocol, sport, dport].some((given) => given?.not);
  if (protocol === undefined || negated || others > 0 || Object.keys(rest).length > 0)
    throw new Error(`no flat rule: ${source}`);
  return {
    src: maskedOf(src),
    dst: maskedOf(dst),
    protocol: { value: protocol.value, mask: 0xff },
    sport: rangeOf(sport),
    dport: rangeOf(dport),
  };
}

const maskedOf = (given: Negatable<Masked> | undefined): FlatMasked => ({
  value: given?.value.address[0] ?? 0,
  mask: given?.value.mask[0] ?? 0,
});
const rangeOf = (given: Negatable<unknown> | undefined): NumberRange =>
  (given?.value as NumberRange | undefined) ?? { min: 0, max: 65535 };
