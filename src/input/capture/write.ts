/** Packets as a pcap file: little-endian, microseconds, link type raw IP. The header once, then records. */
import { PacketwalkError } from '../../errors.js';
import type { PacketBytes } from '../../model/batch.js';
import { LinkType } from './link.js';

const HEADER = 24;
const RECORD = 16;
const MICROSECONDS = 0xa1b2c3d4;
/** what tcpdump takes for "all of it". */
const SNAPLEN = 262144;

export function pcapHeader(): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MICROSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAPLEN, true);
  view.setUint32(20, LinkType.Raw, true);
  return bytes;
}

/** A record of a packet's bytes from its IP header on, and its time in seconds; throws where a record cannot hold it. */
export function pcapRecord(bytes: Uint8Array, seconds: number): Uint8Array {
  const out = new Uint8Array(RECORD + bytes.length);
  writeRecord(new DataView(out.buffer), 0, seconds, bytes.length, bytes.length);
  out.set(bytes, RECORD);
  return out;
}

/** The records of a batch in one buffer. Where the first packet says no time it has that `before` it, in seconds. */
export function pcapRecords(packets: PacketBytes, before = 0): Uint8Array {
  const { count, bytes, at, size, wire = size, time } = packets;
  let length = 0;
  for (let i = 0; i < count; i++) length += RECORD + size[i]!;
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  let to = 0;
  let seconds = before;
  for (let i = 0; i < count; i++) {
    const said = time?.[i] ?? Number.NaN;
    if (!Number.isNaN(said)) seconds = said;
    writeRecord(view, to, seconds, size[i]!, wire[i]!);
    out.set(bytes.subarray(at[i]!, at[i]! + size[i]!), to + RECORD);
    to += RECORD + size[i]!;
  }
  return out;
}

function writeRecord(view: DataView, at: number, seconds: number, kept: number, wire: number): void {
  let whole = Math.floor(seconds);
  let micro = Math.round((seconds - whole) * 1e6);
  if (micro === 1e6) {
    whole++;
    micro = 0;
  }
  if (!(whole >= 0 && whole <= 0xffffffff))
    throw new PacketwalkError(`time: ${seconds} seconds are not in 0..4294967295, which a pcap record holds`, {
      code: 'bad-time',
    });
  if (kept > SNAPLEN)
    throw new PacketwalkError(`a packet of ${kept} bytes is more than a pcap record holds`, { code: 'bad-packet' });
  view.setUint32(at, whole, true);
  view.setUint32(at + 4, micro, true);
  view.setUint32(at + 8, kept, true);
  view.setUint32(at + 12, wire, true);
}
