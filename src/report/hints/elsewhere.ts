/** What else may decide: tables that were not given, and what lies beyond the rules of iptables. */
import { Field } from '../../abi.js';
import { isWholeDump, type TableName } from '../../model/ruleset.js';
import type { Fate } from '../../model/trace.js';
import { Protocol } from '../../net/protocol.js';
import { SAVES } from '../headline.js';
import type { Check, Message } from '../lang/messages.js';
import { say } from '../story.js';
import { columnsAt } from '../ways/columns.js';
import { passes, type Scene } from './scene.js';

/** The tables that are missing and could turn the answer round. That filter is, `after` says. */
export function missingTables({ from, events, result }: Scene): Message[] {
  const { tables } = from;
  const through = passes(result.fate);
  if (isWholeDump(tables) || through === undefined) return [];
  const given = new Set<TableName>(tables.map(({ name }) => name));
  const known = events.some((event) => event.kind === 'tracked' && event.state !== 'NEW');
  const decided = !through && (result.by.kind === 'rule' || result.by.kind === 'policy') ? result.by.table : undefined;
  const missing: TableName[] = [];
  if (through) missing.push('raw', 'mangle');
  // what is dropped in filter may have gone another way; what is known already is spared the nat table
  if (!known && (through || decided === 'filter')) missing.push('nat');
  const left = missing.filter((name) => !given.has(name));
  const nat = left.includes('nat');
  return left.length === 0 ? [] : [say('hint.tables', { tables: left, nat, through, save: SAVES[from.family] })];
}

const CHECKS: Readonly<Partial<Record<Fate, readonly Check['what'][]>>> = {
  delivered: ['listens', 'nft', 'outside'],
  forwarded: ['back', 'nft', 'target', 'outside'],
  sent: ['nft', 'target', 'outside'],
};

/** Where to look when it does not get there all the same. */
export function beyond({ result, host, from, packet }: Scene): Message[] {
  const checks = CHECKS[result.fate];
  if (checks === undefined) return [];
  const now = columnsAt(result, host);
  const proto = now[Field.Proto]!;
  const port = now[Field.Dport]!;
  const assumed = packet.assumed.some(({ field }) => field === 'dport');
  const docker = from.tables.some(({ name, chains }) => name === 'nat' && chains.has('DOCKER'));
  const { family } = from;
  const all: Check[] = checks.flatMap((what): Check[] => {
    if (what !== 'listens') return [{ what, port: null, udp: false, family }];
    // a port that nobody gave is any
    if ((proto !== Protocol.Tcp && proto !== Protocol.Udp) || assumed) return [];
    const listens = { what, port, udp: proto === Protocol.Udp, family };
    return docker ? [listens, { what: 'docker', port: null, udp: false, family }] : [listens];
  });
  return [say('hint.passes', { checks: all })];
}
