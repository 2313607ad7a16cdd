/** The first lines of an explanation: the fate, what decided it, and what it hangs on where it is not known. */
import { type Compiled, ruleIdOf } from '../compile/compile.js';
import type { FieldName } from '../input/fields.js';
import type { Question } from '../model/question.js';
import { plainTable } from '../model/ruleset.js';
import { ownEvents, type WalkResult } from '../model/trace.js';
import type { Family } from '../net/address.js';
import type { LoadedHost } from '../run/engine.js';
import { isGiven } from './assumptions.js';
import { type Columns, endText, packetText } from './fields.js';
import type { Message } from './lang/messages.js';
import { reasonOf } from './lang/reasons.js';
import type { Walked } from './past-questions.js';
import { ruleAt, say } from './story.js';
import { receivedText } from './tell.js';
import { unanswered } from './unanswered.js';

/** `left`: the packet's columns as it ended. */
export function headline({ result, open }: Walked, host: LoadedHost, left: Columns): Message[] {
  const text = left.length === 0 ? '' : packetText(left, host.from.family);
  const iface = result.out?.iface ?? '';
  const fate: Message = {
    delivered: say('fate.delivered', { packet: text }),
    forwarded: say('fate.forwarded', { iface, packet: text }),
    sent: say('fate.sent', { iface, packet: text }),
    dropped: say('fate.dropped', {}),
    rejected: say('fate.rejected', { untold: left.length === 0 ? undefined : unanswered(left, host.from.family) }),
    stolen: say(result.by.why === 'fragment-waits' ? 'fate.waits' : 'fate.stolen', {}),
    unknown: say('fate.unknown', {}),
  }[result.fate];
  const { by } = result;
  const lines: Message[] = [fate];
  if (result.out !== undefined) lines.push(...acceptedBy(result, host.compiled));
  else if (by.kind === 'rule') lines.push(say('by.rule', ruleAt(host.compiled.rules[ruleIdOf(host.compiled, by)]!)));
  else if (by.kind === 'policy') lines.push(say('by.policy', { table: by.table!, chain: by.chain! }));
  const received = result.events.findLast((event) => event.kind === 'received');
  if (received !== undefined && received.fragments === undefined) lines.push(receivedText(received));
  const lost = result.events.findLast((event) => event.kind === 'lost');
  if (open !== undefined) {
    lines.push(say('by.question', { question: open, get: howToGet(open, host.from.family), fact: by.why! }));
  } else if (by.why === 'host:addresses' && lost?.lacks !== undefined) {
    lines.push(say('by.address', { iface: lost.lacks }));
  } else if (by.why !== undefined) {
    const answer = lost?.answer ?? '';
    lines.push(say('by.reason', { by: by.kind === 'policy' ? 'none' : by.kind, reason: reasonOf(by.why), answer }));
  }
  return lines;
}

/**
 * What let it pass: the filter table's last word, be it a rule's or a policy's, and the rules that translated it. (`by` of
 * a trace names one rule alone.)
 */
function acceptedBy(result: WalkResult, compiled: Compiled): Message[] {
  const events = ownEvents(result.events);
  const words = events.flatMap((event) => {
    if (event.kind === 'verdict' && plainTable(compiled.rules[event.rule]!.table) === 'filter')
      return [[say('by.accepting.rule', ruleAt(compiled.rules[event.rule]!))]];
    if (event.kind === 'policy' && plainTable(compiled.policies[event.policy]!.table) === 'filter')
      return [acceptedByPolicy(compiled, event.policy)];
    return [];
  });
  const accepting = words.at(-1) ?? [say('by.nobody', {})];
  const translating = events.flatMap((event) =>
    event.kind === 'translated' && endText(event.from) !== endText(event.to) && event.rule !== undefined
      ? [say('by.translating', ruleAt(compiled.rules[event.rule]!))]
      : event.kind === 'followed' && event.quoted !== true
        ? [say('by.following', { side: event.side, from: endText(event.from), to: endText(event.to) })]
        : [],
  );
  return [...accepting, ...translating];
}

function acceptedByPolicy(compiled: Compiled, number: number): Message[] {
  const policy = compiled.policies[number]!;
  const line = say('by.accepting.policy', policy);
  return isGiven(compiled, policy) ? [line] : [line, say('by.granted', {})];
}

/** What changes the rules of a family, and what prints all of them. */
export const IPTABLES: Readonly<Record<Family, string>> = { 4: 'iptables', 6: 'ip6tables' };
export const SAVES: Readonly<Record<Family, string>> = { 4: 'iptables-save', 6: 'ip6tables-save' };

/** Fields of a packet that tell what a match asks. */
const FIELDS_OF_MATCH: Readonly<Record<string, readonly FieldName[]>> = {
  owner: ['uid', 'gid', 'groups', 'socket'],
  cgroup: ['cgroup', 'classid'],
  cpu: ['cpu'],
  realm: ['realm'],
  physdev: ['physin', 'physout'],
  policy: ['policy'],
  socket: ['socket'],
  ipvs: ['ipvs'],
  osf: ['os'],
  geoip: ['srccountry', 'dstcountry'],
  time: ['time'],
};

/** Commands of the host that do. */
const COMMAND_OF_MATCH: Readonly<Record<string, string>> = {
  nfacct: 'nfacct list',
  condition: 'grep . /proc/net/nf_condition/*',
};

/** The command on the host that tells what a question asks, or options of the packet that do; empty where there is none. */
export function howToGet({ kind, about }: Question, family: Family): string {
  const ip = `ip -${family}`;
  if (kind === 'set' || kind === 'counters') return `ipset list ${about}`;
  if (kind === 'local' || kind === 'address') return `${ip} addr`;
  if (kind === 'joined') return `${ip} maddr`;
  if (kind === 'queue') return 'cat /proc/net/netfilter/nfnetlink_queue';
  if (kind === 'proxy') return 'ss -tuane --inet-sockopt -O';
  if (kind === 'way') return `${ip} route get DESTINATION from SOURCE iif LINK`;
  if (kind === 'mss') return `${ip} addr; ${ip} route show table all`;
  // evaluated where there are routes
  if (kind === 'out' || (kind === 'match' && about === 'rpfilter')) return `${ip} route show table all`;
  if (kind === 'match') {
    const [name = ''] = about.split(' ');
    if (Object.hasOwn(COMMAND_OF_MATCH, name)) return COMMAND_OF_MATCH[name]!;
    return Object.hasOwn(FIELDS_OF_MATCH, name) ? FIELDS_OF_MATCH[name]!.map((field) => `--${field}`).join('/') : '';
  }
  return kind === 'chain' || kind === 'gap' ? SAVES[family] : '';
}
