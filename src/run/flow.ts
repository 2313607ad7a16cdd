/** A packet's columns as routing asks for them. */
import { Field } from '../abi.js';
import type { Family } from '../net/address.js';
import { addressOf } from './packet-slots.js';
import type { Flow } from './policy-rules.js';
import type { Columns } from './run-block.js';

export type FlowFields = Omit<Flow, 'iif' | 'oif' | 'uid'>;

export function flowOf(columns: Columns, slot: number, family: Family = 4): FlowFields {
  const of = (field: Field) => columns[field]![slot]!;
  return {
    src: addressOf(columns, slot, Field.Src, family),
    dst: addressOf(columns, slot, Field.Dst, family),
    mark: of(Field.Mark),
    tos: of(Field.Tos),
    proto: of(Field.Proto),
    sport: of(Field.Sport),
    dport: of(Field.Dport),
  };
}
