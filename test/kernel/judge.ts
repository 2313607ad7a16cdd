/** One scenario before both: the kernel, and packetwalk with the host's texts as the kernel's host printed them. */
import { accountedBy } from './accounting.js';
import { type Asked, type Compare, type Compared, compare } from './compare.js';
import { epochNow, exchange } from './exchange.js';
import { type Kernel, KernelRefused } from './kernel.js';
import { groupsOf, tooClose, whatVaries } from './repeat.js';
import type { PacketLine, Scenario } from './scenario.js';

export interface Verdict {
  readonly packets: number;
  readonly open: Compared['open'];
  readonly differing: readonly {
    readonly packet: number;
    /** as it was sent. */
    readonly line: PacketLine;
    readonly lines: readonly string[];
  }[];
  /** packets that differ where the kernel itself did not answer the same when it was asked again. */
  readonly unrepeatable: readonly { readonly packet: number; readonly why: string }[];
  readonly drawn: number;
  readonly tables: number;
  readonly together: number;
  readonly byColumns: number;
  /** rules that the kernel counted, as `filter INPUT 3`. */
  readonly met: readonly string[];
  /** the kernel did not take the scenario. */
  readonly refused?: string;
}

export interface JudgeOptions {
  /** how often the kernel is asked once more where packets differ, to see whether it answers the same. Default: 2. */
  readonly again?: number;
  /** who compares. Default: this thread. */
  readonly compare?: Compare;
}

/** The kernel is asked everything in one go, so that it works on while another scenario is compared. */
async function ask(kernel: Kernel, scenario: Scenario): Promise<Asked> {
  const [loaded, captured, exchanged] = await Promise.allSettled([
    kernel.load(scenario),
    kernel.capture(),
    exchange(kernel, scenario),
  ]);
  if (loaded.status === 'rejected') throw loaded.reason;
  if (captured.status === 'rejected') throw captured.reason;
  if (exchanged.status === 'rejected') throw exchanged.reason;
  const { rules, family } = scenario;
  return {
    rules,
    family,
    captured: { ...captured.value, 'nfacct.txt': accountedBy(scenario.setup) },
    exchanged: exchanged.value,
    epoch: epochNow(),
  };
}

/** What the kernel said once, and how packetwalk differs from that. */
interface Attempt extends Asked, Compared {}

export async function judge(kernel: Kernel, scenario: Scenario, options: JudgeOptions = {}): Promise<Verdict> {
  const attempt = async (): Promise<Attempt> => {
    const asked = await ask(kernel, scenario);
    return { ...asked, ...(await (options.compare ?? compare)(asked)) };
  };
  let first: Attempt;
  try {
    first = await attempt();
  } catch (error) {
    if (!(error instanceof KernelRefused)) throw error;
    const nothing = {
      open: [],
      differing: [],
      unrepeatable: [],
      drawn: 0,
      tables: 0,
      together: 0,
      byColumns: 0,
      met: [],
    };
    return { packets: 0, ...nothing, refused: error.message };
  }
  const attempts = [first];
  if (first.differing.length > 0) for (let n = options.again ?? 2; n > 0; n--) attempts.push(await attempt());
  const counted = first.exchanged.flatMap(({ result: { hits } }) =>
    hits.map(({ table, chain, rule }) => `${table} ${chain} ${rule}`),
  );
  return {
    packets: scenario.packets.length,
    open: first.open,
    ...settle(attempts),
    drawn: first.drawn,
    tables: first.tables,
    together: first.together,
    byColumns: first.byColumns,
    met: [...new Set(counted)],
  };
}

/** Of packets that differ in the first attempt: those that do where the kernel answers the same, and the others. */
function settle(attempts: readonly Attempt[]): Pick<Verdict, 'differing' | 'unrepeatable'> {
  const [first] = attempts as [Attempt];
  const groups = groupsOf(first.exchanged.map(({ line }) => line));
  const differing: Verdict['differing'][number][] = [];
  const unrepeatable: Verdict['unrepeatable'][number][] = [];
  for (const group of new Set(first.differing.map(({ packet }) => groups[packet]!))) {
    const inside = ({ packet }: { packet: number }): boolean => packet >= group[0] && packet <= group[1];
    const clean = attempts.filter(({ exchanged }) => !tooClose(exchanged, group));
    const why =
      clean.length === 0
        ? 'a packet came as an entry may have ended: the machine was slow'
        : whatVaries(
            clean.map(({ exchanged }) => exchanged),
            group,
          );
    if (why !== undefined) unrepeatable.push(...first.differing.filter(inside).map(({ packet }) => ({ packet, why })));
    else {
      // none: it differed only where time had passed that should not have
      const shown = clean.find((one) => one.differing.some(inside));
      for (const { packet, lines } of shown?.differing.filter(inside) ?? [])
        differing.push({ packet, lines, line: shown!.exchanged[packet]!.line });
    }
  }
  return { differing, unrepeatable };
}

/**
 * The same without the packets that end at an open question here, and without their groups: they go on in the kernel,
 * where they may spend a token that a later packet then lacks, or make a connection that it belongs to. `open` says of
 * all packets which they were, `differing` counts those that are left.
 */
export async function judgeAnswered<S extends Scenario>(
  kernel: Kernel,
  scenario: S,
  options: JudgeOptions = {},
): Promise<{ scenario: S; verdict: Verdict }> {
  const open: Verdict['open'][number][] = [];
  for (let left = scenario; ; ) {
    const verdict = await judge(kernel, left, options);
    if (verdict.open.length === 0) {
      const packets = verdict.refused === undefined ? scenario.packets.length : 0;
      return { scenario: left, verdict: { ...verdict, packets, open } };
    }
    const gone = new Map(withGroups(verdict.open, groupsOf(left.packets)));
    open.push(...[...gone].map(([packet, why]) => ({ packet, why })));
    left = { ...left, packets: left.packets.filter((_, n) => !gone.has(n)) };
  }
}

/** Each of these packets with its question, and the others of its group, by which they are left out too. */
function* withGroups(open: Verdict['open'], groups: ReturnType<typeof groupsOf>): Generator<[number, string]> {
  for (const { packet, why } of open) {
    const [first, last] = groups[packet]!;
    for (let n = first; n <= last; n++) if (n !== packet) yield [n, `in one group with ${why}`];
  }
  for (const { packet, why } of open) yield [packet, why];
}
