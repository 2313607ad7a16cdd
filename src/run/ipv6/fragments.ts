/**
 * Fragments of IPv6 wait here until their packets are whole: nf_ct_frag6_gather of net/ipv6/netfilter/nf_conntrack_reasm.c,
 * which nf_defrag_ipv6 asks for before any table where connections are tracked, in PREROUTING and in OUTPUT. Where they are
 * not, fragments go through all tables as they are; those for this host are put together behind INPUT (net/ipv6/reassembly.c).
 */
import { IPV6_HEADER } from '../../net/ipv6-headers.js';
import { FragmentDirectory, type FragmentLimits } from '../fragment-directory.js';
import type { Fragment, WaitingFragments } from '../fragments.js';
import {
  type FragmentLoss,
  type FragmentLost,
  type Gathered,
  half,
  lost,
  putHalf,
  type WholePacket,
} from '../gathered.js';
import { readSysctl } from '../host-conf.js';
import {
  areHeadersCut,
  FRAGMENT_BYTES,
  type FragmentPlace,
  findFragmentHeader,
  hasMore,
  offsetOf,
} from './fragment-header.js';
import { FragmentQueue6, type Manner } from './fragment-queue.js';

export interface FragmentSettings6 {
  /** net.netfilter.nf_conntrack_frag6_timeout and high_thresh. */
  readonly tracked: FragmentLimits;
  /** net.ipv6.ip6frag_time and high_thresh: behind INPUT. */
  readonly delivered: FragmentLimits;
}

/** As given, or as the kernel begins with. */
export function fragmentSettings6(sysctls: ReadonlyMap<string, string>): FragmentSettings6 {
  const read = (key: string, otherwise: number) => Math.max(0, readSysctl(sysctls, key) ?? otherwise);
  const limits = (time: string, threshold: string): FragmentLimits => ({
    time: read(time, 60),
    highThreshold: read(threshold, 4 * 1024 * 1024),
  });
  return {
    tracked: limits('net.netfilter.nf_conntrack_frag6_timeout', 'net.netfilter.nf_conntrack_frag6_high_thresh'),
    delivered: limits('net.ipv6.ip6frag_time', 'net.ipv6.ip6frag_high_thresh'),
  };
}

/** struct frag_queue. */
const QUEUE_BYTES = 184;

/** Of a field; of headers that are not all there (ICMPV6_HDR_FIELD, ICMPV6_HDR_INCOMP). */
const FIELD = 0;
const INCOMPLETE = 3;
const answered = (why: FragmentLoss, all: boolean, problem: number): FragmentLost => ({
  ...lost(why, all, 'dropped'),
  problem,
});

const TRACKED: Manner = {
  tooLong: lost('fragment-too-long', false, 'dropped'),
  odd: { kind: 'passes', why: 'odd-length', all: true },
  beyond: lost('fragment-beyond', false, 'dropped'),
  empty: lost('fragment-void', false, 'dropped'),
};
const DELIVERED: Manner = {
  tooLong: answered('fragment-too-long', false, FIELD),
  odd: answered('fragment-odd', false, FIELD),
  beyond: lost('fragment-end', true, 'dropped'),
  empty: lost('fragment-empty', true, 'dropped'),
};

export class FragmentQueues6<About> implements WaitingFragments<About> {
  private readonly tracked: FragmentDirectory<FragmentQueue6<About>>;
  private readonly delivered: FragmentDirectory<FragmentQueue6<About>>;

  /** Where it `forgets`, each fragment comes as if none had been. */
  constructor(
    private readonly settings: FragmentSettings6,
    private readonly forgets = false,
  ) {
    this.tracked = new FragmentDirectory(settings.tracked, QUEUE_BYTES);
    this.delivered = new FragmentDirectory(settings.delivered, QUEUE_BYTES);
  }

  get memory(): number {
    return this.tracked.memory + this.delivered.memory;
  }

  copy(): FragmentQueues6<About> {
    const other = new FragmentQueues6<About>(this.settings, this.forgets);
    this.tracked.copyTo(other.tracked, (queue) => queue.copy());
    this.delivered.copyTo(other.delivered, (queue) => queue.copy());
    return other;
  }

  add(fragment: Fragment<About>): Gathered<About> {
    const { by, bytes } = fragment;
    const end = IPV6_HEADER + half(bytes, 4);
    // a packet that says that it has no bytes, as jumbograms do, is none of fragments
    const place = end === IPV6_HEADER ? undefined : findFragmentHeader(bytes, end);
    if (place === undefined) return { kind: 'passes', why: 'no-fragment', all: false };
    return by === 'delivery' ? this.deliver(fragment, place, end) : this.gather(fragment, place, end);
  }

  /** nf_ct_frag6_gather. */
  private gather(fragment: Fragment<About>, place: FragmentPlace, end: number): Gathered<About> {
    const { bytes } = fragment;
    if (areHeadersCut(bytes, place.at, end)) return { kind: 'passes', why: 'headers-cut', all: false };
    if (place.at + FRAGMENT_BYTES > end) return lost('fragment-cut', false, 'dropped');
    const directory = this.forgets
      ? new FragmentDirectory<FragmentQueue6<About>>(this.settings.tracked, 0)
      : this.tracked;
    return this.queue(directory, fragment, place, end, TRACKED);
  }

  /** ipv6_frag_rcv. */
  private deliver(fragment: Fragment<About>, place: FragmentPlace, end: number): Gathered<About> {
    const { bytes } = fragment;
    const { at } = place;
    if (at + FRAGMENT_BYTES > end) return answered('fragment-cut', false, FIELD);
    if (offsetOf(bytes, at) === 0 && !hasMore(bytes, at)) return { kind: 'whole', packet: alone(fragment, place, end) };
    if (areHeadersCut(bytes, at, end)) return answered('fragment-headers', false, INCOMPLETE);
    return this.queue(this.delivered, fragment, place, end, DELIVERED);
  }

  private queue(
    directory: FragmentDirectory<FragmentQueue6<About>>,
    { by, link, bytes, about, now }: Fragment<About>,
    place: FragmentPlace,
    end: number,
    manner: Manner,
  ): Gathered<About> {
    const near = isNear(bytes) ? link : 0;
    const id = bytes.subarray(place.at + 4, place.at + FRAGMENT_BYTES);
    const key = `${by} ${near} ${bytes.subarray(8, IPV6_HEADER).join()} ${id.join()}`;
    const waiting = directory.find(key, now, () => new FragmentQueue6<About>(manner));
    if (waiting === undefined) return lost('fragment-memory', false, 'dropped');
    const gathered = waiting.queue.add(bytes, place, about);
    directory.settle(waiting, end, gathered);
    return gathered;
  }
}

/** The packet without its fragment header. */
function alone<About>(
  { bytes, about }: Fragment<About>,
  { at, namedAt }: FragmentPlace,
  end: number,
): WholePacket<About> {
  const rest = bytes.subarray(at + FRAGMENT_BYTES);
  const whole = new Uint8Array(at + rest.length);
  whole.set(bytes.subarray(0, at));
  whole.set(rest, at);
  whole[namedAt] = bytes[at]!;
  const length = end - FRAGMENT_BYTES;
  putHalf(whole, 4, length - IPV6_HEADER);
  return { bytes: whole, length, first: about, largest: end, ends: [length] };
}

/** Whether its destination means something on one link alone: a group, or an address of the link (fq_find). */
const isNear = (bytes: Uint8Array): boolean =>
  bytes[24] === 0xff || (bytes[24] === 0xfe && (bytes[25]! & 0xc0) === 0x80);
