/** What was recognised in what was pasted, and what rules ask for that is missing. */
import { type Host, TABLE_LOCAL } from '../../model/host.js';
import type { Taken } from '../../parse/texts.js';
import { familiesOf } from '../../run/host-program.js';
import type { HostTexts } from '../../run/host-texts.js';
import type { Chip, Part } from './messages.js';

/** What texts are told of by the parts that are made of them. */
const TOLD_OTHERWISE: ReadonlySet<Taken['as']> = new Set<Taken['as']>([
  'rules',
  'ipset',
  'connections',
  'addr',
  'link',
  'route',
  'ifconfig',
  'routing-table',
  'sysctl',
]);

export function chipsOf(read: HostTexts): Chip[] {
  const { evaluated, sets, host, connections, taken } = read;
  const chips: Chip[] = evaluated.map(({ family, name, chains, opened }) => ({
    kind: 'table',
    family,
    table: name,
    chains: chains.size,
    rules: [...chains.values()].reduce((all, { rules }) => all + rules.length, 0),
    at: { file: opened.file, line: opened.line },
  }));
  const part = (as: Part, count: number) => {
    if (count > 0) chips.push({ kind: 'part', as, count });
  };
  part('sets', sets.length);
  const { addresses, routes } = givenOf(host);
  part('addresses', addresses?.length ?? 0);
  part('routes', routes?.length ?? 0);
  part('settings', host.sysctls.size);
  part('connections', connections?.length ?? 0);
  const others = new Map<Taken['as'], number>();
  for (const { as } of taken) if (!TOLD_OTHERWISE.has(as)) others.set(as, (others.get(as) ?? 0) + 1);
  for (const [as, count] of others) chips.push({ kind: 'taken', as, count });
  const families = familiesOf(read);
  const ip = families.length === 2 ? 'ip' : `ip -${families[0] ?? 4}`;
  const missing = (as: Part, get: string) => chips.push({ kind: 'missing', as, get });
  if (addresses === undefined) missing('addresses', `${ip} addr`);
  if (routes === undefined) missing('routes', `${ip} route show table all`);
  if (read.sets.some(({ known }) => !known) || asksForSets(read)) missing('sets', 'ipset save');
  return chips;
}

/** Whether rules name sets that were not given. */
const asksForSets = ({ findings }: HostTexts): boolean => findings.some(({ code }) => code === 'set-not-given');

/** Addresses and routes that stand in the texts, without those that the kernel makes of them. */
function givenOf({ addresses, routes, assumed }: Host): Pick<Host, 'addresses' | 'routes'> {
  const [made, connected] = [assumed.includes('local-table'), assumed.includes('connected-routes')];
  return {
    addresses: assumed.includes('addresses-of-routes')
      ? undefined
      : addresses?.filter(({ link }) => !made || link !== 'lo'),
    routes: connected ? undefined : routes?.filter(({ table }) => !made || table !== TABLE_LOCAL),
  };
}
