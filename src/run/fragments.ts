/**
 * Fragments wait here until their packets are whole: ip_defrag of net/ipv4/ip_fragment.c. Where connections are tracked
 * nf_defrag_ipv4 asks for it before any table, in PREROUTING for what came in and in OUTPUT for what this host sends;
 * ip_local_deliver does before INPUT. Each of the three gathers for itself, so that what came in and what is sent do not
 * mix. What is sent over lo is cut again on its way and gathered once more in PREROUTING, unless it is untracked.
 */
import { FragmentDirectory, type FragmentLimits, type Waiting } from './fragment-directory.js';
import { FragmentQueue } from './fragment-queue.js';
import { type Gathered, half, lost } from './gathered.js';
import { readSysctl } from './host-conf.js';

/** Who gathers: nf_defrag_ipv4 or its like of IPv6 in PREROUTING, in OUTPUT; ip_local_deliver, or ipv6_frag_rcv behind INPUT. */
export type Gatherer = 'prerouting' | 'output' | 'delivery';

export interface Fragment<About> {
  readonly by: Gatherer;
  /** The number of the interface that it came by; 0: this host sends it. It matters of IPv6 alone. */
  readonly link: number;
  /** The number of the VRF that the interface is in; 0: none. */
  readonly vrf: number;
  /**
   * From the IP header on, as it is at that place: a fragment, whose header is whole and holds what ip_rcv_core demands.
   * Bytes behind its total length are left out, and bytes that its capture has cut may lack. They are copied.
   */
  readonly bytes: Uint8Array;
  /** What the caller wants to be told again where this is the first fragment of a whole packet: its mark, its number. */
  readonly about: About;
  /** milliseconds on the packets' clock; where it goes back the queues' time stands still. */
  readonly now: number;
}

/** Fragments of either family that wait. */
export interface WaitingFragments<About> {
  /** As they are now; what comes to one of the two afterwards, the other does not know. */
  copy(): WaitingFragments<About>;
  /** The interface of a whole packet, its route and its socket are those of the fragment that completed it. */
  add(fragment: Fragment<About>): Gathered<About>;
}

/** net.ipv4.ipfrag_time, ipfrag_high_thresh and ipfrag_max_dist. */
export interface FragmentSettings extends FragmentLimits {
  /** how many fragments a sender may send between two of one packet; 0: any number. */
  readonly maxDistance: number;
}

const SYSCTL_DEFAULTS = {
  'net.ipv4.ipfrag_time': 30,
  'net.ipv4.ipfrag_high_thresh': 4 * 1024 * 1024,
  'net.ipv4.ipfrag_max_dist': 64,
} as const;

/** As given, or as the kernel begins with. */
export function fragmentSettings(sysctls: ReadonlyMap<string, string>): FragmentSettings {
  const read = (name: keyof typeof SYSCTL_DEFAULTS) => Math.max(0, readSysctl(sysctls, name) ?? SYSCTL_DEFAULTS[name]);
  return {
    time: read('net.ipv4.ipfrag_time'),
    highThreshold: read('net.ipv4.ipfrag_high_thresh'),
    maxDistance: read('net.ipv4.ipfrag_max_dist'),
  };
}

/** A sender's fragments counted while any wait: rid of struct inet_peer. */
interface Sender {
  readonly key: string;
  fragments: number;
  queues: number;
}

interface Queue<About> {
  readonly fragments: FragmentQueue<About>;
  readonly sender: Sender;
  /** the sender's count when the queue's latest fragment came. */
  at: number;
}

/** struct ipq. */
const QUEUE_BYTES = 200;

export class FragmentQueues<About> implements WaitingFragments<About> {
  private readonly senders = new Map<string, Sender>();
  private readonly directory: FragmentDirectory<Queue<About>>;

  constructor(private readonly settings: FragmentSettings) {
    this.directory = new FragmentDirectory(settings, QUEUE_BYTES, ({ sender }) => {
      if (--sender.queues === 0) this.senders.delete(sender.key);
    });
  }

  get memory(): number {
    return this.directory.memory;
  }

  copy(): FragmentQueues<About> {
    const other = new FragmentQueues<About>(this.settings);
    for (const [key, sender] of this.senders) other.senders.set(key, { ...sender });
    this.directory.copyTo(other.directory, (queue) => ({
      ...queue,
      fragments: queue.fragments.copy(),
      sender: other.senders.get(queue.sender.key)!,
    }));
    return other;
  }

  /** ip_defrag. */
  add({ by, vrf, bytes, about, now }: Fragment<About>): Gathered<About> {
    const source = `${vrf} ${word(bytes, 12)}`;
    const key = `${by} ${source} ${word(bytes, 16)} ${half(bytes, 4)} ${bytes[9]}`;
    const waiting = this.directory.find(key, now, () => this.begin(source));
    if (waiting === undefined) return lost('fragment-memory', false);
    this.keepNear(waiting);
    const gathered = waiting.queue.fragments.add(bytes, about);
    this.directory.settle(waiting, half(bytes, 2), gathered);
    return gathered;
  }

  private begin(source: string): Queue<About> {
    let sender = this.senders.get(source);
    if (sender === undefined) {
      sender = { key: source, fragments: 0, queues: 0 };
      this.senders.set(source, sender);
    }
    sender.queues++;
    return { fragments: new FragmentQueue<About>(), sender, at: sender.fragments };
  }

  /**
   * ip_frag_too_far, ip_frag_reinit: where the sender has sent too much in between, another packet may bear the same
   * identification by now; what waits is given up, and the time begins anew.
   */
  private keepNear(waiting: Waiting<Queue<About>>): void {
    const { maxDistance } = this.settings;
    const { queue } = waiting;
    const before = queue.at;
    queue.at = ++queue.sender.fragments;
    if (maxDistance === 0 || queue.at - before <= maxDistance) return;
    queue.fragments.restart();
    this.directory.restart(waiting);
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
