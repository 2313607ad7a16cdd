/** What nat targets of other projects give to connections: ipt_NAME.c of patch-o-matic. */
import { Field, NAT_MAP_IPS } from '../../abi.js';
import type { SameAct } from '../../model/foreign-test.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';

/** same_target: sources and destinations are those that the connection began with. */
export function same({ first, count, sourceAlone, flags }: SameAct, asking: Asking): ActAnswer {
  const sum = asking.field(Field.CtOrigSrc) + (sourceAlone ? 0 : asking.field(Field.CtOrigDst));
  const address = [(first + ((sum >>> 0) % count)) >>> 0];
  return asking.choose({
    flags: flags | NAT_MAP_IPS,
    addresses: { min: address, max: address },
    ports: undefined,
  });
}
