/**
 * Packets given by their bytes, which the core takes to columns where it can (assembly/intake.ts): the same columns as by the decoder
 * of all packets, and the same fates and counters as where each walks by its bytes.
 */
import { describe, expect, test } from 'vitest';
import {
  Decoded,
  Field,
  FRAG_OFFSET,
  INTAKE_ODD,
  PACKET_CUT,
  PROTOCOL_ASKED,
  PROTOCOL_HEADER,
  Result,
  Run,
} from '../src/abi.js';
import { compile } from '../src/compile/compile.js';
import { bytesOf } from '../src/input/encode-columns.js';
import type { PacketBytes } from '../src/model/batch.js';
import type { Family } from '../src/net/address.js';
import { icmpProtocol, Protocol } from '../src/net/protocol.js';
import { Intake } from '../src/run/columns/intake.js';
import { readFirstSettings } from '../src/run/first-state.js';
import { useOf } from '../src/run/plan-of.js';
import { Stages } from '../src/run/stage.js';
import { layProtocols } from '../src/run/track-steps.js';
import { loadCore } from '../src/run/wasm.js';
import { loadBoth, programOfTexts, rulesOfFamily } from './classify/beside.js';
import { spoil } from './classify/hostile.js';
import { journeyPackets, journeyRules, SETS } from './classify/journey-rules.js';
import { packets6Like, text6 } from './classify/like6.js';
import { HOST6 } from './classify/packets6.js';
import { HOST } from './classify/steps.js';
import { differing, inBatches } from './classify/ways.js';
import { Random } from './kernel/generate/random.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 12);
const LONG = { timeout: 60_000 + 5_000 * SCENARIOS };
const seeds = Array.from({ length: SCENARIOS }, (_, i) => FIRST + i);

function hostile(r: Random, family: Family, count: number, share: number): PacketBytes {
  const drawn = journeyPackets(r, count);
  const plain = { ...drawn, uid: undefined, path: undefined, out: undefined, state: undefined };
  return spoil(r, bytesOf(family === 4 ? plain : packets6Like(plain)), family, share);
}

/** What of a packet is told by columns, as the decoder found it; undefined: they do not tell all. */
function toldOf(stages: Stages, slot: number, protocols: Uint32Array): number[] | undefined {
  const of = (field: Field) => stages.field(slot, field);
  const { family } = stages;
  const proto = of(Field.Proto);
  const head = family === 4 ? 20 : 40;
  const odd =
    stages.field(slot, Result.Verdict) !== Decoded.Ok ||
    (of(Field.Flags) & ~PACKET_CUT) !== 0 ||
    of(Field.IpLen) !== head ||
    of(Field.Length) > 0xffff ||
    proto === Protocol.UdpLite ||
    proto === Protocol.Dccp ||
    ((protocols[proto]! & PROTOCOL_ASKED) !== 0 && proto !== icmpProtocol(family)) ||
    ((of(Field.Frag) & FRAG_OFFSET) === 0 && of(Field.TransportLen) < (protocols[proto]! & PROTOCOL_HEADER));
  const { Proto, Sport, Dport, TcpFlags, Length, Ttl, Tos, Frag } = Field;
  const rest = [Proto, Sport, Dport, TcpFlags, Length, Ttl, Tos, Frag].map(of);
  return odd ? undefined : [...stages.address(slot, Field.Src), ...stages.address(slot, Field.Dst), ...rest];
}

/** The same, as it stands in columns. */
function takenOf(intake: Intake, stages: Stages, slot: number): number[] | undefined {
  const { memory, family } = stages;
  const of = (field: Field) => {
    const { at, width } = intake.columns.get(field)!;
    const column = width === 1 ? memory.bytes : width === 2 ? memory.halves : memory.words;
    return column[at / Math.min(width, 4) + slot]!;
  };
  const { Proto, Sport, Dport, TcpFlags, Length, Ttl, Tos, Frag } = Field;
  if (of(Frag) === INTAKE_ODD) return undefined;
  const wide = (field: Field) => {
    const at = (intake.columns.get(field)!.at >>> 2) + (family === 4 ? 1 : 4) * slot;
    return [...memory.words.subarray(at, at + (family === 4 ? 1 : 4))];
  };
  return [...wide(Field.Src), ...wide(Field.Dst), ...[Proto, Sport, Dport, TcpFlags, Length, Ttl, Tos, Frag].map(of)];
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  test('packets that columns tell of are all that have nothing else, and stand there as they are decoded', async () => {
    const stages = new Stages(await loadCore(), compile([], family), 1 << 21, { fact: () => false });
    layProtocols(stages, readFirstSettings(new Map(), family));
    const intake = new Intake(stages);
    stages.renewViews();
    const at = stages.get(Run.Protocols) >>> 2;
    const protocols = stages.memory.words.slice(at, at + 256);
    const seen = { told: 0, odd: 0 };
    for (const seed of seeds) {
      const packets = { ...hostile(new Random(seed), family, 1000, 0.7), in: undefined, pkttype: undefined };
      intake.take(packets, 0, packets.count, { bytes: false, link: false });
      const start = Math.min(...packets.at);
      for (let slot = 0; slot < packets.count; slot++) stages.columns[Field.Bytes]![slot]! -= start;
      stages.decodeBatch(packets.count);
      for (let slot = 0; slot < packets.count; slot++) {
        const told = toldOf(stages, slot, protocols);
        const bytes = Buffer.from(packets.bytes.subarray(packets.at[slot], packets.at[slot]! + packets.size[slot]!));
        const what = `seed ${seed}, packet ${slot}, of ${packets.wire![slot]}: ${bytes.toString('hex')}`;
        expect(takenOf(intake, stages, slot), what).toEqual(told);
        seen[told === undefined ? 'odd' : 'told']++;
      }
    }
    expect(seen.told).toBeGreaterThan(200 * SCENARIOS);
    expect(seen.odd).toBeGreaterThan(200 * SCENARIOS);
  });

  test('random rules and packets that lie', LONG, async () => {
    let [came, walked, others] = [0, 0, 0];
    for (const seed of seeds) {
      const r = new Random(seed);
      const of = (text: string) => (family === 4 ? text : text6(text));
      const host = family === 4 ? HOST : HOST6;
      const texts = [rulesOfFamily(family, of(journeyRules(r))), { name: 'sets', text: of(SETS) }, ...host];
      const { columns, bytecode } = await loadBoth(programOfTexts(texts, true, family));
      const batches = [0.1, 0.4, 0.1, 0.9].map((share) => hostile(r, family, r.pick([1000, 3000]), share));
      const expected = inBatches(bytecode, batches);
      for (const turn of [1, 2])
        expect(differing(expected, inBatches(columns, batches), String), `PACKETWALK_SEED=${seed}, ${turn}`).toEqual(
          [],
        );
      const use = useOf(columns);
      if (use.used !== 'columns') others++;
      else {
        came += batches.reduce((sum, { count }) => sum + count, 0);
        walked += use.walked!;
      }
    }
    expect(others).toBeLessThan(SCENARIOS / 2);
    expect(walked).toBeLessThan(0.7 * came);
  });
});
