/** The security parameters index, which ah and esp ask for alike. */
import type { Build } from '../../model/build.js';
import type { Condition, NumberRange } from '../../model/condition.js';
import type { Given } from '../../model/ruleset.js';
import { headerWord } from './header-word.js';
import { u32Range } from './header6.js';

const MOST = 0xffffffff;
export const spis = u32Range;

type Spis = Given<NumberRange> | undefined;
const every = ({ min, max }: NumberRange) => min === 0 && max === MOST;

/** iptables-save leaves out what holds for every number, its `!` too. */
export const printSpis = (given: Spis): readonly string[] =>
  given === undefined || every(given.value)
    ? []
    : [...(given.not ? ['!'] : []), `--${given.key}`, ...spis.print(given.value, { family: 4 })];

/** The number stands `at` bytes behind the start of the header. */
export const spiHolds = (given: Spis, build: Build, at: number): Condition =>
  build.when(given, (range) => (every(range) ? build.always : headerWord(build, at, [range], 'spi')));
