/** What takes many packets of a host that is loaded, made as far as that is worth it: columns, and what is remembered of tables. */
import type { PacketBatch } from '../model/batch.js';
import type { Refusal } from '../model/plan.js';
import { Columns } from './columns/columns.js';
import type { ColumnsHost } from './columns/columns-host.js';
import type { ConnectedHost } from './columns/connected.js';
import type { CompiledHost } from './compiled-host.js';
import type { AskedHost } from './outcomes/asked.js';
import { placesOf } from './outcomes/places.js';
import type { Way } from './outlay.js';
import type { Patience } from './patience.js';
import type { Places } from './setup.js';
import { Worth } from './worth.js';

/** So many packets walk beside columns, before what is remembered of tables is laid out for them. */
const MANY_WALKED = 1 << 12;

/** Of all that may be spent, what tables may take as long as columns may come. */
const UNTIL_COLUMNS = 1 / 4;

/** What is needed of the host. */
export interface Loaded extends Pick<ColumnsHost, 'batch' | 'budget'>, Pick<ConnectedHost, 'clock' | 'one'> {
  readonly from: CompiledHost;
  readonly setup: ConnectedHost['setup'] & { places: Places };
  /** the tables, with nothing remembered. */
  readonly plain: Places;
  readonly trackCore: ConnectedHost['core'] | undefined;
  /** asked once ways are laid out. */
  readonly asked: () => AskedHost;
}

export class Preparing {
  columns: Columns | undefined;
  /** why there are none. */
  noColumns: Refusal | undefined;
  places: Places | undefined;
  readonly worth: Worth;
  /** packets that walked, and nothing was learnt from. */
  walked = 0;

  /** `before`: of the same host with other rules. */
  constructor(
    private readonly loaded: Loaded,
    before?: Preparing,
  ) {
    const { from } = loaded;
    this.worth = new Worth(from, loaded.budget, before?.worth);
    this.noColumns = from.noColumns && { why: from.noColumns };
  }

  /** What takes packets like those given, whose tables are as they meet them then; undefined: they walk. `left`: packets to come. */
  columnsFor(packets: PacketBatch, left: number): Columns | undefined {
    const { worth } = this;
    const { setup } = this.loaded;
    worth.expect(left);
    if (this.noColumns === undefined && this.columns?.isPrepared(packets) !== true) {
      worth.make('columns', (patience) => this.makeColumns(patience, packets));
      setup.stages.renewViews();
    }
    if (this.places === undefined && this.areTablesOwed) {
      const part = this.columns === undefined && this.noColumns === undefined ? UNTIL_COLUMNS : 1;
      worth.make('tables', (patience) => this.makeTables(patience), part);
      setup.stages.renewViews();
    }
    const isMade = this.columns !== undefined || this.places !== undefined;
    if (isMade && worth.isDue('bytecode')) {
      setup.places = this.loaded.plain;
      return undefined;
    }
    if (this.places !== undefined) {
      setup.places = this.places;
      if (this.columns !== undefined && worth.isDue('tables')) return undefined;
    }
    return this.columns?.isPrepared(packets) && !worth.columnsRest ? this.columns : undefined;
  }
  /** How packets walk now. */
  get way(): Way {
    return this.places !== undefined && this.loaded.setup.places === this.places ? 'tables' : 'bytecode';
  }

  /** They take less than columns do, and are of use until there are any; beside them for packets of kinds that were not met before. */
  private get areTablesOwed(): boolean {
    if (this.columns !== undefined) return this.walked > MANY_WALKED;
    return !this.worth.isAsked || this.noColumns !== undefined;
  }

  /** So many packets walked, all their way or through tables that remember. */
  pass(count: number, milliseconds: number): void {
    this.walked += count;
    this.columns?.pass(count);
    this.worth.walked(this.way, count, milliseconds);
  }

  /** Counts packets from now on. */
  forgetUse(): void {
    this.columns?.forgetUse();
    this.walked = 0;
  }

  /** The tables with what is remembered of them, however long it takes. */
  tables(): Places {
    return this.makeTables(this.worth.endless);
  }
  private makeTables(patience: Patience): Places {
    const { setup, budget, asked } = this.loaded;
    this.places ??= placesOf(setup.compiled, setup.stages, { host: asked(), budget, patience });
    return this.places;
  }

  /** Columns, for packets like those given where there are some; false: there is nothing to be made. */
  makeColumns(patience: Patience, packets?: PacketBatch): boolean {
    if (this.columns === undefined && this.noColumns === undefined) this.begin(patience);
    if (packets !== undefined) this.columns?.prepare(packets, patience);
    return this.columns !== undefined;
  }
  private begin(patience: Patience): void {
    const { from, setup, batch, budget, clock, trackCore, one, asked } = this.loaded;
    const { compiled, stages, steps, uses, routing, tracking, defrags, ways, connections } = setup;
    const { remembers } = from;
    const { worth } = this;
    const connected = connections && { connections, core: trackCore!, clock, setup, one };
    const of = {
      ...asked(),
      compiled,
      stages,
      steps,
      uses,
      routing,
      tracking,
      defrags,
      batch,
      budget,
      remembers,
      connected,
    };
    const made = Columns.of({ ...of, memo: ways.memo, worth }, patience);
    if ('why' in made) this.noColumns = made;
    else {
      this.columns = made;
      // those before have walked
      made.pass(this.walked);
    }
  }
}
