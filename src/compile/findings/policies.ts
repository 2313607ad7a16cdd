/** Hooks that drop by default, and what they forget to let through. */
import { Field, STATE_ESTABLISHED, STATE_NEW, STATE_UNTRACKED } from '../../abi.js';
import type { HookName } from '../../model/ruleset.js';
import { Protocol } from '../../net/protocol.js';
import { accepting, packets } from './accepts.js';
import type { FindingKind } from './kind.js';
import { type Limits, statesOf } from './limits.js';
import type { ChainView, Ruleset } from './ruleset.js';

const ANYTHING: Limits = packets([]);
/** What the host says to itself is another matter. */
const BEYOND_HOST = { notIn: 'lo', notOut: 'lo' };
const TCP = [Field.Proto, [{ min: Protocol.Tcp, max: Protocol.Tcp }]] as const;
/** Ports that the kernel takes for connections of its own (net.ipv4.ip_local_port_range). */
const OWN_PORTS = [{ min: 32768, max: 60999 }] as const;
const answers = (state: number) =>
  packets([TCP, [Field.Dport, OWN_PORTS], [Field.CtState, statesOf(state)]], BEYOND_HOST);

/** Whether some packets of one state get through; where rules take packets out of tracking, as untracked ones. */
function letsState(rules: Ruleset, chain: ChainView, state: number, of: (state: number) => Limits): boolean {
  const raw = rules.table('raw')?.chains.values() ?? [];
  const untracks = [...raw].some((one) =>
    one.rules.some(({ actions }) => actions.some(({ kind }) => kind === 'notrack')),
  );
  const states = untracks ? [state, STATE_UNTRACKED] : [state];
  return states.some((one) => accepting(chain, { limits: of(one), of: 'all' }) !== undefined);
}

/** A hook of filter whose policy is DROP, or whose last rule takes what is left; its table was given whole. */
function dropping(rules: Ruleset, hook: HookName): ChainView | undefined {
  const table = rules.table('filter');
  const chain = table?.whole ? table.hook(hook) : undefined;
  if (chain === undefined) return undefined;
  const end = chain.last;
  const last = end?.actions.at(-1);
  const drops =
    end === undefined || last?.kind === 'return'
      ? chain.chain.policy === 'DROP'
      : last?.kind === 'reject' || (last?.kind === 'verdict' && last.verdict === 'drop');
  return drops ? chain : undefined;
}

const letsSome = (rules: Ruleset, hook: HookName, limits: Limits): boolean => {
  const chain = rules.table('filter')?.hook(hook);
  return chain !== undefined && accepting(chain, { limits, of: 'some' }) !== undefined;
};

const IN_ORDER = ['INPUT', 'FORWARD', 'OUTPUT'] as const;
/** Of a hook's answers: where the packets pass that they answer. */
const ASKING = { INPUT: 'OUTPUT', FORWARD: 'FORWARD', OUTPUT: 'INPUT' } as const;
const QUESTIONS = packets([TCP, [Field.CtState, statesOf(STATE_NEW)]], BEYOND_HOST);

export const dropWithoutEstablished: FindingKind = {
  code: 'drop-without-established',
  severity: 'warning',
  title: 'a chain that drops by default, and lets no answers through',
  about:
    'What the rules do not name is dropped here, and no rule that packets come to lets the answers of connections through that were allowed in the other direction: those go to a port that nobody knows beforehand. In INPUT the host can reach nobody, in OUTPUT its services cannot answer, in FORWARD no connection works. Put -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT first in the chain.',
  example: ['*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n'],
  looksLike: [
    '*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp ! --syn -j ACCEPT\n-A OUTPUT -p tcp --sport 22 -j ACCEPT\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const hook of IN_ORDER) {
      const chain = dropping(rules, hook);
      if (chain === undefined || !letsSome(rules, ASKING[hook], QUESTIONS)) continue;
      if (letsState(rules, chain, STATE_ESTABLISHED, answers)) continue;
      report.chain(
        chain.chain,
        chain.table.file,
        `${hook} drops by default, and no rule of it lets ESTABLISHED packets through: answers do not come back`,
        `iptables -I ${hook} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT lets them through`,
      );
    }
  },
};

const LOOPBACK = { 4: [{ min: 0x7f000001, max: 0x7f000001 }], 6: [{ min: 0, max: 0 }] } as const;

export const loopbackDropped: FindingKind = {
  code: 'loopback-dropped',
  severity: 'warning',
  title: 'a chain that drops by default, what the host sends to itself too',
  about:
    'Programs of one host talk to each other by the interface lo: to the local resolver, a database, a proxy. Such packets pass OUTPUT and INPUT like any others, and no rule lets them through here. Put -A INPUT -i lo -j ACCEPT and -A OUTPUT -o lo -j ACCEPT first.',
  example: [
    '*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n',
  ],
  looksLike: [
    '*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -s 127.0.0.0/8 -j ACCEPT\nCOMMIT\n',
  ],
  find(rules, report) {
    const own = LOOPBACK[rules.family];
    const ends = (state: number) =>
      [
        [Field.Src, own],
        [Field.Dst, own],
        TCP,
        [Field.Sport, OWN_PORTS],
        [Field.Dport, [{ min: 1024, max: 65535 }]],
        [Field.CtState, statesOf(state)],
      ] as const;
    for (const [hook, way] of [
      ['INPUT', 'in'],
      ['OUTPUT', 'out'],
    ] as const) {
      const chain = dropping(rules, hook);
      if (chain === undefined || !letsSome(rules, hook, ANYTHING)) continue;
      if (letsState(rules, chain, STATE_NEW, (state) => packets(ends(state), { [way]: 'lo' }))) continue;
      report.chain(
        chain.chain,
        chain.table.file,
        `${hook} drops by default, and no rule of it lets through what the host sends to itself over lo`,
      );
    }
  },
};

export const dropPolicyIdle: FindingKind = {
  code: 'drop-policy-idle',
  severity: 'warning',
  title: 'policy DROP behind a rule that accepts everything',
  about:
    'The policy says what becomes of packets that no rule has taken, and here a rule takes every packet and accepts it. Nothing is ever dropped by the policy. In a listing without -v such a rule may be one of -i lo, whose interface the listing does not show; here the whole rule is known. Narrow the rule down, or say ACCEPT as the policy.',
  example: ['*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j ACCEPT\nCOMMIT\n'],
  looksLike: [
    '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -m state --state ESTABLISHED -j ACCEPT\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const hook of IN_ORDER) {
      const chain = rules.table('filter')?.hook(hook);
      const end = chain?.last;
      const last = end?.actions.at(-1);
      if (end === undefined || chain?.chain.policy !== 'DROP') continue;
      if (last?.kind === 'verdict' && last.verdict === 'accept')
        report.rule(end.rule, `the policy of ${hook} is DROP, and this rule accepts every packet before it`);
    }
  },
};

export const policyOutsideFilter: FindingKind = {
  code: 'policy-in-nat',
  severity: 'warning',
  title: 'policy DROP in the nat table',
  about:
    'The nat table is asked for the first packet of each connection, to find out what to translate; one that no rule there translates comes to the policy, and is dropped. This stops all new connections, not only those that were meant, and says nothing of where. Drop in filter, and leave the policies of nat at ACCEPT.',
  example: [
    '*nat\n:PREROUTING DROP [0:0]\n-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 192.0.2.9\nCOMMIT\n',
  ],
  looksLike: [
    '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 192.0.2.9\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const chain of rules.table('nat')?.chains.values() ?? [])
      if (chain.chain.policy === 'DROP')
        report.chain(
          chain.chain,
          chain.table.file,
          `policy DROP of ${chain.name} in the nat table drops every connection that no rule of it takes`,
        );
  },
};
