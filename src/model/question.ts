/**
 * Open questions: what a walk needs to know and no text tells. Each has a name, by which `--assume` answers it and in
 * which programs carry it.
 */
import { formatIpv4, parseIpv4 } from '../net/address.js';

/** A name taken apart: of `set:NAME` kind and what it is about. */
export interface Question {
  readonly kind: 'set' | 'counters' | 'local' | 'match' | 'target' | 'chain' | 'out' | 'rule';
  readonly about: string;
}

const KINDS: readonly Question['kind'][] = ['set', 'counters', 'local', 'match', 'target', 'chain', 'out', 'rule'];

export const question = {
  /** whether a set holds the packet. */
  set: (name: string) => `set:${name}`,
  /** whether the counters of the member are such. */
  counters: (set: string) => `counters:${set}`,
  /** what an extension that is not evaluated says. */
  match: (name: string) => `match:${name}`,
  /** whether one ends the packet's way through the table. */
  target: (name: string) => `target:${name}`,
  /** whether a chain that was not given takes the packet. */
  chain: (name: string) => `chain:${name}`,
  /** whether the packet leaves by an interface of this name or pattern. */
  out: (pattern: string) => `out:${pattern}`,
  /** whether a rule that was refused matches. */
  rule: (chain: string, line: number) => `rule:${chain}:${line}`,
  /** whether an address is the host's own. */
  local: (address: number) => `local:${formatIpv4(address)}`,
};

/** In programs: the walk puts the packet's address in. */
export const LOCAL_SOURCE = 'local:src';
export const LOCAL_DESTINATION = 'local:dst';

export function readQuestion(name: string): Question {
  const [kind, about = ''] = name.split(/:(.*)/);
  // people know the line, not how the chain is called there
  if (kind === 'rule') return { kind, about: about.split(':').at(-1)! };
  return { kind: KINDS.find((one) => one === kind) ?? 'match', about };
}

/** The address of `local:ADDRESS`; undefined: another question. */
export function addressIn(name: string): number | undefined {
  const text = /^local:(.*)$/.exec(name)?.[1];
  return text === undefined ? undefined : parseIpv4(text)?.[0];
}
