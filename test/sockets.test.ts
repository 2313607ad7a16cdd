/**
 * Lists of a host's sockets, and what rules learn of them. test/kernel/sockets.kernel.test.ts and socket-owner.kernel.test.ts ask the
 * kernel the same of sockets that are there; what follows here is what its lists leave open, and connections that NAT has changed.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, parse, readPacket } from '../src/index.js';
import type { HostSocket } from '../src/model/sockets.js';
import { formatAddress } from '../src/net/address.js';
import { programOf } from '../src/run/host-program.js';

const HEAD = 'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n';
const read = (text: string, name = 'sockets.txt') => {
  const { host, findings } = parse([{ name, text }]);
  const { sockets = [], all = [] } = host.sockets ?? {};
  return { sockets, all: all.map((one) => `${one.protocol}/${one.family} ${one.state}`), findings };
};
const shown = ({ protocol, state, local, port, remote, remotePort, link, only6, uid, orphan }: HostSocket) =>
  [
    ...[protocol === 6 ? 'tcp' : 'udp', state, `${formatAddress(local)} ${port}`],
    ...(remote === undefined ? [] : [`${formatAddress(remote)} ${remotePort}`]),
    ...(link === '' ? [] : [`on ${link}`]),
    ...(only6 === undefined ? [] : [only6 ? 'only 6' : 'both']),
    ...(uid === undefined ? [] : [`of ${uid}`]),
    ...(orphan ? ['orphan'] : []),
  ].join(', ');

describe('lines', () => {
  test.each<[string, string[]]>([
    [
      'tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=1,fd=3))',
      ['tcp, free, 0.0.0.0 22'],
    ],
    ['tcp LISTEN 0 5 *:8080 *:* ino:7 sk:9 cgroup:/ v6only:0 <->', ['tcp, free, :: 8080, both, of 0']],
    ['tcp LISTEN 0 5 [::]:8081 [::]:*', ['tcp, free, :: 8081, only 6']],
    ['tcp    LISTEN     0      128      :::22                   :::*', ['tcp, free, :: 22']],
    ['udp   UNCONN 0 0 0.0.0.0%eth0:68 0.0.0.0:* uid:101 ino:5 sk:1', ['udp, free, 0.0.0.0 68, on eth0, of 101']],
    ['udp   UNCONN 0 0 [fe80::1]%eth0:546 [::]:*', ['udp, free, fe80::1 546, on eth0']],
    ['udp   ESTAB 0 0 10.0.0.1:5000 10.0.0.2:53', ['udp, connected, 10.0.0.1 5000, 10.0.0.2 53']],
    ['tcp ESTAB 0 0 [::ffff:10.0.0.1]:80 [::ffff:10.0.0.2]:9', ['tcp, connected, 10.0.0.1 80, 10.0.0.2 9']],
    [
      'tcp TIME-WAIT 0 0 10.0.0.1:80 10.0.0.2:9 timer:(timewait,59sec,0) ino:0 sk:6',
      ['tcp, time-wait, 10.0.0.1 80, 10.0.0.2 9, orphan'],
    ],
    ['tcp SYN-RECV 0 0 10.0.0.1:80 10.0.0.2:9', ['tcp, request, 10.0.0.1 80, 10.0.0.2 9']],
    [
      'LISTEN 0 5 127.0.0.1:25 0.0.0.0:*\nESTAB 0 0 10.0.0.1:80 10.0.0.2:9',
      ['tcp, free, 127.0.0.1 25', 'tcp, connected, 10.0.0.1 80, 10.0.0.2 9'],
    ],
    ['tcp LISTEN 0 5 *:ssh *:*', ['tcp, free, :: 22, both']],
    [
      'raw UNCONN 0 0 0.0.0.0:1 0.0.0.0:*\nu_str ESTAB 0 0 * 5 * 6\ntcp LISTEN 0 5 0.0.0.0:1 0.0.0.0:*',
      ['tcp, free, 0.0.0.0 1'],
    ],
    ['tcp        0      0 0.0.0.0:22   0.0.0.0:*   LISTEN      1/sshd', ['tcp, free, 0.0.0.0 22, on undefined']],
    ['tcp6       0      0 :::80   :::*   LISTEN      33   4711', ['tcp, free, :: 80, on undefined, of 33']],
    [
      'udp        0      0 0.0.0.0:68   0.0.0.0:*                 0    47',
      ['udp, free, 0.0.0.0 68, on undefined, of 0'],
    ],
    [
      'udp        0      0 10.0.0.1:9   10.0.0.2:53   ESTABLISHED 1000    0',
      ['udp, connected, 10.0.0.1 9, 10.0.0.2 53, on undefined, orphan'],
    ],
    [
      'tcp        0      0 10.0.0.1:9   10.0.0.2:53   TIME_WAIT   0    0',
      ['tcp, time-wait, 10.0.0.1 9, 10.0.0.2 53, on undefined, orphan'],
    ],
    [
      '   0: 0100007F:1B5B 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4899 1 0000000048156e53 100 0 0 10 0',
      ['tcp, free, 127.0.0.1 7003, on undefined, of 1000'],
    ],
    [
      ' 2496: 0100007F:C164 0200007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 0 2 000000005c52b0e6 0',
      ['udp, connected, 127.0.0.1 49508, 127.0.0.2 53, on undefined, orphan'],
    ],
    [
      '   4: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:AF72 06 00000000:00000000 03:00001721 00000000     0        0 0 3 00000000229ca98d',
      ['tcp, time-wait, 127.0.0.1 8080, 127.0.0.1 44914, on undefined, orphan'],
    ],
  ])('%s', (text, wanted) => {
    expect(read(`${text}\n`).sockets.map(shown)).toEqual(wanted);
  });
  test.each([
    ['tcp LISTEN 0 5 localhost:1 0.0.0.0:*', 'a host by its name'],
    ['tcp6       0      0 2001:db8:1:2:3:4:80:443 :::*   LISTEN', 'an address that is cut'],
  ])('%s: %s', (line) => {
    const { sockets, all, findings } = read(`${HEAD}${line}\ntcp LISTEN 0 5 0.0.0.0:1 0.0.0.0:*\n`);
    expect(sockets.map(({ port }) => port)).toEqual([1]);
    expect(all).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['unreadable-line']);
  });
});

describe('of which sockets a text shows all', () => {
  const BOTH = 'tcp LISTEN 0 5 0.0.0.0:1 0.0.0.0:*\ntcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:9\n';
  const [FREE, CONNECTED] = BOTH.split(/(?<=\n)/) as [string, string];
  const free = ['6/4 free', '6/6 free'];
  const connected = ['6/4 connected', '6/6 connected'];
  test.each<[string, string, string[]]>([
    ['both states', HEAD + BOTH, [...free, ...connected]],
    ['those that listen', HEAD + FREE, free],
    ['those that are connected, of which ss leaves some out', HEAD + CONNECTED, []],
    ['no heading', BOTH, []],
    ['-a', `# ss -tan\n${HEAD}${FREE}`, [...free, ...connected]],
    ['-l of one family', `# ss -tln4\n${HEAD}${FREE}`, ['6/4 free']],
    ['-l of both protocols', `# ss -tuln\n${HEAD}${FREE}`, [...free, '17/4 free', '17/6 free']],
    ['long names', `# ss --tcp --all --numeric\n${HEAD}${FREE}`, [...free, ...connected]],
    ['a filter', `# ss -tan sport = :1\n${HEAD}${FREE}`, []],
    ['a pipe', `# ss -tan | grep :1\n${HEAD}${FREE}`, []],
    ['what is not known', `# ss -tan --bpf\n${HEAD}${FREE}`, []],
    ['netstat -tl', 'Active Internet connections (only servers)\ntcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\n', free],
    [
      'netstat -ta',
      'Active Internet connections (servers and established)\ntcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\n',
      [...free, ...connected],
    ],
    ['a file', '==> /proc/net/udp6 <==\n  sl  local_address  remote_address\n', ['17/6 free', '17/6 connected']],
  ])('%s', (_, text, wanted) => {
    expect([...new Set(read(text).all)]).toEqual(wanted);
  });
  test('a file that its name tells', () => {
    const text =
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:1B5B 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4899 1 00 100 0 0 10 0\n';
    expect(read(text, 'proc/net/tcp').all).toEqual(['6/4 free', '6/4 connected']);
    expect(read(text, 'x').all).toEqual([]);
  });
  test('what several texts say of a socket is one', () => {
    const { host } = parse([
      { name: 'a', text: `${HEAD}tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:*\n` },
      { name: 'b', text: 'tcp        0      0 0.0.0.0:22   0.0.0.0:*   LISTEN      33   4711\n' },
    ]);
    expect(host.sockets!.sockets.map(shown)).toEqual(['tcp, free, 0.0.0.0 22, of 33']);
  });
});

const UDP = { in: 'eth0', src: '198.51.100.7', dst: '10.0.0.1', proto: 'udp', sport: 5, dport: 53, path: 'input' };
const SYN = { ...UDP, proto: 'tcp', flags: 'S', dport: 80 };

/** Whether a rule takes a packet. */
async function taken(rule: string, sockets: string, packet: object, tracking: 'on' | 'off' = 'off'): Promise<string> {
  const chain = /^-A (\S+)/.exec(rule)![1]!;
  const text = `*mangle\n:${chain} ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
  const given = [text, sockets].map((one, i) => ({ name: `${i}`, text: one }));
  const host = await (await createEngine()).load(programOf(parse(given), { tracking }));
  const { fate } = host.walk(readPacket(packet as never).packet);
  return fate === 'dropped' ? 'yes' : fate === 'unknown' ? '?' : 'no';
}

describe('what a list leaves open', () => {
  const WHOLE = `# ss -tuane\n${HEAD}`;
  const PART = `# ss -tulpn\n${HEAD}`;
  const own = (proto: string, port: number, more = '') =>
    `${proto} ${proto === 'tcp' ? 'LISTEN' : 'UNCONN'} 0 5 10.0.0.1:${port} 0.0.0.0:* ${more}\n`;
  const any = (proto: string, port: number) => own(proto, port).replace('10.0.0.1', '0.0.0.0');
  const dual = 'tcp        0      0 :::80   :::*   LISTEN\n';
  const NETSTAT = 'Active Internet connections (servers and established)\n';
  const ACK = { ...SYN, flags: 'A' };
  test.each<[string, string, object, string, ('on' | 'off')?]>([
    ['', WHOLE + own('tcp', 80), SYN, 'yes'],
    ['', WHOLE + own('tcp', 81), SYN, 'no'],
    ['', WHOLE + any('tcp', 80), ACK, 'no'],
    // one that is connected may be there
    ['', PART + any('tcp', 80), ACK, '?'],
    ['', PART + any('tcp', 80), SYN, 'no'],
    [' --nowildcard', PART + any('tcp', 80), ACK, 'yes'],
    ['', PART + own('tcp', 80), ACK, 'yes'],
    ['', PART + own('tcp', 81), ACK, '?'],
    ['', PART + own('udp', 53), UDP, 'yes'],
    ['', PART + any('udp', 53), UDP, '?'],
    ['', PART + any('udp', 53), UDP, 'no', 'on'],
    // one with the address may be there
    [' --nowildcard', any('tcp', 80), SYN, '?'],
    ['', own('tcp', 80), SYN, 'yes'],
    // for both families or not
    [' --nowildcard', NETSTAT + dual, SYN, '?'],
    [' --nowildcard', NETSTAT + dual, { ...SYN, dport: 81 }, 'no'],
    // bound to an interface or not
    ['', `${NETSTAT}tcp 0 0 10.0.0.1:80 0.0.0.0:* LISTEN\n`, SYN, '?'],
    [' --transparent', WHOLE + own('tcp', 80), SYN, '?'],
    [' --transparent', WHOLE + own('tcp', 80, 'inet-sockopt: ( is_icsk transparent)'), SYN, 'yes'],
    [' --transparent', WHOLE + own('tcp', 80, 'inet-sockopt: ( is_icsk)'), SYN, 'no'],
    // the mark of the socket
    [' --restore-skmark', WHOLE + own('tcp', 80), SYN, '?'],
    [' --restore-skmark', WHOLE + own('tcp', 81), SYN, 'no'],
    // what is told goes before
    ['', WHOLE + own('tcp', 80), { ...SYN, socket: false }, 'no'],
  ])('socket%s, by %j, of %j', async (options, sockets, packet, wanted, tracking) => {
    expect(await taken(`-A INPUT -m socket${options} -j DROP`, sockets, packet, tracking)).toBe(wanted);
  });
});

test('an answer in a connection looks for the address from before NAT', async () => {
  const text = `*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -m socket -j DROP
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o eth0 -j SNAT --to-source 10.0.0.1
COMMIT
`;
  const list = `# ss -tuane\n${HEAD}tcp ESTAB 0 0 192.168.0.5:4000 198.51.100.7:443\n`;
  const given = [text, list].map((one, i) => ({ name: `${i}`, text: one }));
  const host = await (await createEngine()).load({
    ...programOf(parse(given), { tracking: 'on' }),
  });
  const begin = {
    in: null,
    path: 'output',
    out: 'eth0',
    src: '192.168.0.5',
    dst: '198.51.100.7',
    proto: 'tcp',
    sport: 4000,
  };
  const answer = {
    in: 'eth0',
    src: '198.51.100.7',
    dst: '10.0.0.1',
    proto: 'tcp',
    sport: 443,
    dport: 4000,
    flags: 'SA',
  };
  const fates = [{ ...begin, dport: 443, flags: 'S' }, answer, { ...answer, sport: 444 }].map(
    (one) => host.walk(readPacket({ ...one, path: one.in === null ? 'output' : 'input' } as never).packet).fate,
  );
  expect(fates).toEqual(['sent', 'dropped', 'delivered']);
});

describe('owner', () => {
  const list = `# ss -tuane\n${HEAD}tcp ESTAB 0 0 10.0.0.1:4000 198.51.100.7:443 uid:1000 ino:5 sk:1 cgroup:/user.slice/a <->
tcp ESTAB 0 0 10.0.0.1:4001 198.51.100.7:443 ino:0 sk:2
udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:* ino:6 sk:3
udp UNCONN 0 0 10.0.0.1:53 0.0.0.0:* uid:7 ino:7 sk:4
tcp LISTEN 0 5 *:80 *:* uid:33 ino:8 sk:5 v6only:0
udp UNCONN 0 0 10.0.0.1:54 0.0.0.0:* uid:2 ino:9 sk:6
udp ESTAB 0 0 10.0.0.1:54 198.51.100.7:5 uid:1 ino:10 sk:7
`;
  const OUT = { in: null, path: 'output', out: 'eth0', src: '10.0.0.1', dst: '198.51.100.7' };
  const SENT = { ...OUT, proto: 'tcp', flags: 'A' };
  const DATAGRAM = { ...OUT, proto: 'udp' };
  test.each<[string, object, string]>([
    ['--uid-owner 1000', { ...SENT, sport: 4000, dport: 443 }, 'yes'],
    ['--uid-owner 0', { ...SENT, sport: 4000, dport: 443 }, 'no'],
    // the kernel answers by a socket of its own
    ['--uid-owner 1000', { ...SENT, sport: 4000, dport: 443, flags: 'R' }, '?'],
    // no program holds it
    ['--socket-exists', { ...SENT, sport: 4001, dport: 443 }, 'no'],
    // a connection that is new
    ['--uid-owner 1000', { ...SENT, sport: 4002, dport: 443, flags: 'S' }, '?'],
    ['--uid-owner 33', { ...SENT, sport: 80, dport: 9, flags: 'SA' }, 'yes'],
    ['--uid-owner 33', { ...SENT, sport: 80, dport: 9, flags: 'A' }, '?'],
    // two may have sent it
    ['--uid-owner 7', { ...DATAGRAM, sport: 53, dport: 9 }, '?'],
    ['--socket-exists', { ...DATAGRAM, sport: 53, dport: 9 }, 'yes'],
    ['--uid-owner 0', { ...DATAGRAM, src: '10.0.0.9', sport: 53, dport: 9 }, 'yes'],
    ['--uid-owner 5', { ...SENT, sport: 4000, dport: 443, uid: 5 }, 'yes'],
  ])('%s of %j', async (words, packet, wanted) => {
    expect(await taken(`-A OUTPUT -m owner ${words} -j DROP`, list, packet)).toBe(wanted);
  });
  test('cgroup', async () => {
    const packet = { ...SENT, sport: 4000, dport: 443 };
    expect(await taken('-A OUTPUT -m cgroup --path /user.slice -j DROP', list, packet)).toBe('yes');
    expect(await taken('-A OUTPUT -m cgroup --path /system.slice -j DROP', list, packet)).toBe('no');
  });
  test.each<[string, object, string]>([
    ['--uid-owner 33', { ...SYN }, 'yes'],
    ['--uid-owner 1000', { ...SYN, src: '198.51.100.7', sport: 443, dport: 4000, flags: 'A' }, 'yes'],
    ['--socket-exists', { ...SYN, dport: 81 }, 'no'],
    ['--uid-owner 7', UDP, 'yes'],
    // one that is connected goes before one that is not
    ['--uid-owner 1', { ...UDP, dport: 54 }, 'yes'],
  ])("Android's: %s of %j", async (words, packet, wanted) => {
    const rule = `:bw_INPUT - [0:0]\n-A INPUT -j bw_INPUT\n-A bw_INPUT -m owner ${words} -j DROP`;
    const text = `*mangle\n:INPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
    const given = [text, list].map((one, i) => ({ name: `${i}`, text: one }));
    const host = await (await createEngine()).load(programOf(parse(given), { tracking: 'off' }));
    const { fate } = host.walk(readPacket(packet as never).packet);
    expect(fate === 'dropped' ? 'yes' : fate === 'unknown' ? '?' : 'no').toBe(wanted);
  });
});
