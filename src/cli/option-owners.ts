/** Of an option that stands in a rule without its extension: whose it is. */
import type { Extension } from '../ext/define.js';
import { MATCHES, TARGETS } from '../ext/registry.js';
import type { Finding } from '../model/finding.js';
import type { Family } from '../net/address.js';
import { protocolName } from '../net/protocol.js';

const BOTH: readonly Family[] = [4, 6];
/** More are no help. */
const MOST = 4;

/** The finding, with a hint that names the extensions which have exactly that option. */
export function withOwners(finding: Finding): Finding {
  if (finding.code !== 'unknown-option') return finding;
  const option = /^--?([^\s:]+)/.exec(finding.message)?.[1];
  if (option === undefined) return finding;
  const has = ({ options }: Extension) =>
    Object.entries(options).some(([key, { alias = [] }]) => key === option || alias.includes(option));
  const owners = new Map<string, Set<Family>>();
  const add = (how: string, { families = BOTH }: Extension) =>
    owners.set(how, new Set([...(owners.get(how) ?? []), ...families]));
  const all = [...MATCHES, ...TARGETS].filter(has);
  // of other projects where no other has it
  const known = all.filter(({ foreign }) => !foreign);
  for (const extension of known.length > 0 ? known : all) {
    const { kind, name, protocols = [] } = extension;
    // with one of several it works as well
    const needed = kind === 'target' || protocols.length === 0 ? '' : `-p ${protocolName(protocols[0]!)} `;
    add(`${needed}-${kind === 'match' ? 'm' : 'j'} ${name}`, extension);
  }
  if (owners.size === 0 || owners.size > MOST) return finding;
  const ofOneFamily = [...owners.values()].every(({ size }) => size === 1);
  // the option of the other family may be meant: --icmpv6-type for --icmp-type
  if (ofOneFamily && finding.hint !== undefined) return finding;
  const named = [...owners].map(([how, [only, other]]) => (other === undefined ? `${how} (IPv${only})` : how));
  return { ...finding, hint: `the option belongs to ${named.join(', ')}` };
}
