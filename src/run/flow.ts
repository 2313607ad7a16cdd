/** A packet's columns as routing asks for them. */
import { Field } from '../abi.js';
import type { Flow } from './policy-rules.js';
import type { Columns } from './stage.js';

export type FlowFields = Omit<Flow, 'iif' | 'oif' | 'uid'>;

export function flowOf(columns: Columns, slot: number): FlowFields {
  const of = (field: Field) => columns[field]![slot]!;
  return {
    src: [of(Field.Src)],
    dst: [of(Field.Dst)],
    mark: of(Field.Mark),
    tos: of(Field.Tos),
    proto: of(Field.Proto),
    sport: of(Field.Sport),
    dport: of(Field.Dport),
  };
}
