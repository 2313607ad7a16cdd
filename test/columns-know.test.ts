/**
 * Columns count as the bytecode does as long as they know what each action changes that a rule or a step may ask later: its field or
 * mark (src/compile/uses.ts), where it goes and where values do not tell what it does (addTerms of src/run/columns/rule-terms.ts).
 */
import { expect, test } from 'vitest';
import { Op } from '../src/abi.js';

/** What columns have been shown, and why it is enough. A new action comes here once both files know it. */
const SHOWN: Readonly<Partial<Record<keyof typeof Op, string>>> = {
  Edit: 'uses.ts notes the field, whose old and new values terms tell apart',
  AddTtl: 'the same',
  Translate: 'terms ask whether it changes anything; what is drawn walks',
  ConnMark: 'uses.ts notes that a connection is changed, or a mark read',
  NoTrack: 'uses.ts notes that a connection is changed',
  Emit: 'changes nothing that is asked later',
  Reject: 'ends the walk',
  Zone: 'walks where it marks, and is noted where it tracks',
  AskTake: 'a question, which its journey ends at',
  Mangle: 'walks: its bytes are changed',
  HashMark: 'walks: its bytes are read',
  HostAct: 'walks: the host does it',
};

/** src/abi.ts: conditions are 16 to 47. */
const FIRST_ACTION = 48;

test('columns have been shown each action', () => {
  const names = Object.keys(Op).filter((name) => (Op[name as keyof typeof Op] as number) >= FIRST_ACTION);
  expect(names.sort()).toEqual(Object.keys(SHOWN).sort());
});
