/**
 * `ifconfig` of net-tools, in its old form (`Link encap:Ethernet`), which busybox prints too, and in its new one (`flags=4163<UP>`).
 * It shows one address of each name: others that ip addr added do not stand in it.
 */
import type { Findings } from '../../model/finding.js';
import type { HostAddress, Link } from '../../model/host.js';
import { type Family, parseAddress, prefixLength, sameWords } from '../../net/address.js';
import { LineComplaints } from '../complain.js';
import { linesOf, type Readable } from '../text.js';
import type { AddressList } from './addr.js';
import { parsePrefix, wholeNumber } from './iproute-values.js';
import { isPrimaryOf } from './kernel-routes.js';
import { macOf } from './link-line.js';

/** The first line of a link, or of a second name of one (`eth0:1`). */
const HEAD = /^([\w.@-]{1,40})(:[\w.-]{1,20})?(?:[ \t]{1,40}Link encap:|: flags=\d{1,10}<)/;
const DETAIL =
  /^(?:inet6? (?:addr: ?)?[\da-fA-F.:]{2,45}(?:\/\d{1,3})?[ \t]{1,20}(?:Bcast|Mask|P-t-P|Scope|netmask|prefixlen)\b|(?:[A-Z]{2,20} ){1,12} ?MTU:\d|[RT]X (?:packets|bytes|errors)[: ]\d|collisions:\d|ether (?:[\da-f]{2}:){5}|(?:Interrupt|Base address|Memory):)/;

/** Whether a line, without the blanks around it, is one that ifconfig alone prints. */
export const isIfconfig = (text: string): boolean => HEAD.test(text) || DETAIL.test(text.slice(0, 200));

/** No line of it is longer. */
const LONGEST = 400;

interface Block {
  link: Link;
  /** undefined: it is a second name. */
  readonly alias: string | undefined;
}

export function addressesOfIfconfig(text: Readable, file: string, findings: Findings): AddressList {
  const links = new Map<string, Link>();
  const addresses: HostAddress[] = [];
  let block: Block | undefined;
  for (const line of linesOf(text)) {
    const own = line.text.trim().slice(0, LONGEST);
    const head = HEAD.exec(own);
    if (head !== null) {
      const [whole, name, alias] = head;
      const link: Link = links.get(name!) ?? {
        index: links.size + 1,
        name: name!,
        up: true,
        group: 0,
        mtu: undefined,
        mac: undefined,
        loopback: name === 'lo',
        master: undefined,
        alone: true,
      };
      block = { link: detailed(link, own.slice(whole.length - 1), alias), alias };
    } else if (block !== undefined) {
      block.link = detailed(block.link, own, block.alias);
      if (/^inet6? /.test(own)) {
        const address = addressIn(own, block.link.name, addresses);
        if (address !== undefined) addresses.push(address);
        else
          new LineComplaints(file, line, findings).all(
            'bad-address',
            'expected an address with its mask as ifconfig prints them',
          );
      }
    }
    if (block !== undefined) links.set(block.link.name, block.link);
  }
  return { links: [...links.values()], addresses };
}

/** The link with what a line tells of it. Flags stand between `<` and `>`, or before MTU. */
function detailed(link: Link, text: string, alias: string | undefined): Link {
  const flags = (/<([A-Z,_\d]*)>/.exec(text) ?? /^((?:[A-Z]+ +)*)MTU:/.exec(text))?.[1]?.split(/[ ,]+/);
  const mtu = /\b(?:MTU:|mtu )(\d{1,7})\b/.exec(text)?.[1];
  const mac = /\b(?:HWaddr|ether) ([\da-fA-F:]{17})\b/.exec(text)?.[1];
  return {
    ...link,
    // a second name says whether it is up itself
    up: alias === undefined && flags !== undefined ? flags.includes('UP') : link.up,
    loopback: link.loopback || flags?.includes('LOOPBACK') === true,
    mtu: mtu === undefined ? link.mtu : wholeNumber(mtu),
    mac: macOf(mac) ?? link.mac,
  };
}

function addressIn(text: string, link: string, others: readonly HostAddress[]): HostAddress | undefined {
  const value = (name: RegExp) => parseAddress(name.exec(text)?.[1] ?? '');
  const own = parsePrefix(/^inet6? (?:addr: ?)?(\S+)/.exec(text)?.[1] ?? '');
  if (own === undefined || own.family !== (text.startsWith('inet6') ? 6 : 4)) return undefined;
  const length = prefixOf(text, own.family, own.prefix);
  if (length === undefined) return undefined;
  const peer = value(/\b(?:P-t-P:|destination )(\S+)/);
  const address: HostAddress = {
    link,
    family: own.family,
    address: own.address,
    prefix: length,
    peer: peer !== undefined && sameWords(peer, own.address) ? undefined : peer,
    broadcast: value(/\b(?:Bcast:|broadcast )(\S+)/),
    scope:
      SCOPES[/\bScope:(\w+)|<(\w+)>/.exec(text)?.slice(1).find(Boolean)?.toLowerCase() ?? ''] ??
      (link === 'lo' ? 'host' : 'global'),
    secondary: false,
  };
  const secondary = own.family === 4 && others.some((other) => other.family === 4 && isPrimaryOf(other, address));
  return { ...address, secondary };
}

const SCOPES: Readonly<Record<string, HostAddress['scope']>> = {
  link: 'link',
  host: 'host',
  site: 'site',
  global: 'global',
};

/** undefined: it has none, or none that a prefix makes. */
function prefixOf(text: string, family: Family, given: number): number | undefined {
  if (family === 6) return wholeNumber(/\bprefixlen (\d{1,3})\b/.exec(text)?.[1] ?? `${given}`, 128);
  const mask = parseAddress(/\b(?:Mask:|netmask )(\S+)/.exec(text)?.[1] ?? '');
  return mask === undefined ? undefined : prefixLength(mask);
}
