/** The first line of a link in `ip addr` and `ip link`, and the line of its hardware address. */
import type { Link } from '../../model/host.js';
import { type Complaints, WordReader } from '../complain.js';
import { linkName, parseGroup, wholeNumber } from './iproute-values.js';

/** `2: eth0@if5: <BROADCAST,UP> mtu 1500 …`: number, name, flags, the rest. */
export const LINK_LINE = /^(\d+):\s+([^\s:]+):\s+<([^>]*)>(.*)$/;

/** A link of its first line, without a hardware address; `tail` is what follows the flags. */
export function readLinkLine(match: RegExpExecArray, complaints: Complaints): Link {
  const flags = match[3]!.split(',');
  let mtu: number | undefined;
  let group = 0;
  let master: string | undefined;
  let mac: string | undefined;
  let type: string | undefined;
  const reader = WordReader.of(match[0], match[0].length - match[4]!.length);
  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    if (word.text === 'mtu') mtu = wholeNumber(reader.next()?.text ?? '');
    else if (word.text === 'master') master = reader.next()?.text;
    else if (word.text.startsWith('link/')) {
      type = word.text.slice(5);
      mac = macOf(reader.peek()?.text);
    } else if (word.text === 'group') {
      const name = reader.next();
      const number = parseGroup(name?.text ?? '');
      if (number !== undefined) group = number;
      else complaints.word(name ?? word, 'unknown-group', 'a link group by a name of the host; taken as group 0');
    }
  }
  return {
    index: Number(match[1]),
    name: linkName(match[2]!),
    up: flags.includes('UP'),
    group,
    mtu,
    mac,
    loopback: flags.includes('LOOPBACK'),
    master,
    ...on(match[2]!.split('@')[1]),
    ...noarp(flags),
    ...etherOf(type),
  };
}

/** Behind `@`: a link that is elsewhere has a number, or none. */
const on = (lower: unknown): Pick<Link, 'on'> =>
  typeof lower === 'string' && !/^(if\d+|NONE)$/.test(lower) ? { on: lower } : {};

/** ARPHRD_ETHER, of all types that ip prints. */
const etherOf = (type: unknown): Pick<Link, 'ether'> => (typeof type === 'string' ? { ether: type === 'ether' } : {});
const noarp = (flags: readonly unknown[]): Pick<Link, 'noarp'> => (flags.includes('NOARP') ? { noarp: true } : {});

/** A hardware address of six bytes; tunnels have an IP address there. */
export const macOf = (text: unknown): string | undefined =>
  typeof text === 'string' && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text) ? text.toLowerCase() : undefined;

/** What a line `link/ether 52:54:00:…` says of its link; nothing where it is none. */
export function readLinkType(line: string): Pick<Link, 'ether'> & { mac?: string } {
  const [, type, address] = /^\s+link\/(\S+)(?:\s+(\S+))?/.exec(line) ?? [];
  const mac = macOf(address);
  return { ...etherOf(type), ...(mac === undefined ? {} : { mac }) };
}

/** A link of `ip -j link` or `ip -j addr`; undefined where the object is none. Written by hand, one without flags is up. */
export function linkOfJson(fields: Readonly<Record<string, unknown>>): Link | undefined {
  const { ifindex, ifname, mtu, master, link, group } = fields;
  if (typeof ifindex !== 'number' || typeof ifname !== 'string') return undefined;
  const flags: readonly unknown[] = Array.isArray(fields.flags)
    ? fields.flags
    : ifname === 'lo'
      ? ['UP', 'LOOPBACK']
      : ['UP'];
  return {
    index: ifindex,
    name: linkName(ifname),
    up: flags.includes('UP'),
    group: parseGroup(String(group ?? 'default')) ?? 0,
    mtu: typeof mtu === 'number' ? mtu : undefined,
    mac: macOf(fields.address),
    loopback: flags.includes('LOOPBACK'),
    master: typeof master === 'string' ? master : undefined,
    ...on(link),
    ...noarp(flags),
    ...etherOf(fields.link_type),
  };
}
