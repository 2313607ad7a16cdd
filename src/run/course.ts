/** What goes on with a host from packet to packet, whichever rules it has by then: its clock, and what it counts, draws and tracks. */
import type { Connection } from '../model/connection.js';
import { asksHost } from '../model/host-test.js';
import type * as Asked from './asked.js';
import { Clock } from './clock.js';
import type { CompiledHost } from './compiled-host.js';
import type { Connections } from './connections/connections.js';
import type { Lasting } from './connections/lasting.js';
import { HostStates } from './host-states.js';
import { Reasons } from './reasons.js';
import type * as Remembering from './remembering.js';
import { Tally } from './tally.js';

export class Course {
  /** the number of the packet to come. */
  serial = 0;
  /** packets that were to be classified by the rules of now, and whether those are the first. */
  met = 0;
  changed = false;
  readonly clock = new Clock();
  readonly reasons = new Reasons();
  readonly tally = new Tally(this.reasons);
  connections: Connections | undefined;
  /** what rules remember beside the core's cells. */
  states = new HostStates();
  /** there where rules ask the host. */
  asked: typeof Asked | undefined;

  constructor(
    /** of all that is drawn. */
    public seed: number,
    /** there where it remembers anything. */
    readonly remembering: typeof Remembering | undefined,
  ) {}

  /** The connections, where they are tracked. Where no rule has the kernel track them any more, it has them all the same. */
  track({ remembers, tracking, host, family, known, compiled }: CompiledHost): Connections | undefined {
    const { remembering } = this;
    if (remembering === undefined || !remembers || !tracking.on) return undefined;
    const begun = this.connections;
    this.connections ??= new remembering.Connections(remembering.readTrackSettings(host.sysctls), family);
    if (asksHost(compiled.hosted, 'connbytes', 'connlabel')) this.connections.note();
    if (begun === undefined) this.connections.learn(known);
    return this.connections;
  }

  /** How long an entry lasts; undefined: none are remembered. */
  lasting(entry: Connection): Lasting | undefined {
    const { connections, remembering } = this;
    return connections && remembering!.lastingOf(connections.settings, entry);
  }

  /** Forgets all packets. `known`: the connections that there were at first. */
  reset(known: Iterable<Connection>): void {
    this.tally.reset();
    this.clock.reset();
    this.states = new HostStates();
    this.connections?.clear();
    this.connections?.learn(known);
    this.serial = 0;
  }
}
