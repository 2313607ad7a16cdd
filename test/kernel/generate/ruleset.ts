/**
 * Tables, chains and rules. A chain draws its rules around packets that reach it: a built-in chain around packets of
 * its hook, a user chain around the witnesses of the rules that jump to it, so that deep rules can be reached.
 */
import { drawnFamily } from './address.js';
import type { Clause, Place, Table } from './clause.js';
import * as core from './core.js';
import { type Draft, hasPorts, TCP, turned } from './draft.js';
import { drawAt, type Hook, mutate, type Pools } from './draw.js';
import * as outside from './outside.js';
import type { Random } from './random.js';
import type { SetBook } from './sets.js';
import { drawTarget, drawTranslation, type Target } from './targets.js';
import { ecnTcp, multiport, ofProtocol, tcpmss } from './transport.js';
import { CONNECTION, CORE, HEADER, HEADER6, HOST } from './weights.js';

export interface Rule {
  clauses: Clause[];
  target: Target;
  /** a packet that most of its clauses were drawn to match. */
  witness: Draft;
}

export interface Chain {
  name: string;
  /** of a built-in chain. */
  policy: 'ACCEPT' | 'DROP' | undefined;
  hooks: readonly Hook[];
  seeds: Draft[];
  rules: Rule[];
}

export interface DrawnTable {
  name: Table;
  chains: Chain[];
}

export const HOOKS: Record<Table, readonly Hook[]> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** 1: filter alone; 2: all tables; 3 and 4: with groups of packets. */
export type Level = 1 | 2 | 3 | 4;

/** What rules are drawn from, beside their place. */
export interface Wanted {
  level: Level;
  /** packets come in groups. */
  flows: boolean;
  tracking: boolean;
  expire: boolean;
  /** rate estimators that are there before any other rule asks for them. */
  estimators: readonly string[];
  /** also translations whose result the kernel draws or hashes. */
  randomNat: boolean;
}

function dropping(name: Table, { flows }: Wanted): number {
  if (name === 'filter') return flows ? 0.12 : 0.35;
  return flows ? 0.02 : 0.05;
}

/** As most hosts begin their filter. */
const ESTABLISHED: Pick<Rule, 'clauses' | 'target'> = {
  clauses: [{ kind: 'conntrack ctstate', negated: false, text: '-m conntrack --ctstate RELATED,ESTABLISHED' }],
  target: { kind: 'ACCEPT', text: '-j ACCEPT', terminal: true },
};

export function drawTable(
  r: Random,
  pools: Pools,
  sets: SetBook,
  name: Table,
  rules: number,
  wanted: Wanted,
): DrawnTable {
  const builtin = HOOKS[name].map(
    (hook): Chain => ({
      name: hook,
      policy: r.chance(dropping(name, wanted)) ? 'DROP' : 'ACCEPT',
      hooks: [hook],
      seeds: [],
      rules: [],
    }),
  );
  const users = Array.from(
    { length: Math.min(12, Math.ceil((rules / 8) * (0.5 + r.below(100) / 100))) },
    (_, i): Chain => {
      const hooks = r.chance(0.5) ? [r.pick(HOOKS[name])] : HOOKS[name];
      return {
        name: r.chance(0.1) ? `A:chain,with-a.long_name-${i}` : `${name}-${i}`,
        policy: undefined,
        hooks,
        seeds: [],
        rules: [],
      };
    },
  );
  const chains = [...builtin, ...users];
  chains.forEach((chain, i) => {
    // the later a chain, the fewer rules are left for it
    const share =
      i === chains.length - 1 ? rules : Math.round((rules / (chains.length - i)) * (0.5 + r.below(100) / 100));
    const at: Place = {
      r,
      pools,
      sets,
      table: name,
      hooks: chain.hooks,
      builtin: chain.policy !== undefined,
      tracking: wanted.tracking,
      expire: wanted.expire,
      flows: wanted.flows,
      estimators: wanted.estimators,
      anyTable: wanted.level > 1,
    };
    // a chain reaches only those behind it, so that no loop arises, and only those that stand all of its hooks
    const below = users.filter(
      (user, k) => builtin.length + k > i && chain.hooks.every((hook) => user.hooks.includes(hook)),
    );
    if (wanted.flows && name === 'filter' && at.builtin && r.chance(0.35))
      chain.rules.push({ ...ESTABLISHED, witness: drawAt(r, pools, chain.hooks[0]!) });
    for (let n = Math.min(share, rules); n > 0; n--) {
      chain.rules.push(drawRule(at, chain, below, wanted));
      rules--;
    }
    if (wanted.flows && name === 'nat' && at.builtin && r.chance(0.6)) chain.rules.push(...drawBroad(at, chain));
  });
  return { name, chains };
}

/** At the end of a chain of nat: what no rule before has taken, or what of it is of one protocol, is translated. */
function drawBroad(at: Place, chain: Chain): Rule[] {
  const witness = drawAt(at.r, at.pools, at.r.pick(chain.hooks));
  const proto = at.r.chance(0.5) ? witness.proto : undefined;
  const clauses: Clause[] = [];
  if (proto !== undefined) clauses.push({ kind: '-p', negated: false, text: `-p ${core.protocolText(proto)}` });
  const target = drawTranslation(witness, at, proto);
  return target === undefined ? [] : [{ clauses, witness, target }];
}

function drawRule(at: Place, chain: Chain, below: Chain[], wanted: Wanted): Rule {
  const { r, pools } = at;
  let witness = chain.seeds.length > 0 ? r.pick(chain.seeds) : drawAt(r, pools, r.pick(chain.hooks));
  if (r.chance(0.3)) witness = mutate(r, pools, witness);
  // what is answered is met from the other side too
  if (at.flows && chain.hooks.every((hook) => BOTH_WAYS.includes(hook)) && r.chance(0.3) && isForwarded(witness))
    witness = turned(witness);
  // fragments and odd flags are rare among packets; rules for them are drawn around their own
  if (r.chance(0.03)) witness = { ...witness, frag: 2, df: false, quote: undefined, size: 16 };
  const jump = below.length > 0 && r.chance(0.24) ? r.pick(below) : undefined;
  const { clauses, proto } = drawClauses(witness, at, wanted, jump === undefined ? undefined : r.between(0, 2));
  if (jump !== undefined) {
    jump.seeds.push(witness);
    const goTo = r.chance(0.2);
    return {
      clauses,
      witness,
      target: { kind: goTo ? 'goto' : 'jump', text: `-${goTo ? 'g' : 'j'} ${jump.name}`, terminal: goTo },
    };
  }
  const target = drawTarget(witness, at, proto, wanted.randomNat);
  // a broad rule that ends the walk would hide all behind it
  const narrow = (): number => clauses.filter((clause) => !clause.negated && clause.kind !== 'comment').length;
  if (target.terminal)
    // nat has what flows need first of all
    for (let tries = 0; narrow() < (at.flows && at.table === 'nat' ? 1 : 3) && tries < 6; tries++)
      clauses.push(...drawClauses(witness, at, wanted, 1, clauses).clauses);
  return { clauses, witness, target };
}

const BOTH_WAYS: readonly Hook[] = ['PREROUTING', 'FORWARD', 'POSTROUTING'];
const isForwarded = (d: Draft): boolean => d.in !== null && d.out !== 'lo';

const isCore = (kind: string): boolean => kind.startsWith('-');

/** Clauses in the order in which they may stand: the rule's own options, then what needs its protocol, then the rest. */
function drawClauses(
  d: Draft,
  at: Place,
  wanted: Wanted,
  count?: number,
  before: readonly Clause[] = [],
): { clauses: Clause[]; proto: number | undefined } {
  const { r } = at;
  const clauses: Clause[] = [];
  const taken = new Set(before.map((clause) => clause.kind.split(' ')[0]));
  const add = (clause: Clause | undefined): void => {
    if (clause === undefined || taken.has(clause.kind.split(' ')[0])) return;
    taken.add(clause.kind.split(' ')[0]);
    clauses.push(clause);
  };
  let proto: number | undefined;
  if (before.length === 0 && r.chance(0.6)) {
    if (r.chance(0.8)) {
      proto = d.proto;
      add({ kind: '-p', negated: false, text: `-p ${core.protocolText(d.proto)}` });
    } else add(core.protocol(d, at));
  }
  const others = [
    ...HEADER,
    ...(drawnFamily() === 6 ? HEADER6 : []),
    ...(wanted.level > 1 ? HOST : []),
    ...(at.tracking ? CONNECTION : []),
  ];
  const wantedCount =
    count ??
    r.weighted([
      [3, 0],
      [25, 1],
      [40, 2],
      [22, 3],
      [10, 4],
    ]);
  const drawn: Clause[] = [];
  for (let n = 0; n < wantedCount; n++) {
    // the options of the rule stand first, unless something is already there for them to follow
    if (before.length === 0 && r.chance(0.4)) add(r.weighted(CORE)(d, at));
    else {
      const clause = r.weighted(others)(d, at);
      if (clause !== undefined && !isCore(clause.kind)) drawn.push(clause);
    }
  }
  if (proto !== undefined) {
    if (r.chance(0.7)) for (const clause of ofProtocol(d, at)) clauses.push(clause);
    if (hasPorts(d.proto) && r.chance(0.25)) add(multiport(d, at));
    if (d.proto === TCP && r.chance(0.1)) add(tcpmss(d, at));
    if (d.proto === TCP && r.chance(0.1)) add(ecnTcp(d, at));
    if (d.proto === TCP && r.chance(0.03)) add(outside.osf(d, at));
  }
  for (const clause of drawn) add(clause);
  return { clauses, proto };
}

export const ruleText = ({ clauses, target }: Rule): string =>
  [...clauses.map((clause) => clause.text), target.text].filter((text) => text !== '').join(' ');

/** The table as iptables-restore reads it. */
export function tableText({ name, chains }: DrawnTable): string {
  const lines = [`*${name}`, ...chains.map((chain) => `:${chain.name} ${chain.policy ?? '-'} [0:0]`)];
  for (const chain of chains)
    for (const rule of chain.rules) lines.push(`-A ${chain.name} ${ruleText(rule)}`.trimEnd());
  return `${[...lines, 'COMMIT'].join('\n')}\n`;
}
