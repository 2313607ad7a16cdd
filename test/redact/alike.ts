/** A host's texts and the same redacted, and packets whose addresses are others in the same way. */
import { redact } from '../../src/cli/redact.js';
import { formatIpv4 } from '../../src/net/address.js';
import type { SourceText } from '../../src/parse/index.js';
import { parse } from '../../src/run/host-texts.js';
import { endpointsOf, withEndpoints, withQuote } from '../kernel/packets/rewrite.js';
import { addressBytes, fromHex } from '../kernel/packets.js';
import type { PacketLine } from '../kernel/scenario.js';

/** Bytes that are the same for the same seed. */
export function fillFrom(seed: number): (bytes: Uint8Array) => void {
  let state = seed >>> 0 || 1;
  return (bytes) => {
    for (let i = 0; i < bytes.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state >>> 16;
    }
  };
}

export interface Alike {
  readonly texts: readonly SourceText[];
  readonly text: string;
  /** what stands for what. */
  readonly table: ReadonlyMap<string, string>;
  readonly hex: (hex: string) => string;
}

/** Those of packets are asked for as members of a set. */
export function alike(given: readonly SourceText[], packets: readonly string[], seed: number): Alike {
  const own = new Set(packets.flatMap((hex) => addressesIn(hex)));
  const members = [...own].filter((address) => address !== '0.0.0.0').map((address) => `add of-packets ${address}\n`);
  const set = { name: 'packets', text: `create of-packets hash:ip family inet\n${members.join('')}` };
  const texts = [...given.filter(({ text }) => text.trim() !== ''), set];
  const { text, replaced } = redact(texts, parse(texts), fillFrom(seed));
  const table = new Map(replaced.map(([, was, is]) => [was, is]));
  return { texts, text, table, hex: (hex) => renamed(hex, table) };
}

function addressesIn(hex: string): string[] {
  const ends = endpointsOf(hex);
  if (ends === undefined) return [];
  const quoted = quoteIn(hex);
  return [...[ends.src, ends.dst].map(textOf), ...(quoted === undefined ? [] : addressesIn(quoted))];
}

function renamed(hex: string, table: ReadonlyMap<string, string>): string {
  const ends = endpointsOf(hex);
  if (ends === undefined) return hex;
  const [src, dst] = [ends.src, ends.dst].map((bytes) => addressBytes(table.get(textOf(bytes)) ?? textOf(bytes)));
  const moved = withEndpoints(hex, { src: src!, dst: dst! });
  const quoted = quoteIn(hex);
  return quoted === undefined ? moved : withQuote(moved, renamed(quoted, table));
}

const ERRORS = [3, 4, 5, 11, 12];
/** The packet that an ICMP error quotes, if its addresses are there. */
function quoteIn(hex: string): string | undefined {
  const bytes = fromHex(hex);
  const at = (bytes[0]! & 15) * 4;
  const isError = bytes[9] === 1 && ((bytes[6]! << 8) | bytes[7]!) % 0x2000 === 0 && ERRORS.includes(bytes[at]!);
  const quoted = hex.slice(2 * (at + 8));
  return isError && quoted.length >= 40 && quoted.startsWith('4') ? quoted : undefined;
}

const textOf = (bytes: Uint8Array): string => formatIpv4(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));

/** As they would be sent there. */
export const packetsAlike = (packets: readonly PacketLine[], { hex }: Alike): PacketLine[] =>
  packets.map((packet) => ({ ...packet, hex: hex(packet.hex) }));
