/** What both say of packets that the kernel has seen, packet by packet. Plain data in and out: it may be done elsewhere. */
import { connectionDifferences } from './connections.js';
import type { Exchanged } from './exchange.js';
import { differences, ofKernel } from './observed.js';
import type { CapturedHost, Scenario } from './scenario.js';
import { loadCaptured, observe } from './walked.js';

/** What the kernel said, of a host of these rules. */
export interface Asked {
  /** as they were loaded: the kernel's own save loses what it cannot say, such as the sense of `! -o +`. */
  readonly rules: string;
  readonly captured: CapturedHost;
  readonly family: Scenario['family'];
  readonly exchanged: readonly Exchanged[];
}

export interface Compared {
  /** packets that end at an open question here, or leave by a drawn port: neither agreement nor difference. */
  readonly open: readonly { readonly packet: number; readonly why: string }[];
  readonly differing: readonly { readonly packet: number; readonly lines: readonly string[] }[];
  /** packets for which the kernel drew a port that packetwalk then took. */
  readonly drawn: number;
  /** tables of connections that were compared. */
  readonly tables: number;
}

export type Compare = (asked: Asked) => Promise<Compared>;

export const compare: Compare = async ({ rules, captured, family, exchanged }) => {
  const host = await loadCaptured({ ...withFragmentTime(captured), 'rules.save': rules }, { family });
  const begin = exchanged[0]?.result.time ?? 0;
  const heard = exchanged.map(({ result }) => ({
    time: result.time - begin,
    left: result.out.map(({ hex }) => hex),
  }));
  const open: { packet: number; why: string }[] = [];
  const differing: { packet: number; lines: string[] }[] = [];
  let drawn = 0;
  let tables = 0;
  const sent = exchanged.map(({ line }) => line);
  observe(host, sent, heard).forEach((seen, packet) => {
    const { result, connections } = exchanged[packet]!;
    const lines = differences(ofKernel(result), seen.observed);
    if (seen.told) drawn++;
    if (connections !== undefined) tables++;
    if (connections !== undefined && seen.connections !== undefined)
      lines.push(...connectionDifferences(connections, seen.connections));
    if (seen.open !== undefined) open.push({ packet, why: seen.open });
    else if (seen.drawn && !seen.told && lines.length > 0 && lines.every((line) => line.startsWith('leaves, ')))
      open.push({ packet, why: 'a drawn port' });
    else if (lines.length > 0) differing.push({ packet, lines });
  });
  return { open, differing, drawn, tables };
};

/** Fragments of kept packets wait for a second; the file says 0, which is for those of others. */
export const withFragmentTime = (captured: CapturedHost): CapturedHost => ({
  ...captured,
  'sysctl.txt': captured['sysctl.txt'].replace(
    /^(net\.ipv4\.ipfrag_time|net\.ipv6\.ip6frag_time|net\.netfilter\.nf_conntrack_frag6_timeout) = .*$/gm,
    '$1 = 1',
  ),
});
