/**
 * The explanation of a walk as data: a tree of nodes, each a message key with its parameters, and the rule it speaks
 * of. Words are made of it in lang/, lines in render.ts; `--json` prints the tree itself.
 */
import type { RuleInfo } from '../compile/compile.js';
import type { Condition, Test } from '../model/condition.js';
import type { DecidedBy, Fate, WalkEvent, WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';
import type { Message, MessageKey, Messages, RuleAt } from './lang/messages.js';
import type { Asked } from './reason.js';
import type { Note } from './unused.js';
import type { WayNode } from './ways/tell.js';

export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A rule as people see it: its number, its text without the chain, where it stands. */
export interface RuleNote {
  readonly table: string;
  readonly chain: string;
  readonly rule: number;
  readonly text: string;
  readonly comment: string | undefined;
  readonly place: Place;
}

export interface Node {
  readonly message: Message;
  /** the rule that the node is about; it is printed before the message. */
  readonly rule?: RuleNote;
  /** the rule did not match. */
  readonly missed?: true;
  readonly children: Node[];
}

export interface Story {
  readonly schema: 1;
  readonly fate: Fate;
  readonly by: DecidedBy;
  /** the fate and what decided it. */
  readonly headline: readonly Message[];
  /** what else becomes of it where something is not known; absent where all ways end alike. */
  readonly ways?: WayNode;
  /** the facts that would settle it. */
  readonly asks?: readonly Message[];
  /** what was taken for granted. */
  readonly assumed: readonly Message[];
  readonly walk: readonly Node[];
  /** what becomes of the packets after this one, what else to look at. */
  readonly after: readonly Message[];
  /** what helps beside the answer, the most helpful first; absent where nobody asked for it. */
  readonly hints?: readonly Message[];
  readonly result: Pick<WalkResult, 'out' | 'copies'>;
  /** what of the packet's description was not used; absent where all was. */
  readonly notes?: readonly Note[];
}

export const say = <K extends MessageKey>(key: K, params: Messages[K]): Message => ({ key, params }) as Message;
export const node = (message: Message, extra: Partial<Omit<Node, 'message'>> = {}): Node => ({
  message,
  children: [],
  ...extra,
});

/** What tells of a host's walks ask of it. */
export const asked = (host: LoadedHost): Omit<Asked, 'now'> => ({
  compiled: host.compiled,
  ifaceName: (number) => host.interfaceName(number),
  addressType: (address) => host.addressType(address),
  dimensions: (set) => host.from.dimensions(set),
});

/** Where a rule stands: in its table, and in its text. */
export const ruleAt = ({
  table,
  chain,
  number,
  rule,
}: Pick<RuleInfo, 'table' | 'chain' | 'number' | 'rule'>): RuleAt => ({
  table,
  chain,
  rule: number,
  place: `${rule.file}:${rule.line}`,
});

/** The condition that held or failed; undefined: another event, or one of several together. */
export function conditionOf(
  event: WalkEvent,
  { compiled }: LoadedHost,
): Extract<Condition, { test: Test }> | undefined {
  if (event.kind !== 'held' && event.kind !== 'failed') return undefined;
  const condition = compiled.conditions.get(event.address);
  return condition !== undefined && 'test' in condition ? condition : undefined;
}
