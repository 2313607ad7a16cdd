/** Where a rule would go that lets the packet in, where what is left over is dropped. */
import { Field } from '../../abi.js';
import { chainOf, ruleIdOf } from '../../compile/compile.js';
import { isBuiltin } from '../../model/ruleset.js';
import { formatAddress } from '../../net/address.js';
import { Protocol, protocolName } from '../../net/protocol.js';
import { wordsAt } from '../fields.js';
import { IPTABLES } from '../headline.js';
import type { Message } from '../lang/messages.js';
import { ruleAt, say } from '../story.js';
import { columnsAt } from '../ways/columns.js';
import { isSpecific, limitsIn, passes, type Scene } from './scene.js';

/** Chains of programs that write the rules themselves, and would write over such a rule. */
const OF_PROGRAMS = /^(ufw-|IN_|FWD[IO]?_|KUBE-|cali-)/;

/** Of a plain case: the first packet of a connection to a port, which a built-in chain of filter drops with all others. */
export function inserted(scene: Scene): Message[] {
  const { from, host, packet, result, events } = scene;
  const { by } = result;
  const { table, chain } = by;
  if (passes(result.fate) !== false || table !== 'filter' || chain === undefined || !isBuiltin(table, chain)) return [];
  if (by.kind !== 'policy' && by.kind !== 'rule') return [];
  if (events.some((event) => event.kind === 'tracked' && event.state !== 'NEW')) return [];
  if (from.tables.some(({ chains }) => [...chains.keys()].some((name) => OF_PROGRAMS.test(name)))) return [];
  const now = columnsAt(result, host);
  const proto = now[Field.Proto]!;
  const given = !packet.assumed.some(({ field }) => field === 'dport' || (chain !== 'INPUT' && field === 'dst'));
  if ((proto !== Protocol.Tcp && proto !== Protocol.Udp) || !given) return [];
  const rule = host.compiled.rules[ruleIdOf(host.compiled, by)];
  if (rule !== undefined && isSpecific(limitsIn(rule, from))) return [];
  // where rules are missing nobody knows the numbers of those behind
  if (chainOf(host.compiled, table, chain)?.gaps?.some(({ missing }) => missing === undefined)) return [];
  const { family } = from;
  const to = chain === 'INPUT' ? '' : ` -d ${formatAddress(wordsAt(now, Field.Dst, family))}`;
  const at = rule === undefined ? `-A ${chain}` : `-I ${chain} ${rule.number}`;
  const command = `${IPTABLES[family]} ${at}${to} -p ${protocolName(proto)} --dport ${now[Field.Dport]} -j ACCEPT`;
  return [say('hint.insert', { command, before: rule === undefined ? null : ruleAt(rule) })];
}
