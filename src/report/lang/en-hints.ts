/** English, of what helps beside an answer. */
import { LOOPBACK, WAY_BACK } from './commands.js';
import type { Check, Decider, HintWords, RuleAt, Setting } from './messages.js';

const rule = ({ table, chain, rule, place }: RuleAt) => `${table} ${chain} rule ${rule} (${place})`;
const decider = ({ table, chain, rule }: Decider) =>
  rule === null ? `the policy of ${table} ${chain}` : `${table} ${chain} rule ${rule}`;
/** Rules beside one of the same chain go by their numbers. */
const beside = (one: RuleAt, other: RuleAt) =>
  one.table === other.table && one.chain === other.chain ? `rule ${other.rule} (${other.place})` : rule(other);
const list = (parts: readonly string[], word: string) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;
const VERDICTS = { accept: 'accept', drop: 'drop', reject: 'reject', translate: 'translate' } as const;
const setting = ({ key, value, given }: Setting) =>
  value === null ? `${key} is not known` : `${key} is ${value}${given ? '' : ' (taken for granted)'}`;

function check({ what, port, udp, family }: Check): string {
  switch (what) {
    case 'listens':
      return `ss -l${udp ? 'u' : 't'}n 'sport = :${port}' (a service has to listen, and not on ${LOOPBACK[family]} alone)`;
    case 'docker':
      return 'ss -ltnp (docker-proxy takes what Docker publishes)';
    case 'nft':
      return 'nft list ruleset (rules beside those of iptables)';
    case 'back':
      return `the way back (${WAY_BACK[family].join(', ')})`;
    case 'target':
      return "the other host's own firewall";
    case 'outside':
      return 'firewalls on the way (security groups of a cloud)';
  }
}

export const HINTS: HintWords = {
  'hint.title': () => 'What may help:',
  'hint.shadowed': ({ later, verdict, before }) =>
    `${rule(later)} would ${VERDICTS[verdict]} it, but ${list(
      before.map((one) => beside(later, one)),
      'and',
    )} ${before.length === 1 ? 'comes' : 'come'} first`,
  'hint.still': ({ first, next, verdict }) =>
    `without ${rule(first)}, ${beside(first, next)} would ${VERDICTS[verdict]} it all the same`,
  'hint.unreached': ({ rule: one, verdict, hook, hooks }) =>
    `${rule(one)} would ${VERDICTS[verdict]} it, but ${
      hooks.length === 0
        ? `no rule that was given leads to ${one.chain}`
        : hooks.includes(one.chain)
          ? `it passes ${hook}, and not ${one.chain}`
          : `${one.chain} is called from ${list(hooks, 'and')}, and not from ${hook}, which it passes`
    }`,
  'hint.translated': ({ from, to, hook, rules }) =>
    [
      `once translated it is for ${to}, and no longer for ${from}${hook === null ? '' : `: in filter, ${hook} decides`}`,
      ...(rules.length === 0
        ? []
        : [
            `${list(rules.map(rule), 'and')} ${rules.length === 1 ? 'asks for the destination of before, and does' : 'ask for the destination of before, and do'} not match`,
          ]),
    ].join('; '),
  'hint.returns': ({ rule: one, by }) => `${rule(one)} returns, which decides nothing: ${decider(by)} does`,
  'hint.counts': ({ rule: one, by }) => `${rule(one)} has no target (-j) and only counts: ${decider(by)} decides`,
  'hint.answer': ({ fate, by }) =>
    `its answer does not get back: ${fate}${by === null ? '' : ` by ${decider(by)}`} (--reply tells it)`,
  'hint.hairpin': ({ from, to, network, wanted, rule }) =>
    `its answer does not get back: ${from} answers ${to} directly, as both are in ${network}, and ${to} waits for ${wanted}; by ${rule} the answer comes here`,
  'hint.supposing': ({ facts }) => `where ${list(facts, 'and')} (--assume):`,
  'hint.insert': ({ command, before }) =>
    `to let such packets pass, ${before === null ? '' : `before ${rule(before)}: `}${command}`,
  'hint.otherway': ({ came, back, settings }) =>
    `it came in by ${came}, and the way back to its source leads by ${back}: with rp_filter 1 it would be dropped (sysctl ${settings.join(' ')})`,
  'hint.norule': ({ settings, get }) =>
    settings.length === 0
      ? `no rule does that: ${list(get, 'and')} tells what does`
      : `no rule does that, but a setting: ${settings.map(setting).join(', ')} (${get.join('; ')})`,
  'hint.tables': ({ tables, nat, through, save }) => {
    const others = tables.length > (nat ? 1 : 0);
    const may = [
      ...(through && others ? ['drop it'] : []),
      ...(nat ? [`send it elsewhere by DNAT${through ? '' : ', past the rule that decides here'}`] : []),
    ];
    return `no ${list(tables, 'or')} table was given: rules there could ${may.join(', or ')} (${save} prints all tables)`;
  },
  'hint.passes': ({ checks }) =>
    `these rules do not stop it; if it does not arrive, look at: ${checks.map(check).join('; ')}`,
};
