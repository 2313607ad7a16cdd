/** The list of all extensions: the one place that names them besides their own files. */
import type { Family } from '../net/address.js';
import type { Extension, Match, TargetExtension } from './define.js';
import { comment } from './match/comment.js';
import { connmark } from './match/connmark.js';
import { devgroup } from './match/devgroup.js';
import { dscp } from './match/dscp.js';
import { icmp } from './match/icmp.js';
import { iprange } from './match/iprange.js';
import { length } from './match/length.js';
import { mark } from './match/mark.js';
import { multiport } from './match/multiport.js';
import { sctp } from './match/sctp.js';
import { tcp } from './match/tcp.js';
import { tcpmss } from './match/tcpmss.js';
import { tos } from './match/tos.js';
import { ttl } from './match/ttl.js';
import { u32 } from './match/u32.js';
import { udp } from './match/udp.js';
import { MARK } from './target/MARK.js';

export const MATCHES: readonly Match[] = [
  comment,
  connmark,
  devgroup,
  dscp,
  icmp,
  iprange,
  length,
  mark,
  multiport,
  sctp,
  tcp,
  tcpmss,
  tos,
  ttl,
  u32,
  udp,
];
export const TARGETS: readonly TargetExtension[] = [MARK];

const serves = (extension: Extension, family: Family) => extension.families?.includes(family) ?? true;

function index<E extends Extension>(list: readonly E[]): Map<string, E[]> {
  const out = new Map<string, E[]>();
  for (const extension of list)
    for (const name of [extension.name, ...(extension.alias ?? [])])
      out.set(name, [...(out.get(name) ?? []), extension]);
  return out;
}
const matches = index(MATCHES);
const targets = index(TARGETS);

/** The match or target of a name that serves the family, or undefined where there is none. */
export const findMatch = (name: string, family: Family): Match | undefined =>
  matches.get(name)?.find((extension) => serves(extension, family));
export const findTarget = (name: string, family: Family): TargetExtension | undefined =>
  targets.get(name)?.find((extension) => serves(extension, family));
