import { Protocol } from '../../net/protocol.js';
import { target, type ValueContext, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';

const TCP_RESET = 'tcp-reset';

/** Name and alias, in the order in which iptables tries them. */
const ANSWERS: Readonly<Record<4 | 6, readonly (readonly [name: string, alias?: string])[]>> = {
  4: [
    ['icmp-net-unreachable', 'net-unreach'],
    ['icmp-host-unreachable', 'host-unreach'],
    ['icmp-proto-unreachable', 'proto-unreach'],
    ['icmp-port-unreachable', 'port-unreach'],
    ['icmp-net-prohibited', 'net-prohib'],
    ['icmp-host-prohibited', 'host-prohib'],
    [TCP_RESET, 'tcp-rst'],
    ['icmp-admin-prohibited', 'admin-prohib'],
  ],
  6: [
    ['icmp6-no-route', 'no-route'],
    ['icmp6-adm-prohibited', 'adm-prohibited'],
    ['icmp6-addr-unreachable', 'addr-unreach'],
    ['icmp6-port-unreachable', 'port-unreach'],
    [TCP_RESET],
    ['icmp6-policy-fail', 'policy-fail'],
    ['icmp6-reject-route', 'reject-route'],
  ],
};

/** In any case, and cut short: the first name or alias that begins with the word. */
const answer: ValueKind<string> = {
  words: 1,
  shape: 'ANSWER',
  parse([word], { family }) {
    const found = ANSWERS[family].find((names) => names.some((name) => name?.startsWith(word!.toLowerCase())));
    if (found === undefined)
      throw new ValueError(`"${word}" is none of ${ANSWERS[family].map(([name]) => name).join(', ')}`);
    return found[0];
  },
  print: (value) => [value],
};

const usual = ({ family }: ValueContext) => (family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable');

/** reject_tg in net/ipv4/netfilter/ipt_REJECT.c, reject_tg6 in net/ipv6/netfilter/ip6t_REJECT.c. */
export const REJECT = target({
  name: 'REJECT',
  about: 'drops the packet and answers its sender',
  tables: ['filter'],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
  options: { 'reject-with': { value: answer } },
  check(given, rule) {
    const tcp = rule.protocol?.value === Protocol.Tcp && !rule.protocol.not;
    if (given['reject-with']?.value === TCP_RESET && !tcp) rule.refuse('tcp-reset needs -p tcp', 'reject-with');
  },
  print: (given, context) => ['--reject-with', given['reject-with']?.value ?? usual(context)],
  lower: (given, act, context) => [act.reject(given['reject-with']?.value ?? usual(context))],
  terminal: true,
});

export const REJECTListed = listed(undefined, piece('reject-with'));
