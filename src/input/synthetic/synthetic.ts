/**
 * Synthetic packets. Packet i is a function of the spec and i alone, so that whoever makes packets 1000 to 1999 needs
 * none before them, and every machine makes the same. Time goes on by 1 to 19 microseconds a packet, 10 in the mean.
 */
import { PATH_NUMBERS, type PacketColumns, UNSAID } from '../../model/batch.js';
import type { PacketPath } from '../../model/packet.js';
import { writeAddress } from './address-book.js';
import { settle } from './draft.js';
import { Draw } from './draw.js';
import type { SyntheticSpec } from './index.js';
import type { Maker } from './maker.js';
import { MixPackets } from './mix.js';
import { NearPackets } from './near.js';
import { FORWARD, INPUT, OUTPUT, Part } from './palette.js';
import { UniformPackets } from './uniform.js';

const WAY_BITS: Readonly<Record<PacketPath, number>> = { input: INPUT, forward: FORWARD, output: OUTPUT };
/** PATH_NUMBERS by the bit of a way. */
const PATH_OF = new Uint8Array(8);
PATH_OF[INPUT] = PATH_NUMBERS.input;
PATH_OF[FORWARD] = PATH_NUMBERS.forward;
PATH_OF[OUTPUT] = PATH_NUMBERS.output;

const MICROSECONDS = 1_000_000;
const STEP = 10;

/** So many packets of a spec, numbered from 0: `first`, and each time `step` further on. */
export function synthesise(spec: SyntheticSpec, first: number, count: number, step = 1): PacketColumns {
  const { palette, seed, ways } = spec;
  const { family, book } = palette;
  const words = family === 6 ? 4 : 1;
  const maker = makerOf(spec);
  const draw = new Draw();
  const draft = new Uint32Array(Part.Count);
  const tests = (part: Part) => palette.tested[part]!.length > 0;
  const columns = {
    kind: 'columns' as const,
    family,
    count,
    interfaces: palette.interfaces,
    in: new Uint16Array(count),
    out: ways === undefined ? undefined : new Uint16Array(count),
    mark: new Uint32Array(count),
    time: new Float64Array(count),
    uid: tests(Part.Uid) ? new Uint32Array(count) : undefined,
    gid: tests(Part.Gid) ? new Uint32Array(count) : undefined,
    path: ways === undefined ? undefined : new Uint8Array(count),
    src: new Uint32Array(words * count),
    dst: new Uint32Array(words * count),
    proto: new Uint8Array(count),
    sport: new Uint16Array(count),
    dport: new Uint16Array(count),
    flags: new Uint8Array(count),
    length: new Uint16Array(count),
    ttl: new Uint8Array(count),
    tos: new Uint8Array(count),
    frag: new Uint16Array(count),
  };
  const { time, out, uid, gid, path, mark, src, dst, proto, sport, dport, flags, length, ttl, tos, frag } = columns;
  const from = columns.in;
  for (let i = 0; i < count; i++) {
    const packet = first + step * i;
    draw.begin(seed, packet);
    time[i] = (packet * STEP + draw.below(STEP)) / MICROSECONDS;
    maker.make(draw, draft);
    settle(draft, family);
    from[i] = draft[Part.In]!;
    mark[i] = draft[Part.Mark]!;
    if (book === undefined) {
      src[i] = draft[Part.Src]!;
      dst[i] = draft[Part.Dst]!;
    } else {
      writeAddress(book, draft[Part.Src]!, src, 4 * i);
      writeAddress(book, draft[Part.Dst]!, dst, 4 * i);
    }
    proto[i] = draft[Part.Proto]!;
    sport[i] = draft[Part.Sport]!;
    dport[i] = draft[Part.Dport]!;
    flags[i] = draft[Part.Flags]!;
    length[i] = draft[Part.Length]!;
    ttl[i] = draft[Part.Ttl]!;
    tos[i] = draft[Part.Tos]!;
    frag[i] = draft[Part.Frag]!;
    if (uid !== undefined) uid[i] = draft[Part.Uid]!;
    if (gid !== undefined) gid[i] = draft[Part.Gid]!;
    if (path !== undefined) path[i] = PATH_OF[draft[Part.Way]!]!;
    if (out !== undefined) out[i] = draft[Part.Way] === INPUT ? UNSAID : draft[Part.Out]!;
  }
  return columns;
}

/** What a spec's packets have in common is prepared once. */
const makers = new WeakMap<SyntheticSpec, Maker>();
function makerOf(spec: SyntheticSpec): Maker {
  let maker = makers.get(spec);
  if (maker === undefined) {
    maker = newMaker(spec);
    makers.set(spec, maker);
  }
  return maker;
}

function newMaker({ profile, palette, seed, ways }: SyntheticSpec): Maker {
  const bits = ways === undefined ? INPUT | FORWARD | OUTPUT : ways.reduce((sum, way) => sum | WAY_BITS[way], 0);
  switch (profile) {
    case 'uniform':
      return new UniformPackets(palette, bits);
    case 'near':
      return new NearPackets(palette, bits);
    case 'mix':
      return new MixPackets(palette, bits, seed);
  }
}
