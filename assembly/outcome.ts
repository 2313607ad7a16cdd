/** How a condition came out; `not` turns only the first two round. */
export const FALSE = 0;
export const TRUE = 1;
export const HOT_DROP = 2;
export const OPEN = 3;
export const WANT_FACT = 4;
/** false whether negated or not. */
export const FALSE_EITHER_WAY = 5;
