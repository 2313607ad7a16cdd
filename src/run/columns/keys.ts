/** Keys of packets: both sums of what their classes add. */
import { KEY_NEVER, KEY_UNMET } from '../../abi.js';

/** Keys of which nothing is known yet, or ever. */
export const UNMET = -1;
const NEVER = -2;

/** Of sums of classes, the upper one of which counts where keys are hashed. */
export const keyOfSums = (low: number, high: number): number => low + high * KEY_UNMET;
/** Its upper sum. The remainder of a key that is no small integer takes longer than all else that a look-up does. */
export const highOf = (key: number): number => Math.floor(key / KEY_UNMET);

/** Of sums as the core found them; negative: of what nothing is known, at all or yet. */
export function keyOf(low: number, high: number): number {
  if (low >= KEY_NEVER || high >= KEY_NEVER) return NEVER;
  return low >= KEY_UNMET || high >= KEY_UNMET ? UNMET : keyOfSums(low, high);
}
