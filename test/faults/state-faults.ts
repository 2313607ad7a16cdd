/** Faults of what keeps the states of rules, hands them on, and tells packets what was told of them. */
import { unit } from './asked-faults.js';
import type { Fault } from './faults.js';

export const STATE_FAULTS: readonly Fault[] = [
  {
    name: 'states-undo',
    why: 'what rules of a trial have remembered stays',
    file: 'src/run/trials.ts',
    test: unit('asked'),
    find: 'course.states = states.copy();',
    replace: '',
  },
  {
    name: 'states-copy',
    why: 'times of a copied list are those of the list',
    file: 'src/run/asked/recent.ts',
    test: unit('asked-states'),
    find: '{ ...entry, stamps: [...entry.stamps] }',
    replace: '{ ...entry }',
  },
  {
    name: 'states-by-name',
    why: 'rules that name the same state have one each',
    file: 'src/compile/compile.ts',
    test: unit('asked'),
    find: 'if (name !== OWN_STATE) this.states',
    replace: 'if (name === OWN_STATE) this.states',
  },
  {
    name: 'states-handed-on',
    why: 'what has a name is forgotten where rules change',
    file: 'src/run/update.ts',
    test: unit('asked'),
    find: 'if (before !== undefined) words.states.move(before',
    replace: 'if (before === undefined) words.states.move(cell',
  },
  {
    name: 'states-first',
    why: 'a table is as the rule says that stands first in the text',
    file: 'src/run/asked/load-order.ts',
    test: unit('asked-limits'),
    find: 'a - b || hook - at ||',
    replace: 'a - b ||',
  },
  {
    name: 'told-place',
    why: 'what descriptions tell is told of another packet of the batch',
    file: 'src/run/batch.ts',
    test: unit('told'),
    find: 'this.descriptions?.[this.firstDescription + this.packetOf(slot)]',
    replace: 'this.descriptions?.[this.packetOf(slot)]',
  },
  {
    name: 'told-picked',
    why: 'what descriptions tell of packets that walk, beside others that go by columns, is told of their neighbours',
    file: 'src/run/columns/intake.ts',
    test: unit('told'),
    find: 'given.told![from + place]',
    replace: 'given.told![from + place + 1]',
  },
  {
    name: 'states-in-bulk',
    why: 'of what rules remember at two hooks packets see what those behind them have done',
    file: 'src/compile/uses.ts',
    test: unit('asked-states'),
    find: 'if (cell !== undefined && op !== Op.Zone) uses.cells',
    replace: 'if (cell !== undefined && op !== Op.Zone && op !== Op.Host && op !== Op.HostAct) uses.cells',
  },
  {
    name: 'update-listing',
    why: 'connections of a listing are learnt again with each update',
    file: 'src/run/course.ts',
    test: unit('update'),
    find: 'if (begun === undefined) this.connections.learn(known);',
    replace: 'if (begun !== null) this.connections.learn(known);',
  },
];
