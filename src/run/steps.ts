/**
 * The order of hooks, tables and the host's own steps between them: the one place that says it. Priorities are those
 * of the kernel's nf_ip_hook_priorities (uapi/linux/netfilter_ipv4.h).
 */
import { type HookName, nftTable, type PlainTable, type TableName } from '../model/ruleset.js';
import type { Gatherer } from './fragments.js';

export type Step =
  | { readonly kind: 'table'; readonly table: TableName; readonly hook: HookName }
  /** nat: consulted for the first packet of a connection, then its translation is applied. */
  | { readonly kind: 'nat'; readonly hook: HookName; readonly side: 'src' | 'dst' }
  | {
      readonly kind:
        | 'track'
        | 'note'
        | 'options'
        | 'route'
        | 'age'
        | 'options on'
        | 'discard'
        | 'confirm'
        | 'deliver'
        | 'leave';
    }
  /** fragments wait for the rest of their packet. */
  | { readonly kind: 'gather'; readonly by: Gatherer }
  /** a second look for the route, where the packet has changed since; `after` says what counts as a change. */
  | { readonly kind: 'reroute'; readonly after: 'mangle' | 'nft mangle' | 'nat' };

export type Path = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/**
 * A table of either back end: at one priority a kernel asks that first which was loaded last (nf_hook_entries_grow of
 * net/netfilter/core.c). No text tells which that was, and iptables-legacy is taken for it.
 */
const table = (name: PlainTable, hook: HookName): Step[] =>
  [name, nftTable(name)].map((one) => ({ kind: 'table', table: one, hook }));
const nat = (hook: HookName, side: 'src' | 'dst'): Step => ({ kind: 'nat', hook, side });
const host = (kind: Exclude<Step['kind'], 'table' | 'nat' | 'gather' | 'reroute'>): Step => ({ kind });
const gather = (by: Gatherer): Step => ({ kind: 'gather', by });

export const PATHS: Readonly<Record<Path, readonly Step[]>> = {
  prerouting: [
    gather('prerouting'),
    ...table('raw', 'PREROUTING'),
    host('track'),
    ...table('mangle', 'PREROUTING'),
    nat('PREROUTING', 'dst'),
    host('options'),
    host('route'),
  ],
  input: [
    gather('delivery'),
    ...table('mangle', 'INPUT'),
    ...table('filter', 'INPUT'),
    ...table('security', 'INPUT'),
    nat('INPUT', 'src'),
    host('confirm'),
    host('deliver'),
  ],
  // ip_forward takes one from the time to live before the hook
  forward: [
    host('age'),
    ...table('mangle', 'FORWARD'),
    ...table('filter', 'FORWARD'),
    ...table('security', 'FORWARD'),
    host('options on'),
  ],
  output: [
    gather('output'),
    ...table('raw', 'OUTPUT'),
    host('track'),
    host('note'),
    // each back end looks for the route behind its own
    { kind: 'table', table: 'mangle', hook: 'OUTPUT' },
    { kind: 'reroute', after: 'mangle' },
    { kind: 'table', table: 'nft mangle', hook: 'OUTPUT' },
    { kind: 'reroute', after: 'nft mangle' },
    nat('OUTPUT', 'dst'),
    { kind: 'reroute', after: 'nat' },
    ...table('filter', 'OUTPUT'),
    ...table('security', 'OUTPUT'),
    host('discard'),
  ],
  postrouting: [...table('mangle', 'POSTROUTING'), nat('POSTROUTING', 'src'), host('confirm'), host('leave')],
};
