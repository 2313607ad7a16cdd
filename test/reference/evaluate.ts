/**
 * A second opinion on what rules say: filter, mangle, raw and security, marks and sets, for IPv4 without connection
 * tracking. It is slow and says each thing once, in the words of the kernel's ipt_do_table; it uses nothing of
 * src/parse, src/ext, src/compile, src/run or the core. What it does not know it refuses (words.ts).
 */
import { coreTest, type Test } from './core.js';
import { HEADER_MATCHES, type Reader } from './header.js';
import type { Packet } from './packet.js';
import { type Sets, setMatch } from './sets.js';
import { noTarget, type Target, targetOf, type Verdict } from './targets.js';
import { TRANSPORT_MATCHES } from './transport.js';
import { type Options, refuse, ruleWords, type Word, wordsOf } from './words.js';

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/**
 * The tables in the order in which a hook asks them (their priorities are -300, -150, 0 and 50), and the built-in
 * chains that each has, whether or not they are written down.
 */
const TABLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['raw', ['PREROUTING', 'OUTPUT']],
  ['mangle', ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']],
  ['filter', ['INPUT', 'FORWARD', 'OUTPUT']],
  ['security', ['INPUT', 'FORWARD', 'OUTPUT']],
]);

interface Rule {
  /** in the order in which they are asked. */
  readonly tests: readonly Test[];
  readonly target: Target | { readonly kind: 'jump' | 'goto'; readonly chain: string };
}
interface Chain {
  readonly name: string;
  /** of a built-in chain. */
  readonly policy: Verdict | undefined;
  readonly rules: Rule[];
}
type Chains = Map<string, Chain>;

/** `filter INPUT 3`, or `filter INPUT policy`, each time that it counts the packet. */
export type Count = (counter: string) => void;

export class Reference {
  private readonly tables: ReadonlyMap<string, Chains>;

  /** Throws Refused where it does not know what a text says. */
  constructor(rules: string, sets: Sets) {
    this.tables = readTables(rules, sets);
  }

  /** What becomes of a packet at a hook. */
  walk(hook: Hook, packet: Packet, count: Count): Verdict {
    for (const table of TABLES.keys()) {
      const chains = this.tables.get(table);
      const chain = chains?.get(hook);
      if (chains === undefined || chain === undefined) continue;
      const own: Count = (counter) => count(`${table} ${counter}`);
      let verdict = walkChain(chains, chain, packet, own);
      if (verdict === undefined) {
        own(`${hook} policy`);
        verdict = chain.policy!;
      }
      if (verdict !== 'accept') return verdict;
    }
    return 'accept';
  }
}

/** undefined: the packet comes back to the rule after the one that sent it here. */
function walkChain(chains: Chains, chain: Chain, packet: Packet, count: Count): Verdict | undefined {
  for (const [index, { tests, target }] of chain.rules.entries()) {
    const holds = tests.every((test) => test(packet));
    if (holds) count(`${chain.name} ${index + 1}`);
    const dropped = holds && target.kind === 'edit' ? target.edit(packet) : undefined;
    if (packet.hotDrop) return 'hot drop';
    if (dropped) return dropped;
    if (!holds || target.kind === 'edit') continue;
    if (target.kind === 'verdict') return target.verdict;
    if (target.kind === 'return') return undefined;
    const end = walkChain(chains, chains.get(target.chain)!, packet, count);
    // after goto nothing remembers this chain: its caller goes on
    if (end !== undefined || target.kind === 'goto') return end;
  }
  return undefined;
}

function readTables(text: string, sets: Sets): Map<string, Chains> {
  const tables = new Map<string, Chains>();
  const rules: { chain: Chain; chains: Chains; words: Word[] }[] = [];
  let chains: Chains = new Map();
  for (const line of text.split('\n').filter((one) => one !== '' && one !== 'COMMIT')) {
    const words = wordsOf(line);
    const [first, name = ''] = words.map((word) => word.text);
    if (first!.startsWith('*')) {
      const builtin = TABLES.get(first!.slice(1)) ?? refuse(line);
      if (tables.has(first!.slice(1))) refuse(`${line} twice`);
      chains = new Map(builtin.map((chain) => [chain, { name: chain, policy: 'accept', rules: [] }]));
      tables.set(first!.slice(1), chains);
    } else if (first!.startsWith(':')) {
      const chain = first!.slice(1);
      const builtin = chains.has(chain);
      chains.set(chain, { name: chain, policy: builtin ? policyOf(name) : undefined, rules: [] });
    } else if (first === '-A') {
      const chain = chains.get(name) ?? refuse(`the chain ${name}`);
      rules.push({ chain, chains, words: words.slice(2) });
    } else refuse(line);
  }
  for (const { chain, chains: known, words } of rules) chain.rules.push(readRule(words, known, sets));
  return tables;
}

const policyOf = (text: string): Verdict =>
  text === 'ACCEPT' ? 'accept' : text === 'DROP' ? 'drop' : refuse(`the policy ${text}`);

function readRule(words: readonly Word[], chains: Chains, sets: Sets): Rule {
  const { core, matches, target } = ruleWords(words);
  const tests = [coreTest(core), ...matches.map((options) => readMatch(options, sets))];
  for (const options of [core, ...matches]) options.end();
  if (target === undefined) return { tests, target: noTarget };
  const { name, goto, options } = target;
  const known = goto ? undefined : targetOf(name, options);
  options.end();
  if (known !== undefined) return { tests, target: known };
  return chains.has(name)
    ? { tests, target: { kind: goto ? 'goto' : 'jump', chain: name } }
    : refuse(`the target ${name}`);
}

const MATCHES: Readonly<Record<string, Reader>> = { ...HEADER_MATCHES, ...TRANSPORT_MATCHES };

function readMatch(options: Options, sets: Sets): Test {
  if (options.of === 'set') return setMatch(options, sets);
  return Object.hasOwn(MATCHES, options.of) ? MATCHES[options.of]!(options) : refuse(`the match ${options.of}`);
}
