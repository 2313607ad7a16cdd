/** What ip and sysctl print of a host that the generator's commands set up; throws where they do what it has no text for. */
import { formatAddress, parseAddress, rangeOfPrefix } from '../../src/net/address.js';
import type { SourceText } from '../../src/parse/index.js';
import { CHANGE, changed } from '../classify/hosts.js';
import { accountedBy } from '../kernel/accounting.js';

export function hostTexts(setup: readonly string[]): SourceText[] {
  const links = new Map([['lo', { group: 'default', up: true, addresses: ['127.0.0.1/8'] }]]);
  const routes: string[] = [];
  const rules = ['0:\tfrom all lookup local', '32766:\tfrom all lookup main', '32767:\tfrom all lookup default'];
  const sysctls: string[] = [];
  for (const command of setup) {
    const words = command.split(' ');
    const link = links.get(words[3]!)!;
    if (/^ip tuntap add \S+ mode (?:tun|tap)$/.test(command))
      links.set(words[3]!, { group: '0', up: false, addresses: [] });
    else if (command.endsWith(' arp off')) continue;
    else if (/^ip link set \S+ up$/.test(command)) link.up = true;
    else if (/^ip link set \S+ group \d+$/.test(command)) link.group = words[5]!;
    else if (/^ip addr add \S+ brd \+ dev \S+$/.test(command)) links.get(words.at(-1)!)!.addresses.push(words[3]!);
    else if (command.startsWith('ip route add ')) routes.push(words.slice(3).join(' '));
    else if (command.startsWith(CHANGE) || accountedBy([command]) !== '') continue;
    else if (command.startsWith('ip rule add ')) rules.push(ruleLine(command));
    else if (command.startsWith('sysctl -qw ')) sysctls.push(words[2]!.replaceAll('/', '.').replace('=', ' = '));
    else throw new Error(`no text for: ${command}`);
  }
  const addr: string[] = [];
  for (const [name, { group, up, addresses }] of links) {
    const flags = [name === 'lo' ? 'LOOPBACK' : 'POINTOPOINT', ...(up ? ['UP'] : [])];
    addr.push(`${addr.length + 1}: ${name}: <${flags}> mtu 1500 qdisc fq group ${group}`);
    for (const text of addresses) {
      const [own, length] = text.split('/') as [string, string];
      const { min, max } = rangeOfPrefix(parseAddress(own)!, Number(length));
      const kernel = `dev ${name} table local proto kernel scope`;
      addr.push(`    inet ${text} ${name === 'lo' ? '' : `brd ${formatAddress(max)} `}scope global ${name}`);
      if (!up) continue;
      if (name === 'lo') routes.push(`local 127.0.0.0/8 ${kernel} host src ${own}`);
      else routes.push(`${formatAddress(min)}/${length} dev ${name} proto kernel scope link src ${own}`);
      routes.push(
        `local ${own} ${kernel} host src ${own}`,
        `broadcast ${formatAddress(max)} ${kernel} link src ${own}`,
      );
    }
  }
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  return [
    { name: 'addr', text: text(addr) },
    { name: 'route', text: text(changed(routes, setup)) },
    { name: 'rule', text: text(rules.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) },
    { name: 'sysctl', text: text(sysctls) },
    { name: 'nfacct', text: accountedBy(setup) },
  ];
}

/** `ip rule add not to 10.0.0.0/8 table 101 priority 1010` as `1010: not from all to 10.0.0.0/8 lookup 101`. */
function ruleLine(command: string): string {
  const [, not = '', words, priority] = /^ip rule add (not )?(.*) priority (\d+)$/.exec(command)!;
  return `${priority}:\t${not}${words!.startsWith('from ') ? '' : 'from all '}${words!.replace(/\btable /, 'lookup ')}`;
}
