/** SCTP associations: tags, the four steps of the handshake, data, heartbeats, shutdown; and chunks out of place. */
import type { Random } from '../random.js';
import { hex16, hex32, otherSide, type Side, type Talk, type Turn } from './turn.js';

const INIT = 1;
const INIT_ACK = 2;
const HEARTBEAT = 4;
const ABORT = 6;
const SHUTDOWN = 7;
const SHUTDOWN_ACK = 8;
const ERROR = 9;
const COOKIE_ECHO = 10;
const COOKIE_ACK = 11;
const SHUTDOWN_COMPLETE = 14;

/** Padded to whole words; `length`: when the field shall lie. */
function chunk(type: number, body = '', flags = 0, length = 4 + body.length / 2): string {
  const padding = '00'.repeat((4 - ((body.length / 2) % 4)) % 4);
  return `${hex16((type << 8) | flags)}${hex16(length)}${body}${padding}`;
}

export function sctpTalk(r: Random, oddity: number): Talk {
  /** what each end wants to see in packets that it gets. */
  let tags: Record<Side, number> = { client: r.word(), server: r.word() };
  let step = 0;
  let closing: Side | undefined;

  const say = (side: Side, chunks: string, vtag = tags[otherSide(side)]): Turn => ({
    side,
    fields: { size: 0 },
    spec: { payload: chunks, vtag: vtag >>> 0 },
  });
  const init = (side: Side, type: number): string => chunk(type, `${hex32(tags[side])}0000ffff000a000a${hex32(1)}`);
  const data = (): string => chunk(0, `${hex32(r.word())}0000000000000000${'61'.repeat(r.between(1, 9))}`, 3);
  const sack = (): string => chunk(3, `${hex32(r.word())}0000ffff00000000`);
  const beat = (type: number): string => chunk(type, `00010008${hex32(r.word())}`);

  const begin = (): Turn => {
    tags = { client: r.word(), server: r.word() };
    step = 1;
    closing = undefined;
    return say('client', init('client', INIT), 0);
  };
  const steps: (() => Turn)[] = [
    begin,
    () => say('server', init('server', INIT_ACK)),
    () => say('client', chunk(COOKIE_ECHO, '01020304') + (r.chance(0.3) ? data() : '')),
    () => say('server', chunk(COOKIE_ACK) + (r.chance(0.2) ? sack() : '')),
  ];
  const proper = (): Turn => {
    if (step === 0) return begin();
    if (step < steps.length) return steps[step++]!();
    const side = r.pick(['client', 'server'] as const);
    if (closing !== undefined) {
      const [first, second] = [closing, otherSide(closing)];
      if (step === 5) {
        step = 6;
        return say(second, chunk(SHUTDOWN_ACK));
      }
      if (step === 6) {
        step = 7;
        return say(first, chunk(SHUTDOWN_COMPLETE));
      }
      return r.chance(0.7) ? begin() : say(side, data());
    }
    return r.weighted<() => Turn>([
      [30, () => say(side, data())],
      [20, () => say(side, sack())],
      [10, () => say(side, beat(HEARTBEAT))],
      [10, () => say(side, beat(HEARTBEAT + 1))],
      [
        15,
        () => {
          closing = side;
          step = 5;
          return say(side, chunk(SHUTDOWN, hex32(1)));
        },
      ],
      [
        4,
        () => {
          step = 0;
          return say(side, chunk(ABORT));
        },
      ],
    ])();
  };

  const odd = (): Turn => {
    const side = r.pick(['client', 'server'] as const);
    const wrong = (): number => r.pick([0, r.word(), tags[side]]);
    const any = (): string =>
      r.pick([
        data(),
        sack(),
        init(side, INIT),
        init(side, INIT_ACK),
        beat(HEARTBEAT),
        beat(HEARTBEAT + 1),
        chunk(ABORT, '', r.below(2)),
        chunk(SHUTDOWN, hex32(1)),
        chunk(SHUTDOWN_ACK),
        chunk(ERROR, '00010004'),
        chunk(COOKIE_ECHO, '0102'),
        chunk(COOKIE_ACK),
        chunk(SHUTDOWN_COMPLETE, '', r.below(2)),
        chunk(r.between(12, 255)),
      ]);
    return r.pick<() => Turn>([
      () => say(side, any()),
      () => say(side, any()),
      () => say(side, any(), wrong()),
      () => say(side, any() + any()),
      () => say(side, init(side, INIT), r.chance(0.5) ? 0 : tags[otherSide(side)]),
      () => say(side, chunk(r.pick([0, 3, 4]), '', 0, r.pick([0, 1, 3, 200]))),
      () => say(side, any().slice(0, 2 * r.between(0, 6))),
    ])();
  };

  return () => (r.chance(oddity) ? odd() : proper());
}
