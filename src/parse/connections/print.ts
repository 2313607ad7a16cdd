/** Prints connections to the character as `conntrack -L` does (snprintf_default.c of libnetfilter_conntrack 1.0.9). */
import { CT_STATUS_ASSURED, CT_STATUS_SEEN_REPLY } from '../../abi.js';
import {
  type Connection,
  type ConnectionTuple,
  CT_STATUS_HW_OFFLOAD,
  CT_STATUS_OFFLOAD,
} from '../../model/connection.js';
import type { Counters } from '../../model/ruleset.js';
import { formatAddress } from '../../net/address.js';
import { connectionProtocolName, partsOf } from './protocols.js';

/** What stands behind -o. */
export interface ConnectionForm {
  /** the family before all. */
  readonly extended?: boolean;
  /** the entry's number, of those that have one. */
  readonly id?: boolean;
}

/** As many lines as are joined at once: until then each is a tree of its parts, many times its size. */
const LINES = 1000;

/** A line each, in the order given. */
export function printConnections(connections: Iterable<Connection>, form: ConnectionForm = {}): string {
  const texts: string[] = [];
  let lines: string[] = [];
  for (const connection of connections) {
    lines.push(printConnection(connection, form), '\n');
    if (lines.length < 2 * LINES) continue;
    texts.push(lines.join(''));
    lines = [];
  }
  return texts.join('') + lines.join('');
}

/** Without a line end. */
export function printConnection(connection: Connection, { extended = false, id = false }: ConnectionForm): string {
  const { family, protocol, status, zones, counters, age, use, security, helper, labels } = connection;
  let text = extended ? `ipv${family}     ${family === 4 ? 2 : 10} ` : '';
  text += `${connectionProtocolName(protocol).padEnd(8)} ${protocol}`;
  const offloaded = (status & CT_STATUS_OFFLOAD) !== 0;
  // of an entry that a flow table serves the kernel tells neither (ctnetlink_dump_info)
  if (!offloaded) {
    text += ` ${connection.timeout}`;
    if (connection.state !== undefined) text += ` ${connection.state}`;
  }
  text += tupleText(connection.original, protocol);
  if (zones.original !== zones.reply && zones.original !== 0) text += ` zone-orig=${zones.original}`;
  text += countersText(counters?.original);
  if (!(status & CT_STATUS_SEEN_REPLY)) text += ' [UNREPLIED]';
  text += tupleText(connection.reply, protocol);
  if (zones.original !== zones.reply && zones.reply !== 0) text += ` zone-reply=${zones.reply}`;
  text += countersText(counters?.reply);
  if (status & CT_STATUS_HW_OFFLOAD) text += ' [HW_OFFLOAD]';
  else if (offloaded) text += ' [OFFLOAD]';
  else if (status & CT_STATUS_ASSURED) text += ' [ASSURED]';
  text += ` mark=${connection.mark}`;
  if (security !== undefined) text += ` ${security}`;
  if (zones.original === zones.reply && zones.reply !== 0) text += ` zone=${zones.reply}`;
  if (age !== undefined) text += ` delta-time=${age}`;
  if (helper !== undefined) text += ` helper=${helper}`;
  text += ` use=${use ?? 1}`;
  if (id && connection.id !== undefined) text += ` id=${connection.id}`;
  if (labels !== undefined) text += labels === '' ? ' labels' : ` labels=${labels}`;
  return text;
}

function tupleText({ src, dst, sport, dport, type, code, id }: ConnectionTuple, protocol: number): string {
  const addresses = ` src=${formatAddress(src)} dst=${formatAddress(dst)}`;
  switch (partsOf(protocol)) {
    case 'ports':
      return `${addresses} sport=${sport} dport=${dport}`;
    case 'keys':
      return `${addresses} srckey=0x${sport.toString(16)} dstkey=0x${dport.toString(16)}`;
    case 'icmp':
      return `${addresses} type=${type} code=${code} id=${id}`;
    default:
      return addresses;
  }
}

const countersText = (counters: Counters | undefined): string =>
  counters === undefined ? '' : ` packets=${counters.packets} bytes=${counters.bytes}`;
