/** Whether the kernel answers the same when it is asked again, but for the ports that it draws. */
import type { Exchanged } from './exchange.js';
import { fromHex, toHex } from './packets.js';

/** A packet's first and last place of its group, for each packet. */
export function groupsOf(packets: readonly { readonly keep?: boolean }[]): (readonly [first: number, last: number])[] {
  const out: [number, number][] = [];
  for (let first = 0; first < packets.length; ) {
    let last = first;
    while (packets[last]!.keep && last + 1 < packets.length) last++;
    const group: [number, number] = [first, last];
    for (; first <= last; first++) out.push(group);
  }
  return out;
}

/** Ports, identifiers and the sums over them as zeros, those of a quoted packet too, and what tells IPv6 fragments apart. */
function withoutDrawn(hex: string): string {
  const bytes = fromHex(hex);
  blank(bytes, 0);
  return toHex(bytes);
}

function blank(bytes: Uint8Array, from: number): void {
  if (bytes[from]! >> 4 === 6) return blank6(bytes, from);
  const at = from + (bytes[from]! & 15) * 4;
  bytes.fill(0, from + 10, from + 12);
  const proto = bytes[from + 9];
  if (proto !== 1) {
    blankTransport(bytes, at, proto);
    return;
  }
  bytes.fill(0, at + 2, at + 6);
  if ([3, 4, 5, 11, 12].includes(bytes[at]!) && at + 28 <= bytes.length) blank(bytes, at + 8);
}

function blank6(bytes: Uint8Array, from: number): void {
  let proto = bytes[from + 6];
  let at = from + 40;
  while (proto === 0 || proto === 43 || proto === 44 || proto === 60) {
    const [size, later] = proto === 44 ? [8, bytes[at + 2]! | (bytes[at + 3]! & 0xf8)] : [(bytes[at + 1]! + 1) * 8, 0];
    if (proto === 44) bytes.fill(0, at + 4, at + 8);
    if (later !== 0) return;
    proto = bytes[at];
    at += size;
  }
  if (proto !== 58) return blankTransport(bytes, at, proto);
  bytes.fill(0, at + 2, at + 6);
  if (bytes[at]! < 128 && at + 48 <= bytes.length) blank(bytes, at + 8);
}

function blankTransport(bytes: Uint8Array, at: number, proto: number | undefined): void {
  if (proto === 6) bytes.fill(0, at + 16, at + 18);
  else if (proto === 132) bytes.fill(0, at + 8, at + 12);
  else bytes.fill(0, at + 6, at + 8);
  bytes.fill(0, at, at + 4);
}

/** What is different between two answers about one packet; undefined: nothing. */
function variation(a: Exchanged, b: Exchanged): string | undefined {
  const counted = ({ result }: Exchanged): Map<string, string> =>
    new Map([
      ...result.hits.map((h) => [`${h.table} ${h.chain} ${h.rule}`, `${h.packets}/${h.bytes}`] as const),
      ...result.policies.map((p) => [`${p.table} ${p.chain} policy`, `${p.packets}/${p.bytes}`] as const),
    ]);
  const [one, two] = [counted(a), counted(b)];
  for (const name of new Set([...one.keys(), ...two.keys()]))
    if (one.get(name) !== two.get(name)) return `counts of ${name}: ${one.get(name) ?? 0}, then ${two.get(name) ?? 0}`;
  const left = ({ result }: Exchanged): string =>
    result.out.map(({ hook, iface, mark, hex }) => `${hook} ${iface} mark ${mark} ${withoutDrawn(hex)}`).join(' | ');
  if (left(a) !== left(b)) return `what leaves: ${left(a) || 'nothing'}, then ${left(b) || 'nothing'}`;
  const known = (of: Exchanged): number | undefined => of.connections?.length;
  if (a.connections && b.connections && known(a) !== known(b))
    return `connections at the end: ${known(a)}, then ${known(b)}`;
  if (a.result.sendError !== b.result.sendError) return `the sender's error`;
  return undefined;
}

/** Why a group of packets cannot be judged: what varied, and how; undefined where nothing did. */
export function whatVaries(
  asked: readonly (readonly Exchanged[])[],
  [first, last]: readonly [number, number],
): string | undefined {
  for (const again of asked.slice(1))
    for (let n = first; n <= last; n++) {
      const why = variation(asked[0]![n]!, again[n]!);
      if (why !== undefined) return `packet ${n}, ${why}`;
    }
  return undefined;
}

/** Milliseconds around a whole number of seconds in which an entry may or may not have ended: many ticks of the kernel's clock. */
const CLOSE = 60;

/** Whether two packets came so that an entry between them may have ended or not: waits are made so that none do. */
export function tooClose(asked: readonly Exchanged[], [first, last]: readonly [number, number]): boolean {
  for (let a = first; a < last; a++)
    for (let b = a + 1; b <= last; b++) {
      const passed = asked[b]!.result.time - asked[a]!.result.time;
      if (passed >= 1000 - CLOSE && Math.abs(passed - 1000 * Math.round(passed / 1000)) < CLOSE) return true;
    }
  return false;
}
