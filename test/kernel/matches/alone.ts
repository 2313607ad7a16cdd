/** One chain of a text in a core of its own, for packets whose connection is described and not found. */

import * as abi from '../../../src/abi.js';
import { Event, Field, TRACE_HITS } from '../../../src/abi.js';
import { compile } from '../../../src/compile/compile.js';
import type { HookName, TableName } from '../../../src/model/ruleset.js';
import { parseSave } from '../../../src/parse/rules/save.js';
import { PACKET_ROOM } from '../../../src/run/packet-slots.js';
import { Stages } from '../../../src/run/stage.js';
import { loadCore } from '../../../src/run/wasm.js';
import { addressBytes, fromHex } from '../packets.js';
import type { PacketLine } from '../scenario.js';
import type { Entry, Tuple } from './connection.js';

const STATES: Readonly<Record<Entry['state'], number>> = {
  NEW: abi.STATE_NEW,
  ESTABLISHED: abi.STATE_ESTABLISHED,
  RELATED: abi.STATE_RELATED,
  INVALID: abi.STATE_INVALID,
  UNTRACKED: abi.STATE_UNTRACKED,
};
const number = (address: string) => new DataView(addressBytes(address).buffer).getUint32(0);

/** Walks packets, and says which rules of the chain, counted from 1, each hits. */
export async function chainAlone(text: string, table: TableName, hook: HookName) {
  const findings: string[] = [];
  const tables = parseSave(text, 'rules', { add: ({ message }) => findings.push(message) });
  if (findings.length > 0) throw new Error(findings.join('; '));
  const compiled = compile(tables, 4);
  const stages = new Stages(await loadCore(), compiled, PACKET_ROOM, { fact: () => false });
  const put = (field: Field, value: number) => stages.setField(0, field, value);
  const putTuple = ([src, dst, sport, dport]: Tuple, way: 'Orig' | 'Repl') => {
    put(Field[`Ct${way}Src`], number(src));
    put(Field[`Ct${way}Dst`], number(dst));
    put(Field[`Ct${way}Sport`], sport);
    put(Field[`Ct${way}Dport`], dport);
  };
  return (line: PacketLine, entry: Entry): number[] => {
    if (stages.decode(0, fromHex(line.hex)) !== abi.Decoded.Ok) throw new Error(`not a packet: ${line.hex}`);
    put(Field.CtState, STATES[entry.state]);
    put(Field.CtStatus, entry.status);
    put(Field.CtDir, Number(entry.reply));
    put(Field.CtProto, entry.protocol);
    put(Field.CtExpire, entry.expire);
    put(Field.CtMark, entry.mark);
    putTuple(entry.original, 'Orig');
    putTuple(entry.answer, 'Repl');
    const hits: number[] = [];
    stages.walk(compiled.entry(table, hook)!, [0], TRACE_HITS, (record) => {
      if (record.event === Event.Hit) hits.push(compiled.rules[record.before]!.number);
    });
    return hits;
  };
}
