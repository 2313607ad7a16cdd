/** Sets as commands find and leave them. */
import { MEMBER_WILDCARD, type Members } from '../../model/members.js';
import type { SetDef, SetOptions, SetType } from '../../model/set.js';
import type { Family } from '../../net/address.js';

/** A set as it is being read. */
export interface Draft {
  name: string;
  readonly type: SetType;
  readonly family: Family | undefined;
  readonly options: SetOptions;
  members: Members;
  known: boolean;
  readonly place: SetDef['place'];
  /** list:set: rows in the order of the list. */
  order: number[];
  /** list:set: where each row's set was named. */
  readonly namedAt: Map<number, SetDef['place']>;
  /** prefixes of interface names that members stand for. */
  readonly wildcards: Set<string>;
  /** what it is as long as nothing of it was changed: its members are that one's. */
  standing?: SetDef | undefined;
}

/** Sets that are there before the first command. */
export interface Standing {
  readonly sets: readonly SetDef[];
  /** milliseconds since times of members began. */
  readonly now: number;
  /** all commands are as if they had -exist. */
  readonly exist: boolean;
  /** names of sets that rules have. */
  named(): ReadonlySet<string>;
}

/** A set that is there. */
export const draftOf = (set: SetDef): Draft => ({
  ...set,
  order: [],
  namedAt: new Map(),
  wildcards: new Set(),
  standing: set,
});

/** Finds the wildcards that its members are. */
export function noteWildcards({ members, wildcards }: Draft): void {
  const { at } = members.layout.dimensions[1]!;
  for (const row of members.liveRows())
    if ((members.flags(row) & MEMBER_WILDCARD) !== 0) wildcards.add(members.names[members.word(row, at) & 0x7fffffff]!);
}
