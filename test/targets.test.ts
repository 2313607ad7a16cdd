/** What targets do to a packet's fields and its connection's, in the core. Marks and states were seen so in the kernel. */
import { beforeAll, expect, test } from 'vitest';
import {
  Decoded,
  Field,
  PACKET_MARK_ZONE,
  PACKET_MARK_ZONE_REPLY,
  PACKET_NOTRACK,
  PACKET_TEMPLATE,
  STATE_INVALID,
  STATE_NEW,
  STATE_UNTRACKED,
} from '../src/abi.js';
import { compile } from '../src/compile/compile.js';
import { parseSave } from '../src/parse/rules/save.js';
import { Stages } from '../src/run/stage.js';
import { loadCore } from '../src/run/wasm.js';
import { buildPacket } from './kernel/packets.js';

let core: Awaited<ReturnType<typeof loadCore>>;
beforeAll(async () => {
  core = await loadCore();
});

type Fields = Readonly<Partial<Record<keyof typeof Field, number>>>;

/** Walks a packet whose fields were set beforehand through a chain's rules, and reads the fields that are asked for. */
function after(table: string, rules: readonly string[], before: Fields, wanted: Fields, family: 4 | 6 = 4): Fields {
  const text = [`*${table}`, ...rules.map((rule) => `-A OUTPUT ${rule}`), 'COMMIT', ''].join('\n');
  const compiled = compile(
    parseSave(text, 'x.rules', { add: (finding) => expect(finding.severity).not.toBe('error') }, family),
    family,
  );
  const stages = new Stages(core, compiled, 4096, { fact: () => false });
  const packet = buildPacket({
    src: family === 4 ? '10.0.0.1' : '2001:db8::1',
    dst: family === 4 ? '10.0.0.2' : '2001:db8::2',
    proto: 17,
    sport: 5000,
    dport: 53,
    tos: 0xc3,
  } as never);
  expect(stages.decode(0, packet)).toBe(Decoded.Ok);
  const names = (fields: Fields) => Object.keys(fields) as (keyof typeof Field)[];
  for (const name of names(before)) stages.setField(0, Field[name], before[name]!);
  stages.walk(compiled.entry(table as 'raw' | 'mangle', 'OUTPUT')!, [0], 0, () => {});
  return Object.fromEntries(names(wanted).map((name) => [name, stages.field(0, Field[name])]));
}

const SEED = '--hmark-rnd 0xc0ffee';
const TUPLE = {
  CtProto: 17,
  CtOrigSrc: 0x0a000001,
  CtReplSrc: 0x0a000002,
  CtOrigSport: 5000,
  CtReplSport: 53,
  Mark: 7,
};
const MARKED = ['-j MARK --set-mark 9'];
const NEW = { CtState: STATE_NEW };
test.each<[string[], Fields, Fields]>([
  [['-j CONNMARK --set-mark 0x10'], { ...NEW, CtMark: 0xff }, { CtMark: 0x10 }],
  [['-j CONNMARK --set-mark 0x10'], { CtState: STATE_INVALID, CtMark: 0xff }, { CtMark: 0xff }],
  [['-j CONNMARK --set-mark 0x10'], { CtState: STATE_UNTRACKED, CtMark: 0xff }, { CtMark: 0xff }],
  [['-j CONNMARK --set-xmark 0x3/0xf'], { ...NEW, CtMark: 0x15 }, { CtMark: 0x13 }],
  [['-j CONNMARK --and-mark 0xf'], { ...NEW, CtMark: 0x15 }, { CtMark: 0x5 }],
  [['-j CONNMARK --xor-mark 0xf'], { ...NEW, CtMark: 0x15 }, { CtMark: 0x1a }],
  [['-j CONNMARK --set-xmark 0x3/0xf --left-shift-mark 4'], { ...NEW, CtMark: 0x10 }, { CtMark: 0x130 }],
  [['-j CONNMARK --set-xmark 0x1/0x1 --right-shift-mark 4'], { ...NEW, CtMark: 0x130 }, { CtMark: 0x13 }],
  [['-j CONNMARK --set-xmark 0x0/0x0 --right-shift-mark 4'], { ...NEW, CtMark: 0x80000000 }, { CtMark: 0x08000000 }],
  [['-j CONNMARK --save-mark'], { ...NEW, Mark: 7, CtMark: 0x13 }, { CtMark: 7, Mark: 7 }],
  [
    ['-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xf0 --left-shift-mark 4'],
    { ...NEW, Mark: 0x81, CtMark: 0x13 },
    { CtMark: 0x813 },
  ],
  [
    ['-j CONNMARK --restore-mark --nfmask 0xf0 --ctmask 0xff0 --right-shift-mark 4'],
    { ...NEW, Mark: 0xffff, CtMark: 0x813 },
    { Mark: 0xff8e, CtMark: 0x813 },
  ],
  [['-j CONNMARK --restore-mark'], { CtState: STATE_INVALID, Mark: 1, CtMark: 2 }, { Mark: 1 }],
  [['-j TOS --set-tos 0x10'], {}, { Tos: 0x10 }],
  [['-j TOS --set-tos Minimize-Delay'], {}, { Tos: 0xd0 }],
  [['-j TOS --xor-tos 0x55'], {}, { Tos: 0x96 }],
  [['-j DSCP --set-dscp-class AF11'], {}, { Tos: 0x2b }],
  [['-j TTL --ttl-dec 200'], { Ttl: 64 }, { Ttl: 0 }],
  [['-j TTL --ttl-inc 200'], { Ttl: 64 }, { Ttl: 255 }],
  [['-j TTL --ttl-set 5'], {}, { Ttl: 5 }],
  [[`-j HMARK --hmark-tuple src,dst,sport,dport,proto --hmark-mod 1000 ${SEED}`], {}, { Mark: 750 }],
  [[`-j HMARK --hmark-tuple src,dst --hmark-mod 1000 --hmark-offset 4294967290 ${SEED}`], {}, { Mark: 156 }],
  [[`-j HMARK --hmark-tuple ct,src,dst,sport,dport --hmark-mod 1000 ${SEED}`], { ...TUPLE, ...NEW }, { Mark: 750 }],
  [[`-j HMARK --hmark-tuple ct,src --hmark-mod 1000 ${SEED}`], { ...TUPLE, CtState: STATE_INVALID }, { Mark: 7 }],
  // the packet goes on as it is
  [['-j AUDIT --type drop', ...MARKED], {}, { Mark: 9, Tos: 0xc3 }],
  [['-j CHECKSUM --checksum-fill', ...MARKED], {}, { Mark: 9, Tos: 0xc3 }],
  [['-j CLASSIFY --set-class 1:2', ...MARKED], {}, { Mark: 9, Tos: 0xc3 }],
  [['-j TEE --gateway 10.0.0.3', ...MARKED], { Ttl: 64 }, { Mark: 9, Ttl: 64 }],
])('%j', (rules, before, expected) => {
  expect(after('mangle', rules, before, expected)).toEqual(expected);
});

test.each<[string[], Fields, Fields]>([
  [['-j HL --hl-dec 200'], { Ttl: 64 }, { Ttl: 0 }],
  [['-j HL --hl-inc 200'], { Ttl: 64 }, { Ttl: 255 }],
  [['-j HL --hl-set 5'], {}, { Ttl: 5 }],
  [[`-j HMARK --hmark-tuple src,dst,sport,dport,proto --hmark-mod 1000 ${SEED}`], {}, { Mark: 207 }],
  [[`-j HMARK --hmark-src-prefix 64 --hmark-dst-prefix 127 --hmark-mod 1000 ${SEED}`], {}, { Mark: 24 }],
  [[`-j HMARK --hmark-tuple ct,src --hmark-mod 1000 ${SEED}`], { Mark: 7, CtState: STATE_INVALID }, { Mark: 7 }],
])('IPv6: %j', (rules, before, expected) => {
  expect(after('mangle', rules, before, expected, 6)).toEqual(expected);
});

const TEMPLATE = { Flags: PACKET_TEMPLATE };
/** It is read once more as the packet is tracked. */
const BY_MARK = PACKET_MARK_ZONE | PACKET_MARK_ZONE_REPLY;
const IGNORED = { Flags: 0, CtZone: 0 };
test.each<[string[], Fields, Fields]>([
  [['-j CT --zone 7'], {}, { ...TEMPLATE, CtZone: 0x70007 }],
  [['-j CT --zone-orig 7'], {}, { ...TEMPLATE, CtZone: 7 }],
  [['-j CT --zone-reply 7'], {}, { ...TEMPLATE, CtZone: 0x70000 }],
  [['-j CT --zone mark'], { Mark: 0x50009 }, { Flags: PACKET_TEMPLATE | BY_MARK, CtZone: 0x90009 }],
  [['-j CT --zone-orig mark'], { Mark: 3 }, { Flags: PACKET_TEMPLATE | PACKET_MARK_ZONE, CtZone: 3 }],
  [['-j CT --zone 7', '-j CT --zone 8'], {}, { CtZone: 0x70007 }],
  [['-j CT', '-j CT --zone 8'], {}, { ...TEMPLATE, CtZone: 0 }],
  [['-j CT --zone 7'], NEW, IGNORED],
  [['-j CT --notrack'], {}, { CtState: STATE_UNTRACKED, Flags: PACKET_NOTRACK }],
  [['-j NOTRACK'], NEW, { ...NEW, Flags: 0 }],
  [['-j TRACE', '-j NOTRACK'], {}, { CtState: STATE_UNTRACKED, Flags: PACKET_NOTRACK }],
  [['-j CT --zone 7', '-j CT --notrack'], { CtState: STATE_INVALID }, { ...NEW, ...TEMPLATE }],
  [['-j CT', '-j NOTRACK'], { CtState: STATE_INVALID }, { ...NEW, ...TEMPLATE }],
  [['-j NOTRACK', '-j CT --zone 7'], {}, { CtState: STATE_UNTRACKED, Flags: PACKET_NOTRACK, CtZone: 0 }],
])('%j', (rules, before, expected) => {
  expect(after('raw', rules, before, expected)).toEqual(expected);
});
