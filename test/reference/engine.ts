/** The engine, asked as the reference is: one packet at one hook, through the stages of the hook's tables in order. */
import {
  AddrType,
  Answer,
  Verdict as CoreVerdict,
  Decoded,
  Fact,
  Field,
  RPF_ACCEPT_LOCAL,
  RPF_LOOSE,
  RPF_VALID_MARK,
  STATE_INVALID,
} from '../../src/abi.js';
import { type Compiled, compile } from '../../src/compile/compile.js';
import { parseTexts } from '../../src/parse/index.js';
import { PACKET_ROOM } from '../../src/run/packet-slots.js';
import { Stages } from '../../src/run/stage.js';
import { PATHS } from '../../src/run/steps.js';
import { loadCore } from '../../src/run/wasm.js';
import type { Hook } from './evaluate.js';
import { GROUPS, reversePath, TYPE_STARTS, typeOf } from './host.js';

const VERDICTS: Readonly<Partial<Record<CoreVerdict, string>>> = {
  [CoreVerdict.Accept]: 'accept',
  [CoreVerdict.Drop]: 'drop',
  [CoreVerdict.Reject]: 'reject',
  [CoreVerdict.HotDrop]: 'hot drop',
};
const TYPES = {
  UNICAST: AddrType.Unicast,
  LOCAL: AddrType.Local,
  BROADCAST: AddrType.Broadcast,
  MULTICAST: AddrType.Multicast,
};

/** What one hook made of a packet. */
export interface Seen {
  /** `filter INPUT 3` or `filter INPUT policy`: packets/bytes. */
  readonly counters: ReadonlyMap<string, string>;
  readonly verdict: string;
  readonly mark: number;
  readonly bytes: Uint8Array;
}

export class Engine {
  private readonly stages: Stages;
  /** of each counter, as it was last read. */
  private readonly counters: { readonly name: string; packets: bigint; bytes: bigint }[];

  private constructor(
    core: Awaited<ReturnType<typeof loadCore>>,
    private readonly compiled: Compiled,
  ) {
    this.stages = new Stages(core, compiled, PACKET_ROOM, {
      fact: (kind, flags, slot) => {
        // of what has the host do anything the reference knows what goes on alone
        if (kind === Fact.Host) return CoreVerdict.Continue;
        if (kind !== Fact.RpFilter) throw new Error(`fact ${kind}`);
        return reversePath(this.stages.field(slot, Field.Src), {
          loose: (flags & RPF_LOOSE) !== 0,
          validMark: (flags & RPF_VALID_MARK) !== 0,
          acceptLocal: (flags & RPF_ACCEPT_LOCAL) !== 0,
        });
      },
    });
    // nobody listens where the reference is asked
    compiled.questions.forEach((question, number) => {
      if (question.startsWith('queue:')) this.stages.answer(number, Answer.No);
    });
    const names = [
      ...compiled.rules.map(({ table, chain, number }) => `${table} ${chain} ${number}`),
      ...compiled.policies.map(({ table, chain }) => `${table} ${chain} policy`),
    ];
    this.counters = names.map((name) => ({ name, packets: 0n, bytes: 0n }));
    for (const [device, group] of Object.entries(GROUPS)) this.stages.interfaces.setGroup(device, group);
    this.stages.useAddressTypes(
      TYPE_STARTS.map((first) => {
        const { type, device } = typeOf(first);
        return {
          first,
          type: TYPES[type],
          interface: device === undefined ? 0 : this.stages.interfaces.number(device),
        };
      }),
    );
  }

  /** Throws where a text is not understood to the last word. */
  static async load(rules: string, sets: string): Promise<Engine> {
    const texts = [
      { name: 'rules.save', text: rules },
      { name: 'sets.ipset', text: sets },
    ];
    const input = parseTexts(
      texts.filter(({ text }) => text !== ''),
      {
        add: ({ message, place }) => {
          throw new Error(`${message}: ${place?.source ?? ''}`);
        },
      },
    );
    const known = { sets: new Set(input.sets.map(({ name }) => name)), addresses: true, routes: true, mtus: true };
    const engine = new Engine(await loadCore(), compile(input.tables, 4, known));
    engine.stages.useSets(input.sets);
    return engine;
  }

  /** undefined: the bytes are no packet that a rule would see. */
  walk(hook: Hook, wire: Uint8Array, mark: number, inDevice: string, outDevice: string): Seen | undefined {
    const { stages, compiled } = this;
    if (stages.decode(0, wire) !== Decoded.Ok) return undefined;
    for (let field: number = Field.CtState; field < Field.Time; field++) stages.setField(0, field, 0);
    stages.setField(0, Field.CtState, STATE_INVALID);
    stages.setField(0, Field.Mark, mark);
    stages.setInterface(0, 'in', stages.interfaces.number(inDevice));
    stages.setInterface(0, 'out', stages.interfaces.number(outDevice));
    let verdict = CoreVerdict.Accept;
    for (const steps of Object.values(PATHS))
      for (const step of steps) {
        const entry = step.kind === 'table' && step.hook === hook ? compiled.entry(step.table, hook) : undefined;
        if (entry === undefined || verdict !== CoreVerdict.Accept) continue;
        stages.walk(entry, [0]);
        verdict = stages.result(0).verdict;
      }
    const counters = this.moved();
    return {
      counters,
      verdict: VERDICTS[verdict] ?? `verdict ${CoreVerdict[verdict]}`,
      mark: stages.field(0, Field.Mark),
      bytes: stages.bytesOf(0),
    };
  }

  /** The counters that have moved since this was last asked. */
  private moved(): Map<string, string> {
    const moved = new Map<string, string>();
    for (const [id, last] of this.counters.entries()) {
      const { packets, bytes } = this.stages.counter(id);
      if (packets === last.packets && bytes === last.bytes) continue;
      moved.set(last.name, `${packets - last.packets}/${bytes - last.bytes}`);
      Object.assign(last, { packets, bytes });
    }
    return moved;
  }
}
