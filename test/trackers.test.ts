/** The trackers of protocols, packet by packet, as nf_conntrack_in asks them; and their settings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CT_STATUS_ASSURED,
  CT_STATUS_CONFIRMED,
  CT_STATUS_FIXED_TIMEOUT,
  CT_STATUS_NAT_CLASH,
  CT_STATUS_SEEN_REPLY,
  PACKET_BAD_CHECKSUM,
  PACKET_BAD_HEADER,
} from '../src/abi.js';
import { EntryMemory } from '../src/run/connections/entry-words.js';
import { restoreState, stateName } from '../src/run/connections/listed.js';
import { ProtocolParts } from '../src/run/connections/protocol-parts.js';
import { earlyDrops, track } from '../src/run/connections/protocols.js';
import type { TrackVerdict } from '../src/run/connections/question.js';
import { trackSctp } from '../src/run/connections/sctp.js';
import { whyNoAssociation } from '../src/run/connections/sctp-chunks.js';
import { readTrackSettings } from '../src/run/connections/settings.js';
import { ConnectionTable } from '../src/run/connections/table.js';
import { closeTcp } from '../src/run/connections/tcp.js';
import { isKnownGre, ORIGINAL, REPLY, type Tuple } from '../src/run/connections/tuples.js';
import { firstState } from '../src/run/first-state.js';
import { SYSCTLS } from '../src/run/host-conf.js';
import { buildPacket, type PacketSpec } from './kernel/packets.js';
import { FLOWS, type Flow, type FlowPacket, flowPacket } from './tracked-flows.js';

const SETTINGS = readTrackSettings(new Map());

const ENDS: PacketSpec = { src: '192.168.1.5', dst: '10.20.0.9', sport: 5000, dport: 53 };

const NONE: TrackVerdict = { kind: 'invalid', why: 'gre-payload' };

/** nf_conntrack_in and confirm around the trackers, without translation. */
class Tracking {
  readonly table = new ConnectionTable();
  now = 0;

  constructor(private readonly settings = SETTINGS) {}

  /** An entry of which packets have been seen. */
  begin(proto: Flow['proto'] | 'tcp', status: number): number {
    const tuple = tupleOf(buildPacket({ ...ENDS, proto: proto === 'ospf' ? 89 : proto }));
    const entry = this.table.begin(tuple, answerOf(tuple));
    this.table.confirm(entry);
    this.table.setStatus(entry, status | CT_STATUS_CONFIRMED);
    return entry;
  }

  /** `STATE[ WHY], ENTRY`. */
  take({ after, direction, spec }: FlowPacket, flags = 0): string {
    this.now += after;
    const bytes = buildPacket(spec);
    const { told } = this.judge(bytes, direction, flags);
    const [entry] = this.table.entries();
    return `${told}, ${entry === undefined ? 'none' : this.describe(entry)}`;
  }

  judge(bytes: Uint8Array, direction: number, flags: number): { told: string; verdict: TrackVerdict } {
    const { table, now, settings } = this;
    if (bytes[9] === 47 && !isKnownGre(bytes.subarray(20))) return { told: 'INVALID gre-payload', verdict: NONE };
    const found = table.find(tupleOf(bytes));
    const entry = found < 0 ? table.begin(tupleOf(bytes), answerOf(tupleOf(bytes))) : found >>> 1;
    const transport = bytes.subarray(20);
    const packet = { protocol: bytes[9]!, flags, transport, length: transport.length };
    const verdict = track({ table, entry, direction: found < 0 ? ORIGINAL : found & 1, packet, now, settings });
    const status = table.status(entry);
    const told =
      verdict.kind === 'invalid'
        ? `INVALID ${verdict.why}`
        : direction === REPLY || (status & CT_STATUS_SEEN_REPLY) !== 0
          ? 'ESTABLISHED'
          : 'NEW';
    if (verdict.seconds !== undefined) table.setEnd(entry, now + 1000 * verdict.seconds);
    const replied = direction === REPLY && verdict.kind === 'accept' ? CT_STATUS_SEEN_REPLY : 0;
    const assured = verdict.assured === true ? CT_STATUS_ASSURED : 0;
    table.setStatus(entry, status | replied | assured | CT_STATUS_CONFIRMED);
    if (found < 0) verdict.kind === 'invalid' ? table.abandon(entry) : table.confirm(entry);
    return { told, verdict };
  }

  describe(entry: number): string {
    const { table, now } = this;
    const name = stateName(table, entry);
    const left = Math.ceil((table.end(entry) - now) / 1000);
    const assured = (table.status(entry) & CT_STATUS_ASSURED) === 0 ? '' : ' ASSURED';
    return `${name === undefined ? '' : `${name} `}${left}${assured}`;
  }
}

const PORTLESS = [47, 89];
function tupleOf(bytes: Uint8Array): Tuple {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const protocol = bytes[9]!;
  const ends = [view.getUint32(12), view.getUint32(16)] as const;
  if (PORTLESS.includes(protocol)) return Uint32Array.of(...ends, 0, protocol);
  const ports = protocol === 1 ? (view.getUint16(24) << 16) | view.getUint16(20) : view.getUint32(20);
  return Uint32Array.of(...ends, ports, protocol);
}
const ANSWERS: Readonly<Record<number, number>> = { 8: 0, 0: 8, 13: 14, 14: 13 };
function answerOf([src = 0, dst = 0, ports = 0, protocol = 0]: Tuple): Tuple {
  const type = (ports >>> 8) & 255;
  const icmp = (ports & 0xffff00ff) | ((ANSWERS[type] ?? type) << 8);
  return Uint32Array.of(dst, src, protocol === 1 ? icmp : (ports << 16) | (ports >>> 16), protocol);
}

describe.each(['sctp', 'udp', 'udplite', 'icmp', 'gre', 'ospf'])('%s', (proto) => {
  test.each(FLOWS.filter((flow) => flow.proto === proto))('$title', ({ packets }) => {
    const tracking = new Tracking();
    const told = packets.map(([text]) => [text, tracking.take(flowPacket(proto as 'sctp', text))]);
    expect(told).toEqual(packets);
  });
});

test.each(FLOWS.flatMap(({ proto, packets: [one] }) => (one === undefined ? [] : [[proto, ...one] as const])))(
  '%s %s: the same where nothing is remembered',
  (proto, text, expected) => {
    const transport = buildPacket(flowPacket(proto, text).spec).subarray(20);
    const protocol = buildPacket(flowPacket(proto, text).spec)[9]!;
    const { state, why } = firstState({
      ...{ family: 4, protocol, flags: 0, tcpFlags: 0, icmpType: transport[0]!, length: transport.length },
      ...{ transport: () => transport, verify: true, loose: true },
    });
    expect(`${state}${why === undefined ? '' : ` ${why}`}`).toBe(expected.split(',')[0]);
  },
);

test('SCTP of any chunks: the same where nothing is remembered', () => {
  const chunk = fc.record({
    type: fc.constantFrom(...Array.from({ length: 16 }, (_, type) => type), 200),
    flags: fc.constantFrom(0, 1),
    body: fc.constantFrom(0, 2, 4, 15, 16, 20),
    length: fc.option(fc.constantFrom(0, 4, 20), { nil: undefined }),
  });
  const packets = fc.record({ tag: fc.constantFrom(0, 1), chunks: fc.array(chunk, { maxLength: 4 }), cut: fc.nat(8) });
  const seen = new Set<string | undefined>();
  fc.assert(
    fc.property(packets, ({ tag, chunks, cut }) => {
      const bytes = chunks.flatMap(({ type, flags, body, length = 4 + body }) => {
        const value = Array.from({ length: (body + 3) & ~3 }, (_, at) => at);
        return [type, flags, 0, length, ...value];
      });
      const packet = [0, 1, 0, 2, 0, 0, 0, tag, 0, 0, 0, 0, ...bytes];
      const transport = Uint8Array.from(packet.slice(0, Math.max(12, packet.length - cut)));
      const parts = new ProtocolParts(new EntryMemory(1));
      const question = { parts, entry: 0, direction: ORIGINAL, status: 0, transport, timeouts: [] };
      const { why } = trackSctp(question);
      seen.add(why);
      expect(whyNoAssociation(transport)).toBe(why);
    }),
    { numRuns: 5000 },
  );
  expect([...seen].sort()).toEqual(['sctp-chunk', 'sctp-chunks', 'sctp-tag', undefined]);
});

describe('settings', () => {
  const leaves = (value: unknown): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
  const changed = (key: string, value: string): number[] => {
    const found = leaves(readTrackSettings(new Map([[key, value]])));
    return leaves(SETTINGS).flatMap((leaf, i) => (leaf === found[i] ? [] : [i]));
  };
  // those of fragments are no tracker's
  const names = SYSCTLS.filter((name) => name.startsWith('net.netfilter.') && !name.includes('_frag6_'));

  test('each sysctl sets a place of its own', () => {
    const places = names.map((name) => [...new Set([...changed(name, '77'), ...changed(name, '0')])]);
    expect(places.filter(({ length }) => length !== 1)).toEqual([]);
    expect(new Set(places.flat()).size).toBe(names.length);
    // TCP's none and SYN_SENT2, and SCTP's none, have no sysctl
    expect(leaves(SETTINGS).length).toBe(names.length + 3);
  });

  test('nf_conntrack_max under its older name', () => {
    const older = ['net.nf_conntrack_max', '5'] as const;
    expect(readTrackSettings(new Map([older])).max).toBe(5);
    expect(readTrackSettings(new Map([older, ['net.netfilter.nf_conntrack_max', '6']])).max).toBe(6);
  });
});

describe('a packet that is wrong by itself', () => {
  const row = (spec: Partial<PacketSpec>, flags = 0, sysctls: readonly (readonly [string, string])[] = []) => {
    const tracking = new Tracking(readTrackSettings(new Map(sysctls)));
    const { verdict } = tracking.judge(buildPacket({ ...ENDS, ...spec }), ORIGINAL, flags);
    return [verdict.kind, verdict.why, verdict.by];
  };
  const OFF = [['net.netfilter.nf_conntrack_checksum', '0']] as const;
  const STRICT = [['net.netfilter.nf_conntrack_tcp_loose', '0']] as const;

  test.each<[string, ReturnType<typeof row>, ReturnType<typeof row>]>([
    ['a bad header', row({ proto: 'udp' }, PACKET_BAD_HEADER), ['invalid', 'bad-header', undefined]],
    ['a short one', row({ proto: 'tcp', truncate: 19 }), ['invalid', 'short-header', undefined]],
    ['a short SCTP one', row({ proto: 'sctp', truncate: 11 }), ['invalid', 'short-header', undefined]],
    ['a short ICMP one', row({ proto: 'icmp', type: 8, truncate: 7 }), ['invalid', 'short-header', undefined]],
    [
      'a bad checksum',
      row({ proto: 'udp' }, PACKET_BAD_CHECKSUM),
      ['invalid', 'bad-checksum', 'nf_conntrack_checksum'],
    ],
    ['that nobody looks at', row({ proto: 'udp' }, PACKET_BAD_CHECKSUM, OFF), ['accept', undefined, undefined]],
    ['odd flags', row({ proto: 'tcp', flags: 'SF' }), ['invalid', 'tcp-flags', undefined]],
    ['odd flags before a state', row({ proto: 'tcp', flags: 'P' }), ['invalid', 'tcp-flags', undefined]],
    ['a SYN', row({ proto: 'tcp', flags: 'SPUEC' }), ['accept', undefined, undefined]],
    ['in the middle', row({ proto: 'tcp', flags: 'A' }), ['accept', undefined, 'nf_conntrack_tcp_loose']],
    [
      'in the middle, strictly',
      row({ proto: 'tcp', flags: 'A' }, 0, STRICT),
      ['invalid', 'tcp-not-syn', 'nf_conntrack_tcp_loose'],
    ],
    ['an end', row({ proto: 'tcp', flags: 'FA' }), ['invalid', 'tcp-fin', undefined]],
    ['an ICMP error', row({ proto: 'icmp', type: 3 }), ['invalid', 'icmp-error', undefined]],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected));
});

const ANSWERED = CT_STATUS_SEEN_REPLY;
test.each<[Flow['proto'], number, Partial<TrackVerdict>]>([
  ['udp', ANSWERED, { seconds: 120, assured: true }],
  ['udp', ANSWERED | CT_STATUS_FIXED_TIMEOUT, { seconds: undefined, assured: true }],
  ['udp', ANSWERED | CT_STATUS_NAT_CLASH, { seconds: 120, assured: false }],
  ['udplite', ANSWERED | CT_STATUS_NAT_CLASH, { seconds: 120, assured: false }],
  ['gre', ANSWERED | CT_STATUS_NAT_CLASH, { seconds: 180, assured: false }],
  ['gre', ANSWERED | CT_STATUS_ASSURED, { seconds: 180, assured: false }],
  ['ospf', CT_STATUS_FIXED_TIMEOUT, { seconds: undefined }],
])('%s with status %i', (proto, status, expected) => {
  const tracking = new Tracking();
  tracking.begin(proto, status);
  tracking.now = 1_000_000;
  const bytes = buildPacket({ ...ENDS, proto: proto === 'ospf' ? 89 : proto });
  expect(tracking.judge(bytes, ORIGINAL, 0).verdict).toMatchObject(expected);
});

test('a UDP stream stays one after the clock of its entry has come round', () => {
  const tracking = new Tracking();
  const packet = (direction: '<' | '>', after = 0) => tracking.take(flowPacket('udp', `+${after} ${direction}`));
  tracking.now = 2 ** 32 - 1000.5;
  packet('>');
  packet('<');
  expect(packet('>', 1999)).toBe('ESTABLISHED, 30');
  expect(packet('>', 2)).toBe('ESTABLISHED, 120 ASSURED');
  expect(packet('>', 2 ** 31 + 5)).toBe('ESTABLISHED, 120 ASSURED');
});

describe('entries of which a listing told', () => {
  const begin = (proto: 'tcp' | 'sctp' | 'udp', name: string | undefined, status = 0) => {
    const tracking = new Tracking();
    const entry = tracking.begin(proto, status);
    expect(restoreState(tracking.table, entry, name, tracking.now)).toBe(true);
    return { tracking, entry };
  };

  test.each<['tcp' | 'sctp', string, boolean, number | undefined]>([
    ['tcp', 'NONE', false, 10],
    ['tcp', 'SYN_SENT', false, 10],
    ['tcp', 'SYN_RECV', false, 10],
    ['tcp', 'ESTABLISHED', false, 10],
    ['tcp', 'FIN_WAIT', true, 10],
    ['tcp', 'CLOSE_WAIT', true, 10],
    ['tcp', 'LAST_ACK', true, 10],
    ['tcp', 'TIME_WAIT', true, 10],
    ['tcp', 'CLOSE', true, undefined],
    ['tcp', 'SYN_SENT2', false, 10],
    ['sctp', 'CLOSED', false, undefined],
    ['sctp', 'COOKIE_WAIT', false, undefined],
    ['sctp', 'COOKIE_ECHOED', false, undefined],
    ['sctp', 'ESTABLISHED', false, undefined],
    ['sctp', 'SHUTDOWN_SENT', true, undefined],
    ['sctp', 'SHUTDOWN_RECD', true, undefined],
    ['sctp', 'SHUTDOWN_ACK_SENT', true, undefined],
    ['sctp', 'HEARTBEAT_SENT', false, undefined],
  ])('%s %s: goes early %s; closed %s', (proto, name, early, closed) => {
    const { tracking, entry } = begin(proto, name, CT_STATUS_ASSURED);
    const { table } = tracking;
    expect(stateName(table, entry)).toBe(name);
    expect(earlyDrops(table, entry)).toBe(early);
    if (proto !== 'tcp') return;
    expect(closeTcp(table.parts, entry, CT_STATUS_CONFIRMED | CT_STATUS_FIXED_TIMEOUT, SETTINGS.tcp)).toBe(undefined);
    expect(stateName(table, entry)).toBe('CLOSE');
    restoreState(table, entry, name, 0);
    expect(closeTcp(table.parts, entry, CT_STATUS_CONFIRMED, SETTINGS.tcp)).toBe(closed);
    expect(stateName(table, entry)).toBe('CLOSE');
  });

  test('what is not assured goes early, and an entry that is not confirmed is not closed', () => {
    const { tracking, entry } = begin('tcp', 'ESTABLISHED');
    expect(earlyDrops(tracking.table, entry)).toBe(true);
    expect(closeTcp(tracking.table.parts, entry, 0, SETTINGS.tcp)).toBe(undefined);
    expect(stateName(tracking.table, entry)).toBe('ESTABLISHED');
    const udp = begin('udp', undefined, CT_STATUS_ASSURED);
    expect(earlyDrops(udp.tracking.table, udp.entry)).toBe(false);
  });

  test.each([
    ['tcp', 'ESTABLISHD'],
    ['sctp', 'SYN_SENT'],
    ['udp', 'ESTABLISHED'],
  ] as const)('%s has no state %s', (proto, name) => {
    const tracking = new Tracking();
    expect(restoreState(tracking.table, tracking.begin(proto, 0), name, 0)).toBe(false);
  });

  test('an association takes the tags of its next packets', () => {
    const { tracking } = begin('sctp', 'ESTABLISHED', CT_STATUS_SEEN_REPLY);
    const told = ['> 200 DATA', '> 201 DATA', '< 100 DATA', '< 101 DATA', '> 200 SHUTDOWN'].map((text) =>
      tracking.take(flowPacket('sctp', text)),
    );
    expect(told).toEqual([
      'ESTABLISHED, ESTABLISHED 210',
      'INVALID sctp-tag, ESTABLISHED 210',
      'ESTABLISHED, ESTABLISHED 210',
      'INVALID sctp-tag, ESTABLISHED 210',
      'ESTABLISHED, SHUTDOWN_SENT 3',
    ]);
  });

  test('a TCP connection goes on wherever it stands, and its end opens anew', () => {
    const { tracking, entry } = begin('tcp', undefined, CT_STATUS_SEEN_REPLY | CT_STATUS_ASSURED);
    const verdict = (flags: string, seq: number, reply = false) => {
      const ends = reply ? { src: ENDS.dst, dst: ENDS.src, sport: 53, dport: 5000 } : ENDS;
      const bytes = buildPacket({ ...ends, proto: 'tcp', flags, seq, ack: 77 });
      return tracking.judge(bytes, reply ? REPLY : ORIGINAL, 0).verdict.kind;
    };
    expect(stateName(tracking.table, entry)).toBe('ESTABLISHED');
    expect([verdict('A', 5), verdict('A', 900_000, true), verdict('A', 2 ** 31)]).toEqual([
      'accept',
      'accept',
      'accept',
    ]);
    restoreState(tracking.table, entry, 'TIME_WAIT', 0);
    expect(verdict('S', 5)).toBe('repeat');
  });

  test('of UDP the two seconds begin with the listing', () => {
    const { tracking } = begin('udp', undefined, CT_STATUS_SEEN_REPLY);
    expect(tracking.take(flowPacket('udp', '+2000 >'))).toBe('ESTABLISHED, 30');
    expect(tracking.take(flowPacket('udp', '+1 >'))).toBe('ESTABLISHED, 120 ASSURED');
  });
});
