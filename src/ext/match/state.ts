import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { plainStates, stateIs } from './conntrack-values.js';

/** The old name of conntrack --ctstate: iptables loads it as that (xt_conntrack.c) and prints it as it was. */
export const state = match({
  name: 'state',
  about: "the state of the packet's connection",
  tracking: true,
  options: { state: { value: plainStates, invert: true, required: true } },
  lower: (given, build) => [build.when(given.state, (wanted) => stateIs(build, wanted))],
});

export const stateListed = listed(undefined, piece('state'));
