/** Sockets that tests open in the namespace, and the programs that list them. */
import { existsSync } from 'node:fs';

export const ALL = 'ss -tuane --inet-sockopt -O';
export const PROC = 'head -n -0 /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6';
/** Of net-tools, which hosts may go without. */
const NETSTAT = ['/bin/netstat', '/usr/bin/netstat'].some((file) => existsSync(file))
  ? ['netstat -an', 'netstat -ane', 'netstat -tulpn']
  : [];
export const LISTS = [ALL, 'ss -tuan', 'ss -tulpn', 'ss -tan', 'ss -uan4', ...NETSTAT, PROC];

/** Perl that opens them, and waits. */
export const opening = (sockets: readonly string[], then = 'sleep 60') =>
  `perl -MIO::Socket::IP -MSocket=:all -e 'sub o { my $s = IO::Socket::IP->new(GetAddrInfoFlags => 0, @_) || die; push @s, $s; $s }
${sockets.map((one) => `${one} || die;`).join('\n')}
open(F, ">${READY}"); close F; ${then}' >/dev/null 2>&1 &`;
const READY = `/tmp/packetwalk-${process.pid}-ready`;
export const ready = (perl: string) => [
  `rm -f ${READY}`,
  perl,
  `for i in $(seq 100); do [ -e ${READY} ] && break; sleep 0.05; done; [ -e ${READY} ]; rm ${READY}`,
];

export const socket = (proto: string, host: string, port: number, more = '') => {
  const listens = proto === 'tcp' && !more.includes('Peer') ? ', Listen => 3' : '';
  return `o(Proto => "${proto}", LocalHost => "${host}", LocalPort => ${port}, ReuseAddr => 1${listens}${more})`;
};
export const to = (host: string, port: number) => `, PeerHost => "${host}", PeerPort => ${port}, Blocking => 0`;
export const ONLY6 = ', V6Only => 1';
export const DUAL = ', V6Only => 0';
/** IP_TRANSPARENT, IPV6_TRANSPARENT and SO_BINDTODEVICE. */
export const TRANSPARENT = '->setsockopt(0, 19, pack("i", 1))';
export const TRANSPARENT6 = '->setsockopt(41, 75, pack("i", 1))';
export const on = (link: string) => `->setsockopt(1, 25, "${link}\\0")`;
