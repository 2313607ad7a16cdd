/**
 * Fragments of IPv6 wait here until their packets are whole: nf_ct_frag6_gather of net/ipv6/netfilter/nf_conntrack_reasm.c,
 * which nf_defrag_ipv6 asks for before any table where connections are tracked, in PREROUTING and in OUTPUT. Where they are
 * not, fragments go through all tables as they are; what puts them together for this host stands behind INPUT (reassembly.c).
 */
import { FragmentDirectory, type FragmentLimits } from '../fragment-directory.js';
import type { Fragment, WaitingFragments } from '../fragments.js';
import { type Gathered, half, lost } from '../gathered.js';
import { readSysctl } from '../host-conf.js';
import { areHeadersCut, FRAGMENT_HEADER, findFragmentHeader, HEADER } from './fragment-header.js';
import { FragmentQueue6 } from './fragment-queue.js';

/** As given, or as the kernel begins with. */
export function fragmentLimits6(sysctls: ReadonlyMap<string, string>): FragmentLimits {
  const read = (name: string, otherwise: number) =>
    Math.max(0, readSysctl(sysctls, `net.netfilter.nf_conntrack_frag6_${name}`) ?? otherwise);
  return { time: read('timeout', 60), highThreshold: read('high_thresh', 4 * 1024 * 1024) };
}

/** struct frag_queue. */
const QUEUE_BYTES = 184;

export class FragmentQueues6<About> implements WaitingFragments<About> {
  private readonly directory: FragmentDirectory<FragmentQueue6<About>>;

  /** Where it `forgets`, each fragment comes as if none had been. */
  constructor(
    private readonly limits: FragmentLimits,
    private readonly forgets = false,
  ) {
    this.directory = new FragmentDirectory(limits, QUEUE_BYTES);
  }

  get memory(): number {
    return this.directory.memory;
  }

  copy(): FragmentQueues6<About> {
    const other = new FragmentQueues6<About>(this.limits, this.forgets);
    this.directory.copyTo(other.directory, (queue) => queue.copy());
    return other;
  }

  add({ by, link, bytes, about, now }: Fragment<About>): Gathered<About> {
    const end = HEADER + half(bytes, 4);
    // a packet that says that it has no bytes, as jumbograms do, is none of fragments
    const place = end === HEADER ? undefined : findFragmentHeader(bytes, end);
    if (place === undefined) return { kind: 'passes', why: 'no-fragment', all: false };
    const { at } = place;
    if (areHeadersCut(bytes, at, end)) return { kind: 'passes', why: 'headers-cut', all: false };
    if (at + FRAGMENT_HEADER > end) return lost('fragment-cut', false, 'dropped');

    const near = isNear(bytes) ? link : 0;
    const key = `${by} ${near} ${bytes.subarray(8, HEADER).join()} ${bytes.subarray(at + 4, at + 8).join()}`;
    const directory = this.forgets ? new FragmentDirectory<FragmentQueue6<About>>(this.limits, 0) : this.directory;
    const waiting = directory.find(key, now, () => new FragmentQueue6<About>());
    if (waiting === undefined) return lost('fragment-memory', false, 'dropped');
    const gathered = waiting.queue.add(bytes, place, about);
    directory.settle(waiting, end, gathered);
    return gathered;
  }
}

/** Whether its destination means something on one link alone: a group, or an address of the link (fq_find). */
const isNear = (bytes: Uint8Array): boolean =>
  bytes[24] === 0xff || (bytes[24] === 0xfe && (bytes[25]! & 0xc0) === 0x80);
