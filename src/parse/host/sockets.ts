/**
 * Sockets as `ss`, `netstat` and /proc/net/tcp, tcp6, udp, udp6 show them. Of which protocol and state a text shows all tells
 * the command, where it stands above; else what stands in the list: with no heading it may be a part.
 */
import type { Findings } from '../../model/finding.js';
import { servicePort } from '../../model/service.js';
import type { HostSocket, ShownAll, SocketList } from '../../model/sockets.js';
import { parseAddress, type Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { LineComplaints } from '../complain.js';
import { linesOf, type Readable } from '../text.js';
import { nameOfText } from './proc-files.js';
import { PROC_SOCKET, procHeading, procSocket, unmapped } from './proc-sockets.js';

const STATES: Readonly<Record<string, HostSocket['state']>> = {
  LISTEN: 'free',
  UNCONN: 'free',
  'SYN-RECV': 'request',
  'TIME-WAIT': 'time-wait',
};
/** Netid, state, two numbers, local and peer address, and what options add. */
const SS_LINE =
  /^(?:([a-z][\w?]{0,9})\s+)?(ESTAB|LISTEN|UNCONN|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING)\s+\d+\s+\d+\s+([^\s=]*:\S+)\s+([^\s=]*:\S+)(?:\s+(.*))?$/;
const SS_HEAD = /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:Port\s+Peer Address:Port/;
const SS_MORE = /^inet-sockopt: \(/;
const NETSTAT_LINE = /^(tcp|udp|raw)(6?)\s+\d+\s+\d+\s+([^\s=]*:\S+)\s+([^\s=]*:\S+)(?:\s+(.*))?$/;
const NETSTAT_HEAD = /^Active Internet connections \((servers and established|only servers|w\/o servers)\)/;
const NETSTAT_COLUMNS = /^Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address/;
const COMMAND = /^(?:.{0,100}[#$>%]\s*)?(?:sudo\s+)?(?:\S*\/)?(ss|netstat)((?:\s+\S+)*)$/;

const PROC_HEAD = /^sl +local_address +rem/;

const SIGNS = [
  SS_LINE,
  SS_HEAD,
  SS_MORE,
  NETSTAT_LINE,
  NETSTAT_HEAD,
  NETSTAT_COLUMNS,
  PROC_SOCKET,
  PROC_HEAD,
  procHeading,
];
/** Whether a line, without the blanks around it, is one of them. */
export const isSockets = (text: string): boolean => SIGNS.some((sign) => sign.test(text.slice(0, 400)));

/** Netid and netstat's names, by number. */
const PROTOCOLS: Readonly<Record<string, number>> = { tcp: Protocol.Tcp, udp: Protocol.Udp };

export function parseSockets(text: Readable, file: string, findings: Findings): SocketList {
  const reader = new Reader();
  for (const line of linesOf(text))
    if (!reader.take(line.text.trim(), file))
      new LineComplaints(file, line, findings).all(
        'unreadable-line',
        'expected a socket with its addresses as numbers, as ss -n prints them',
      );
  return reader.end();
}

type Draft = { -readonly [K in keyof HostSocket]: HostSocket[K] };

class Reader {
  private readonly sockets: Draft[] = [];
  private readonly all: ShownAll[] = [];
  /** ss tells any address of one family from that of both. */
  private isNew = false;
  private headed = false;
  private partial = false;
  /** of the command above. */
  private options: readonly string[] = [];
  private states: readonly ShownAll['state'][] | undefined;
  private readonly seen = new Map<number, Set<ShownAll['state']>>();
  private proc = '';

  /** False: it is one that cannot be read. */
  take(text: string, file: string): boolean {
    const typed = COMMAND.exec(text);
    if (typed !== null) {
      this.options = typed[2]!.split(/\s+/).filter((word) => word !== '');
      // a filter, or a pipe
      this.partial ||= this.options.some((word) => !word.startsWith('-'));
      return true;
    }
    if (SS_HEAD.test(text)) return this.heading();
    const kind = NETSTAT_HEAD.exec(text)?.[1];
    if (kind !== undefined) {
      this.states = kind === 'only servers' ? ['free'] : kind === 'w/o servers' ? ['connected'] : ['free', 'connected'];
      return this.heading();
    }
    if (SS_MORE.test(text)) {
      const last = this.sockets.at(-1);
      if (last !== undefined) last.transparent = /\btransparent\b/.test(text);
      return true;
    }
    const shown = procHeading.exec(text)?.[1];
    if (shown !== undefined || PROC_HEAD.test(text)) return this.procFile(shown ?? (this.proc || nameOfText(file)));
    if (PROC_SOCKET.test(text)) {
      const socket = procSocket(text, this.proc);
      if (socket !== undefined) this.sockets.push(socket);
      return true;
    }
    const ss = SS_LINE.exec(text);
    if (ss !== null) return this.ofSs(ss);
    const netstat = NETSTAT_LINE.exec(text);
    return netstat === null || this.ofNetstat(netstat);
  }

  private heading(): true {
    this.headed = true;
    return true;
  }

  /** All of a file are shown below its name. */
  private procFile(name: string): true {
    this.proc = name;
    const [, protocol, six] = /^(tcp|udp)(6?)$/.exec(name) ?? [];
    if (protocol !== undefined)
      for (const state of BOTH) this.all.push({ protocol: PROTOCOLS[protocol]!, family: six === '6' ? 6 : 4, state });
    return true;
  }

  private ofSs([, netid, said, local, peer, more = '']: RegExpExecArray): boolean {
    const state = STATES[said!] ?? 'connected';
    const ofState = said === 'ESTAB' ? undefined : said === 'UNCONN' ? Protocol.Udp : Protocol.Tcp;
    const protocol = netid === undefined ? ofState : PROTOCOLS[netid];
    if (netid !== undefined && protocol === undefined) return true;
    const ends = endsOf(local!, peer!);
    if (ends === undefined) return this.cut();
    this.isNew ||= /^(?:\[|0\.)/.test(local!);
    const inode = /\bino:(\d+)/.exec(more)?.[1];
    const held = inode !== undefined && inode !== '0';
    const only6 = /\bv6only:([01])/.exec(more)?.[1];
    this.add({
      protocol: protocol ?? UNSAID,
      state,
      ...ends,
      ...(only6 !== undefined && { only6: only6 === '1', either: false }),
      uid: held ? Number(/\buid:(\d+)/.exec(more)?.[1] ?? 0) : undefined,
      orphan: inode === undefined ? undefined : !held,
      cgroup: /\bcgroup:(\/\S*)/.exec(more)?.[1],
      transparent: more.includes('inet-sockopt: (') ? /\btransparent\b/.test(more) : undefined,
    });
    return true;
  }

  private ofNetstat([, name, six, local, foreign, more = '']: RegExpExecArray): boolean {
    const protocol = PROTOCOLS[name!];
    if (protocol === undefined) return true;
    // a longer address is cut without a sign
    const isCut = six === '6' && [local!, foreign!].some((end) => end.length >= NETSTAT_WIDTH);
    const ends = isCut ? undefined : endsOf(local!, foreign!);
    if (ends === undefined) return this.cut();
    const [, said = '', user, inode] = /^([A-Z][A-Z_\d]*)?\s*(?:(\S+)\s+(\d+)(?:\s|$))?/.exec(more) ?? [];
    const isFree = said === 'LISTEN' || (protocol === Protocol.Udp && said === '');
    this.add({
      protocol,
      state: isFree ? 'free' : (STATES[said.replaceAll('_', '-')] ?? 'connected'),
      ...ends,
      link: undefined,
      uid: user !== undefined && /^\d+$/.test(user) && inode !== '0' ? Number(user) : undefined,
      orphan: inode === undefined ? undefined : inode === '0',
      cgroup: undefined,
      transparent: undefined,
    });
    return true;
  }

  private cut(): false {
    this.partial = true;
    return false;
  }

  private add(socket: Draft): void {
    this.sockets.push(socket);
    const states = this.seen.get(socket.protocol) ?? new Set();
    this.seen.set(socket.protocol, states.add(socket.state === 'free' ? 'free' : 'connected'));
  }

  /** Lines of ss that say no protocol, whose states do not tell it either: they are of that of the others. */
  private settle(): void {
    const states = this.seen.get(UNSAID);
    if (states === undefined) return;
    this.seen.delete(UNSAID);
    const [only, ...others] = this.seen.keys();
    this.partial ||= only === undefined || others.length > 0;
    for (const socket of this.sockets) if (socket.protocol === UNSAID) socket.protocol = only ?? UNSAID;
    if (only !== undefined) for (const state of states) this.seen.get(only)!.add(state);
  }

  end(): SocketList {
    this.settle();
    if (this.isNew) for (const socket of this.sockets) socket.either = false;
    const { all: whole } = this;
    const options = this.options.map((word) => LONG[word] ?? word);
    const sockets = this.sockets.filter(({ protocol }) => protocol !== UNSAID);
    if (!this.headed || this.partial || options.some((word) => word.startsWith('--'))) return { sockets, all: whole };
    const letters = options.join('').replaceAll('-', '');
    const families = ([4, 6] as const).filter((family) => !/[46]/.test(letters) || letters.includes(`${family}`));
    const all = [...this.protocols(letters)].flatMap((protocol) =>
      this.shownStates(letters).flatMap((state) => families.map((family) => ({ protocol, family, state }))),
    );
    return { sockets, all: [...whole, ...all] };
  }

  private protocols(letters: string): Iterable<number> {
    const asked = Object.entries(PROTOCOLS).flatMap(([name, number]) => (letters.includes(name[0]!) ? number : []));
    return asked.length > 0 ? asked : this.seen.keys();
  }

  private shownStates(letters: string): readonly ShownAll['state'][] {
    if (this.states !== undefined) return this.states;
    if (letters.includes('a')) return BOTH;
    if (letters.includes('l')) return ['free'];
    // by itself ss leaves out what is over, and what is being made
    const [free, connected] = BOTH.map((state) => [...this.seen.values()].some((states) => states.has(state)));
    return letters !== '' || !free ? [] : connected ? BOTH : ['free'];
  }
}

const BOTH = ['free', 'connected'] as const;
const NETSTAT_WIDTH = 23;
const UNSAID = 0;
/** Long options that leave no socket out, and what short ones say the others by. */
const LONG: Readonly<Record<string, string>> = {
  '--inet-sockopt': '',
  '--cgroup': '',
  '--extended': 'e',
  '--numeric': 'n',
  '--oneline': 'O',
  '--processes': 'p',
  '--programs': 'p',
  '--all': 'a',
  '--listening': 'l',
  '--tcp': 't',
  '--udp': 'u',
  '--ipv4': '4',
  '--ipv6': '6',
};

type Ends = Pick<HostSocket, 'family' | 'local' | 'port' | 'remote' | 'remotePort' | 'link' | 'only6' | 'either'>;

/** `192.0.2.1:22`, `[::1]:22`, `*:22`, `0.0.0.0%eth0:68`, `:::22` and their like; undefined: names that nobody here knows. */
function endsOf(local: string, peer: string): Ends | undefined {
  const own = endOf(local);
  const other = endOf(peer);
  if (own === undefined || other === undefined || own.port === undefined) return undefined;
  const family = own.address.length === 4 ? 6 : 4;
  const isOpen = other.port === undefined || other.address.every((word) => word === 0);
  return {
    family,
    local: own.address,
    port: own.port,
    remote: isOpen ? undefined : other.address,
    remotePort: other.port ?? 0,
    link: own.link,
    // a star is any address of both families, of old versions of ss that of IPv4; in brackets it is IPv6's alone
    only6: own.text === '[::]' ? true : own.text === '*' ? false : undefined,
    either: own.text === '*',
  };
}

function endOf(text: string): { text: string; address: Words; port: number | undefined; link: string } | undefined {
  const [, host, port] = /^(.*):([^:]+)$/.exec(text) ?? [];
  if (host === undefined) return undefined;
  const [, bare = '', link = ''] = /^([^%]*)(?:%(\S*))?$/.exec(host.replace(/[[\]]/g, '')) ?? [];
  const address = bare === '*' ? [0, 0, 0, 0] : parseAddress(bare);
  const number = port === '*' ? undefined : /^\d+$/.test(port!) ? Number(port) : servicePort(port!);
  if (address === undefined || (number === undefined && port !== '*')) return undefined;
  return { text: host.replace(/%[^\]]*/, ''), address: unmapped(address), port: number, link };
}

/** Of several texts: what one says of a socket the other may leave open. */
export function joinSockets(one: SocketList | undefined, other: SocketList): SocketList {
  if (one === undefined) return other;
  const key = ({ protocol, local, port, remote, remotePort }: HostSocket) =>
    [protocol, local, port, remote ?? '', remotePort].join(' ');
  const twins = new Map(other.sockets.map((socket) => [key(socket), socket]));
  const known = new Set(one.sockets.map(key));
  const sockets = one.sockets.map((socket) => {
    const twin = Object.entries(twins.get(key(socket)) ?? {}) as [keyof HostSocket, unknown][];
    return { ...socket, ...Object.fromEntries(twin.filter(([name]) => socket[name] === undefined)) };
  });
  return {
    sockets: [...sockets, ...other.sockets.filter((socket) => !known.has(key(socket)))],
    all: [...one.all, ...other.all],
  };
}
