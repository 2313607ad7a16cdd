/** connbytes_mt of net/netfilter/xt_connbytes.c: what a connection has counted, this packet among it. */
import { Field } from '../../abi.js';
import type { ConnbytesTest } from '../../model/host-test.js';
import { ORIGINAL, REPLY } from '../connections/tuples.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { connectionAt, hasTemplate } from './connection.js';

interface Sum {
  readonly packets: bigint;
  readonly bytes: bigint;
}
const NOTHING: Sum = { packets: 0n, bytes: 0n };

const DIRECTIONS = { original: [ORIGINAL], reply: [REPLY], both: [ORIGINAL, REPLY] } as const;

export function connbytes(test: ConnbytesTest, asking: Asking): TestAnswer {
  const sum = summed(test, asking);
  if (sum === 'unknown') return undefined;
  const { from, to, mode, direction } = test;
  asking.tell(() => ({ what: 'connbytes', direction, packets: sum && `${sum.packets}`, bytes: sum && `${sum.bytes}` }));
  // where nothing is counted it does not hold, nor does its opposite
  if (sum === undefined) return test.not;
  const average = sum.packets === 0n ? 0n : sum.bytes / sum.packets;
  const count = mode === 'avgpkt' ? average : sum[mode];
  return count >= BigInt(from) && count <= BigInt(to);
}

/** Undefined: the kernel does not count it. */
function summed({ direction }: ConnbytesTest, asking: Asking): Sum | undefined | 'unknown' {
  const connection = connectionAt(asking);
  if (connection === 'unknown') return 'unknown';
  if (connection === 'none' || hasTemplate(asking)) return undefined;
  if (connection === 'first')
    return direction === 'reply' ? NOTHING : { packets: 1n, bytes: BigInt(asking.field(Field.Length)) };
  const notes = asking.setup.connections!.table.notes!.get(connection);
  let sum: Sum | undefined;
  for (const one of DIRECTIONS[direction]) {
    const counted = notes?.counted(one);
    if (counted === undefined) return undefined;
    const { packets, bytes } = sum ?? NOTHING;
    sum = { packets: packets + counted.packets, bytes: bytes + counted.bytes };
  }
  return sum;
}
