/** What the steps of a walk need of the run, whatever the packets. */
import type { Compiled, Entry } from '../compile/compile.js';
import type { ProgramUses } from '../compile/uses.js';
import type { Translation } from '../model/action.js';
import type { NumberRange } from '../model/condition.js';
import type { HookName, TableName } from '../model/ruleset.js';
import type { Words } from '../net/address.js';
import type { HostAnswers } from './asked.js';
import type { Arrived, Connections } from './connections/connections.js';
import type { CoreSteps } from './core-steps.js';
import type { FirstSettings } from './first-state.js';
import type { WaitingFragments } from './fragments.js';
import type * as Ipv6 from './ipv6.js';
import type { NatRange, Side } from './nat.js';
import type { Outcomes } from './outcomes/outcomes.js';
import type * as Remembering from './remembering.js';
import type { Routing } from './routing.js';
import type { Selection } from './selection.js';
import type { Stages } from './stage.js';
import type { ReadRecords } from './trace-records.js';
import type { WayTables } from './way-tables.js';

/** A table's chain at a hook; outcomes: what it makes of packets that nobody wants to follow. */
export interface TablePlace {
  readonly entry: Entry;
  readonly outcomes: Outcomes | undefined;
}
export type Places = Readonly<Record<TableName, Readonly<Partial<Record<HookName, TablePlace>>>>>;

/** What is known of how a packet is tracked. */
export interface Early {
  /** its connection has seen it before the walk; taken by the walk's first look at it. */
  arrived: Arrived | undefined;
  /** the walk came to where it is tracked: 'zone' with a template's. */
  tracked: 'plain' | 'zone' | undefined;
  /** it came to where its connection, if it has begun one, is confirmed. */
  confirms: boolean;
  /** what nat makes of its connection goes there, where somebody wants to know. */
  bindings: Binding[] | undefined;
}

/** What the nat tables ask for, undefined: nothing, and the range that comes of it. */
export interface Binding {
  readonly side: Side;
  readonly translation: Translation | undefined;
  readonly range: NatRange;
}

export interface WalkSetup extends FirstSettings {
  readonly places: Places;
  readonly compiled: Compiled;
  readonly uses: ProgramUses;
  readonly stages: Stages;
  /** what the core does between the tables. */
  readonly steps: CoreSteps;
  readonly routing: Routing;
  /** what is done with packets of IPv6 alone; there where the rules are of it. */
  readonly ipv6: typeof Ipv6 | undefined;
  /** the decisions of `routing` for packets of the batch. */
  readonly ways: WayTables;
  readonly tracking: boolean;
  /** fragments are gathered before the tables. */
  readonly defrags: boolean;
  /** what is remembered of connections; undefined: each packet is the first of its own. */
  readonly connections: Connections | undefined;
  /** fragments that wait; undefined: nothing is remembered of them. */
  readonly fragments: WaitingFragments<number> | undefined;
  /** what is done with the two; there where either is. */
  readonly remembering: typeof Remembering | undefined;
  /** of the packet that walks by itself, where connections are remembered. */
  readonly early: Early;
  /** where the packets' clock stands, in milliseconds: of a batch whose connections are remembered. */
  readonly now: number;
  /** when a packet came, in milliseconds since 1970, where packets say so. */
  timeOf(slot: number): number;
  /** what is drawn of a range, where somebody knows better. */
  readonly drawn: ((ports: NumberRange) => number | undefined) | undefined;
  /** told what rules do, where journeys are learnt (src/run/columns/). */
  readonly journal: ReadRecords | undefined;
  /** TRACE_* level of abi.ts, where somebody is told. */
  readonly level: number;
  /** events hold the packet's bytes as it leaves. */
  readonly bytes: boolean;
  /** the interface that packets leave by whose route is not known, where that was assumed. */
  outAssumed(): string | undefined;
  /** the address that an interface has whose addresses are not known, where that was assumed. */
  addressOf(iface: string): Words | undefined;
  /** whether a packet takes one of several ways, by its name among them, where that was assumed. */
  takes(way: string): boolean | undefined;
  /** whether an address is the host's own, where that was assumed. */
  isLocal(address: Words): boolean | undefined;
  /** The way that was given says whether a destination is; undefined: nobody has to ask. */
  readonly tellLocal: ((address: Words, own: boolean) => void) | undefined;
  /** what the host has chosen for packets that TranslateKind.Chosen translates, by their places. */
  readonly chosen: Map<number, NatRange | string>;
  /** answers what rules ask of the host. */
  readonly hostAnswers: HostAnswers | undefined;
  /** room for the packets that a step picks out of its own. */
  readonly picked: Selection;
}
