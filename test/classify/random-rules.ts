/**
 * Random rules whose order and count show what happens to packets between the tables: marks and tos that routes read,
 * time to live, tracking and its states, and translations of every kind. Ports and addresses are those that such
 * translations give.
 */
import type { Table } from '../kernel/generate/clause.js';
import type { Random } from '../kernel/generate/random.js';
import { HOOKS } from '../kernel/generate/ruleset.js';

/** Of the host that the rules are for. */
export interface RulesFor {
  readonly addresses: readonly string[];
  readonly links: readonly string[];
  /** rules read the tuples of connections. */
  readonly tuples: boolean;
}

const FAR = ['8.8.8.8', '1.1.1.1', '203.0.113.200', '10.0.0.9', '192.168.1.255', '224.0.0.1', '255.255.255.255'];
const PORTS = ['1:511', '512:599', '600:1023', '1024:40000', '80', '53', '8000:8010'];

/** Text of iptables-save. */
export function randomRules(r: Random, host: RulesFor): string {
  const tables = (Object.keys(HOOKS) as Table[]).filter(() => r.chance(0.75));
  return tables.map((table) => tableText(r, host, table)).join('');
}

function tableText(r: Random, host: RulesFor, table: Table): string {
  const policy = () => (table !== 'nat' && r.chance(0.08) ? 'DROP' : 'ACCEPT');
  const chains = HOOKS[table].map((hook) => `:${hook} ${policy()} [0:0]`);
  const rules = HOOKS[table].flatMap((hook) =>
    Array.from({ length: r.below(6) }, () => `-A ${hook} ${ruleAt(r, host, table, hook)}`),
  );
  return [`*${table}`, ...chains, ...rules, 'COMMIT', ''].join('\n');
}

const addressOf = (r: Random, { addresses }: RulesFor): string => r.pick([...addresses, '127.0.0.1', ...FAR]);

function ruleAt(r: Random, host: RulesFor, table: Table, hook: string): string {
  const target = r.chance(0.45) ? '' : targetAt(r, host, table, hook);
  const ports = /:\d|--to-ports/.test(target);
  return `${matches(r, host, hook, ports)} ${target}`;
}

/** `ports`: the target wants a protocol that has some. */
function matches(r: Random, host: RulesFor, hook: string, ports: boolean): string {
  const net = () => `${addressOf(r, host)}/${r.pick([32, 24, 16, 8, 1])}`;
  const not = () => r.pick(['', '! ']);
  const out: string[] = [];
  const maybe = (probability: number, text: () => string) => {
    if (r.chance(probability)) out.push(text());
  };
  if (ports || r.chance(0.3)) {
    out.push(`-p ${r.pick(['tcp', 'udp'])}`);
    maybe(0.6, () => `-m multiport --${r.pick(['sports', 'dports'])} ${r.pick(PORTS)}`);
  } else maybe(0.2, () => `-p ${r.pick(['tcp', 'udp', 'icmp', 'gre', 'sctp', '33', '136'])}`);
  maybe(0.4, () => `${not()}-s ${net()}`);
  maybe(0.4, () => `${not()}-d ${net()}`);
  if (!['OUTPUT', 'POSTROUTING'].includes(hook)) {
    maybe(0.2, () => `-i ${r.pick(host.links)}`);
    maybe(0.1, () => `-m devgroup --src-group ${r.pick([0, 5])}`);
  }
  if (!['INPUT', 'PREROUTING'].includes(hook)) {
    maybe(0.2, () => `-o ${r.pick(host.links)}`);
    maybe(0.1, () => `-m devgroup --dst-group ${r.pick([0, 5])}`);
  }
  const states = ['NEW', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT', 'ESTABLISHED', 'RELATED'];
  maybe(0.25, () => `-m conntrack --ctstate ${r.pick(states)}`);
  maybe(0.1, () => `-m conntrack --ctstatus ${r.pick(['NONE', 'CONFIRMED', 'SEEN_REPLY'])}`);
  maybe(0.15, () => `-m mark --mark ${r.pick(['0', '1', '0x10/0x10', '3'])}`);
  maybe(0.05, () => `-m connmark --mark ${r.pick([0, 1, 3])}`);
  maybe(0.1, () => `-m ttl --ttl-${r.pick(['lt', 'gt', 'eq'])} ${r.pick([1, 2, 63, 64])}`);
  maybe(0.1, () => `-m addrtype --${r.pick(['src', 'dst'])}-type ${r.pick(['LOCAL', 'BROADCAST', 'UNICAST'])}`);
  maybe(0.08, () => `-m statistic --mode ${r.pick(['nth --every 3 --packet 1', 'random --probability 0.5'])}`);
  maybe(0.05, () => '-m limit --limit 10/sec --limit-burst 3');
  maybe(0.08, () => `-m length --length ${r.pick(['0:60', '61:1000', '28'])}`);
  if (host.tuples) maybe(0.3, () => `-m conntrack ${tupleMatch(r, net())}`);
  return out.join(' ');
}

const tupleMatch = (r: Random, net: string): string =>
  r.pick([
    `--ctorigsrc ${net}`,
    `--ctrepldst ${net}`,
    `--ctreplsrc ${net}`,
    '--ctreplsrcport 80',
    '--ctrepldstport 1024:65535',
    '--ctexpire 0:30',
    '--ctdir REPLY',
  ]);

const MARKS = ['--set-mark 1', '--set-mark 3', '--or-mark 0x10'].map((how) => `-j MARK ${how}`);
const HEADERS = ['TOS --set-tos 0x10', 'DSCP --set-dscp 4', 'TTL --ttl-dec 1', 'TTL --ttl-set 1', 'TTL --ttl-inc 5'];
const CONNMARKS = ['--set-mark 1', '--save-mark', '--restore-mark'].map((how) => `-j CONNMARK ${how}`);
const VERDICTS = ['-j DROP', '-j ACCEPT', '-j RETURN'];

export function targetAt(r: Random, host: RulesFor, table: Table, hook: string): string {
  switch (table) {
    case 'raw':
      return r.pick(['-j NOTRACK', '-j CT --notrack', '-j CT --zone 3', '-j DROP', '-j ACCEPT']);
    case 'mangle':
      return r.pick([...MARKS, ...HEADERS.map((one) => `-j ${one}`), ...CONNMARKS, '-j DROP', '-j ACCEPT']);
    case 'nat':
      return translation(r, host, hook);
    default:
      return r.pick(table === 'filter' ? [...VERDICTS, '-j REJECT'] : VERDICTS);
  }
}

function translation(r: Random, host: RulesFor, hook: string): string {
  const source = hook === 'INPUT' || hook === 'POSTROUTING';
  const port = r.pick(['', '', '', '80', '1000-1000', '8000-8010', '1-65535']);
  const random = r.pick(['', '', '', ' --random', ...(source ? [' --random-fully', ' --random-fully'] : [])]);
  const to = r.pick([addressOf(r, host), addressOf(r, host), '10.0.0.20-10.0.0.23', ...(port === '' ? [] : [''])]);
  const place = `${to}${port === '' ? '' : `:${port}`}${random}${r.pick(['', '', '', ' --persistent'])}`;
  const toPorts = port === '' ? '' : ` --to-ports ${port}`;
  const netmap = '-j NETMAP --to 10.1.2.0/24';
  if (hook === 'INPUT') return r.pick([`-j SNAT --to-source ${place}`, netmap]);
  if (source) return r.pick([`-j SNAT --to-source ${place}`, `-j MASQUERADE${toPorts}${random}`, netmap]);
  const own = `-j DNAT --to-destination ${r.pick(host.addresses)}`;
  return r.pick([`-j DNAT --to-destination ${place}`, `-j REDIRECT${toPorts}${random}`, own, netmap]);
}
