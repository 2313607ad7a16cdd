/** Of an option that stands in a rule without its extension: whose it is. */
import type { Extension } from '../ext/define.js';
import { MATCHES, TARGETS } from '../ext/registry.js';
import type { Finding } from '../model/finding.js';
import { protocolName } from '../net/protocol.js';

/** More are no help. */
const MOST = 4;

/** The finding, with a hint that names the extensions which have exactly that option. */
export function withOwners(finding: Finding): Finding {
  if (finding.code !== 'unknown-option') return finding;
  const option = /^--?([^\s:]+)/.exec(finding.message)?.[1];
  if (option === undefined) return finding;
  const has = ({ options }: Extension) =>
    Object.entries(options).some(([key, { alias = [] }]) => key === option || alias.includes(option));
  const owners = [
    ...MATCHES.filter(has).map(({ name, protocols = [] }) =>
      // with one of several it works as well
      protocols.length === 0 ? `-m ${name}` : `-p ${protocolName(protocols[0]!)} -m ${name}`,
    ),
    ...TARGETS.filter(has).map(({ name }) => `-j ${name}`),
  ];
  if (owners.length === 0 || owners.length > MOST) return finding;
  return { ...finding, hint: `the option belongs to ${owners.join(', ')}` };
}
