/** Records of the trace, and changes of fields, which are recorded where somebody follows. */
import { Event, Run, TRACE_JOURNEY, TRACE_NONE, TRACE_WORDS } from '../src/abi';
import { getField, ofRun, setRun } from './packet';
import { rewrite } from './rewrite';

export function record(kind: u32, field: u32, packet: u32, pc: u32, before: u32, after: u32): void {
  const at = ofRun(Run.TraceEnd);
  store<u32>(at, kind | (field << 8));
  store<u32>(at, packet, 4);
  store<u32>(at, pc, 8);
  store<u32>(at, before, 12);
  store<u32>(at, after, 16);
  setRun(Run.TraceEnd, at + (TRACE_WORDS << 2));
}

/** A condition has read this of the packet's bytes. */
export function reads(value: u32): u32 {
  setRun(Run.ReadValue, value);
  setRun(Run.Read, 1);
  return value;
}

/** What it was to read is not there. */
export function readsNothing(): void {
  setRun(Run.Read, 0);
}

export function change(packet: u32, field: u32, pc: u32, value: u32): void {
  edited(packet, field, pc, getField(packet, field), value);
  rewrite(packet, field, value);
}

export function edited(packet: u32, field: u32, pc: u32, before: u32, after: u32): void {
  const level = ofRun(Run.TraceLevel);
  if (level != TRACE_NONE && level != TRACE_JOURNEY) record(Event.Edited, field, packet, pc, before, after);
}
