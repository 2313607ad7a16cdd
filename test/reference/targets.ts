/** Targets: what a rule whose matches all hold does to the packet, or says of it. */
import { dscpClass, tosOf } from './header.js';
import { hmarkOf } from './hmark.js';
import type { Packet } from './packet.js';
import { type Change, ecn, stripOptions, tcpMss } from './tcp-targets.js';
import { maskedOf, numberOf, type Options, refuse } from './words.js';

export type Verdict = 'accept' | 'drop' | 'reject' | 'hot drop';

export type Target =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'return' }
  /** the packet goes on to the next rule, unless it is said to be dropped. */
  | { readonly kind: 'edit'; readonly edit: (packet: Packet) => 'drop' | undefined };

const nothing: Target = { kind: 'edit', edit: () => undefined };

type Reader = (options: Options) => Target;

const header = (change: Change): Target => ({ kind: 'edit', edit: (packet) => (change(packet) ? undefined : 'drop') });
const edit = (change: (packet: Packet) => void): Target => ({
  kind: 'edit',
  edit: (packet) => {
    change(packet);
    return undefined;
  },
});

/** The one of these options that is there. */
function only(options: Options, ...names: string[]): { readonly name: string; readonly value: string } {
  const found = names.flatMap((name) => {
    const option = options.take(name);
    return option === undefined ? [] : [{ name, ...option }];
  });
  const [one, more] = found;
  return one === undefined || more !== undefined || one.not ? refuse(`such a ${options.of}`) : one;
}

/** Bits that are taken away, and bits that are turned round after that: what set, and, or and xor come to. */
function bitsOf(verb: string, value: number, all: number): { clear: number; turn: number } {
  if (verb === 'and') return { clear: ~value & all, turn: 0 };
  if (verb === 'or') return { clear: value, turn: value };
  return { clear: 0, turn: value };
}

/** mark_tg of net/netfilter/xt_mark.c; --set-mark sets what --set-xmark would turn round. */
const MARK: Reader = (options) => {
  const { name, value: text } = only(options, '--set-mark', '--set-xmark', '--and-mark', '--or-mark', '--xor-mark');
  const { value, mask } = maskedOf(text);
  const verb = name.slice(2, name.indexOf('-', 2));
  if (verb !== 'set' && text.includes('/')) refuse(text);
  const bits =
    name === '--set-mark'
      ? { clear: mask | value, turn: value }
      : name === '--set-xmark'
        ? { clear: mask, turn: value }
        : bitsOf(verb, value, 0xffffffff);
  return edit((packet) => {
    packet.mark = ((packet.mark & ~bits.clear) ^ bits.turn) >>> 0;
  });
};

/** tos_tg of net/netfilter/xt_DSCP.c. */
const TOS: Reader = (options) => {
  const { name, value: text } = only(options, '--set-tos', '--and-tos', '--or-tos', '--xor-tos');
  const verb = name.slice(2, name.indexOf('-', 2));
  const { value, mask } = verb === 'set' ? tosOf(text) : { value: numberOf(text, 255), mask: 0 };
  const bits = verb === 'set' ? { clear: mask, turn: value } : bitsOf(verb, value, 255);
  return edit((packet) => {
    packet.tos = ((packet.tos & ~bits.clear) ^ bits.turn) & 255;
  });
};

const DSCP: Reader = (options) => {
  const { name, value: text } = only(options, '--set-dscp', '--set-dscp-class');
  const value = name === '--set-dscp' ? numberOf(text, 63) : dscpClass(text);
  return edit((packet) => {
    packet.tos = 4 * value + (packet.tos & 3);
  });
};

/** ttl_tg of net/netfilter/xt_HL.c: it stops at either end, and nothing expires by it. */
const TTL: Reader = (options) => {
  const { name, value: text } = only(options, '--ttl-set', '--ttl-inc', '--ttl-dec');
  const value = numberOf(text, 255);
  return edit((packet) => {
    if (name === '--ttl-set') packet.ttl = value;
    else if (name === '--ttl-inc') packet.ttl = Math.min(255, packet.ttl + value);
    else packet.ttl = Math.max(0, packet.ttl - value);
  });
};

/** Without connection tracking it says nothing that a rule here could ask for. */
const CT: Reader = (options) => (options.flag('--notrack') ? nothing : refuse('CT with a connection'));

/** Where nobody listens on the queue: nf_queue of net/netfilter/nf_queue.c. */
const NFQUEUE: Reader = (options) => {
  const bypass = options.flag('--queue-bypass');
  options.ignore();
  return { kind: 'verdict', verdict: bypass ? 'accept' : 'drop' };
};

const says = (target: Target): Reader => {
  return (options) => {
    options.ignore();
    return target;
  };
};

const TARGETS: Readonly<Record<string, Reader>> = {
  ACCEPT: () => ({ kind: 'verdict', verdict: 'accept' }),
  DROP: () => ({ kind: 'verdict', verdict: 'drop' }),
  RETURN: () => ({ kind: 'return' }),
  REJECT: says({ kind: 'verdict', verdict: 'reject' }),
  LOG: says(nothing),
  NFLOG: says(nothing),
  HMARK: (options) => edit(hmarkOf(options)),
  NFQUEUE,
  // its queue 0 by another name
  QUEUE: says({ kind: 'verdict', verdict: 'drop' }),
  AUDIT: says(nothing),
  // a timer begins anew, an estimator counts: of packets nothing is changed
  IDLETIMER: says(nothing),
  RATEEST: says(nothing),
  CHECKSUM: says(nothing),
  CLASSIFY: says(nothing),
  TEE: says(nothing),
  TRACE: () => nothing,
  NOTRACK: () => nothing,
  MARK,
  TOS,
  DSCP,
  TTL,
  CT,
  ECN: (options) => header(ecn(options)),
  TCPMSS: (options) => header(tcpMss(options)),
  TCPOPTSTRIP: (options) => header(stripOptions(options)),
};

/** undefined: the name is of no target that is known; it may be a chain's. */
export function targetOf(name: string, options: Options): Target | undefined {
  const target = Object.hasOwn(TARGETS, name) ? TARGETS[name]!(options) : undefined;
  options.end();
  return target;
}

export const noTarget: Target = nothing;
