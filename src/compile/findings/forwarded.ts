/** Packets whose destination is changed, and what filter makes of them then. */
import { Field, STATE_NEW, STATE_UNTRACKED, TranslateKind } from '../../abi.js';
import type { Translation } from '../../model/action.js';
import type { Ranges } from '../../model/ranges.js';
import type { HookName } from '../../model/ruleset.js';
import { type AddressRange, compareWords, formatAddress } from '../../net/address.js';
import { accepting, type Budget, budgetOf, mayAccept } from './accepts.js';
import type { FindingKind } from './kind.js';
import { type Limits, mayMeet, statesOf } from './limits.js';
import type { ChainView, Ruleset, RuleView } from './ruleset.js';

interface Sent {
  readonly chain: ChainView;
  readonly view: RuleView;
  readonly translation: Translation;
  /** what is known of its packets behind nat PREROUTING. */
  readonly after: Limits;
}

/** The rules of one kind that packets come to from nat PREROUTING. */
function* sentBy(rules: Ruleset, kind: TranslateKind): Generator<Sent> {
  for (const chain of rules.table('nat')?.chains.values() ?? []) {
    if (!chain.table.hooksOf(chain).includes('PREROUTING')) continue;
    for (const view of chain.rules) {
      const [action] = view.actions;
      if (action?.kind !== 'translate' || action.translation.kind !== kind || view.limits.never !== undefined) continue;
      const { translation } = action;
      yield { chain, view, translation, after: afterwards(view.limits, translation) };
    }
  }
}

/** The first packets of their connections: what was tested of their source stays, their destination is another. */
function afterwards({ numbers, interfaces }: Limits, { addresses, ports }: Translation): Limits {
  const known = new Map<Field, Ranges>([[Field.CtState, statesOf(STATE_NEW | STATE_UNTRACKED)]]);
  for (const field of KEPT) {
    const ranges = numbers.get(field);
    if (ranges !== undefined) known.set(field, ranges);
  }
  if (ports !== undefined) known.set(Field.Dport, [ports]);
  if (addresses?.min.length === 1) known.set(Field.Dst, [{ min: addresses.min[0]!, max: addresses.max[0]! }]);
  const arrives = interfaces.get(Field.InIf);
  return {
    numbers: known,
    interfaces: new Map(arrives === undefined ? [] : [[Field.InIf, arrives]]),
    tests: new Map(),
    header: true,
    open: false,
    reads: new Set(),
    never: undefined,
  };
}
const KEPT = [Field.Src, Field.Src + 1, Field.Src + 2, Field.Src + 3, Field.Proto, Field.Sport, Field.Dport] as Field[];

/** A hook of filter that was given whole. */
function hookOf(rules: Ruleset, hook: HookName): ChainView | undefined {
  const table = rules.table('filter');
  return table?.whole ? table.hook(hook) : undefined;
}

/** Whether an address that packets are sent to may be one of the host's own: then they go to INPUT. */
function mayBeOwn(rules: Ruleset, { min, max }: AddressRange, after: Limits, budget: Budget): boolean {
  if (min.length === 1 && min[0]! >>> 24 === 127) return true;
  const { addresses } = rules.host;
  if (addresses !== undefined)
    return addresses.some(
      ({ address }) =>
        address.length === min.length && compareWords(min, address) <= 0 && compareWords(address, max) <= 0,
    );
  // what INPUT lets in by the port is meant to come there
  const filter = rules.table('filter');
  if (filter === undefined || !after.numbers.has(Field.Dport)) return false;
  for (const chain of filter.chains.values()) {
    if (!filter.hooksOf(chain).includes('INPUT')) continue;
    for (const view of chain.rules.slice(0, chain.last && chain.rules.indexOf(chain.last) + 1))
      if (
        --budget.left < 0 ||
        (view.limits.numbers.has(Field.Dport) && mayMeet(view.limits, after) && mayAccept(view, chain))
      )
        return true;
  }
  return false;
}

const where = ({ addresses, ports }: Translation): string =>
  `${addresses === undefined ? '' : formatAddress(addresses.min)}${ports === undefined ? '' : ` port ${ports.min}`}`;

export const dnatNotForwarded: FindingKind = {
  code: 'dnat-not-forwarded',
  severity: 'warning',
  title: 'packets that DNAT sends on, and FORWARD drops',
  about:
    'The rule gives packets another destination, so that they pass FORWARD of the filter table on their way, and there their first packet is dropped: no rule lets it through. FORWARD sees the new address and the new port. Let them through: -A FORWARD -p tcp -d ADDRESS --dport PORT -j ACCEPT, or -m conntrack --ctstate DNAT -j ACCEPT for all that DNAT sends on. A rule for ESTABLISHED alone lets the packets after the first through, and there are none.',
  example: [
    '*nat\n-A PREROUTING -i eth0 -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.5:80\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -i eth0 -p tcp --dport 8080 -j ACCEPT\nCOMMIT\n',
  ],
  looksLike: [
    '*nat\n-A PREROUTING -i eth0 -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.5:80\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT\nCOMMIT\n',
  ],
  find(rules, report) {
    const forward = hookOf(rules, 'FORWARD');
    if (forward === undefined) return;
    const budget = budgetOf();
    for (const { view, translation, after } of sentBy(rules, TranslateKind.Destination)) {
      const { addresses } = translation;
      if (addresses === undefined || mayBeOwn(rules, addresses, after, budget)) continue;
      if (accepting(forward, { limits: after, of: 'some' }, budget) === undefined)
        report.rule(
          view.rule,
          `no rule of FORWARD lets through what is sent to ${where(translation)} here: its first packet is dropped`,
          view.rule.target?.kind === 'extension' ? view.rule.target.use.at : undefined,
          'FORWARD sees the new destination: -m conntrack --ctstate DNAT -j ACCEPT there lets all such packets through',
        );
    }
  },
};

export const redirectNotLetIn: FindingKind = {
  code: 'redirect-not-let-in',
  severity: 'warning',
  title: 'packets that REDIRECT sends to this host, and INPUT drops',
  about:
    'REDIRECT sends packets to a port of the host itself, so that they pass INPUT of the filter table, which sees the new port. No rule there lets their first packet in. Let in the port that is redirected to, not the one that clients name.',
  example: [
    '*nat\n-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -p tcp --dport 80 -j ACCEPT\nCOMMIT\n',
  ],
  looksLike: [
    '*nat\n-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -p tcp --dport 8000:8100 -j ACCEPT\nCOMMIT\n',
  ],
  find(rules, report) {
    const input = hookOf(rules, 'INPUT');
    if (input === undefined) return;
    const budget = budgetOf();
    for (const { view, translation, after } of sentBy(rules, TranslateKind.Redirect))
      if (accepting(input, { limits: after, of: 'some' }, budget) === undefined)
        report.rule(
          view.rule,
          `no rule of INPUT lets in what is redirected to${where(translation)} of this host: its first packet is dropped`,
        );
  },
};

const FORWARDING = {
  4: ['net.ipv4.ip_forward', 'net.ipv4.conf.all.forwarding'],
  6: ['net.ipv6.conf.all.forwarding'],
} as const;

export const forwardingOff: FindingKind = {
  code: 'forwarding-off',
  severity: 'warning',
  title: 'rules for packets that pass through, on a host that forwards none',
  about:
    'The settings that were given say that the kernel does not forward packets, and the rules send packets on to another host, or let some through FORWARD. Packets that are not for the host itself are dropped before they come to FORWARD, whatever its rules say. sysctl -w net.ipv4.ip_forward=1 turns it on until the next start, a line in /etc/sysctl.conf for good.',
  example: [
    '*nat\n-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5\nCOMMIT\n',
    'net.ipv4.ip_forward = 0\n',
  ],
  looksLike: [
    '*nat\n-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5\nCOMMIT\n',
    'net.ipv4.ip_forward = 1\n',
  ],
  find(rules, report) {
    const key = FORWARDING[rules.family].find((name) => rules.host.sysctls.get(name)?.trim() === '0');
    if (key === undefined) return;
    const budget = budgetOf();
    const message = `${key} is 0: the host forwards no packets, those that this rule is for neither`;
    for (const { view, translation, after } of sentBy(rules, TranslateKind.Destination))
      if (translation.addresses !== undefined && !mayBeOwn(rules, translation.addresses, after, budget))
        report.rule(view.rule, message);
    const filter = rules.table('filter');
    for (const chain of filter?.chains.values() ?? []) {
      const hooks = chain.table.hooksOf(chain);
      if (hooks.length !== 1 || hooks[0] !== 'FORWARD') continue;
      for (const view of chain.rules)
        if (view.actions.some((action) => action.kind === 'verdict' && action.verdict === 'accept'))
          report.rule(view.rule, message);
    }
  },
};
