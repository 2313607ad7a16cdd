/** Packets in columns as lines of JSON and of CSV, from which the readers of both make the same packets. */

import { FRAG_MORE } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { FROM_HOST, NO_SOCKET, PATH_NUMBERS, type PacketColumns, STATE_NUMBERS, UNSAID } from '../model/batch.js';
import type { Json } from '../model/packet.js';
import { formatAddress } from '../net/address.js';
import { hasPorts, icmpProtocol, Protocol, protocolName } from '../net/protocol.js';
import { SYN } from '../net/tcp-flags.js';
import { NO_INTERFACE } from './csv.js';
import { lengthOf } from './encode-columns.js';
import type { FieldName } from './fields.js';

const TTL = 64;
const DONT_FRAGMENT = 0x4000;
const OFFSET = 0x1fff;
const FLAG_LETTERS = 'FSRPAUEC';
const PATHS = Object.keys(PATH_NUMBERS);
const STATES = Object.keys(STATE_NUMBERS);

type Fields = Partial<Record<FieldName, Json>>;

/** A packet as one line of JSON, without its end. */
export const jsonLine = (columns: PacketColumns, packet: number): string => JSON.stringify(fieldsOf(columns, packet));

/** The names of the fields that packets of these columns have in CSV, in the order of the cells. */
export function csvNames({ out, mark, time, uid, gid, path, state, told = [] }: PacketColumns): FieldName[] {
  const kept = Object.entries({ mark, time, out, uid, gid, path, state }).filter(([, column]) => column !== undefined);
  const beside = new Set(told.flatMap((one) => Object.keys(one ?? {})));
  return [...ALWAYS, ...kept.map(([name]) => name as FieldName), ...([...beside] as FieldName[])];
}
const ALWAYS: readonly FieldName[] = 'in src dst proto sport dport flags type code length ttl tos df frag mf'.split(
  ' ',
) as FieldName[];

/** Throws PacketwalkError where an interface's name is what CSV says for none. */
export function checkCsv(columns: PacketColumns): void {
  if (columns.interfaces.includes(NO_INTERFACE))
    throw new PacketwalkError(`an interface is called ${NO_INTERFACE}, which in CSV is a packet that this host sends`, {
      code: 'bad-field',
      hint: 'JSON lines can tell the two apart',
    });
}

/** The first line of CSV, without its end. Throws as checkCsv does. */
export function csvHeader(columns: PacketColumns): string {
  checkCsv(columns);
  return csvNames(columns).join(',');
}

/** A packet as one line of CSV, without its end; `in` is `null` where this host sends the packet. */
export function csvLine(columns: PacketColumns, names: readonly FieldName[], packet: number): string {
  const fields = fieldsOf(columns, packet);
  return names.map((name) => cell(fields[name])).join(',');
}

function cell(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = Array.isArray(value) && value.every((one) => typeof one === 'number') ? value.join(' ') : textOf(value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
const textOf = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** What a described packet has to say to be this one. It says its length, so that no TCP options or data are supplied. */
function fieldsOf(columns: PacketColumns, packet: number): Fields {
  const protocol = columns.proto[packet]! & 255;
  const frag = columns.frag?.[packet] ?? 0;
  const fields: Fields = {};
  const iface = columns.in?.[packet] ?? UNSAID;
  if (iface !== UNSAID) fields.in = iface === FROM_HOST ? null : columns.interfaces[iface]!;
  fields.src = addressText(columns.src, columns, packet);
  fields.dst = addressText(columns.dst, columns, packet);
  fields.proto = protocolName(protocol);
  if ((frag & OFFSET) === 0) tellTransport(fields, columns, packet, protocol);
  fields.length = lengthOf(columns, packet);
  fields.ttl = (columns.ttl?.[packet] ?? TTL) & 255;
  const tos = (columns.tos?.[packet] ?? 0) & 255;
  if (tos !== 0) fields.tos = tos;
  if ((frag & DONT_FRAGMENT) !== 0 && columns.family !== 6) fields.df = true;
  if ((frag & OFFSET) !== 0) fields.frag = frag & OFFSET;
  if ((frag & FRAG_MORE) !== 0) fields.mf = true;
  tellEnvelope(fields, columns, packet);
  return fields;
}

const addressText = (addresses: Uint32Array, { family }: PacketColumns, packet: number): string =>
  formatAddress(family === 6 ? [...addresses.subarray(4 * packet, 4 * packet + 4)] : [addresses[packet]!]);

function tellTransport(fields: Fields, columns: PacketColumns, packet: number, protocol: number): void {
  const sport = columns.sport[packet]! & 0xffff;
  const dport = columns.dport[packet]! & 0xffff;
  if (protocol === icmpProtocol(columns.family ?? 4)) {
    fields.type = sport & 255;
    fields.code = dport & 255;
  } else if (hasPorts(protocol)) {
    fields.sport = sport;
    fields.dport = dport;
  }
  if (protocol !== Protocol.Tcp) return;
  const flags = columns.flags?.[packet] ?? SYN;
  fields.flags = [...FLAG_LETTERS].filter((_, bit) => (flags & (1 << bit)) !== 0).join('') || 'NONE';
}

function tellEnvelope(fields: Fields, columns: PacketColumns, packet: number): void {
  const { out, mark, time, uid, gid, path, state, told, interfaces } = columns;
  const leaves = out?.[packet] ?? UNSAID;
  if (leaves < UNSAID) fields.out = interfaces[leaves]!;
  if ((mark?.[packet] ?? 0) !== 0) fields.mark = mark![packet]!;
  if (time !== undefined && !Number.isNaN(time[packet])) fields.time = time[packet]!;
  if (uid !== undefined && uid[packet] !== NO_SOCKET) fields.uid = uid[packet]!;
  if (gid !== undefined && gid[packet] !== NO_SOCKET) fields.gid = gid[packet]!;
  const way = path?.[packet] ?? 0;
  if (way !== 0) fields.path = PATHS[way - 1]!;
  const known = state?.[packet] ?? 0;
  if (known !== 0) fields.state = STATES[known - 1]!;
  Object.assign(fields, told?.[packet]);
}
