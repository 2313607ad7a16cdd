/**
 * `nfacct list`: accounting objects with what they have counted. As XML it does not show quotas, and as JSON with a quota it is none:
 * neither is read.
 */
import type { Findings } from '../../model/finding.js';
import type { AccountingObject } from '../../model/host.js';
import { LineComplaints } from '../complain.js';
import { linesOf, type Readable } from '../text.js';

/** What says that it is such a line. */
export const NFACCT_LINE = /^\{ pkts = \d/;
/** nfacct_snprintf_plain of libnetfilter_acct. */
const OBJECT =
  /^\{ pkts = 0*(\d{1,20}), bytes = 0*(\d{1,20})(?:, quota = 0*(\d{1,20}), mode = (packet|byte), overquota = (?:yes|no))? \} = (.+);$/;

export function parseNfacct(text: Readable, file: string, findings: Findings): AccountingObject[] {
  const found: AccountingObject[] = [];
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const [, packets, bytes, most, mode, name] = OBJECT.exec(trimmed) ?? [];
    if (name !== undefined) {
      const quota = most === undefined ? undefined : ({ of: mode === 'byte' ? 'bytes' : 'packets', most } as const);
      found.push({ name, packets: packets!, bytes: bytes!, quota });
    } else if (trimmed !== '' && !/^#|\bnfacct (?:list|get)\b/.test(trimmed))
      new LineComplaints(file, line, findings).all('unreadable-line', 'expected an object as nfacct list prints it');
  }
  return found;
}
