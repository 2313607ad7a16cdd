/** `ip xfrm state count` and `ip xfrm policy count`: how much of IPsec a host has. */
import { linesOf, type Readable } from '../text.js';

/** How many states there are, and policies of what goes out. */
export interface Xfrm {
  readonly states?: number;
  readonly policies?: number;
}

/** `SAD count 0`, `SPD IN  0 OUT 0 FWD 0`; with -s, of more. */
export const XFRM_LINE = /^\s*(?:SAD count (\d{1,9})\b|SPD IN\s+\d+ OUT (\d{1,9}) FWD \d+)/;

export function parseXfrm(text: Readable): Xfrm {
  let found: Xfrm = {};
  for (const line of linesOf(text)) {
    const [, states, policies] = XFRM_LINE.exec(line.text) ?? [];
    if (states !== undefined) found = { ...found, states: Number(states) };
    if (policies !== undefined) found = { ...found, policies: Number(policies) };
  }
  return found;
}
