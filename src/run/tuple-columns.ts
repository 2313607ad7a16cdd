/** A connection's tuples in the columns that rules read. */
import { Field } from '../abi.js';
import type { AddressNumbers } from './connections/address-numbers.js';
import { highOf, lowOf, type Tuple, TupleWord } from './connections/tuples.js';
import type { Columns } from './run-block.js';

/** `addresses`: what stands for them in the tuples. */
export function putTuples(
  columns: Columns,
  slot: number,
  original: Tuple,
  reply: Tuple,
  addresses: Pick<AddressNumbers, 'write'>,
): void {
  columns[Field.CtProto]![slot] = original[TupleWord.Proto]! & 0xff;
  const put = (tuple: Tuple, src: Field, dst: Field, sport: Field, dport: Field) => {
    addresses.write(columns, slot, src, tuple[TupleWord.Src]!);
    addresses.write(columns, slot, dst, tuple[TupleWord.Dst]!);
    columns[sport]![slot] = highOf(tuple[TupleWord.Ports]!);
    columns[dport]![slot] = lowOf(tuple[TupleWord.Ports]!);
  };
  put(original, Field.CtOrigSrc, Field.CtOrigDst, Field.CtOrigSport, Field.CtOrigDport);
  put(reply, Field.CtReplSrc, Field.CtReplDst, Field.CtReplSport, Field.CtReplDport);
}
