/** `--family`: of which family packets are made up. */
import { Option } from 'commander';
import type { Family } from '../net/address.js';

export const FAMILIES = { 4: [4], 6: [6], both: [4, 6] } as const satisfies Readonly<Record<string, readonly Family[]>>;

/** Where it is not given: of those whose rules are. */
export const familyOption = () =>
  new Option('--family <FAMILY>', 'of IP: 4, 6, or both in turn; without it those whose rules were given').choices(
    Object.keys(FAMILIES),
  );
