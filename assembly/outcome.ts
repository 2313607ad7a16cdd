/** How a condition came out; `not` turns FALSE and TRUE round, and the answer that goes with DOOMED. */
export const FALSE = 0;
export const TRUE = 1;
export const HOT_DROP = 2;
export const OPEN = 3;
export const WANT_FACT = 4;
/** false, and the packet is dropped once the rule is done with: where it was negated the rule may count and act first. */
export const DOOMED = 5;
