/** A scenario's packets before the kernel: each sent when it is known what it is made of, and its connections seen. */
import type { Kernel } from './kernel.js';
import { made, senderOf } from './made.js';
import type { KernelResult, PacketLine, Scenario } from './scenario.js';
import { tapsOf } from './setup.js';

/** A packet with what the kernel made of it. */
export interface Exchanged {
  /** as it was sent. */
  readonly line: PacketLine;
  readonly result: KernelResult;
  /** of the last packet of a group of several: the connections just after it, a line each; none if that took too long. */
  readonly connections?: readonly string[];
}

/** Milliseconds since 1970 when the clock began that says when packets were sent. */
export const epochNow = (): number => Date.now() - Number(process.hrtime.bigint() / 1000n) / 1000;

/** Whether a packet is one of several; those that stand alone leave nothing that anybody would see. */
export const inGroup = (packets: readonly PacketLine[], n: number): boolean =>
  packets[n]!.keep === true || packets[n - 1]?.keep === true;

/** Sends all packets. What needs not wait for an answer does not. */
export async function exchange(
  kernel: Kernel,
  { packets, setup }: Pick<Scenario, 'packets' | 'setup'>,
): Promise<Exchanged[]> {
  const taps = tapsOf(setup);
  const asked: Promise<Exchanged>[] = [];
  const names = new Map<string, Promise<Exchanged>[]>();
  for (const [n, packet] of packets.entries()) {
    const of = (packet.answers ?? packet.quotes)?.packet;
    const others = of === undefined ? [] : await Promise.all(names.get(of) ?? []);
    const line = framed(made(packet, others.findLast(({ result }) => result.out.length > 0)?.result.out), taps);
    const coming = packet.keep || !inGroup(packets, n) ? sendOne(kernel, line) : sendLast(kernel, line);
    // whoever waits for all of them sees it
    coming.catch(() => {});
    asked.push(coming);
    if (packet.name !== undefined) names.set(packet.name, [...(names.get(packet.name) ?? []), coming]);
    // a group's names are its own
    if (!packet.keep) names.clear();
  }
  return Promise.all(asked);
}

/** What comes by a tap comes in a frame, and nothing else does. */
function framed(line: PacketLine, taps: ReadonlySet<string>): PacketLine {
  const { mac = senderOf(line.hex), pkttype = 'unicast', ...rest } = line;
  return line.in !== null && taps.has(line.in) ? { ...rest, mac, pkttype } : rest;
}

const sendOne = async (kernel: Kernel, line: PacketLine): Promise<Exchanged> => ({
  line,
  result: await kernel.send(line),
});

/** Milliseconds after which timeouts would not be those of the packet's moment any more. */
const SOON = 500;

async function sendLast(kernel: Kernel, line: PacketLine): Promise<Exchanged> {
  const [result, connections] = await Promise.all([
    kernel.send({ ...line, keep: true }),
    kernel.connections(),
    kernel.forget(),
  ]);
  return connections.time - result.time > SOON ? { line, result } : { line, result, connections: connections.lines };
}
