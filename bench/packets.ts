/** Packets for a list of flat rules, the same ones for the same seed: every other one lies inside of what some rule asks for. */
import { PATH_NUMBERS, type PacketColumns } from '../src/model/batch.js';
import { Protocol } from '../src/net/protocol.js';
import { Random } from '../test/kernel/generate/random.js';
import type { FlatMasked, FlatRule } from './peers/flat.js';

export function packetsFor(rules: readonly FlatRule[], count: number, seed = 1): PacketColumns {
  const random = new Random(seed);
  const columns = {
    src: new Uint32Array(count),
    dst: new Uint32Array(count),
    proto: new Uint8Array(count),
    sport: new Uint16Array(count),
    dport: new Uint16Array(count),
  };
  const inside = ({ value, mask }: FlatMasked) => (value | (anyAddress(random) & ~mask)) >>> 0;
  for (let i = 0; i < count; i++) {
    const rule = i % 2 === 0 ? random.pick(rules) : undefined;
    columns.src[i] = rule === undefined ? anyAddress(random) : inside(rule.src);
    columns.dst[i] = rule === undefined ? anyAddress(random) : inside(rule.dst);
    columns.proto[i] = rule?.protocol.value ?? random.pick([Protocol.Tcp, Protocol.Tcp, Protocol.Udp]);
    columns.sport[i] = rule === undefined ? 1024 + random.below(64512) : random.between(rule.sport.min, rule.sport.max);
    columns.dport[i] = rule === undefined ? random.below(65536) : random.between(rule.dport.min, rule.dport.max);
  }
  return {
    kind: 'columns',
    count,
    interfaces: ['eth0'],
    in: new Uint16Array(count),
    path: new Uint8Array(count).fill(PATH_NUMBERS.forward),
    ...columns,
  };
}

/** In 10.0.0.0/8, where the rules' prefixes lie. */
const anyAddress = (random: Random): number => (0x0a000000 | random.below(1 << 24)) >>> 0;
