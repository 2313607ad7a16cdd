import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import * as abi from '../src/abi.js';
import { compile } from '../src/compile/compile.js';
import { OPS, opWords } from '../src/compile/opinfo.js';
import { Program } from '../src/compile/program.js';
import { verify } from '../src/compile/verify.js';
import { PacketwalkError } from '../src/errors.js';
import { parseSave } from '../src/parse/rules/save.js';
import { Stages } from '../src/run/stage.js';
import { type Core, loadCore } from '../src/run/wasm.js';
import { buildPacket } from './kernel/packets.js';

const TEXT = `*mangle
:PREROUTING ACCEPT [0:0]
:a - [0:0]
:b - [0:0]
-A PREROUTING -s 10.0.0.0/8 ! -i eth+ -p udp -m udp --sport 5:9 ! --dport 53 -j a
-A PREROUTING -m mark --mark 0x1/0xff -g b
-A PREROUTING -m what -j DROP
-A a -j MARK --set-xmark 0x1/0xff
-A a -j b
-A b -f -j RETURN
-A b -m bpf --bytecode "3,21 0 1 6,5 0 0 0,6 0 0 0"
-A b -m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 7
-A b -j UNKNOWN --option
COMMIT
`;
const compiled = compile(parseSave(TEXT, 'x', { add: () => {} }), 4);
const words = compiled.program.words;

/** Changes the words of the program's first instruction with that code. */
const changing = (op: abi.Op, change: (w: Uint32Array, at: number) => void) => (w: Uint32Array) => {
  let at = w[abi.Header.Sections + 2 * abi.Section.Code]!;
  while ((w[at]! & 255) !== op) at += opWords(w[at]! & 255);
  change(w, at);
  return w;
};
/** Gives another field to an edit. */
const editing = (field: number) =>
  changing(abi.Op.Edit, (w, at) => w.fill(abi.Op.Edit | (field << abi.FIELD_SHIFT), at, at + 1));
/** Puts another word in the place of one of the BPF program, of six. */
const inBpf = (index: number, word: number) =>
  changing(abi.Op.Bpf, (w, at) => {
    w[w[abi.Header.Sections + 2 * abi.Section.Data]! + w[at + 1]! + index] = word;
  });

let core: Core;
beforeAll(async () => {
  core = await loadCore();
});

describe('one definition', () => {
  test('what hosts have of their own lies behind the columns', () => {
    expect(abi.FREE_BASE).toBe(abi.COLUMNS_BASE + abi.Result.Count * abi.COLUMN_BYTES);
  });
  test('the built core has the constants that the library has', () => {
    const plain = Object.entries(abi).filter(([, value]) => typeof value === 'number');
    expect(plain.length).toBeGreaterThan(40);
    for (const [name, value] of plain) expect([name, core.constant(name)]).toEqual([name, value]);
    let members = 0;
    for (const [name, value] of Object.entries(abi))
      if (typeof value === 'object')
        for (const [member, number] of Object.entries(value))
          if (typeof number === 'number') {
            members++;
            expect([`${name}.${member}`, core.constant(`${name}.${member}`)]).toEqual([`${name}.${member}`, number]);
          }
    expect(members).toBeGreaterThan(150);
  });

  test('the core and the table agree on the size of every instruction', () => {
    for (const op of Object.keys(OPS).map(Number)) expect([op, core.opWords(op)]).toEqual([op, opWords(op)]);
  });
});

describe('a program', () => {
  test('passes as compiled, also after a journey', () => {
    expect(() => verify(Program.from(words.slice()))).not.toThrow();
  });

  test.each<[string, (w: Uint32Array) => Uint32Array, RegExp]>([
    ['too short', (w) => w.slice(0, 5), /fewer than a header/],
    ['not ours', (w) => w.fill(7, 0, 1), /not "PWLK"/],
    ['of another version', (w) => w.fill(99, 1, 2), /version 99/],
    ['cut', (w) => w.slice(0, -1), /words, and there are/],
    ['with a section elsewhere', (w) => w.fill(1, abi.Header.Sections, abi.Header.Sections + 1), /section Entries/],
    ['with too small a stack', (w) => w.fill(1, abi.Header.Depth, abi.Header.Depth + 1), /nest 3 deep/],
    ['that edits the place of the bytes', editing(abi.Field.Bytes), /edit: field 21 is none that a target changes/],
    ['that edits the number of an interface', editing(abi.Field.InIf), /edit: field 17 is none/],
    ['whose BPF program does not return', inBpf(4, 0), /bpf: its program runs beyond its end/],
    ['whose BPF program jumps out where it holds', inBpf(0, 21 | (2 << 16)), /bpf: its program runs beyond/],
    ['whose BPF program jumps out where it does not', inBpf(0, 21 | (2 << 24)), /bpf: its program runs beyond/],
    ['whose BPF program jumps out in any case', inBpf(3, 0xffffffff), /bpf: its program runs beyond/],
    ['whose BPF program is cut', changing(abi.Op.Bpf, (w, at) => w[at + 2]!--), /bpf: its program runs beyond/],
    ['without a BPF program', changing(abi.Op.Bpf, (w, at) => w.fill(0, at + 2, at + 3)), /bpf: its program runs/],
    [
      'that hashes an address which is none',
      changing(abi.Op.Share, (w, at) => w.fill(abi.Op.Share | (abi.Field.Count << abi.FIELD_SHIFT), at, at + 1)),
      new RegExp(`share: field ${abi.Field.Count} is not one of ${abi.Field.Count}`),
    ],
    ['that edits the length', editing(abi.Field.Length), /edit: field 12 is none/],
  ])('%s is refused', (_, change, message) => {
    expect(() => verify(Program.from(change(words.slice())))).toThrow(message);
  });

  test('any change of its code is refused or safe to run', () => {
    const [start, length] = words.subarray(abi.Header.Sections + 2 * abi.Section.Code);
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(length! - 1), fc.oneof(fc.nat(0xffffffff), fc.nat(70), fc.nat(0x40000))), {
          minLength: 1,
          maxLength: 3,
        }),
        (changes) => {
          const copy = words.slice();
          for (const [at, value] of changes) copy[start! + at] = value;
          let program: Program;
          try {
            program = Program.from(copy);
            verify(program);
          } catch (error) {
            expect(error).toBeInstanceOf(PacketwalkError);
            refused++;
            return;
          }
          accepted++;
          const mark = core.memory.mark();
          const stages = new Stages(core, { ...compiled, program }, 256, { fact: () => true });
          stages.decode(0, buildPacket({ src: '10.0.0.1', dst: '10.0.0.2', proto: 17, sport: 5, dport: 5 } as never));
          stages.walk(compiled.entry('mangle', 'PREROUTING')!, [0]);
          expect(stages.result(0).verdict).toBeGreaterThan(abi.Verdict.Continue);
          core.memory.release(mark);
        },
      ),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(50);
  });
});
