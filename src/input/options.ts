/** A packet written as options on the command line, in the words of iptables. */
import { PacketwalkError } from '../errors.js';
import { Protocol } from '../net/protocol.js';
import { FIELDS, FieldError, type FieldName, readField } from './fields.js';
import { type DescribedPacket, readFields } from './json.js';
import type { PacketOption } from './packet-option.js';
import { type Fallback, type ReadPacket, resolve } from './resolve.js';
import { TOLD_OPTIONS } from './told-options.js';

export const PACKET_OPTIONS: readonly PacketOption[] = [
  {
    name: 'in-interface',
    short: 'i',
    aliases: ['in'],
    field: 'in',
    shape: 'NAME',
    about: 'the interface that the packet comes in on',
  },
  {
    name: 'out-interface',
    short: 'o',
    aliases: ['out'],
    field: 'out',
    shape: 'NAME',
    about: 'the interface that it leaves by, where no routes are given or its destination is link-local',
  },
  {
    name: 'protocol',
    short: 'p',
    aliases: ['proto'],
    field: 'proto',
    shape: 'PROTO',
    about: 'tcp, udp, icmp … or a number',
  },
  { name: 'source', short: 's', aliases: ['src'], field: 'src', shape: 'ADDRESS', about: 'source address' },
  { name: 'destination', short: 'd', aliases: ['dst'], field: 'dst', shape: 'ADDRESS', about: 'destination address' },
  { name: 'sport', aliases: ['source-port'], field: 'sport', shape: 'PORT', about: 'source port' },
  { name: 'dport', aliases: ['destination-port'], field: 'dport', shape: 'PORT', about: 'destination port' },
  { name: 'syn', field: 'flags', shape: '', means: 'SYN', about: 'TCP that opens a connection: --flags SYN' },
  { name: 'flags', aliases: ['tcp-flags'], field: 'flags', shape: 'FLAGS', about: 'TCP flags: SYN,ACK or SA' },
  { name: 'seq', field: 'seq', shape: 'NUMBER', about: 'sequence number' },
  { name: 'ack', field: 'ack', shape: 'NUMBER', about: 'acknowledgement number' },
  { name: 'window', field: 'window', shape: 'NUMBER', about: 'TCP window' },
  { name: 'tcp-options', field: 'tcpopts', shape: 'HEX', about: 'TCP options' },
  {
    name: 'icmp-type',
    aliases: ['icmpv6-type'],
    field: 'type',
    shape: 'TYPE[/CODE]',
    about: 'ICMP type: a name of iptables or numbers',
  },
  { name: 'icmp-id', field: 'id', shape: 'NUMBER', about: 'identifier of a ping' },
  { name: 'length', field: 'length', shape: 'BYTES', about: 'IP total length' },
  { name: 'ttl', aliases: ['hl'], field: 'ttl', shape: 'NUMBER', about: 'time to live; of IPv6 the hop limit' },
  { name: 'tos', field: 'tos', shape: 'NUMBER', about: 'type of service, the whole byte' },
  { name: 'mark', field: 'mark', shape: 'NUMBER', about: 'firewall mark' },
  { name: 'ipid', field: 'ipid', shape: 'NUMBER', about: 'identification of the IP header' },
  { name: 'df', field: 'df', shape: '', means: true, about: 'do not fragment' },
  { name: 'mf', field: 'mf', shape: '', means: true, about: 'more fragments follow' },
  { name: 'frag', field: 'frag', shape: 'NUMBER', about: 'fragment offset in units of 8 bytes' },
  { name: 'payload', field: 'payload', shape: 'HEX', about: 'what follows the transport header' },
  { name: 'time', field: 'time', shape: 'TIME', about: 'seconds, or ISO 8601' },
  {
    name: 'mac',
    aliases: ['mac-source'],
    field: 'mac',
    shape: 'ADDRESS',
    about: 'the link-layer address it comes from',
  },
  {
    name: 'pkttype',
    aliases: ['pkt-type'],
    field: 'pkttype',
    shape: 'KIND',
    about: 'the frame it comes in: unicast, broadcast, multicast or otherhost',
  },
  {
    name: 'state',
    aliases: ['ctstate'],
    field: 'state',
    shape: 'STATE',
    about: 'state of its connection, taken as given: NEW, ESTABLISHED …',
  },
  {
    name: 'path',
    field: 'path',
    shape: 'PATH',
    about: 'input, forward or output, where addresses and routes are not given',
  },
  ...TOLD_OPTIONS,
  { name: 'hex', field: 'hex', shape: 'HEX', about: 'the whole IP packet instead' },
];

/** The property under which commander keeps an option's value. */
const optionKey = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const EXAMPLE = 'for example: -i eth0 -p tcp -s 8.8.8.8 --sport 51000 -d 192.168.1.51 --dport 443 --syn';

/**
 * The packet that option values describe, keyed by `optionKey` of a name or an alias; values are texts, or true for an
 * option that takes none. Other keys are not looked at. What a line of text says besides holds where no option says
 * otherwise. `fallback`: addresses that stand for those that it does not say.
 */
export function packetFromOptions(
  values: Readonly<Record<string, unknown>>,
  line?: DescribedPacket,
  fallback?: Fallback,
): ReadPacket {
  const told = line === undefined ? { given: {}, notes: [] } : readFields(line.description, line.placeOf);
  const { given } = told;
  const written = new Map<FieldName, string>();
  const fail = (field: FieldName, message: string, code: string): never => {
    const label = written.get(field) ?? labelOf(field);
    const place = written.has(field) ? undefined : line?.placeOf(field);
    const hint = code === 'missing-field' ? EXAMPLE : undefined;
    throw new PacketwalkError(`${label}: ${message}`, { code, place, hint });
  };
  try {
    for (const option of PACKET_OPTIONS) {
      for (const name of [option.name, ...(option.aliases ?? [])]) {
        const value = values[optionKey(name)];
        if (value === undefined || value === false) continue;
        const label = name === option.name ? shortest(option) : `--${name}`;
        const before = written.get(option.field);
        if (before !== undefined)
          fail(option.field, `given together with ${label}: one of them is enough`, 'bad-option');
        written.set(option.field, label);
        if (option.shape !== '' && isOption(String(value)))
          throw new PacketwalkError(`${label}: "${value}" is not ${FIELDS[option.field].expects}`, {
            code: 'bad-field',
            hint: `${value} is an option: the value of ${label} is missing`,
          });
        readField(given, option.field, option.shape === '' ? option.means : value);
      }
    }
    const { packet, unused } = resolve(given, fallback);
    if (written.get('flags') === '--syn' && packet.kind === 'fields' && packet.protocol !== Protocol.Tcp)
      throw new PacketwalkError('--syn needs -p tcp', { code: 'bad-option' });
    const notes = unused.map((field) => ({
      severity: 'note' as const,
      code: 'unused-field',
      message: `${written.get(field) ?? field}: this packet has no such field, and it is not used`,
    }));
    return { packet, notes: [...(line?.notes ?? []), ...told.notes, ...notes] };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return fail(error.field, error.message, error.code);
  }
}

/** Behind an option, where its value was forgotten. */
const isOption = (text: string): boolean =>
  PACKET_OPTIONS.some(
    ({ name, short, aliases = [] }) => text === `-${short}` || [name, ...aliases].some((one) => text === `--${one}`),
  );

const shortest = (option: PacketOption): string =>
  option.short === undefined ? `--${option.name}` : `-${option.short}`;

function labelOf(field: FieldName): string {
  const option = PACKET_OPTIONS.find((candidate) => candidate.field === field);
  return option === undefined ? field : shortest(option);
}
