/** HMARK by the kernel's own steps: hmark_pkt_set_htuple_ipv4 and hmark_hash of net/netfilter/xt_HMARK.c, jhash.h. */
import type { Packet } from './packet.js';
import { maskOfLength, numberOf, type Options, refuse } from './words.js';

const ERRORS = [3, 4, 5, 11, 12];
const WITH_PORTS = [6, 17, 33, 50, 51, 132, 136];

/** What becomes of a packet's mark, of the options as iptables-save prints them. Connections are not known here. */
export function hmarkOf(options: Options): (packet: Packet) => void {
  const number = (name: string, max?: number) => {
    const option = options.take(name);
    return option === undefined ? undefined : numberOf(option.value, max);
  };
  const mask = (name: string) => maskOfLength(number(name, 32) ?? 0);
  const source = mask('--hmark-src-prefix');
  const destination = mask('--hmark-dst-prefix');
  const ports = (one: string) =>
    65536 * (number(`--hmark-sport${one}`, 65535) ?? 0) + (number(`--hmark-dport${one}`, 65535) ?? 0);
  const portMask = number('--hmark-spi-mask') ?? ports('-mask');
  const portSet = number('--hmark-spi') ?? ports('');
  const protocolMask = number('--hmark-proto-mask', 65535) ?? 0;
  const seed = number('--hmark-rnd') ?? refuse('no seed');
  const modulus = number('--hmark-mod') ?? refuse('no modulus');
  const offset = number('--hmark-offset') ?? 0;
  if (options.take('--hmark-tuple') !== undefined) refuse('a tuple in HMARK');
  return (packet) => {
    let ip = 0;
    if (packet.byte(9) === 1 && packet.head + 8 <= packet.length && ERRORS.includes(packet.byte(packet.head))) {
      ip = packet.head + 8;
      if (ip + 20 > packet.length) return;
    }
    const [a, b] = [(packet.word(ip + 12) & source) >>> 0, (packet.word(ip + 16) & destination) >>> 0];
    const protocol = packet.byte(ip + 9);
    const behind = ip + 4 * (packet.byte(ip) & 15) + (protocol === 51 ? 4 : 0);
    const whole = (packet.half(ip + 6) & 0x3fff) === 0;
    let both = 0;
    if (whole && WITH_PORTS.includes(protocol) && behind + 4 <= packet.length) {
      const word = ((packet.word(behind) & portMask) | portSet) >>> 0;
      const [high, low] = [word >>> 16, word & 0xffff];
      both = low > high ? low * 65536 + high : word;
    }
    const hash = (threeWords(Math.min(a, b), Math.max(a, b), both, seed) ^ (protocol & protocolMask)) >>> 0;
    packet.mark = Number((BigInt(hash) * BigInt(modulus)) / 2n ** 32n + BigInt(offset)) % 2 ** 32;
  };
}

const turn = (value: number, by: number) => (value << by) | (value >>> (32 - by));

/** jhash_3words. */
function threeWords(x: number, y: number, z: number, seed: number): number {
  const start = 0xdeadbeef + 12 + seed;
  const mixed = [x + start, y + start, z + start].map((value) => value | 0);
  // each takes from the one behind it in the circle, three times and once more
  for (const [to, from, by] of [
    [2, 1, 14],
    [0, 2, 11],
    [1, 0, 25],
    [2, 1, 16],
    [0, 2, 4],
    [1, 0, 14],
    [2, 1, 24],
  ] as const)
    mixed[to] = ((mixed[to]! ^ mixed[from]!) - turn(mixed[from]!, by)) | 0;
  return mixed[2]! >>> 0;
}
