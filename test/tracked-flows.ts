/**
 * Flows of protocols beside TCP, packet by packet, with what connection tracking makes of each: the state that rules see,
 * of INVALID the reason too, and behind the comma the state of the one entry that there is, its seconds left and ASSURED,
 * or `none`. The kernel is asked the same (test/kernel/trackers.kernel.test.ts).
 */
import type { PacketSpec } from './kernel/packets.js';

/**
 * A packet is `[+MS ]DIRECTION REST`: `>` the original direction, `<` the reply; MS milliseconds after the one before.
 * REST is of SCTP its tag and its chunks, of ICMP its type, of GRE its bytes in hexadecimal; other protocols have none.
 */
export interface Flow {
  readonly title: string;
  readonly proto: 'sctp' | 'udp' | 'udplite' | 'icmp' | 'gre' | 'ospf';
  readonly packets: readonly (readonly [packet: string, expected: string])[];
}

const CHUNKS = ['DATA', 'INIT', 'INIT_ACK', 'SACK', 'HEARTBEAT', 'HEARTBEAT_ACK', 'ABORT', 'SHUTDOWN', 'SHUTDOWN_ACK'];
CHUNKS.push('ERROR', 'COOKIE_ECHO', 'COOKIE_ACK');
CHUNKS[14] = 'SHUTDOWN_COMPLETE';

/** `NAME[/T][:TAG]`: with the flag T, with the header of an INIT that says TAG; `EMPTY`: a chunk that says that it has no bytes. */
function chunkBytes(text: string): number[] {
  if (text === 'EMPTY') return [0, 0, 0, 0];
  const [, name = '', flag, tag] = /^([A-Z_]+)(\/T)?(?::(\d+))?$/.exec(text)!;
  const head = [CHUNKS.indexOf(name), flag === undefined ? 0 : 1, 0];
  return tag === undefined ? [...head, 4] : [...head, 20, 0, 0, 0, Number(tag), 0, 0, 255, 255, 0, 1, 0, 1, 0, 0, 0, 1];
}

export interface FlowPacket {
  readonly after: number;
  readonly direction: 0 | 1;
  readonly spec: PacketSpec;
}

export function flowPacket(proto: Flow['proto'], text: string): FlowPacket {
  const [, after = '0', arrow, rest = ''] = /^(?:\+(\d+) )?([<>]) ?(.*)$/.exec(text)!;
  const direction = arrow === '>' ? 0 : 1;
  const [src, dst] = direction === 0 ? ['192.168.1.5', '10.20.0.9'] : ['10.20.0.9', '192.168.1.5'];
  const [sport, dport] = direction === 0 ? [5000, 53] : [53, 5000];
  const ends = { src: src!, dst: dst!, proto, ttl: 64 };
  const ports = { ...ends, sport: sport!, dport: dport! };
  return { after: Number(after), direction, spec: specOf(proto, rest, ends, ports) };
}

function specOf(proto: Flow['proto'], rest: string, ends: PacketSpec, ports: PacketSpec): PacketSpec {
  switch (proto) {
    case 'sctp': {
      const [tag = '', ...chunks] = rest.split(' ');
      return { ...ports, vtag: Number(tag), chunks: [], payload: Uint8Array.from(chunks.flatMap(chunkBytes)) };
    }
    case 'icmp':
      return { ...ends, type: Number(rest), id: 7 };
    case 'gre':
      return { ...ends, payload: Uint8Array.from(rest.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)) };
    case 'udplite':
      // the kernel takes the sum for UDP's
      return { ...ports, checksumProto: 17 };
    case 'ospf':
      return { ...ends, proto: 89 };
    default:
      return ports;
  }
}

const OPEN: Flow['packets'] = [
  ['> 0 INIT:100', 'NEW, CLOSED 10'],
  ['< 100 INIT_ACK:200', 'ESTABLISHED, COOKIE_WAIT 3'],
  ['> 200 COOKIE_ECHO', 'ESTABLISHED, COOKIE_ECHOED 3'],
  ['< 100 COOKIE_ACK', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
];
const first = (packet: string, expected: string): Flow => ({
  title: `begins with ${packet}`,
  proto: 'sctp',
  packets: [[packet, expected]],
});
const sctp = (title: string, ...packets: Flow['packets']): Flow => ({ title, proto: 'sctp', packets });
const flow = (proto: Flow['proto'], title: string, ...packets: Flow['packets']): Flow => ({ title, proto, packets });

export const FLOWS: readonly Flow[] = [
  sctp(
    'opens, sends and closes',
    ...OPEN,
    ['> 200 DATA', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['< 100 SACK', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['> 200 SHUTDOWN', 'ESTABLISHED, SHUTDOWN_SENT 3 ASSURED'],
    ['< 100 SHUTDOWN_ACK', 'ESTABLISHED, SHUTDOWN_ACK_SENT 3 ASSURED'],
    ['> 200 SHUTDOWN_COMPLETE', 'ESTABLISHED, CLOSED 10 ASSURED'],
  ),
  sctp(
    'the server closes',
    ...OPEN,
    ['< 100 SHUTDOWN', 'ESTABLISHED, SHUTDOWN_RECD 3 ASSURED'],
    ['> 200 SHUTDOWN_ACK', 'ESTABLISHED, SHUTDOWN_ACK_SENT 3 ASSURED'],
    ['< 200 SHUTDOWN_COMPLETE/T', 'ESTABLISHED, CLOSED 10 ASSURED'],
  ),
  sctp(
    'tags of others',
    ...OPEN,
    ['> 201 DATA', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['< 200 DATA', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 201 ABORT', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 200 ABORT/T', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 201 SHUTDOWN_COMPLETE', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 201 COOKIE_ECHO', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 200 INIT:100', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 201 SHUTDOWN_ACK', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['> 100 ABORT/T', 'ESTABLISHED, CLOSED 10 ASSURED'],
  ),
  sctp(
    'an INIT that is sent again keeps the time',
    OPEN[0]!,
    ['+1100 > 0 INIT:101', 'NEW, CLOSED 9'],
    ['< 101 INIT_ACK:200', 'ESTABLISHED, COOKIE_WAIT 3'],
  ),
  sctp('an INIT ACK before the INIT that it answers was seen again', OPEN[0]!, [
    '< 99 INIT_ACK:200',
    'INVALID sctp-tag, CLOSED 10',
  ]),
  sctp(
    'both sides open at once',
    OPEN[0]!,
    ['< 0 INIT:200', 'ESTABLISHED, CLOSED 10'],
    ['< 100 INIT_ACK:201', 'INVALID sctp-tag, CLOSED 10'],
    ['< 100 INIT_ACK:200', 'ESTABLISHED, COOKIE_WAIT 3'],
    ['> 200 COOKIE_ECHO', 'ESTABLISHED, COOKIE_ECHOED 3'],
    ['< 100 COOKIE_ACK', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
  ),
  sctp(
    'an INIT that comes late is no other handshake',
    ...OPEN.slice(0, 3),
    ['< 0 INIT:200', 'ESTABLISHED, COOKIE_ECHOED 3'],
    ['< 100 INIT_ACK:101', 'ESTABLISHED, COOKIE_ECHOED 3'],
    ['> 200 DATA', 'INVALID sctp-tag, COOKIE_ECHOED 3'],
  ),
  sctp(
    'one that says another tag is',
    ...OPEN.slice(0, 3),
    ['< 0 INIT:201', 'ESTABLISHED, COOKIE_ECHOED 3'],
    ['< 100 INIT_ACK:200', 'INVALID sctp-tag, COOKIE_ECHOED 3'],
  ),
  sctp('once it is open, an INIT ACK with another tag answers nothing', ...OPEN, [
    '< 100 INIT_ACK:201',
    'INVALID sctp-tag, ESTABLISHED 210 ASSURED',
  ]),
  sctp(
    'a second INIT takes the place of that of the other side',
    ...OPEN,
    ['> 0 INIT:110', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['< 0 INIT:210', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['> 0 INIT:111', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['< 111 INIT_ACK:220', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
  ),
  sctp(
    'a first INIT with the tag 0',
    ['> 0 INIT:0', 'NEW, CLOSED 10'],
    ['< 0 INIT:200', 'ESTABLISHED, CLOSED 10'],
    ['> 200 INIT_ACK:5', 'INVALID sctp-tag, CLOSED 10'],
  ),
  sctp('a second INIT ACK with another tag', ...OPEN.slice(0, 3), [
    '> 200 INIT_ACK:101',
    'INVALID sctp-tag, COOKIE_ECHOED 3',
  ]),
  sctp(
    'opens anew in the middle',
    ...OPEN,
    ['> 0 INIT:110', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['< 110 INIT_ACK:210', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
  ),
  sctp('an error answers the cookie', ...OPEN.slice(0, 3), ['< 100 ERROR', 'ESTABLISHED, CLOSED 10']),
  sctp(
    'an INIT while it is closed',
    ...OPEN,
    ['> 200 SHUTDOWN', 'ESTABLISHED, SHUTDOWN_SENT 3 ASSURED'],
    ['> 0 INIT:110', 'ESTABLISHED, CLOSED 10 ASSURED'],
  ),
  sctp(
    'a path that was not opened',
    ['> 300 HEARTBEAT', 'NEW, HEARTBEAT_SENT 30'],
    ['< 0 INIT:9', 'INVALID sctp-state, HEARTBEAT_SENT 30'],
    ['< 400 SHUTDOWN_ACK', 'INVALID sctp-state, HEARTBEAT_SENT 30'],
    ['< 400 HEARTBEAT_ACK', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['> 300 DATA', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['< 400 DATA', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
  ),
  sctp(
    'heartbeats of an association that has begun anew elsewhere',
    ...OPEN,
    ['> 201 HEARTBEAT_ACK', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 201 HEARTBEAT DATA', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['+1100 > 201 HEARTBEAT', 'ESTABLISHED, ESTABLISHED 209 ASSURED'],
    ['> 201 HEARTBEAT_ACK', 'INVALID sctp-tag, ESTABLISHED 209 ASSURED'],
    ['< 101 HEARTBEAT_ACK', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['< 100 DATA', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['< 101 DATA', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['> 202 HEARTBEAT', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['> 200 DATA', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 202 DATA', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
  ),
  sctp(
    'a heartbeat of the own tag forgets the other',
    ...OPEN,
    ['> 201 HEARTBEAT', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['> 200 HEARTBEAT', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
    ['< 101 HEARTBEAT_ACK', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
    ['> 201 HEARTBEAT HEARTBEAT', 'INVALID sctp-tag, ESTABLISHED 210 ASSURED'],
  ),
  sctp(
    'what comes of an invalid packet stays',
    ...OPEN.slice(0, 3),
    ['< 100 COOKIE_ACK ABORT/T', 'INVALID sctp-tag, ESTABLISHED 3 ASSURED'],
    ['< 100 DATA', 'ESTABLISHED, ESTABLISHED 210 ASSURED'],
  ),
  sctp(
    'chunks that cannot stand so',
    ...OPEN,
    ['> 200 DATA COOKIE_ECHO', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
    ['> 200 DATA COOKIE_ACK', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
    ['> 200 DATA SHUTDOWN_COMPLETE', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
    ['> 0 INIT:5 DATA', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
    ['> 200 DATA EMPTY', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
    ['> 200', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
    ['> 0 INIT', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
    ['< 100 INIT_ACK', 'INVALID sctp-chunks, ESTABLISHED 210 ASSURED'],
  ),
  first('> 5 INIT:100', 'INVALID sctp-tag, none'),
  first('> 0 INIT', 'INVALID sctp-chunks, none'),
  first('> 0 DATA', 'INVALID sctp-chunk, none'),
  first('> 0 SACK', 'INVALID sctp-chunk, none'),
  first('> 0 ABORT', 'INVALID sctp-chunk, none'),
  first('> 0 ERROR ABORT', 'INVALID sctp-chunk, none'),
  first('> 0 COOKIE_ACK', 'INVALID sctp-chunk, none'),
  first('> 0 SHUTDOWN_COMPLETE', 'INVALID sctp-chunk, none'),
  first('> 0 COOKIE_ECHO', 'NEW, CLOSED 10'),
  first('> 0 COOKIE_ECHO DATA', 'INVALID sctp-chunk, none'),
  first('> 5 COOKIE_ECHO', 'INVALID sctp-tag, none'),
  first('> 0 INIT_ACK:5', 'NEW, CLOSED 10'),
  first('> 5 INIT_ACK:5', 'INVALID sctp-tag, none'),
  first('> 0 ERROR', 'NEW, CLOSED 10'),
  first('> 5 ERROR', 'INVALID sctp-tag, none'),
  first('> 0 SHUTDOWN', 'NEW, CLOSED 10'),
  first('> 5 HEARTBEAT_ACK', 'NEW, CLOSED 10'),
  first('> 5 SHUTDOWN_ACK', 'NEW, SHUTDOWN_ACK_SENT 3'),
  first('> 5 HEARTBEAT ERROR', 'NEW, CLOSED 10'),
  sctp(
    'a shutdown out of the blue is completed',
    ['> 5 SHUTDOWN_ACK', 'NEW, SHUTDOWN_ACK_SENT 3'],
    ['< 5 SHUTDOWN_COMPLETE', 'ESTABLISHED, CLOSED 10'],
  ),

  flow('udp', 'is no stream within two seconds', ['>', 'NEW, 30'], ['<', 'ESTABLISHED, 30'], ['>', 'ESTABLISHED, 30']),
  flow(
    'udp',
    'goes on for more than two seconds',
    ['>', 'NEW, 30'],
    ['+300 <', 'ESTABLISHED, 30'],
    ['+300 >', 'ESTABLISHED, 30'],
    ['+1700 <', 'ESTABLISHED, 120 ASSURED'],
    ['>', 'ESTABLISHED, 120 ASSURED'],
  ),
  flow(
    'udp',
    'is answered late',
    ['>', 'NEW, 30'],
    ['+1200 >', 'NEW, 30'],
    ['+1100 <', 'ESTABLISHED, 30'],
    ['<', 'ESTABLISHED, 120 ASSURED'],
  ),
  flow('udplite', 'is a stream at once', ['>', 'NEW, 30'], ['<', 'ESTABLISHED, 30'], ['>', 'ESTABLISHED, 120 ASSURED']),
  flow('icmp', 'an echo', ['> 8', 'NEW, 30'], ['+1100 < 0', 'ESTABLISHED, 30'], ['< 0', 'ESTABLISHED, 30']),
  flow(
    'icmp',
    'a timestamp',
    ['> 13', 'NEW, 30'],
    ['< 14', 'ESTABLISHED, 30'],
    ['> 14', 'INVALID icmp-not-a-query, 30'],
  ),
  flow('icmp', 'an answer to nothing', ['> 0', 'INVALID icmp-not-a-query, none']),
  flow('icmp', 'a type that nobody knows', ['> 42', 'INVALID icmp-not-a-query, none']),
  flow(
    'gre',
    'is a stream at once',
    ['> 0000655800000000', 'NEW, 30'],
    ['< 0000655800000000', 'ESTABLISHED, 30'],
    ['< 0000655800000000', 'ESTABLISHED, 180 ASSURED'],
  ),
  flow('gre', 'a header that is cut', ['> 0001', 'NEW, 30'], ['< 00016558000000', 'ESTABLISHED, 30']),
  flow('gre', 'version 1 with PPP', ['> 2001880b00040007', 'NEW, 30'], ['> 2001880b00040007', 'NEW, 30']),
  flow('gre', 'version 1 without', ['> 2001655800040007', 'INVALID gre-payload, none']),
  flow(
    'ospf',
    'has no tracker of its own',
    ['>', 'NEW, 600'],
    ['+1100 <', 'ESTABLISHED, 600'],
    ['>', 'ESTABLISHED, 600'],
  ),
];
