/** `ip -j addr`. */
import type { Findings } from '../../model/finding.js';
import { ADDRESS_FLAGS, type HostAddress, type Link } from '../../model/host.js';
import { parseAddress } from '../../net/address.js';
import { jsonObjects, recordsOf, stringsOf } from '../json-list.js';
import type { Readable } from '../text.js';
import type { AddressList } from './addr.js';
import { parsePrefix, parseScope } from './iproute-values.js';
import { linkOfJson } from './link-line.js';

export function addressesOfJson(text: Readable, file: string, findings: Findings): AddressList {
  const links: Link[] = [];
  const addresses: HostAddress[] = [];
  for (const { fields, place } of jsonObjects(text, file, findings)) {
    const complain = (code: string, message: string) =>
      findings.add({ severity: 'warning', code, message, place: place() });
    const link = linkOfJson(fields);
    if (link === undefined) {
      if (Object.keys(fields).length > 0) complain('unreadable-link', 'expected a link with ifindex and ifname');
      continue;
    }
    links.push(link);
    for (const info of recordsOf(fields.addr_info)) {
      const address = addressOfJson(info, link.name);
      if (address !== undefined) addresses.push(address);
      else if (Object.keys(info).length > 0) complain('bad-address', `an address of ${link.name} that cannot be read`);
    }
  }
  return { links, addresses };
}

function addressOfJson(info: Readonly<Record<string, unknown>>, link: string): HostAddress | undefined {
  const own = parsePrefix(`${String(info.local)}/${String(info.prefixlen)}`);
  const scope = parseScope(String(info.scope ?? 'global'));
  if (own === undefined || scope === undefined || own.family !== (info.family === 'inet6' ? 6 : 4)) return undefined;
  // ip prints the far end as `address`, and as `peer` in old versions
  const far = info.address ?? info.peer;
  const flags = own.family === 4 ? [] : ADDRESS_FLAGS.filter((flag) => info[flag] === true);
  return {
    link,
    family: own.family,
    address: own.address,
    prefix: own.prefix,
    peer: typeof far === 'string' ? parseAddress(far) : undefined,
    broadcast: typeof info.broadcast === 'string' ? parseAddress(info.broadcast) : undefined,
    scope,
    secondary: info.secondary === true || stringsOf(info.flags).includes('secondary'),
    ...(flags.length === 0 ? {} : { flags }),
  };
}
