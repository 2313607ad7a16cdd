/** Lines of /proc/net/tcp, tcp6, udp, udp6 (get_tcp4_sock of net/ipv4/tcp_ipv4.c, udp4_format_sock of udp.c), of hosts with little end first. */
import type { HostSocket } from '../../model/sockets.js';
import type { Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { procFolder } from './proc-files.js';

const FOLDER = procFolder('net');
const END = String.raw`([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4})`;
export const PROC_SOCKET = FOLDER.line(
  String.raw`\d+: ${END} ${END} ([\dA-F]{2}) [\dA-F]{8}:[\dA-F]{8} \d\d:[\dA-F]{8} [\dA-F]{8} +(\d+) +\d+ (\d+) *(.*)`,
);
export const procHeading = new RegExp(FOLDER.heading.source.replace(String.raw`([^\s/:]+)`, '((?:tcp|udp|raw)6?)'));

/** Of include/net/tcp_states.h. */
const STATES: Readonly<Record<string, HostSocket['state']>> = {
  '03': 'request',
  '06': 'time-wait',
  '07': 'free',
  '0A': 'free',
  '0C': 'request',
};

/** `name`: of the file, where it is known. Undefined where it is a raw one. */
export function procSocket(text: string, name: string): HostSocket | undefined {
  const [, file = name, local, port, remote, remotePort, state, uid, inode, more] = PROC_SOCKET.exec(text)!;
  const known = /^(tcp|udp|raw)6?$/.exec(file)?.[1];
  if (known === 'raw') return undefined;
  const own = addressOf(local!);
  const other = addressOf(remote!);
  const orphan = inode === '0';
  return {
    // behind the inode udp has three words, tcp two or more than three
    protocol: (known ?? (more!.split(/\s+/).length === 3 ? 'udp' : 'tcp')) === 'tcp' ? Protocol.Tcp : Protocol.Udp,
    family: own.length === 4 ? 6 : 4,
    state: STATES[state!] ?? 'connected',
    local: own,
    port: Number.parseInt(port!, 16),
    remote: other.every((word) => word === 0) ? undefined : other,
    remotePort: Number.parseInt(remotePort!, 16),
    link: undefined,
    only6: undefined,
    either: false,
    uid: orphan ? undefined : Number(uid),
    orphan,
    cgroup: undefined,
    transparent: undefined,
  };
}

/** 32 bits each, as they lie in memory. */
function addressOf(hex: string): Words {
  const words = hex.match(/.{8}/g)!.map((word) => Number.parseInt(word.match(/../g)!.reverse().join(''), 16));
  return unmapped(words);
}

/** Those of IPv4 in addresses of IPv6 are what they stand for. */
export const unmapped = (address: Words): Words =>
  address.length === 4 && address[0] === 0 && address[1] === 0 && address[2] === 0xffff ? [address[3]!] : address;
