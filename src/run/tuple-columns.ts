/** A connection's tuples in the columns that rules read. */
import { Field } from '../abi.js';
import { highOf, lowOf, type Tuple, TupleWord } from './connections/tuples.js';
import type { Columns } from './stage.js';

export function putTuples(columns: Columns, slot: number, original: Tuple, reply: Tuple): void {
  columns[Field.CtProto]![slot] = original[TupleWord.Proto]! & 0xff;
  const put = (tuple: Tuple, src: Field, dst: Field, sport: Field, dport: Field) => {
    columns[src]![slot] = tuple[TupleWord.Src]!;
    columns[dst]![slot] = tuple[TupleWord.Dst]!;
    columns[sport]![slot] = highOf(tuple[TupleWord.Ports]!);
    columns[dport]![slot] = lowOf(tuple[TupleWord.Ports]!);
  };
  put(original, Field.CtOrigSrc, Field.CtOrigDst, Field.CtOrigSport, Field.CtOrigDport);
  put(reply, Field.CtReplSrc, Field.CtReplDst, Field.CtReplSport, Field.CtReplDport);
}
