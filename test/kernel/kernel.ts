/** The judge: a scenario goes into the real kernel, in a network namespace of its own, and each packet's fate comes out. */
import { Agent, type Ran } from './agent.js';
import type { CapturedHost, KernelResult, PacketLine, PacketOut, Scenario } from './scenario.js';
import { planSetup } from './setup.js';

export { kernelIsYoung, kernelMissing, kernelTitle } from './agent.js';

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
  /**
   * A fresh namespace with the scenario's host and rules. Its packets are not sent yet. Rejects with KernelRefused.
   * What is asked next need not wait for it, but it must be over before the next load.
   */
  load(scenario: Omit<Scenario, 'packets'>): Promise<void>;
  /** Other rules for the host as it is by then. */
  restore(rules: string, ...options: string[]): Promise<void>;
  /** One packet, by its `hex`. Calls need not wait for one another: packets go in the order of the calls. */
  send(packet: PacketLine): Promise<KernelResult>;
  /** Forgets what kept packets have left behind; whoever sends need not wait for it. */
  forget(): Promise<void>;
  /** The lines of `conntrack -L -o extended`, as things are when it is asked, and when it had said them, as send's time. */
  connections(): Promise<{ lines: string[]; time: number }>;
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
  time: number;
  cpu: number;
  error?: string;
}

export function openKernel(): Kernel {
  const agent = new Agent();
  let loading: Promise<Slot[]> = Promise.resolve([]);
  let family: 4 | 6 = 4;
  /** those that the rules named so far. */
  let tables = new Set<string>();

  const must = ({ status, output }: Ran, program: string): string => {
    if (status !== 0) throw new KernelRefused(program, output || `exit status ${status}`);
    return output;
  };

  const load: Kernel['load'] = (scenario) => {
    family = scenario.family;
    loading = ask(scenario);
    // whoever calls sees the refusal; a packet sent meanwhile sees it too
    loading.catch(() => {});
    return loading.then(() => {});
  };

  /** All requests at once, so that the agent never waits for us; what came behind a refusal is not looked at. */
  const ask = async ({ setup, sets, rules }: Omit<Scenario, 'packets'>): Promise<Slot[]> => {
    const { tuns, script } = planSetup(setup);
    const restore = `${iptables(family)}-restore`;
    // only tables that the text names: reading the counters of another would load it
    tables = new Set(tablesIn(rules));
    const [, made, ran, counted] = await Promise.all([
      agent.ask('fresh'),
      Promise.all(tuns.map((tun) => agent.ask(tun))),
      Promise.all([
        agent.run(['sh', '-e'], script),
        sets.trim() === '' ? undefined : agent.run(['ipset', 'restore'], sets),
        rules.trim() === '' ? undefined : agent.run([restore], rules),
      ]),
      countersOf(),
    ]);
    for (const [n, answer] of made.entries()) if (answer !== 'ok') throw new KernelRefused(tuns[n]!, answer);
    for (const [n, program] of ['set-up', 'ipset restore', restore].entries()) if (ran[n]) must(ran[n], program);
    return slotsOf(counted);
  };

  const countersOf = () => agent.ask(['tables', family, ...tables].join(' '));

  const slotsOf = (counted: string): Slot[] => {
    const answer = JSON.parse(counted) as TablesAnswer;
    if (answer.length < tables.size) throw new KernelRefused('counters', `no table ${[...tables][answer.length]}`);
    return answer.flatMap(([table, chains]) =>
      chains.flatMap(([chain, rules, policy]) => {
        const numbers = Array.from({ length: rules }, (_, i) => i + 1);
        return [...numbers, ...(policy ? [0] : [])].map((rule) => ({ table, chain, rule }));
      }),
    );
  };

  const restore: Kernel['restore'] = async (rules, ...options) => {
    const program = `${iptables(family)}-restore`;
    must(await agent.run([program, ...options], rules), program);
    for (const table of tablesIn(rules)) tables.add(table);
    loading = countersOf().then(slotsOf);
    await loading;
  };

  const send: Kernel['send'] = async (packet) => {
    const [text, slots] = await Promise.all([agent.ask(sendLine(packet)), loading]);
    const answer = JSON.parse(text) as SendAnswer;
    const result: KernelResult = { hits: [], policies: [], out: [], time: answer.time, cpu: answer.cpu };
    for (const [index, packets, bytes] of answer.hits) {
      const { table, chain, rule } = slots[index]!;
      if (rule === 0) result.policies.push({ table, chain, packets, bytes });
      else result.hits.push({ table, chain, rule, packets, bytes });
    }
    result.out = answer.out.map(([hook, iface, mark, hex]) => ({ hook, iface, hex, mark }));
    if (answer.error !== undefined) result.sendError = answer.error;
    return result;
  };

  const forget: Kernel['forget'] = async () => {
    const answer = await agent.ask('forget');
    if (answer !== 'ok') throw new Error(`forget: ${answer}`);
  };

  const connections: Kernel['connections'] = async () => {
    const [said, time] = await Promise.all([
      output('conntrack', '-L', '-f', `ipv${family}`, '-o', 'extended'),
      agent.ask('clock'),
    ]);
    // it says how many there are on its other output
    return { lines: said.split('\n').filter((line) => /^ipv[46] /.test(line)), time: Number(time) };
  };

  const output: Kernel['output'] = async (...command) => must(await agent.run(command), command.join(' '));

  const capture: Kernel['capture'] = async () => {
    const shows = async (options: string[], commands: string[]): Promise<string[]> => {
      const batch = ['ip', '-j', ...options, '-batch', '-'];
      const lines = must(await agent.run(batch, `${commands.join('\n')}\n`), batch.join(' '))
        .trimEnd()
        .split('\n');
      if (lines.length !== commands.length) throw new Error(`${batch.join(' ')}: ${lines.length} lines`);
      return lines;
    };
    const [[addr, link], [route, rule], sysctls, sets] = await Promise.all([
      shows(['-d'], ['addr', 'link']),
      shows([family === 6 ? '-6' : '-4'], ['route show table all', 'rule']),
      agent.run(family === 6 ? [...SYSCTLS, '/proc/sys/net/ipv6'] : SYSCTLS),
      output('ipset', 'save'),
    ]);
    return {
      'addr.json': addr!,
      'route.json': route!,
      'rule.json': rule!,
      'link.json': link!,
      'sysctl.txt': sysctlText(sysctls.output),
      'sets.ipset': sets,
    };
  };

  const run: Kernel['run'] = async (scenario) => {
    const loaded = load(scenario);
    const results = Promise.all(scenario.packets.map(send));
    results.catch(() => {});
    await loaded;
    return results;
  };

  return { load, restore, send, forget, connections, capture, output, run, close: () => agent.close() };
}

const tablesIn = (rules: string): string[] => Array.from(rules.matchAll(/^\*([^\s:]+)/gm), (match) => match[1]!);

const iptables = (family: 4 | 6): string => (family === 6 ? 'ip6tables-legacy' : 'iptables-legacy');

function sendLine(packet: PacketLine): string {
  const { in: device, mark = 0, uid = 0, gid = 0, bind, keep, wait = 0, hex, mac, pkttype } = packet;
  if (device !== null && (mark !== 0 || uid !== 0 || gid !== 0 || bind !== undefined)) {
    throw new Error('a packet from the wire has no mark, owner or bound link of its own');
  }
  if (!/^([0-9a-f]{2})+$/i.test(hex)) throw new Error(`not a packet in hexadecimal: ${hex}`);
  if (/[\s]/.test(device ?? bind ?? '')) throw new Error(`not a link: ${device ?? bind}`);
  const from = mac?.replaceAll(':', '') ?? '-';
  const to = FRAMES[pkttype ?? 'unicast'];
  return `send ${device ?? `-${bind ?? ''}`} ${mark >>> 0} ${uid} ${gid} ${keep ? 1 : 0} ${wait} ${hex} ${from} ${to}`;
}

/** To whom such a frame is. */
const FRAMES = { unicast: '-', broadcast: 'ffffffffffff', multicast: '01005e000001', otherhost: '020000fffffe' };

/** One program for hundreds of files; its status is that of those which cannot be read (write-only ones). */
const SYSCTLS = [
  ...['grep', '-rs', '--exclude-dir=neigh', '--exclude-dir=route', '.'],
  ...['/proc/sys/net/ipv4', '/proc/sys/net/netfilter'],
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
