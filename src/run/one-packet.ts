/** One packet as a batch of its own. */
import { encodePacket } from '../input/encode.js';
import { FROM_HOST, PATH_NUMBERS, type PacketBytes, STATE_NUMBERS, UNSAID } from '../model/batch.js';
import type { Packet } from '../model/packet.js';

const NO_SOCKET = 0xffffffff;

export function oneOf(packet: Packet): PacketBytes {
  const bytes = encodePacket(packet);
  const { in: from, out, mark, time = Number.NaN, uid = NO_SOCKET, gid = NO_SOCKET, path, state } = packet;
  const interfaces: string[] = [];
  const place = (name: string | null | undefined) =>
    name === null ? FROM_HOST : name === undefined ? UNSAID : interfaces.push(name) - 1;
  return {
    kind: 'bytes',
    count: 1,
    interfaces,
    in: Uint16Array.of(place(from)),
    out: Uint16Array.of(place(out)),
    mark: Uint32Array.of(mark),
    time: Float64Array.of(time),
    uid: Uint32Array.of(uid),
    gid: Uint32Array.of(gid),
    path: Uint8Array.of(path === undefined ? 0 : PATH_NUMBERS[path]),
    state: Uint8Array.of(state === undefined ? 0 : STATE_NUMBERS[state]),
    bytes,
    at: Uint32Array.of(0),
    size: Uint32Array.of(bytes.length),
    wire: Uint32Array.of((packet.kind === 'raw' ? packet.wire : undefined) ?? bytes.length),
    raw: packet.kind === 'raw',
  };
}
