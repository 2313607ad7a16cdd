/** Talks of protocols whose packets have little to say: UDP, UDP-Lite, ICMP queries, GRE, and those without ports. */
import { drawnFamily } from '../address.js';
import type { Random } from '../random.js';
import { hex16, hex32, type Side, type Talk } from './turn.js';

/** The client begins; then both speak, the server less often, so that some flows stay without an answer for a while. */
function turns(r: Random): () => Side {
  let first = true;
  const shy = r.chance(0.2);
  return () => {
    const side = first || r.chance(shy ? 0.85 : 0.5) ? 'client' : 'server';
    first = false;
    return side;
  };
}

const SIZES = [0, 1, 12, 100, 600];

export function udpTalk(r: Random): Talk {
  const next = turns(r);
  return () => ({
    side: next(),
    fields: { size: r.pick(SIZES) },
    ...(r.chance(0.08) && { spec: { noChecksum: true } }),
  });
}

/** The kernel takes the sum of a packet from the wire as it takes UDP's, so that few right ones pass. */
export function udpliteTalk(r: Random): Talk {
  const next = turns(r);
  return () => ({
    side: next(),
    fields: { size: r.pick(SIZES) },
    ...(r.chance(0.85) && { spec: { checksumProto: 17 } }),
  });
}

const ANSWERS: Record<number, number> = { 8: 0, 13: 14, 15: 16, 17: 18 };

export function icmpTalk(r: Random, oddity: number): Talk {
  const next = turns(r);
  // of ICMPv6 two queries are tracked, and the drafts' 13 and 17 are what neighbours say
  const rare = drawnFamily() === 4 ? 1 : 0;
  const type = r.weighted([
    [8, 8],
    [rare, 13],
    [1, 15],
    [rare, 17],
  ]);
  let seq = r.below(65536);
  return () => {
    const side = next();
    const proper = side === 'client' ? type : ANSWERS[type]!;
    const odd = r.pick<object>([
      { type: ANSWERS[type]! },
      { type },
      { type: r.pick([0, 14, 18, 8, 13, 9, 10, 30, 42]) },
      { type: proper, code: r.between(1, 3) },
      { type: proper, id: r.between(1, 65535) },
    ]);
    seq = (seq + r.below(2)) & 0xffff;
    return {
      side,
      fields: { type: proper, code: 0, quote: undefined, size: r.pick(SIZES), ...(r.chance(oddity) ? odd : {}) },
      spec: { icmpSeq: seq },
    };
  };
}

/** Version 0 with or without a key, or 1, as PPTP has it, with a call's number in each direction. */
export function greTalk(r: Random, oddity: number): Talk {
  const next = turns(r);
  const version = r.chance(0.5) ? 0 : 1;
  const calls = { client: r.below(65536), server: r.chance(0.5) ? r.below(65536) : -1 };
  if (calls.server < 0) calls.server = calls.client;
  const header = (which: number, side: Side): string =>
    which === 0
      ? r.pick(['00000800', `20000800${hex32(r.word())}`, `30000800${hex32(5)}${hex32(1)}`])
      : `3001880b0004${hex16(calls[side])}${hex32(1)}`;
  return () => {
    const side = next();
    const payload = r.chance(oddity)
      ? r.pick([header(1 - version, side), '0002880b', '00', '000008', `3001880b0000${hex16(r.word())}`])
      : header(version, side);
    return { side, fields: { size: 0 }, spec: { payload: payload.length < 8 ? payload : `${payload}00000000` } };
  };
}

/** One after the other, either way. */
export function plainTalk(r: Random): Talk {
  const next = turns(r);
  return () => ({ side: next(), fields: { size: r.pick([8, 12, 20, 100]) } });
}
