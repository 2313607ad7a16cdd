/** What tracking makes of TCP segments, one after another. */

import { expect, test } from 'vitest';
import { CT_STATUS_ASSURED, CT_STATUS_FIXED_TIMEOUT, CT_STATUS_SEEN_REPLY, TcpByte } from '../src/abi.js';
import { EntryMemory } from '../src/run/connections/entry-words.js';
import { ProtocolParts } from '../src/run/connections/protocol-parts.js';
import type { TcpSettings } from '../src/run/connections/settings.js';
import { beginTcp, trackTcp } from '../src/run/connections/tcp.js';
import type { TcpSegment } from '../src/run/connections/tcp-segment.js';
import { segmentKind, TcpState } from '../src/run/connections/tcp-states.js';

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };
const NAMES = Object.fromEntries(Object.entries(TcpState).map(([name, state]) => [state, name]));
const SETTINGS: TcpSettings = {
  loose: true,
  liberal: false,
  ignoreInvalidReset: false,
  maxRetransmitted: 3,
  timeouts: [0, 120, 60, 432000, 120, 60, 30, 120, 10, 120],
  retransmittedTimeout: 300,
  unacknowledgedTimeout: 300,
};

/** `> SA 100 201 +5`: direction (`>` original), flags, sequence number, acknowledgement, bytes of payload. */
function segment(text: string): { direction: number; segment: TcpSegment } {
  const [direction, letters = '', seq = '0', ack = '0', payload = '+0'] = text.split(' ');
  const flags = letters === '-' ? 0 : [...letters].reduce((all, letter) => all | FLAGS[letter]!, 0);
  const end = Number(seq) + Number(payload) + (flags & 1) + Number((flags & 2) !== 0);
  return {
    direction: direction === '>' ? 0 : 1,
    segment: {
      kind: segmentKind(flags),
      flags,
      seq: Number(seq) >>> 0,
      ack: Number(ack) >>> 0,
      window: 64240,
      end: end >>> 0,
      options: new Uint8Array(0),
    },
  };
}

/** What each segment comes to: `verdict state`, with the entry's new time where it gets one. */
function run(lines: readonly string[], settings = SETTINGS, first = 0): string[] {
  const parts = new ProtocolParts(new EntryMemory(1));
  let status = first;
  let begun = false;
  return lines.map((line) => {
    const { direction, segment: one } = segment(line);
    if (!begun) {
      const why = beginTcp(parts, 0, one, settings);
      if (why !== undefined) return `begins nothing: ${why}`;
      begun = true;
    }
    const verdict = trackTcp({ parts, entry: 0, direction, segment: one, status, left: 1000, settings });
    // nf_conntrack_in marks the reply behind the protocol's own tracker
    if (direction === 1) status |= CT_STATUS_SEEN_REPLY;
    if (verdict.assured) status |= CT_STATUS_ASSURED;
    if (verdict.kind === 'repeat' || verdict.kind === 'kill') begun = false;
    const seconds = verdict.seconds === undefined ? '' : ` ${verdict.seconds}s`;
    const why = verdict.why === undefined ? '' : ` ${verdict.why}`;
    return `${verdict.kind} ${NAMES[parts.byte(0, TcpByte.State)]}${seconds}${verdict.assured ? ' assured' : ''}${why}`;
  });
}

const OPEN = ['> S 100', '< SA 500 101', '> A 101 501'];
const OPENED = ['accept SynSent 120s', 'accept SynRecv 60s', 'accept Established 432000s assured'];

test.each<[string, readonly string[], readonly string[]]>([
  ['opens', OPEN, OPENED],
  [
    'closes, the client first',
    [...OPEN, '> FA 101 501', '< A 501 102', '< FA 501 102', '> A 102 502'],
    [...OPENED, 'accept FinWait 120s', 'accept CloseWait 60s', 'accept LastAck 30s', 'accept TimeWait 120s'],
  ],
  ['a SYN that is sent again keeps the time', ['> S 100', '> S 100'], ['accept SynSent 120s', 'accept SynSent']],
  ['a reset before an answer', ['> S 100', '> R 101'], ['accept SynSent 120s', 'kill Close']],
  ['SYN/ACK in its own direction', ['> S 100', '> SA 100 1'], ['accept SynSent 120s', 'invalid SynSent tcp-state']],
  ['ACK before an answer', ['> S 100', '> A 101 1'], ['accept SynSent 120s', 'invalid SynSent tcp-state']],
  ['an ACK answers a SYN: ignored', ['> S 100', '< A 500 99'], ['accept SynSent 120s', 'accept SynSent']],
  ['no flags at all', [...OPEN, '> - 101 501'], [...OPENED, 'invalid Established tcp-state']],
  ['a SYN in an open connection: ignored', [...OPEN, '> S 9000'], [...OPENED, 'accept Established']],
  ['a SYN from the server there', [...OPEN, '< S 9000'], [...OPENED, 'invalid Established tcp-state']],
  ['SYN/ACK from the client there', [...OPEN, '> SA 101 501'], [...OPENED, 'invalid Established tcp-state']],
  ['SYN/ACK again', [...OPEN, '< SA 500 101'], [...OPENED, 'accept Established']],
  ['beyond the window', [...OPEN, '> A 900000 501'], [...OPENED, 'invalid Established tcp-beyond-window']],
  ['data that was acknowledged long ago', [...OPEN, '> A -200000 501 +1'], [...OPENED, 'accept Established']],
  [
    'an acknowledgement of what was never sent',
    [...OPEN, '> A 101 90000'],
    [...OPENED, 'invalid Established tcp-ack-unseen'],
  ],
  ['a reset in its place', [...OPEN, '> R 101'], [...OPENED, 'accept Close 10s']],
  ['a reset elsewhere in the window', [...OPEN, '> R 105'], [...OPENED, 'accept Established 10s']],
  ['a reset far out of it', [...OPEN, '> R 9000000'], [...OPENED, 'invalid Established tcp-beyond-window']],
  ['a reset from before', [...OPEN, '> R 50'], [...OPENED, 'invalid Established tcp-rst-before']],
  [
    'a SYN after the end opens anew',
    [...OPEN, '> FA 101 501', '< FA 501 102', '> A 102 502', '> S 7000'],
    [...OPENED, 'accept FinWait 120s', 'accept LastAck 30s', 'accept TimeWait 120s', 'repeat TimeWait'],
  ],
  [
    'a SYN after the own reset opens anew',
    [...OPEN, '> R 101', '> S 7000'],
    [...OPENED, 'accept Close 10s', 'repeat Close'],
  ],
  [
    'a SYN after the other side has reset is ignored, until it is answered',
    [...OPEN, '< R 501', '> S 7000', '< SA 8000 7001'],
    [...OPENED, 'accept Close 10s', 'accept Close', 'accept SynRecv 60s'],
  ],
  [
    'both sides open at once',
    ['> S 100', '< S 500', '> SA 100 501', '< SA 500 101', '> A 101 501'],
    [
      'accept SynSent 120s',
      'accept SynSent2',
      'accept SynRecv 60s',
      'accept SynRecv',
      'accept Established 432000s assured',
    ],
  ],
  [
    'picked up in the middle',
    ['> A 100 500', '> A 100 500', '< A 500 100', '> A 100 500'],
    [
      'accept Established 300s',
      'accept Established 300s',
      'accept Established 300s',
      'accept Established 432000s assured',
    ],
  ],
  [
    'a reset behind the own SYN, and far below it',
    ['> S 67000', '< SA 5000 1000', '> R 1000'],
    ['accept SynSent 120s', 'accept SynSent', 'accept SynSent'],
  ],
  ['FIN begins nothing', ['> FA 100 500'], ['begins nothing: tcp-fin']],
  ['SYN/ACK begins nothing', ['> SA 100 500'], ['begins nothing: tcp-syn-ack']],
  ['a reset begins nothing', ['> R 100'], ['begins nothing: tcp-rst']],
])('%s', (_, lines, expected) => {
  expect(run(lines)).toEqual(expected);
});

test('what is not the first segment begins nothing where tcp_loose is off', () => {
  expect(run(['> A 100 500'], { ...SETTINGS, loose: false })).toEqual(['begins nothing: tcp-not-syn']);
});

test('ends of both sides that are out of window shorten the time, unless it is fixed', () => {
  const lines = [...OPEN, '> R 9000000', '< FA 9000000 101'];
  expect(run(lines).at(-1)).toBe('invalid Established 300s tcp-beyond-window');
  expect(run(lines, SETTINGS, CT_STATUS_FIXED_TIMEOUT).at(-1)).toBe('invalid Established tcp-beyond-window');
});

test('out of window, and liberal', () => {
  expect(run([...OPEN, '> A 900000 501'], { ...SETTINGS, liberal: true }).at(-1)).toBe('accept Established 432000s');
});
