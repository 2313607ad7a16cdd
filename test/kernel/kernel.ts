/** The judge: a scenario goes into the real kernel, in a network namespace of its own, and each packet's fate comes out. */
import { Agent, type Ran } from './agent.js';
import type { CapturedHost, KernelResult, PacketLine, PacketOut, Scenario } from './scenario.js';
import { planSetup } from './setup.js';

export { kernelIsYoung, kernelMissing } from './agent.js';

/** The kernel, or the program that speaks to it, did not take a scenario. */
export class KernelRefused extends Error {
  constructor(
    readonly program: string,
    readonly output: string,
  ) {
    super(`${program}: ${output.trim()}`);
    this.name = 'KernelRefused';
  }
}

export interface Kernel {
  /** A fresh namespace with the scenario's host and rules. Its packets are not sent yet. Rejects with KernelRefused. */
  load(scenario: Omit<Scenario, 'packets'>): Promise<void>;
  /** One packet. Calls need not wait for one another: packets go in the order of the calls. */
  send(packet: PacketLine): Promise<KernelResult>;
  /** The host as loaded, and what packets have changed of it since (sets). */
  capture(): Promise<CapturedHost>;
  /** What a program prints in the namespace, such as the host's addresses in the form for people. */
  output(...command: string[]): Promise<string>;
  /** load, then send all. */
  run(scenario: Scenario): Promise<KernelResult[]>;
  close(): Promise<void>;
}

/** The table and chain that a counter belongs to; rule 0 is the policy. */
interface Slot {
  table: string;
  chain: string;
  rule: number;
}

type TablesAnswer = [table: string, chains: [chain: string, rules: number, policy: boolean][]][];
interface SendAnswer {
  hits: [slot: number, packets: number, bytes: number][];
  out: [hook: PacketOut['hook'], iface: string, mark: number, hex: string][];
  error?: string;
}

export function openKernel(): Kernel {
  const agent = new Agent();
  let slots: Slot[] = [];
  let family: 4 | 6 = 4;

  const must = ({ status, output }: Ran, program: string): string => {
    if (status !== 0) throw new KernelRefused(program, output || `exit status ${status}`);
    return output;
  };

  const load: Kernel['load'] = async (scenario) => {
    family = scenario.family;
    slots = [];
    const { tuns, script } = planSetup(scenario.setup);
    await agent.ask('fresh');
    for (const name of tuns) {
      const answer = await agent.ask(`tun ${name}`);
      if (answer !== 'ok') throw new KernelRefused(`tun ${name}`, answer);
    }
    must(await agent.run(['sh', '-e'], script), 'set-up');
    if (scenario.sets.trim() !== '') must(await agent.run(['ipset', 'restore'], scenario.sets), 'ipset restore');
    const restore = `${iptables(family)}-restore`;
    if (scenario.rules.trim() !== '') must(await agent.run([restore], scenario.rules), restore);
    // only tables that the text names: reading the counters of another would load it
    const tables = new Set(Array.from(scenario.rules.matchAll(/^\*([^\s:]+)/gm), (match) => match[1]!));
    const answer = JSON.parse(await agent.ask(['tables', family, ...tables].join(' '))) as TablesAnswer;
    slots = answer.flatMap(([table, chains]) =>
      chains.flatMap(([chain, rules, policy]) => {
        const numbers = Array.from({ length: rules }, (_, i) => i + 1);
        return [...numbers, ...(policy ? [0] : [])].map((rule) => ({ table, chain, rule }));
      }),
    );
  };

  const send: Kernel['send'] = async (packet) => {
    const answer = JSON.parse(await agent.ask(sendLine(packet))) as SendAnswer;
    const result: KernelResult = { hits: [], policies: [], out: [] };
    for (const [index, packets, bytes] of answer.hits) {
      const { table, chain, rule } = slots[index]!;
      if (rule === 0) result.policies.push({ table, chain, packets, bytes });
      else result.hits.push({ table, chain, rule, packets, bytes });
    }
    result.out = answer.out.map(([hook, iface, mark, hex]) => ({ hook, iface, hex, mark }));
    if (answer.error !== undefined) result.sendError = answer.error;
    return result;
  };

  const output: Kernel['output'] = async (...command) => must(await agent.run(command), command.join(' '));

  const capture: Kernel['capture'] = async () => {
    const version = family === 6 ? '-6' : '-4';
    return {
      'addr.json': await output('ip', '-j', 'addr'),
      'route.json': await output('ip', version, '-j', 'route', 'show', 'table', 'all'),
      'rule.json': await output('ip', version, '-j', 'rule'),
      'link.json': await output('ip', '-j', '-d', 'link'),
      'sysctl.txt': sysctlText((await agent.run(SYSCTLS)).output),
      'sets.ipset': await output('ipset', 'save'),
      'rules.save': await output(`${iptables(family)}-save`),
    };
  };

  const run: Kernel['run'] = async (scenario) => {
    await load(scenario);
    return Promise.all(scenario.packets.map(send));
  };

  return { load, send, capture, output, run, close: () => agent.close() };
}

const iptables = (family: 4 | 6): string => (family === 6 ? 'ip6tables-legacy' : 'iptables-legacy');

function sendLine({ in: device, mark = 0, uid = 0, gid = 0, bind, keep, hex }: PacketLine): string {
  if (device !== null && (mark !== 0 || uid !== 0 || gid !== 0 || bind !== undefined)) {
    throw new Error('a packet from the wire has no mark, owner or bound link of its own');
  }
  if (!/^([0-9a-f]{2})+$/i.test(hex)) throw new Error(`not a packet in hexadecimal: ${hex}`);
  if (/[\s]/.test(device ?? bind ?? '')) throw new Error(`not a link: ${device ?? bind}`);
  return `send ${device ?? `-${bind ?? ''}`} ${mark >>> 0} ${uid} ${gid} ${keep ? 1 : 0} ${hex}`;
}

/** One program for a thousand files; its status is that of those which cannot be read (write-only ones). */
const SYSCTLS = [
  ...['grep', '-rs', '--exclude-dir=neigh', '--exclude-dir=route', '.'],
  ...['/proc/sys/net/ipv4', '/proc/sys/net/ipv6', '/proc/sys/net/netfilter'],
];

/** `/proc/sys/net/ipv4/conf/eth0.5/rp_filter:0` as sysctl prints it: `net.ipv4.conf.eth0/5.rp_filter = 0`. */
function sysctlText(found: string): string {
  const lines: string[] = [];
  for (const line of found.split('\n')) {
    const match = /^\/proc\/sys\/([^:]+):(.*)$/.exec(line);
    if (match) lines.push(`${match[1]!.replace(/[./]/g, (c) => (c === '/' ? '.' : '/'))} = ${match[2]}`);
  }
  return `${lines.sort().join('\n')}\n`;
}
