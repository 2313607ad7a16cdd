/** `ip xfrm state count`, `ip xfrm policy count` and `ip xfrm policy`: how much of IPsec a host has, and what of what it sends. */
import type { Findings } from '../../model/finding.js';
import type { Host } from '../../model/host.js';
import { isCommandLine, LineComplaints } from '../complain.js';
import { linesOf, type Readable } from '../text.js';
import { PolicyList } from './xfrm-policies.js';

/** `SAD count 0`, `SPD IN  0 OUT 0 FWD 0`; with -s, of more. */
const COUNTS = /^(?:SAD count (\d{1,9})\b|SPD IN\s+\d+ OUT (\d{1,9}) FWD \d+)/;
export const XFRM_LINE = /^\s*(?:SAD count \d|SPD IN\s+\d+ OUT \d)/;
/** Whether a command lists some alone: of a family, a direction, without those of sockets. */
function listsSome(command: string): boolean {
  const [, options = '', words] = /\bip ((?:-\S+ (?:inet6? )?)*)xf?r?m? p\S*(?: \S+)?( \S+)?/.exec(command) ?? [];
  return words !== undefined || /-(?:4|6|f)/.test(options);
}

export function parseXfrm(text: Readable, file: string, findings: Findings): NonNullable<Host['xfrm']> {
  let found: NonNullable<Host['xfrm']> = {};
  const list = new PolicyList();
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const complain = (message: string) => new LineComplaints(file, line, findings).all('unreadable-line', message);
    if (isCommandLine(trimmed) || trimmed.startsWith('#')) {
      if (!listsSome(trimmed)) continue;
      complain('these are not all policies of IPsec: what they say is left out');
      return found;
    }
    const [counts, states, policies] = COUNTS.exec(trimmed) ?? [];
    if (states !== undefined) found = { ...found, states: Number(states) };
    if (policies !== undefined) found = { ...found, policies: Number(policies) };
    if (counts === undefined && trimmed !== '' && !list.line(trimmed))
      complain('expected what ip xfrm policy or its count prints');
  }
  const { out } = list;
  return out === undefined ? found : { ...found, out };
}
