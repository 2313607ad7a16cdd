/** What the core asks of the host for a packet of the batch. */
import { ADDRTYPE_LIMIT_IN, ADDRTYPE_LIMIT_OUT, AddrType, Fact, Field } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { pathMtu } from './path-mtu.js';
import { reversePath } from './reverse-path.js';
import type { WalkSetup } from './setup.js';

type Asked = Pick<WalkSetup, 'stages' | 'routing' | 'ways' | 'isLocal' | 'hostAnswers'>;

export function factOf(asked: Asked, kind: number, flags: number, packet: number): boolean | number {
  const { stages, routing, ways } = asked;
  switch (kind) {
    case Fact.PathMtu:
      return pathMtu(stages, ways, routing, packet);
    case Fact.RpFilter:
      return reversePath(stages, routing, packet, flags);
    case Fact.SrcType:
    case Fact.DstType:
      return isOfType(asked, kind === Fact.SrcType ? Field.Src : Field.Dst, flags, packet);
    case Fact.Host:
      // whoever loaded such a program has loaded who answers it
      return asked.hostAnswers!.answer(flags, packet);
    default:
      throw new PacketwalkError(`fact ${kind} is not known`, { code: 'core-fault' });
  }
}

/** match_lookup_rt6 of net/netfilter/xt_addrtype.c. */
function isOfType({ stages, routing, isLocal }: Asked, field: Field, flags: number, packet: number): boolean {
  const side =
    (flags & ADDRTYPE_LIMIT_IN) !== 0 ? Field.InIf : (flags & ADDRTYPE_LIMIT_OUT) !== 0 ? Field.OutIf : undefined;
  const link = side === undefined ? undefined : stages.interfaces.name(stages.field(packet, side));
  const address = stages.address(packet, field);
  const types = routing.typesOf?.(address, link);
  const own = typeof types === 'number' ? undefined : isLocal(address);
  const bits =
    typeof types === 'number' ? types : own === undefined ? 1 << AddrType.Unknown : own ? 1 << AddrType.Local : 0;
  return (bits & flags & 0xffff) !== 0;
}
