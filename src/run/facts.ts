/** What the core asks of the host for a packet of the batch. */
import { ADDRTYPE_LIMIT_IN, ADDRTYPE_LIMIT_OUT, AddrType, Fact, Field } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { pathMtu } from './path-mtu.js';
import { reversePath } from './reverse-path.js';
import type { Routing } from './routing.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';

type Asked = Pick<WalkSetup, 'stages' | 'routing' | 'ways'>;

export function factOf(
  { stages, routing, ways }: Asked,
  kind: number,
  flags: number,
  packet: number,
): boolean | number {
  switch (kind) {
    case Fact.PathMtu:
      return pathMtu(stages, ways, routing, packet);
    case Fact.RpFilter:
      return reversePath(stages, routing, packet, flags);
    case Fact.SrcType:
    case Fact.DstType:
      return isOfType(stages, routing, kind === Fact.SrcType ? Field.Src : Field.Dst, flags, packet);
    default:
      throw new PacketwalkError(`fact ${kind} is not known`, { code: 'core-fault' });
  }
}

/** match_lookup_rt6 of net/netfilter/xt_addrtype.c. */
function isOfType(stages: Stages, routing: Routing, field: Field, flags: number, packet: number): boolean {
  const side =
    (flags & ADDRTYPE_LIMIT_IN) !== 0 ? Field.InIf : (flags & ADDRTYPE_LIMIT_OUT) !== 0 ? Field.OutIf : undefined;
  const link = side === undefined ? undefined : stages.interfaces.name(stages.field(packet, side));
  const types = routing.typesOf?.(stages.address(packet, field), link);
  const bits = typeof types === 'number' ? types : 1 << AddrType.Unknown;
  return (bits & flags & 0xffff) !== 0;
}
