/**
 * TCP from handshake to close and beyond: both ends count what they send, and keep windows, scales and options. A share
 * of the segments is what no end should send in its place.
 */
import type { Random } from '../random.js';
import { hex32, otherSide, type Side, type Talk, type Turn } from './turn.js';

const FIN = 1;
const SYN = 2;
const RST = 4;
const PSH = 8;
const ACK = 16;
const URG = 32;

interface End {
  readonly side: Side;
  /** the next number that it sends, and the window that it names. */
  next: number;
  window: number;
  /** of its SYN; undefined: it named none. */
  scale: number | undefined;
  sack: boolean;
  syn: boolean;
  fin: boolean;
  /** how often it has acknowledged since the other's FIN. */
  lastAcks: number;
}

const WINDOWS = [64240, 64240, 65535, 29200, 1000, 501, 100, 1, 0];
const SIZES = [1, 10, 100, 500, 1400];

interface Segment {
  seq?: number;
  ack?: number;
  size?: number;
  window?: number;
  options?: string;
}

export function tcpTalk(r: Random, oddity: number): Talk {
  const start = (side: Side): End => ({
    side,
    next: r.chance(0.2) ? r.pick([0xffffff00, 0xffffffff, 0, 0x7fffff80]) : r.word(),
    window: r.pick(WINDOWS),
    scale: r.chance(0.5) ? r.pick([0, 1, 7, 7, 14, 15]) : undefined,
    sack: r.chance(0.6),
    syn: false,
    fin: false,
    lastAcks: 0,
  });
  let ends: Record<Side, End> = { client: start('client'), server: start('server') };
  let reset = false;

  const segment = (me: End, flags: number, said: Segment = {}): Turn => {
    const peer = ends[otherSide(me.side)];
    const { seq = me.next, ack = flags & ACK ? peer.next : 0, size = 0, window = me.window, options = '' } = said;
    const fields = { flags, size, mss: undefined, tcpopts: options };
    return { side: me.side, fields, spec: { seq: seq >>> 0, ack: ack >>> 0, window } };
  };
  const count = (me: End, by: number): void => {
    me.next = (me.next + by) >>> 0;
  };

  const synOptions = (me: End): string => {
    const parts = r.some(
      [
        '020405b4',
        ...(me.sack ? ['0402'] : []),
        ...(me.scale === undefined ? [] : [`0303${me.scale.toString(16).padStart(2, '0')}`]),
        ...(r.chance(0.3) ? [`080a${hex32(r.word())}00000000`] : []),
      ],
      4,
    );
    return parts.join(r.chance(0.5) ? '01' : '');
  };
  /** Its SYN, with an acknowledgement where the other has sent one. */
  const open = (me: End): Turn => {
    const flags = ends[otherSide(me.side)].syn ? SYN | ACK : SYN;
    const again = me.syn;
    const turn = segment(me, flags | (r.chance(0.05) ? 0xc0 : 0), {
      seq: again ? me.next - 1 : me.next,
      options: synOptions(me),
    });
    if (!again) count(me, 1);
    me.syn = true;
    return turn;
  };
  const data = (me: End): Turn => {
    const size = r.pick(SIZES);
    const turn = segment(me, r.chance(0.5) ? PSH | ACK : ACK, { size });
    count(me, size);
    return turn;
  };
  const acknowledge = (me: End): Turn => {
    if (ends[otherSide(me.side)].fin) me.lastAcks++;
    if (r.chance(0.15)) me.window = r.pick(WINDOWS);
    return segment(me, ACK);
  };
  const finish = (me: End): Turn => {
    const size = r.chance(0.3) ? r.pick(SIZES) : 0;
    const turn = segment(me, FIN | ACK | (size > 0 ? PSH : 0), { size });
    count(me, size + 1);
    me.fin = true;
    if (ends[otherSide(me.side)].fin) me.lastAcks++;
    return turn;
  };
  const abort = (me: End): Turn => {
    reset = true;
    return segment(me, r.chance(0.5) ? RST | ACK : RST);
  };
  /** A connection of the same ports anew: mostly with a number above those that were used. */
  const reopen = (): Turn => {
    const before = ends;
    ends = { client: start('client'), server: start('server') };
    for (const side of ['client', 'server'] as const)
      if (r.chance(0.7)) ends[side].next = (before[side].next + r.pick([1, 64000, 200000, -1000])) >>> 0;
    reset = false;
    return open(r.chance(0.8) ? ends.client : ends.server);
  };
  const anyEnd = (): End => ends[r.pick(['client', 'server'] as const)];

  const proper = (): Turn => {
    const { client, server } = ends;
    if (reset) return r.chance(0.6) ? reopen() : acknowledge(anyEnd());
    if (!client.syn && !server.syn) return open(client);
    if (!server.syn) return open(server);
    if (!client.syn) return open(client);
    if (client.lastAcks + server.lastAcks === 0 && r.chance(0.3)) return acknowledge(client);
    if (client.fin && server.fin) {
      const owes = [client, server].find(({ lastAcks }) => lastAcks === 0);
      if (owes !== undefined) return acknowledge(owes);
      return r.chance(0.6) ? reopen() : acknowledge(anyEnd());
    }
    const me = anyEnd();
    return r.weighted<() => Turn>([
      [me.fin ? 0 : 40, () => data(me)],
      [30, () => acknowledge(me)],
      [me.fin ? 0 : client.fin || server.fin ? 40 : 16, () => finish(me)],
      [3, () => abort(me)],
    ])();
  };

  /** What is sent although it should not be: the ends count it as not sent, unless they must not know. */
  const odd = (): Turn => {
    const me = anyEnd();
    const peer = ends[otherSide(me.side)];
    const near = (): number => r.pick([-1, 1, -2, 100, -100, 1000, -1000]);
    const far = (): number => r.pick([70_000, -70_000, 200_000, -200_000, 1 << 30, -(1 << 30), 0x7fffffff]);
    const moves: (() => Turn)[] = [
      // retransmissions and keep-alives
      () => segment(me, ACK, { seq: me.next - 1, size: r.below(2) }),
      () => segment(me, PSH | ACK, { seq: me.next - 100, size: 100 }),
      () => segment(me, FIN | ACK, { seq: me.next - 1 }),
      () => open(me),
      // beside and beyond the window
      () => segment(me, ACK, { seq: me.next + near(), size: r.pick([0, 1, 100]) }),
      () => segment(me, ACK, { seq: me.next + far(), size: r.pick([0, 1, 100]) }),
      () => segment(me, ACK, { ack: peer.next + near() }),
      () => segment(me, ACK, { ack: peer.next + far() }),
      () =>
        segment(me, ACK, {
          seq: me.next + (peer.window << Math.min(14, peer.scale ?? 0)) + r.pick([-1, 0, 1]),
          size: 1,
        }),
      // an acknowledgement of nothing but gaps
      () =>
        segment(me, ACK, {
          ack: peer.next - 1000,
          options: `0101050a${hex32(peer.next - r.pick([500, 0, -70_000]))}${hex32(peer.next + r.pick([0, 100, far()]))}`,
        }),
      () => segment(me, ACK, { window: r.pick(WINDOWS) }),
      // resets: exact, inside the window, out of it, with an acknowledgement that fits and that does not
      () => segment(me, RST),
      () => segment(me, RST | ACK, { seq: r.chance(0.5) ? 0 : me.next }),
      () => segment(me, RST, { seq: me.next + near() }),
      () => segment(me, RST, { seq: me.next + far() }),
      () => segment(me, RST | ACK, { ack: peer.next + r.pick([near(), far()]) }),
      // SYNs into what is there
      () => segment(me, SYN, { seq: me.next + r.pick([0, near(), far()]), options: synOptions(me) }),
      () => segment(me, SYN | ACK, { ack: peer.next + r.pick([0, near(), far()]), options: synOptions(me) }),
      () => segment(me, SYN, { size: 10 }),
      // flags that do not go together
      () => segment(me, r.pick([0, FIN, SYN | FIN, SYN | RST, FIN | RST, PSH, URG, FIN | PSH | URG, SYN | URG, 0x3f])),
      () => segment(me, r.below(64) | (r.chance(0.2) ? 0xc0 : 0)),
      () => segment(me, URG | PSH | ACK, { size: 10 }),
      () => segment(me, ACK, { options: r.pick(['0200', '02ff0000', '030307', '01010101', '0101050a00000000']) }),
    ];
    return r.pick(moves)();
  };

  // some are picked up in their midst, and some begin with what opens nothing
  if (r.chance(0.1)) for (const end of Object.values(ends)) end.syn = true;
  return () => (r.chance(oddity) ? odd() : proper());
}
