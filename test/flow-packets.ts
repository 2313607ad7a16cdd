/** Packets of flows in a short form, and what becomes of each, in one line. */
import { type PacketDescription, readPacket } from '../src/input/json.js';
import { Pack } from '../src/input/pack.js';
import type { PacketBytes } from '../src/model/batch.js';
import { compareConnections } from '../src/model/connection.js';
import type { Packet } from '../src/model/packet.js';
import type { WalkResult } from '../src/model/trace.js';
import { printConnection } from '../src/parse/connections/print.js';
import type { SourceText } from '../src/parse/index.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import type { HostOptions } from '../src/run/host-options.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { bytesOf } from './captures.js';

/**
 * `PROTO SOURCE > DESTINATION [WORDS] [about PACKET]`: addresses with ports where the protocol has them; words are fields
 * as JSON has them (`ttl=1`); the flags of TCP stand by themselves (`SA`). An ICMP error is about a packet. What
 * 10.0.0.0/16 sends comes in by eth1, what the host's own addresses send is its own, and what has none yet, all else comes in by eth0.
 */
export function flowPacket(text: string): PacketDescription {
  const [, proto = '', src = '', sport, dst = '', dport, more = '', about] =
    /^(\S+) ([\d.]+)(?::(\d+))? > ([\d.]+)(?::(\d+))?(.*?)(?: about (.*))?$/.exec(text) ?? [];
  if (proto === '') throw new Error(`no packet: ${text}`);
  const words = more.split(' ').filter((word) => word !== '');
  const fields = words.map((word): [string, string | number] => {
    const [name = '', value] = word.split('=');
    return value === undefined ? ['flags', name] : [name, Number.isNaN(Number(value)) ? value : Number(value)];
  });
  const own = ['0.0.0.0', '192.0.2.1', '10.0.0.1'].includes(src);
  return {
    in: own ? null : src.startsWith('10.0.') ? 'eth1' : 'eth0',
    src,
    dst,
    proto,
    ...(sport === undefined ? {} : { sport: Number(sport) }),
    ...(dport === undefined ? {} : { dport: Number(dport) }),
    ...(proto === 'tcp' ? { flags: 'S' } : {}),
    ...Object.fromEntries(fields),
    ...(about === undefined ? {} : { payload: Buffer.from(bytesOf(flowPacket(about))).toString('hex') }),
  };
}

/** The same, `TIME ` before it: seconds. */
export function timedPacket(text: string): PacketDescription {
  const [, time, packet = text] = /^([\d.]+) (.*)$/.exec(text) ?? [];
  return { ...flowPacket(packet), ...(time === undefined ? {} : { time: Number(time) }) };
}

export async function loadFlows(texts: readonly SourceText[], options: HostOptions = {}): Promise<LoadedHost> {
  return (await createEngine()).load(programOf(parse(texts), options));
}

/** The state that rules see, the fate or why it went no further, and the packet that leaves. */
export function lineOf({ events, fate, by, out }: WalkResult): string {
  const tracked = events.find((event) => event.kind === 'tracked');
  const state = tracked?.kind === 'tracked' ? tracked.state : 'UNTRACKED';
  if (out === undefined) return `${state} ${by.why ?? fate}`;
  const end = (address: string, port: number | undefined) => (port === undefined ? address : `${address}:${port}`);
  return `${state} ${out.iface} ${end(out.src, out.sport)} > ${end(out.dst, out.dport)}`;
}

export const walkFlow = (host: LoadedHost, packets: readonly string[]): string[] =>
  packets.map((text) => lineOf(host.walk(readPacket(timedPacket(text)).packet)));

/** In batches of so many. */
export function packed(packets: readonly Packet[], rows: number): PacketBytes[] {
  const pack = new Pack(rows, 1 << 20);
  const batches: PacketBytes[] = [];
  for (const packet of packets) for (const batch of pack.add(packet)) batches.push(structuredClone(batch));
  return [...batches, ...pack.take()];
}

/** As `conntrack -L` prints them. */
export const listOf = (host: LoadedHost): string[] =>
  host
    .connections()
    .sort(compareConnections)
    .map((connection) => printConnection(connection, {}));
