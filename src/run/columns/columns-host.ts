/** What columns need of the host. */
import type { Compiled } from '../../compile/compile.js';
import type { ProgramUses } from '../../compile/uses.js';
import type { SetDef } from '../../model/set.js';
import type { AddressTypeInterval } from '../address-types.js';
import type { Batch } from '../batch.js';
import type { Budget } from '../budget.js';
import type { CoreSteps } from '../core-steps.js';
import type { AddressTypeInterval6 } from '../ipv6/address-types.js';
import type { RouteMemo } from '../route-memo.js';
import type { Routing } from '../routing.js';
import type { Stages } from '../stage.js';
import type { Worth } from '../worth.js';
import type { ConnectedHost } from './connected.js';

export interface ColumnsHost {
  readonly compiled: Compiled;
  readonly stages: Stages;
  readonly steps: CoreSteps;
  readonly batch: Batch;
  readonly memo: RouteMemo;
  readonly uses: ProgramUses;
  readonly sets: ReadonlyMap<string, SetDef>;
  readonly routing: Routing;
  readonly addressTypes: readonly AddressTypeInterval[];
  readonly addressTypes6: readonly AddressTypeInterval6[] | undefined;
  readonly tracking: boolean;
  readonly defrags: boolean;
  /** connections, or fragments that wait for others. */
  readonly remembers: boolean;
  /** there where they are remembered. */
  readonly connected: ConnectedHost | undefined;
  readonly budget: Budget;
  /** Told of what it takes. */
  readonly worth: Worth;
}
