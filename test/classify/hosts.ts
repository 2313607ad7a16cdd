/** A generated scenario's host as the texts that its kernel would print of it. */
import { type Family, formatAddress, parseAddress, rangeOfPrefix } from '../../src/net/address.js';
import type { SourceText } from '../../src/parse/index.js';
import { accountedBy } from '../kernel/accounting.js';

interface Link {
  readonly addresses: string[];
  group: string;
  up: boolean;
}

/** `setup`: the commands of generate/host.ts, and none else. Of IPv6 the kernel makes table local of the addresses. */
export function hostTexts(setup: readonly string[], family: Family = 4): SourceText[] {
  const links = new Map<string, Link>();
  const routes: string[] = [];
  const rules = ['0: from all lookup local'];
  const sysctls: string[] = [];
  for (const command of setup) {
    const [, tun] = /^ip tuntap add (\S+) mode (?:tun|tap)$/.exec(command) ?? [];
    const [, address, of] = /^ip (?:-6 )?addr add (\S+)(?: brd \+)? dev (\S+)(?: nodad)?$/.exec(command) ?? [];
    const [, linkName, change] = /^ip link set (\S+) (up|group \d+)$/.exec(command) ?? [];
    const [, route] = /^ip (?:-6 )?route add (.*)$/.exec(command) ?? [];
    const [, rule, priority] = /^ip (?:-6 )?rule add (.*) priority (\d+)$/.exec(command) ?? [];
    const [, key, value] = /^sysctl -qw (\S+)=(\S+)$/.exec(command) ?? [];
    if (linkName === 'lo' || command.endsWith(' arp off') || accountedBy([command]) !== '') continue;
    if (tun !== undefined) links.set(tun, { addresses: [], group: 'default', up: false });
    else if (of !== undefined) links.get(of)!.addresses.push(address!);
    else if (change === 'up') links.get(linkName!)!.up = true;
    else if (change !== undefined) links.get(linkName!)!.group = change.slice('group '.length);
    else if (route !== undefined)
      routes.push(/ via /.test(route) && !/ dev /.test(route) ? `${route} dev eth1` : route);
    else if (command.startsWith(CHANGE)) continue;
    else if (rule !== undefined) rules.push(`${priority}: ${ruleText(rule)}`);
    else if (key !== undefined) sysctls.push(`${key} = ${value}`);
    else throw new Error(`no command of a generated host: ${command}`);
  }
  rules.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  // without the last it would be the list of IPv6
  rules.push('32766: from all lookup main', ...(family === 4 ? ['32767: from all lookup default'] : []));
  const addr = [...links].map(([name, link], i) => addrText(i + 2, name, link, family));
  const objects = accountedBy(setup);
  const accounted = objects === '' ? [] : [{ name: 'nfacct.txt', text: objects }];
  if (family === 6)
    return [
      ...accounted,
      { name: 'addr.txt', text: `${LOOPBACK}    inet6 ::1/128 scope host\n${addr.join('')}` },
      { name: 'route6.txt', text: [...routes, ...connected6(links), ''].join('\n') },
      { name: 'rule.txt', text: [...rules, ''].join('\n') },
      { name: 'sysctl.txt', text: [...sysctls, ''].join('\n') },
    ];
  const connected = [...links].flatMap(([name, { addresses, up }]) =>
    up ? addresses.map((one) => `${netOf(one)} dev ${name} proto kernel scope link src ${one.split('/')[0]}`) : [],
  );
  const local = [...links].flatMap(([name, { addresses, up }]) =>
    addresses.flatMap((one) => {
      const of = `dev ${name} table local proto kernel scope`;
      const [own] = one.split('/');
      return [
        `local ${own} ${of} host src ${own}`,
        ...(up ? [`broadcast ${broadcastOf(one)} ${of} link src ${own}`] : []),
      ];
    }),
  );
  return [
    ...accounted,
    { name: 'addr.txt', text: `${LOOPBACK}${addr.join('')}` },
    { name: 'route.txt', text: [...changed([...routes, ...connected], setup), ...LOCAL, ...local, ''].join('\n') },
    { name: 'rule.txt', text: [...rules, ''].join('\n') },
    { name: 'sysctl.txt', text: [...sysctls, ''].join('\n') },
  ];
}

export const CHANGE = 'ip route change ';
const destinationOf = (route: string): string => route.split(' ')[0]!;
/** Routes of table main without a metric, as the commands of a host have changed them. */
export function changed(routes: readonly string[], setup: readonly string[]): string[] {
  const changes = setup.filter((one) => one.startsWith(CHANGE)).map((one) => one.slice(CHANGE.length));
  const by = new Map(changes.map((route) => [destinationOf(route), route]));
  return routes.map((route) => (/ table | metric /.test(route) ? route : (by.get(destinationOf(route)) ?? route)));
}

const connected6 = (links: ReadonlyMap<string, Link>): string[] =>
  [...links].flatMap(([name, { addresses, up }]) => {
    const nets = addresses.map((one) => {
      const [text, length] = one.split('/') as [string, string];
      return `${formatAddress(rangeOfPrefix(parseAddress(text)!, Number(length)).min)}/${length}`;
    });
    return up ? nets.map((net) => `${net} dev ${name} proto kernel metric 256 pref medium`) : [];
  });

/** As `ip rule` prints it: a rule without a source is one for all, and `not` stands before it. */
function ruleText(rule: string): string {
  const [, not = '', asks] = /^(not )?(.*)$/.exec(rule)!;
  const said = asks!.replace(/(^| )table /, '$1lookup ');
  return `${not}${said.startsWith('from ') ? '' : 'from all '}${said}`;
}

const LOOPBACK = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
`;

/** Routes are listed with all tables: what is not there is not known as local. */
const LOCAL = [
  'local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1',
  'local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1',
  'broadcast 127.255.255.255 dev lo table local proto kernel scope link src 127.0.0.1',
];

function addrText(index: number, name: string, { addresses, group, up }: Link, family: Family): string {
  const flags = up ? '<POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP>' : '<POINTOPOINT,MULTICAST,NOARP>';
  const head = `${index}: ${name}: ${flags} mtu 1500 qdisc noqueue state ${up ? 'UNKNOWN' : 'DOWN'} group ${group} qlen 500\n`;
  if (family === 6) return head + addresses.map((one) => `    inet6 ${one} scope global nodad\n`).join('');
  return head + addresses.map((one) => `    inet ${one} brd ${broadcastOf(one)} scope global ${name}\n`).join('');
}

function ends(address: string): [first: number, last: number, length: number] {
  const [text, length] = address.split('/') as [string, string];
  const number = text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const room = 2 ** (32 - Number(length));
  const first = number - (number % room);
  return [first, first + room - 1, Number(length)];
}
const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
const netOf = (address: string): string => `${dotted(ends(address)[0])}/${ends(address)[2]}`;
const broadcastOf = (address: string): string => dotted(ends(address)[1]);
