/** `sysctl` output and sysctl.conf: `net.ipv4.ip_forward = 1`, `net/ipv4/ip_forward=1`, and what `grep . /proc/sys/…` prints. */
import type { Findings } from '../../model/finding.js';
import { isCommandLine, LineComplaints } from '../complain.js';
import { linesOf, type Readable } from '../text.js';

export interface Sysctl {
  /** parted by dots throughout, also in an interface's name: `net.ipv4.conf.eth0.10.rp_filter`. */
  readonly key: string;
  readonly value: string;
}

/** A key has at least two parts; the value is the rest of the line. */
export const SYSCTL_LINE =
  /^-?\s*(?:\/proc\/sys\/)?([a-z][\w-]*(?:[./]+[^\s=:./]+(?::[^\s=:./]+)?)+)\s*(?:=|:)\s*(.*)$/;

export function parseSysctl(text: Readable, file: string, findings: Findings): Sysctl[] {
  const settings: Sysctl[] = [];
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed) || isCommandLine(trimmed)) continue;
    const complaints = new LineComplaints(file, line, findings);
    if (trimmed.startsWith('sysctl:')) {
      complaints.all('sysctl-error', 'a value that sysctl could not read', 'note');
      continue;
    }
    const match = SYSCTL_LINE.exec(trimmed);
    if (match === null) complaints.all('unreadable-line', 'expected a sysctl: key = value');
    // with either separator first, the other one stands for a dot of an interface's name, or is one
    else settings.push({ key: match[1]!.replaceAll('/', '.'), value: match[2]!.trim() });
  }
  return settings;
}
