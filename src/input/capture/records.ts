/** A capture record by record, for those who tell of each packet by itself. */
import { PacketwalkError } from '../../errors.js';
import { FRAME_NUMBERS, FROM_HOST, PATH_NUMBERS, UNSAID } from '../../model/batch.js';
import type { FrameKind, PacketPath, RawPacket } from '../../model/packet.js';
import { formatMac } from '../../net/mac.js';
import type { CaptureBatch } from './draft.js';
import { otherName } from './others.js';

/** A record's number, from 1, with its packet, and its place in the batch, or why there is none. */
export type CaptureRecord =
  | { readonly record: number; readonly row: number; readonly packet: RawPacket }
  | { readonly record: number; readonly error: PacketwalkError };

/** The records of a batch in order, and its fault behind them. Packets are good for ever: their bytes are copies. */
export function* recordsOf(batch: CaptureBatch): Generator<CaptureRecord> {
  const { packets, records, others, fault } = batch;
  let row = 0;
  let other = 0;
  while (row < packets.count || other < others.count) {
    if (other < others.count && (row === packets.count || others.records[other]! < records[row]!)) {
      const message = `the record holds ${otherName(others.kinds[other]!)}, and no IP packet`;
      yield { record: others.records[other++]!, error: new PacketwalkError(message, { code: 'not-ip' }) };
    } else {
      yield { record: records[row]!, row, packet: packetOf(batch, row) };
      row++;
    }
  }
  if (fault !== undefined) yield fault;
}

function packetOf({ packets }: CaptureBatch, row: number): RawPacket {
  const { bytes, interfaces, path } = packets;
  const at = packets.at[row]!;
  const place = packets.in?.[row] ?? UNSAID;
  const time = packets.time?.[row] ?? Number.NaN;
  const mac = packets.mac?.[row] ?? Number.NaN;
  const iface = place === FROM_HOST ? null : interfaces[place];
  return {
    kind: 'raw',
    bytes: bytes.slice(at, at + packets.size[row]!),
    wire: packets.wire?.[row],
    in: iface,
    out: undefined,
    mac: Number.isNaN(mac) ? undefined : formatMac(mac),
    pkttype: FRAMES.find((one) => FRAME_NUMBERS[one] === packets.pkttype?.[row]),
    mark: 0,
    time: Number.isNaN(time) ? undefined : time,
    uid: undefined,
    gid: undefined,
    path: PATHS.find((one) => PATH_NUMBERS[one] === path?.[row]),
    state: undefined,
    given: iface === undefined ? NONE : IN,
    assumed: [],
    told: undefined,
  };
}
const NONE: ReadonlySet<string> = new Set();
const IN: ReadonlySet<string> = new Set(['in']);
const FRAMES = Object.keys(FRAME_NUMBERS) as FrameKind[];
const PATHS = Object.keys(PATH_NUMBERS) as PacketPath[];
