/** Rules that no first packet of a connection meets: where connections are not followed they are never hit. */
import { meaningOf, type Rule } from '../model/ruleset.js';

const LATER: readonly unknown[] = ['ESTABLISHED', 'RELATED'];

/** Whether a rule asks for what only later packets of a connection, or those that belong to another, have. */
export const isForLater = (rule: Rule): boolean =>
  meaningOf(rule).matches.some(({ name, options: { state, ctstate = state, ctstatus, ctdir } }) => {
    if (name !== 'conntrack' && name !== 'state') return false;
    const states = ctstate?.not === false && Array.isArray(ctstate.value) ? ctstate.value : [];
    // the first packet's connection has none of these before it has left
    return (
      (states.length > 0 && states.every((one) => LATER.includes(one))) ||
      ctstatus?.not === false ||
      ctdir?.value === 'REPLY'
    );
  });
