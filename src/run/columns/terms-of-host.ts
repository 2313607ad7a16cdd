/** All that a host asks of packets' values, as terms: what its rules ask, and with that what its own steps do. */
import { PROTOCOL_TIMEOUTS, Run } from '../../abi.js';
import type { Compiled } from '../../compile/compile.js';
import { chainUses } from '../../compile/uses.js';
import { BUILTIN, type HookName, type TableName } from '../../model/ruleset.js';
import type { Effort } from '../first-match/effort.js';
import type { Patience } from '../patience.js';
import type { Stages } from '../stage.js';
import { type AddressNumbers, IPV4_NUMBERS, NotedAddresses } from './addresses.js';
import type { ColumnsHost } from './columns-host.js';
import type { Laying } from './first-lists.js';
import { addHost } from './host-terms.js';
import { routedAddresses } from './route-terms.js';
import { addRules, type PlacedEntry } from './rule-terms.js';
import { type AddressTypes, Terms, UnkeptTerms } from './terms.js';
import { takeTuples } from './tuple-terms.js';

export const termsOfRules = (host: ColumnsHost, patience: Patience): Terms =>
  rulesOf(host, numbersOf(host, patience), patience);

function entriesOf(compiled: Compiled): PlacedEntry[] {
  const tables = Object.entries(BUILTIN) as [TableName, readonly HookName[]][];
  return tables.flatMap(([table, hooks]) =>
    hooks.flatMap((hook) => {
      const entry = compiled.entry(table, hook);
      return entry === undefined ? [] : [{ ...entry, table, hook }];
    }),
  );
}

/** Whether rules see packets before they are tracked. */
export const seesBefore = (compiled: Compiled): boolean =>
  entriesOf(compiled).some(({ table }) => table.endsWith('raw'));

const wordsAt = ({ memory }: Stages, at: number, count: number): Uint32Array =>
  memory.words.slice(at >>> 2, (at >>> 2) + count);

function rulesOf(host: ColumnsHost, addresses: AddressNumbers, patience: Effort): Terms {
  const { compiled, stages, sets, connected } = host;
  const protocols = wordsAt(stages, stages.get(Run.Protocols), PROTOCOL_TIMEOUTS + 256);
  const terms = new (addresses instanceof NotedAddresses ? UnkeptTerms : Terms)(
    protocols,
    addresses,
    connected !== undefined,
    patience,
  );
  const ways = routedAddresses(addresses, host.memo, host.routing);
  const uses = chainUses(compiled.program);
  const lay: Laying = (make) => host.budget.spend(() => make(stages.memory));
  addRules(terms, compiled, uses, entriesOf(compiled), { sets, addressTypes: typesOf(host, addresses), ways, lay });
  return terms;
}

interface Completing {
  /** packets are not completed as columns of a batch are. */
  readonly inPlace: boolean;
  readonly patience: Patience;
}

export function withHost(
  { stages, memo, routing, tracking, defrags, remembers }: ColumnsHost,
  rules: Terms,
  how: Completing,
): Terms {
  const terms = rules.copy(how.patience);
  const ways = routedAddresses(terms.addresses, memo, routing);
  const firstStates = wordsAt(stages, stages.get(Run.FirstStates), 512);
  addHost(terms, memo, { firstStates, tracking, defrags, remembers, inPlace: how.inPlace, ways });
  takeTuples(terms);
  return terms;
}

function typesOf({ addressTypes, addressTypes6 }: ColumnsHost, addresses: AddressNumbers): AddressTypes[] | undefined {
  if (addresses.family === 4) return addressTypes.map(({ first, type }) => ({ first, types: 1 << type }));
  return addressTypes6?.map(({ first, types }) => ({ first: addresses.of(first), types }));
}

/** Of IPv6 what is asked is noted at first. */
function numbersOf(host: ColumnsHost, patience: Patience): AddressNumbers {
  if (host.stages.family === 4) return IPV4_NUMBERS;
  const noted = new NotedAddresses(patience);
  const own = patience.part();
  rulesOf(host, noted, own);
  own.release();
  return noted.spans;
}
