/** `ip addr`, with or without -o, -d and -s: addresses with the links that bear them. */
import type { Findings } from '../../model/finding.js';
import { ADDRESS_FLAGS, type AddressFlag, type HostAddress, type Link } from '../../model/host.js';
import { parseAddress } from '../../net/address.js';
import { type Complaints, isCommandLine, LineComplaints, WordReader } from '../complain.js';
import { linesOf, type Readable } from '../text.js';
import { linkName, parsePrefix, parseScope } from './iproute-values.js';
import { LINK_LINE, readLinkLine, readLinkType } from './link-line.js';

export interface AddressList {
  /** in one-line output only those that have a line of their own. */
  readonly links: Link[];
  readonly addresses: HostAddress[];
}

/** `2: eth0    inet 192.0.2.1/24 …` of `ip -o addr`. */
export const ONE_LINE_ADDRESS = /^\d+:\s+(\S+)\s+(inet6?\s.*)$/;

export function addressesOfLines(text: Readable, file: string, findings: Findings): AddressList {
  const links: Link[] = [];
  const addresses: HostAddress[] = [];
  for (const line of linesOf(text)) {
    const complaints = new LineComplaints(file, line, findings);
    const header = LINK_LINE.exec(line.text);
    if (header !== null) {
      links.push(readLinkLine(header, complaints));
      continue;
    }
    const single = ONE_LINE_ADDRESS.exec(line.text);
    const link = single !== null ? linkName(single[1]!) : links.at(-1)?.name;
    const rest = single?.[2] ?? line.text;
    const indented = /^\s/.test(line.text);
    if (link !== undefined && (single !== null || indented)) {
      if (/^\s*inet6?\s/.test(rest)) {
        const address = readAddress(line.text, line.text.length - rest.length, link, complaints);
        if (address !== undefined) addresses.push(address);
      } else {
        // the other indented lines are details of the link above
        if (links.length > 0) links.push({ ...links.pop()!, ...readLinkType(line.text) });
      }
    } else if (line.text.trim() !== '' && !isCommandLine(line.text))
      complaints.all('unreadable-line', 'expected a link or an address as ip addr prints them');
  }
  return { links, addresses };
}

/** `inet 10.0.0.1/24 brd 10.0.0.255 scope global secondary eth0`, which begins after `skip` characters. */
function readAddress(line: string, skip: number, link: string, complaints: Complaints): HostAddress | undefined {
  const reader = WordReader.of(line, skip);
  const kind = reader.next()!;
  const local = reader.next();
  const own = parsePrefix(local?.text ?? '');
  if (own === undefined || own.family !== (kind.text === 'inet' ? 4 : 6)) {
    complaints.word(local ?? kind, 'bad-address', `expected an address of ${kind.text}`);
    return undefined;
  }
  let { prefix } = own;
  let peer: HostAddress['peer'];
  let broadcast: HostAddress['broadcast'];
  let scope: HostAddress['scope'] = 'global';
  let secondary = false;
  const flags: AddressFlag[] = [];
  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    if (word.text === 'peer') {
      const value = reader.next();
      const far = parsePrefix(value?.text ?? '');
      if (far === undefined || far.family !== own.family)
        complaints.word(value ?? word, 'bad-address', 'expected the address of the peer');
      else {
        peer = far.address;
        prefix = far.prefix;
      }
    } else if (word.text === 'brd') {
      const value = reader.next();
      broadcast = parseAddress(value?.text ?? '');
      if (broadcast === undefined) complaints.word(value ?? word, 'bad-address', 'expected a broadcast address');
    } else if (word.text === 'scope') {
      const value = reader.next();
      const known = parseScope(value?.text ?? '');
      if (known === undefined) complaints.word(value ?? word, 'unknown-scope', 'expected a scope; taken as global');
      else scope = known;
    } else if (word.text === 'secondary') secondary = true;
    else if (own.family === 6 && isFlag(word.text)) flags.push(word.text);
    // the lifetimes begin the next line
    else if (word.text === 'valid_lft') break;
  }
  return {
    link,
    family: own.family,
    address: own.address,
    prefix,
    peer,
    broadcast,
    scope,
    secondary,
    ...(flags.length === 0 ? {} : { flags }),
  };
}

const isFlag = (word: string): word is AddressFlag => (ADDRESS_FLAGS as readonly string[]).includes(word);
