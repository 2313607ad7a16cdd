/**
 * The ways of packets in the core's memory (RoutesWord, WayWord): what RouteMemo has found of a kind of packets is looked
 * up there for all others of it. Where more than addresses tells the ways, or addresses fall into too many kinds, the memo
 * is asked for each packet.
 */
import { AGAIN_COPY, AGAIN_LO, Beside, HOST_BASE, RouteLook, Run, WayKind, WayWord } from '../abi.js';
import type { CoreSteps } from './core-steps.js';
import type { Memory } from './memory.js';
import type { Reasons } from './reasons.js';
import type { RouteMemo, Way } from './route-memo.js';
import type { Selection } from './selection.js';
import type { Stages } from './stage.js';

/** Ways beyond these have no record, and the host looks at each packet. */
export const MOST_RECORDS = 1 << 12;

/** Where the core finds what many packets ask (lay-ways.ts). */
export interface LaidWays {
  /** records of ways. */
  readonly records: number;
  /** tables of ways, where addresses alone tell them. */
  readonly routes?: number;
  /** the table of packets that come in: parts of `span` bytes, which differ in ttl and length alone. */
  readonly inputs?: { readonly at: number; readonly end: number; readonly span: number };
}

export class WayTables {
  /** undefined: nowhere yet, and the host looks at each packet. */
  private laid: LaidWays | undefined;
  private recorded = 1;

  constructor(
    private readonly stages: Stages,
    private readonly steps: CoreSteps,
    readonly memo: RouteMemo,
    private readonly reasons: Reasons,
  ) {
    this.use();
  }

  /** Goes on with tables, for many packets. */
  lay(laid: LaidWays): void {
    this.laid = laid;
    this.record();
    this.stages.renewViews();
    this.use();
  }

  /** The core looks here, and not where another host's ways are assumed. */
  use(): void {
    const { laid, stages } = this;
    stages.set(Run.Routes, laid?.routes ?? 0);
    stages.set(Run.Ways, laid?.records ?? 0);
    stages.set(Run.WayCount, laid === undefined ? 0 : this.recorded);
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
    const { at, end, span } = this.laid!.inputs!;
    if (look !== RouteLook.Input || !isSettled(this.memo.wayOf(number)!)) return;
    for (let other = at + ((place - at) % span); other < end; other += span) halves[other >>> 1] = number;
  }

  /** Records of the ways that the memo has found since. */
  private record(): void {
    if (this.laid === undefined) return;
    for (; this.recorded < MOST_RECORDS; this.recorded++) {
      const way = this.memo.wayOf(this.recorded);
      if (way === undefined) break;
      this.stages.memory.words.set(this.recordOf(way), (this.laid.records >>> 2) + WayWord.Size * this.recorded);
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
