/** Rules that remember together: by a name that several say, or as one rule to which several hooks lead. */
import type { HashlimitTest, HashPace } from '../../model/limit-test.js';
import { meaningOf, type Span } from '../../model/ruleset.js';
import type { FindingKind } from './kind.js';
import { type ChainView, type Ruleset, type RuleView, testsOf } from './ruleset.js';

/** Something with a name that a rule makes, unless another one has made it before. */
interface Shared {
  /** as people call it. */
  readonly kind: string;
  readonly name: string;
  /** what the rule says of it, by the options that say so. */
  readonly says: Readonly<Record<string, unknown>>;
  /** options that have to be the same, or the kernel refuses the rule. */
  readonly alike: readonly string[];
  readonly at?: Span | undefined;
}
interface Made {
  readonly shared: Shared;
  readonly chain: ChainView;
  readonly view: RuleView;
}
interface Differing extends Shared {
  readonly view: RuleView;
  readonly first: Made;
  readonly options: readonly string[];
}

/** As a kernel meets them: built-in chains, then those of users by their names (iptc_insert_chain of libiptc.c). */
function* inLoadOrder(rules: Ruleset): Generator<{ readonly chain: ChainView; readonly view: RuleView }> {
  for (const { chains } of rules.tables) {
    const all = [...chains.values()];
    const users = all.filter(({ builtin }) => !builtin).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const chain of [...all.filter(({ builtin }) => builtin), ...users])
      for (const view of chain.rules) if (!view.rule.refused) yield { chain, view };
  }
}

function sharedBy(view: RuleView): Shared[] {
  const found: Shared[] = [];
  for (const { test, at } of view.limits.open ? testsOf(view) : []) {
    if (test.kind !== 'host') continue;
    const { test: asked } = test;
    if (asked.what === 'recent')
      found.push({ kind: 'list', name: nameOf(asked.state), says: { mask: asked.mask }, alike: [], at });
    if (asked.what === 'hashlimit' && asked.name !== undefined)
      found.push({ kind: 'table', name: asked.name, says: tableOf(asked), alike: ['hashlimit-rate-match'], at });
  }
  for (const action of view.actions)
    if (action.kind === 'host' && action.act.what === 'RATEEST') {
      const { name, doubled, weight } = action.act;
      const says = { 'rateest-interval': doubled, 'rateest-ewmalog': weight };
      found.push({ kind: 'estimator', name, says, alike: Object.keys(says) });
    }
  // which timer it is no action says, as no packet fares otherwise for it
  const { target } = meaningOf(view.rule);
  if (target?.kind === 'extension' && target.use.name === 'IDLETIMER') {
    const { label, alarm } = target.use.options;
    found.push({ kind: 'timer', name: `${label?.value}`, says: { alarm: alarm !== undefined }, alike: ['alarm'] });
  }
  return found;
}
const nameOf = (state: string): string => state.slice(state.indexOf(':') + 1);

function tableOf({ pace, rate, modes, masks, ...table }: HashlimitTest): Record<string, unknown> {
  return {
    'hashlimit-rate-match': pace.of === 'window',
    'hashlimit-rate-interval': pace.of === 'window' && pace.interval,
    [RATE]: rate,
    'hashlimit-burst': burstOf(pace),
    'hashlimit-mode': modes,
    'hashlimit-htable-size': table.size,
    'hashlimit-htable-max': table.max,
    'hashlimit-htable-gcinterval': table.gc,
    'hashlimit-htable-expire': table.expire,
    'hashlimit-srcmask': masks.src,
    'hashlimit-dstmask': masks.dst,
  };
}
/** Or as its other name: both say the same of the table. */
const RATE = 'hashlimit-upto';
function burstOf(pace: HashPace): string {
  if (pace.of === 'packets') return String(BigInt(pace.cap) / BigInt(pace.cost));
  return pace.of === 'bytes' ? String(pace.refills) : String(pace.most / pace.rate);
}

/** The option's name in the rule, where it is given there. */
function given({ rule }: RuleView, option: string): string | undefined {
  const { matches, target } = meaningOf(rule);
  const uses = [...matches, ...(target?.kind === 'extension' ? [target.use] : [])];
  const names = option === RATE ? [RATE, 'hashlimit-above'] : [option];
  return names.find((name) => uses.some(({ options }) => options[name] !== undefined));
}

/** Rules that say otherwise than the first that names the same, and by which options. */
function* differing(rules: Ruleset): Generator<Differing> {
  const made = new Map<string, Made>();
  for (const { chain, view } of inLoadOrder(rules))
    for (const shared of sharedBy(view)) {
      const key = `${shared.kind} ${shared.name}`;
      const first = made.get(key);
      if (first === undefined) made.set(key, { shared, chain, view });
      else {
        const options = Object.keys(shared.says)
          .filter((option) => JSON.stringify(shared.says[option]) !== JSON.stringify(first.shared.says[option]))
          // what nobody says follows from others
          .flatMap((option) => given(view, option) ?? given(first.view, option) ?? []);
        if (options.length > 0) yield { ...shared, view, first, options };
      }
    }
}
const listOf = (options: readonly string[]): string => options.map((option) => `--${option}`).join(', ');
const nameOfChain = (chain: ChainView): string => `${chain.table.name} ${chain.name}`;

export const sharedRefused: FindingKind = {
  code: 'shared-state-refused',
  severity: 'error',
  title: 'a rule that the kernel refuses beside another one of the same name',
  about:
    'Two rules name the same timer of IDLETIMER, estimator of RATEEST or table of hashlimit, and say of it what cannot both be: with --alarm and without it, other times of an estimator, --hashlimit-rate-match and a limit. The kernel refuses the second rule (idletimer_tg_checkentry_v1, xt_rateest_tg_checkentry and hashlimit_mt_check_common in net/netfilter), and iptables-restore loads nothing of its table. Give each a name of its own, or the same options.',
  example: [
    '*filter\n-A INPUT -i eth0 -j IDLETIMER --timeout 60 --label up\n-A INPUT -i eth1 -j IDLETIMER --timeout 60 --label up --alarm\nCOMMIT\n',
  ],
  looksLike: [
    '*filter\n-A INPUT -i eth0 -j IDLETIMER --timeout 60 --label up\n-A INPUT -i eth1 -j IDLETIMER --timeout 90 --label up\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const { name, alike, view, first, options, at } of differing(rules)) {
      const wrong = options.filter((option) => alike.includes(option));
      if (wrong.length > 0)
        report.rule(
          view.rule,
          `the kernel refuses the rule: rule ${first.view.number} of ${nameOfChain(first.chain)} (line ${first.view.rule.line}) has "${name}" with another ${listOf(wrong)}`,
          at,
        );
    }
  },
};

export const sharedFirst: FindingKind = {
  code: 'shared-state-of-another-rule',
  severity: 'warning',
  title: 'what a rule says of a table or list that another rule has made',
  about:
    'Rules that name the same table of hashlimit, or the same list of recent, share it, and it is as the rule says that is loaded first: tables of a save in their order, in each the built-in chains, then those of users by their names. Rate, burst, mode, masks, size and times of hashlimit, and --mask of recent, count for nothing in every other rule (htable_find_get in net/netfilter/xt_hashlimit.c, recent_mt_check in xt_recent.c), and packets are counted by both. Give each rule a table of its own: another --hashlimit-name, another --name.',
  example: [
    '*filter\n-A INPUT -p tcp --dport 22 -m hashlimit --hashlimit-upto 5/min --hashlimit-mode srcip --hashlimit-name in -j ACCEPT\n-A INPUT -p udp --dport 53 -m hashlimit --hashlimit-upto 50/sec --hashlimit-mode srcip --hashlimit-name in -j ACCEPT\nCOMMIT\n',
    '*filter\n-A INPUT -p tcp --dport 22 -m recent --update --seconds 60 --hitcount 4 --name ssh -j DROP\n-A INPUT -p tcp --dport 22 -m recent --set --name ssh --mask 255.255.255.0\nCOMMIT\n',
  ],
  looksLike: [
    '*filter\n-A INPUT -p tcp --dport 22 -m hashlimit --hashlimit-upto 5/min --hashlimit-mode srcip --hashlimit-name in -j ACCEPT\n-A INPUT -p tcp --dport 22 -m hashlimit --hashlimit-above 5/min --hashlimit-mode srcip --hashlimit-name in -j DROP\nCOMMIT\n',
    '*filter\n-A INPUT -p tcp --dport 22 -m recent --update --seconds 60 --hitcount 4 --name ssh -j DROP\n-A INPUT -p tcp --dport 22 -m recent --set --name ssh\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const { name, alike, view, first, options, at } of differing(rules))
      if (!options.some((option) => alike.includes(option)))
        report.rule(
          view.rule,
          `"${name}" is as rule ${first.view.number} of ${nameOfChain(first.chain)} (line ${first.view.rule.line}) has it, which is loaded first: ${listOf(options)} here ${options.length > 1 ? 'count' : 'counts'} for nothing`,
          at,
        );
  },
};

/** What a rule uses up by itself, wherever its packets come from. */
const COUNTED = ['limit', 'quota'] as const;
const countedBy = (view: RuleView) =>
  testsOf(view).flatMap(({ test, at }) => {
    const counted = COUNTED.find((kind) => kind === (test.kind === 'host' ? test.test.what : test.kind));
    return counted === undefined ? [] : [{ counted, at }];
  });

export const countOfHooks: FindingKind = {
  code: 'count-of-several-hooks',
  severity: 'note',
  title: 'a limit or quota that packets of several hooks use up together',
  about:
    'The rule stands in a chain to which rules of several built-in chains lead, and is one rule all the same: its limit or quota is one count, which packets of all of them use up, and a packet that comes by twice twice. What comes in by INPUT may have spent what you meant for FORWARD. If each is to have its own, put such a rule before each jump. Nothing is said of rules that only log.',
  example: [
    '*filter\n:ping - [0:0]\n-A INPUT -p icmp -j ping\n-A FORWARD -p icmp -j ping\n-A ping -m limit --limit 5/sec -j ACCEPT\n-A ping -j DROP\nCOMMIT\n',
  ],
  looksLike: [
    '*filter\n:log - [0:0]\n-A INPUT -p icmp -j log\n-A FORWARD -p icmp -j log\n-A log -m limit --limit 5/sec -j LOG\n-A log -j DROP\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const { chain, view } of rules.rules()) {
      const hooks = chain.table.hooksOf(chain);
      if (hooks.length < 2 || !view.limits.open) continue;
      if (view.actions.length > 0 && view.actions.every(({ kind }) => kind === 'emit')) continue;
      for (const { counted, at } of countedBy(view))
        report.rule(view.rule, `packets of ${hooks.join(', ')} use up the ${counted} of this rule together`, at);
    }
  },
};
