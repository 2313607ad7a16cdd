/** `ip link`, with or without -d, -s and -o, and `ip -j link`. */
import type { Findings } from '../../model/finding.js';
import type { Link } from '../../model/host.js';
import { isCommandLine, LineComplaints } from '../complain.js';
import { jsonObjects, looksLikeJson } from '../json-list.js';
import { linesOf, type Readable, textOf } from '../text.js';
import { LINK_LINE, linkOfJson, readLinkLine, readLinkType } from './link-line.js';

export function parseLinks(text: Readable, file: string, findings: Findings): Link[] {
  return looksLikeJson(textOf(text)) ? fromJson(text, file, findings) : fromText(text, file, findings);
}

function fromText(text: Readable, file: string, findings: Findings): Link[] {
  const links: Link[] = [];
  for (const line of linesOf(text)) {
    const complaints = new LineComplaints(file, line, findings);
    const match = LINK_LINE.exec(line.text);
    if (match !== null) links.push(readLinkLine(match, complaints));
    else if (/^\s/.test(line.text) && links.length > 0) {
      // indented lines are details of the link above; its type and address are those that count
      links.push({ ...links.pop()!, ...readLinkType(line.text) });
    } else if (line.text.trim() !== '' && !isCommandLine(line.text))
      complaints.all('unreadable-line', 'expected a link: 2: eth0: <BROADCAST,UP> mtu 1500 …');
  }
  return links;
}

function fromJson(text: Readable, file: string, findings: Findings): Link[] {
  const links: Link[] = [];
  for (const { fields, place } of jsonObjects(text, file, findings)) {
    const link = linkOfJson(fields);
    if (link !== undefined) links.push(link);
    // what ip leaves out by a filter stands as {}
    else if (Object.keys(fields).length > 0)
      findings.add({
        severity: 'warning',
        code: 'unreadable-link',
        message: 'expected a link with ifindex and ifname',
        place: place(),
      });
  }
  return links;
}
