/** Rules that no packet fits: for what they ask, or for where they stand. */
import { Field, STATE_INVALID, STATE_NEW, STATE_RELATED, STATE_UNTRACKED } from '../../abi.js';
import { common } from '../../model/ranges.js';
import type { HookName, Span } from '../../model/ruleset.js';
import type { FindingKind } from './kind.js';
import { statesOf } from './limits.js';
import { type ChainView, type Ruleset, type RuleView, testsOf } from './ruleset.js';

export const valueBeyondMask: FindingKind = {
  code: 'value-beyond-mask',
  severity: 'warning',
  title: 'a value with bits beyond its mask',
  about:
    'The match looks at some bits only, and wants one that is not among them: --mark 0x3/0x1, or --tcp-flags SYN ACK, where the first list says which flags are looked at and the second which of those are set. It never holds. Widen the mask, or take the bit out of the value.',
  example: ['*filter\n-A INPUT -p tcp --tcp-flags SYN,RST ACK -j DROP\nCOMMIT\n'],
  looksLike: ['*filter\n-A INPUT -p tcp --tcp-flags SYN,ACK ACK -j DROP\nCOMMIT\n'],
  find(rules, report) {
    for (const { view } of rules.rules())
      if (view.limits.never === 'mask')
        report.rule(view.rule, 'the rule wants a bit that its mask leaves out: no packet fits it');
  },
};

export const contradiction: FindingKind = {
  code: 'contradiction',
  severity: 'warning',
  title: 'a rule whose conditions exclude each other',
  about:
    'All conditions of a rule have to hold together, and these cannot: two sources, two states in two matches, a later fragment (-f) with a port. No packet fits the rule. Where either was meant, make two rules, or one list: --ctstate NEW,RELATED, -m multiport --dports 80,443.',
  example: ['*filter\n-A INPUT -m state --state NEW -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n'],
  looksLike: [
    '*filter\n-A INPUT -m state --state NEW,ESTABLISHED -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const { view } of rules.rules())
      if (view.limits.never === 'contradiction')
        report.rule(view.rule, 'the conditions of the rule exclude each other: no packet fits it');
  },
};

/** Rules of chains that hooks lead to, and that some packet might fit. */
function* reached(
  rules: Ruleset,
): Generator<{ readonly chain: ChainView; readonly view: RuleView; hooks: HookName[] }> {
  for (const chain of rules.chains()) {
    if (chain.hooks === 0) continue;
    const hooks = chain.table.hooksOf(chain);
    for (const view of chain.rules)
      if (!view.rule.refused && view.limits.never === undefined) yield { chain, view, hooks };
  }
}

export const interfaceAtHook: FindingKind = {
  code: 'interface-at-hook',
  severity: 'warning',
  title: 'an interface that no packet has at this hook',
  about:
    'A packet that the host itself sends has come in by no interface, so that -i does not hold in OUTPUT; at PREROUTING and INPUT it is not known by which interface a packet goes out, if it does, so that -o does not hold. iptables refuses this in the built-in chains and not in chains of your own. Use -o on the way out and -i on the way in, or test it in FORWARD.',
  example: ['*filter\n:LOCAL - [0:0]\n-A OUTPUT -j LOCAL\n-A LOCAL -i eth0 -j DROP\nCOMMIT\n'],
  looksLike: ['*filter\n:LOCAL - [0:0]\n-A OUTPUT -j LOCAL\n-A FORWARD -j LOCAL\n-A LOCAL -i eth0 -j DROP\nCOMMIT\n'],
  find(rules, report) {
    for (const { chain, view, hooks } of reached(rules)) {
      const { rule, limits } = view;
      // where only some of the hooks lack it, the chain serves the others
      if (limits.interfaces.get(Field.InIf)?.is !== undefined && hooks.every((hook) => hook === 'OUTPUT'))
        report.rule(
          rule,
          `packets come to ${chain.name} from OUTPUT alone and have no incoming interface: -i ${rule.head.in?.value} never holds`,
          rule.head.in?.at,
        );
      if (limits.interfaces.get(Field.OutIf)?.is !== undefined && hooks.every((hook) => BEFORE_ROUTE.includes(hook)))
        report.rule(
          rule,
          `packets come to ${chain.name} from ${hooks.join(' and ')} alone and have no outgoing interface there: -o ${rule.head.out?.value} never holds`,
          rule.head.out?.at,
        );
    }
  },
};
const BEFORE_ROUTE: readonly HookName[] = ['PREROUTING', 'INPUT'];

/** Where the option stands that asks for the state. */
const stateAt = (view: RuleView): Span | undefined =>
  testsOf(view).find(({ test }) => test.kind === 'masked' && test.field === Field.CtState)?.at;

export const stateInNat: FindingKind = {
  code: 'state-in-nat',
  severity: 'warning',
  title: 'a connection state that the nat table never sees',
  about:
    'The nat table is asked for the first packet of a connection only; what it decides is done to all later packets and to the answers without asking again (nf_nat_inet_fn of net/netfilter/nf_nat_core.c). So ESTABLISHED, INVALID and UNTRACKED never hold there. Leave the state out, or put the rule into filter or mangle, which see every packet.',
  example: [
    '*nat\n-A PREROUTING -p tcp --dport 80 -m conntrack --ctstate ESTABLISHED -j DNAT --to-destination 192.0.2.9\nCOMMIT\n',
  ],
  looksLike: [
    '*nat\n-A PREROUTING -p tcp --dport 80 -m conntrack --ctstate NEW,ESTABLISHED -j DNAT --to-destination 192.0.2.9\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const { chain, view } of reached(rules)) {
      const states = view.limits.numbers.get(Field.CtState);
      if (chain.table.name !== 'nat' || states === undefined) continue;
      if (common(states, statesOf(STATE_NEW | STATE_RELATED)).length === 0)
        report.rule(
          view.rule,
          'the nat table sees the first packet of a connection alone: no packet in this state comes here',
          stateAt(view),
        );
    }
  },
};

export const stateInRaw: FindingKind = {
  code: 'state-in-raw',
  severity: 'warning',
  title: 'a connection state in the raw table',
  about:
    'The raw table stands before connection tracking: a packet belongs to no connection yet, and the only state that holds is INVALID (xt_conntrack.c), or UNTRACKED behind a NOTRACK. What comes over lo keeps its connection and is the exception. Put the rule into mangle PREROUTING, which is the first place behind tracking.',
  example: ['*raw\n-A PREROUTING -p tcp -m conntrack --ctstate NEW -j DROP\nCOMMIT\n'],
  looksLike: ['*mangle\n-A PREROUTING -p tcp -m conntrack --ctstate NEW -j DROP\nCOMMIT\n'],
  find(rules, report) {
    // a template that CT gives to a packet is taken for a connection
    for (const { chain, view } of reached(rules)) {
      const states = view.limits.numbers.get(Field.CtState);
      if (chain.table.name !== 'raw' || states === undefined || hasTemplates(chain)) continue;
      if (common(states, statesOf(STATE_INVALID | STATE_UNTRACKED)).length === 0)
        report.rule(
          view.rule,
          'the raw table comes before connection tracking: but for packets over lo none has this state there',
          stateAt(view),
        );
    }
  },
};

const hasTemplates = ({ table }: ChainView): boolean =>
  [...table.chains.values()].some(({ rules }) =>
    rules.some(({ actions }) => actions.some(({ kind }) => kind === 'connection')),
  );
