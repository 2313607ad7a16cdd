/** A packet's columns as routing asks for them. */
import { Field } from '../abi.js';
import type { Words } from '../net/address.js';
import type { Columns } from './stage.js';

/** Of Field.Frag: the packet may not be cut into fragments. */
export const FRAG_DONT = 0x4000;

export interface FlowFields {
  readonly src: Words;
  readonly dst: Words;
  readonly mark: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
}

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
