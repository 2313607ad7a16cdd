/**
 * The ways of packets in the core's memory (RoutesWord, WayWord): what RouteMemo has found of a kind of packets is looked
 * up there for all others of it. Where more than addresses tells the ways, or addresses fall into too many kinds, the memo
 * is asked for each packet.
 */
import {
  AGAIN_COPY,
  AGAIN_LO,
  Beside,
  HOST_BASE,
  ROUTE_INTERFACES,
  RouteLook,
  RoutesWord,
  Run,
  WayKind,
  WayWord,
} from '../abi.js';
import type { CoreSteps } from './core-steps.js';
import type { Memory } from './memory.js';
import type { Reasons } from './reasons.js';
import type { RouteMemo, Way } from './route-memo.js';
import type { Selection } from './selection.js';
import type { Stages } from './stage.js';

/** Two bytes each. */
const MOST_PLACES = 1 << 21;
/** Ways beyond these have no record, and the host looks at each packet. */
const MOST_RECORDS = 1 << 12;

export class WayTables {
  /** where the core finds them; 0: nowhere yet. */
  private routes = 0;
  /** where their records are; 0: nowhere yet, and the host looks at each packet. */
  private records = 0;
  private recorded = 1;
  /** the table of packets that come in: parts of `span` bytes, which differ in ttl and length alone. */
  private inputs = { at: 0, end: 0, span: 1 };

  constructor(
    private readonly stages: Stages,
    private readonly steps: CoreSteps,
    readonly memo: RouteMemo,
    private readonly reasons: Reasons,
  ) {
    this.use();
  }

  /** Makes room for what many packets will ask. Reserves memory: columns have to be looked for anew. */
  lay(): void {
    const { stages } = this;
    this.records = stages.memory.reserve(4 * WayWord.Size * MOST_RECORDS);
    this.record();
    this.layTables();
    stages.renewViews();
    this.use();
  }

  private layTables(): void {
    const { memo, stages } = this;
    const { count, sourceCount, sources, intervals } = memo.kinds;
    const pairs = sourceCount * count;
    const inputs = pairs * ROUTE_INTERFACES * 2 * (memo.mtus.length + 1);
    if (!memo.byAddress || inputs > MOST_PLACES) return;
    const { memory } = stages;
    const table = (places: number) => memory.reserve(2 * places);
    const place = (words: ArrayLike<number>) => memory.place(words);
    const [input, output, again] = [table(inputs), table(2 * pairs), table(pairs)];
    this.inputs = { at: input, end: input + 2 * inputs, span: 2 * pairs * ROUTE_INTERFACES };
    const words = {
      [RoutesWord.Starts]: place(intervals.starts),
      [RoutesWord.Firsts]: place(intervals.firsts),
      [RoutesWord.Sources]: place(intervals.values.map((kind) => sources[kind]!)),
      [RoutesWord.Destinations]: place(intervals.values),
      [RoutesWord.Kinds]: count,
      [RoutesWord.Pairs]: pairs,
      [RoutesWord.Mtus]: place(memo.mtus),
      [RoutesWord.MtuCount]: memo.mtus.length,
      [RoutesWord.Tables + RouteLook.Input]: input,
      [RoutesWord.Tables + RouteLook.Output]: output,
      [RoutesWord.Tables + RouteLook.Reroute]: again,
    };
    this.routes = place(Array.from({ length: RoutesWord.Size }, (_, word) => words[word] ?? 0));
  }

  /** The core looks here, and not where another host's ways are assumed. */
  use(): void {
    this.stages.set(Run.Routes, this.routes);
    this.stages.set(Run.Ways, this.records);
    this.stages.set(Run.WayCount, this.records === 0 ? 0 : this.recorded);
  }

  /** A way by its number; 0 is none. */
  wayOf(number: number): Way | undefined {
    return this.memo.wayOf(number);
  }

  addressKind(address: number): number {
    return this.memo.kinds.of(address);
  }

  /** Finds the ways of packets, by their numbers in Beside.Way. */
  find(selection: Selection, look: RouteLook): void {
    const { memo, stages } = this;
    for (const slot of this.steps.take('findWays', selection, look)) {
      const { columns, memory } = stages;
      const ways = columns[Beside.Way]!;
      const place = ways[slot]!;
      const number = memo.find(look, columns, slot);
      if (place >= HOST_BASE && number < MOST_RECORDS) this.learn(memory, look, place, number);
      ways[slot] = number;
      this.record();
    }
  }

  private learn({ halves }: Memory, look: RouteLook, place: number, number: number): void {
    halves[place >>> 1] = number;
    const { at, end, span } = this.inputs;
    if (look !== RouteLook.Input || !isSettled(this.memo.wayOf(number)!)) return;
    for (let other = at + ((place - at) % span); other < end; other += span) halves[other >>> 1] = number;
  }

  /** Records of the ways that the memo has found since. */
  private record(): void {
    if (this.records === 0) return;
    for (; this.recorded < MOST_RECORDS; this.recorded++) {
      const way = this.memo.wayOf(this.recorded);
      if (way === undefined) break;
      this.stages.memory.words.set(this.recordOf(way), (this.records >>> 2) + WayWord.Size * this.recorded);
    }
    this.stages.set(Run.WayCount, this.recorded);
  }

  private recordOf({ decision, oif, masquerade }: Way): Uint32Array {
    const words = new Uint32Array(WayWord.Size);
    words[WayWord.Oif] = oif;
    if (masquerade !== undefined && !('kind' in masquerade)) {
      words[WayWord.Masquerade] = masquerade[0]!;
      words[WayWord.Masquerades] = 1;
    }
    words[WayWord.Kind] = KINDS[decision.kind];
    if ('reason' in decision) words[WayWord.Why] = this.reasons.number(decision.reason);
    if (decision.kind !== 'send') return words;
    words[WayWord.Again] = decision.loops ? AGAIN_LO : decision.copy ? AGAIN_COPY : 0;
    words[WayWord.Mtu] = decision.mtu ?? 0;
    return words;
  }
}

/** Whether ttl and length of a packet that came in were not looked at. */
const isSettled = ({ decision }: Way): boolean =>
  decision.kind === 'local' ||
  (decision.kind === 'drop' && decision.reason !== 'ttl-exceeded' && decision.reason !== 'needs-fragmentation');

const KINDS: Readonly<Record<Way['decision']['kind'], WayKind>> = {
  local: WayKind.Deliver,
  forward: WayKind.Forward,
  drop: WayKind.Drop,
  error: WayKind.Drop,
  send: WayKind.Send,
  multipath: WayKind.Ask,
  unknown: WayKind.Ask,
};
