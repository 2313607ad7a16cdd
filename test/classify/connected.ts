/** Connections that are remembered, by columns and by the bytecode: what one says of their packets, held against the other. */
import { type PacketDescription, readPacket } from '../../src/input/json.js';
import { type HostProgram, programOf } from '../../src/run/host-program.js';
import { parse } from '../../src/run/host-texts.js';
import { useOf } from '../../src/run/plan-of.js';
import { listOf, packed, timedPacket } from '../flow-packets.js';
import { Draw } from '../routing/random.js';
import { Traffic } from './beside.js';
import type { ConnectedCase } from './connected-cases.js';
import { columnsOfBytes, drawFlowRules, drawLongFlows } from './long-flows.js';
import { HOST, rulesOf } from './steps.js';
import { differing, inBatches, load, pieces } from './ways.js';

const FLOWS = 120;

/** Of tracking: mostly as the kernel begins, else a table that is full soon, short times, other rules of TCP. */
function drawSettings(draw: Draw): string[] {
  const settings = [
    `nf_conntrack_max=${draw.of([15, 40])}`,
    'nf_conntrack_buckets=8',
    'nf_conntrack_udp_timeout=1',
    'nf_conntrack_udp_timeout_stream=2',
    'nf_conntrack_tcp_timeout_established=3',
    'nf_conntrack_tcp_timeout_max_retrans=1',
    'nf_conntrack_tcp_timeout_unacknowledged=2',
    'nf_conntrack_tcp_max_retrans=1',
    'nf_conntrack_tcp_be_liberal=1',
    'nf_conntrack_tcp_loose=0',
    'nf_conntrack_icmp_timeout=1',
  ];
  return settings.filter(() => draw.chance(20)).map((setting) => `net.netfilter.${setting}`);
}

export async function caseLines(one: ConnectedCase): Promise<string[]> {
  const { rules, packets, host = HOST, sysctl = [], share = 0 } = one;
  const traffic = new Traffic();
  const program = programOf(parse([rulesOf(rules), ...host]), { sysctl });
  const lines = await connectedLines(program, packets.map(timedPacket), traffic);
  return traffic.share < share ? [...lines, `no more than ${traffic.share} of them go without a walk`] : lines;
}

/** Random rules, and flows through them. */
export async function flowLines(seed: number, traffic: Traffic): Promise<string[]> {
  const draw = new Draw(seed);
  const rules = drawFlowRules(draw);
  const program = programOf(parse([rules, ...HOST]), { sysctl: drawSettings(draw) });
  return await connectedLines(program, drawLongFlows(draw, FLOWS), traffic);
}

/** Lines that say where the two differ, in what becomes of packets, in counters, or in what the connections are at the end. */
export async function connectedLines(
  program: HostProgram,
  described: readonly PacketDescription[],
  traffic: Traffic,
): Promise<string[]> {
  const [columns, bytecode] = await Promise.all([load(program, 'columns'), load(program, 'bytecode')]);
  const packets = described.map((packet) => readPacket(packet).packet);
  // columns do not tell of these
  const isPlain = (place: number) => !('hex' in described[place]! || 'payload' in described[place]!);
  const plain = packets.filter((_, place) => isPlain(place));
  const given = columnsOfBytes(packed(plain, plain.length)[0]!);
  const ways = [
    { of: packets, batches: [packed(packets, 1000), packed(packets, 13)] },
    { of: plain, batches: [[given], pieces(given, [17, 1000, 1])] },
  ];
  return ways.flatMap(({ of, batches }) => {
    const expected = inBatches(bytecode, batches[0]!);
    const remembered = listOf(bytecode);
    return batches.flatMap((one) => {
      const counted = inBatches(columns, one);
      traffic.add(of.length, useOf(columns));
      const list = listOf(columns);
      return [
        ...differing(expected, counted, (place) => JSON.stringify(of[place])),
        ...remembered.filter((line) => !list.includes(line)).map((line) => `not remembered: ${line}`),
        ...list.filter((line) => !remembered.includes(line)).map((line) => `remembered: ${line}`),
      ];
    });
  });
}
