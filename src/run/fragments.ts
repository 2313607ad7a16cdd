/**
 * Fragments wait here until their packets are whole: ip_defrag of net/ipv4/ip_fragment.c. Where connections are tracked
 * nf_defrag_ipv4 asks for it before any table, in PREROUTING for what came in and in OUTPUT for what this host sends;
 * ip_local_deliver does before INPUT. Each of the three gathers for itself, so that what came in and what is sent do not
 * mix. What is sent over lo is cut again on its way and gathered once more in PREROUTING, unless it is untracked.
 */
import { FragmentQueue, type Gathered } from './fragment-queue.js';
import { readSysctl } from './host-conf.js';

export type { FragmentLoss, Gathered, WholePacket } from './fragment-queue.js';

/** Who gathers: nf_defrag_ipv4 in PREROUTING, in OUTPUT, ip_local_deliver. */
export type Gatherer = 'prerouting' | 'output' | 'delivery';

export interface Fragment<About> {
  readonly by: Gatherer;
  /** The number of the VRF that its interface is in; 0: none. It matters no further which interface that is. */
  readonly vrf: number;
  /**
   * From the IP header on, as it is at that place: a fragment of IPv4, whose header is whole and holds what ip_rcv_core
   * demands. Bytes behind its total length are left out, and bytes that its capture has cut may lack. They are copied.
   */
  readonly bytes: Uint8Array;
  /** What the caller wants to be told again where this is the first fragment of a whole packet: its mark, its number. */
  readonly about: About;
  /** milliseconds on the packets' clock; where it goes back the queues' time stands still. */
  readonly now: number;
}

export interface FragmentSettings {
  /** net.ipv4.ipfrag_time, in seconds: how long the fragments of a packet wait, counted from the first to come. */
  readonly time: number;
  /** net.ipv4.ipfrag_high_thresh, in bytes: no fragment is taken where more than that waits. */
  readonly highThreshold: number;
  /** net.ipv4.ipfrag_max_dist: how many fragments a sender may send between two of one packet; 0: any number. */
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

interface Waiting<About> {
  readonly queue: FragmentQueue<About>;
  readonly sender: Sender;
  /** the sender's count when the queue's latest fragment came. */
  at: number;
  /** The last millisecond at which it is there. */
  until: number;
  /** bytes of memory. */
  memory: number;
}

export class FragmentQueues<About> {
  /** those that end first stand first: the time is the same for all, and one whose time begins anew goes to the end. */
  private readonly waiting = new Map<string, Waiting<About>>();
  private readonly senders = new Map<string, Sender>();
  private used = 0;
  private now = 0;

  constructor(private readonly settings: FragmentSettings) {}

  /** Bytes of memory that the kernel would have taken for what waits, as of the last call. */
  get memory(): number {
    return this.used;
  }

  /** As they are now; what comes to one of the two afterwards, the other does not know. */
  copy(): FragmentQueues<About> {
    const other = new FragmentQueues<About>(this.settings);
    for (const [key, sender] of this.senders) other.senders.set(key, { ...sender });
    for (const [key, waiting] of this.waiting) {
      const sender = other.senders.get(waiting.sender.key)!;
      other.waiting.set(key, { ...waiting, sender, queue: waiting.queue.copy() });
    }
    other.used = this.used;
    other.now = this.now;
    return other;
  }

  /** ip_defrag. The interface of a whole packet, its route and its socket are those of the fragment that completed it. */
  add({ by, vrf, bytes, about, now }: Fragment<About>): Gathered<About> {
    this.now = Math.max(this.now, now);
    this.expire();
    const { highThreshold } = this.settings;
    if (highThreshold === 0 || this.used > highThreshold) return { kind: 'lost', why: 'fragment-memory', all: false };

    const source = `${vrf} ${word(bytes, 12)}`;
    const key = `${by} ${source} ${word(bytes, 16)} ${(bytes[4]! << 8) | bytes[5]!} ${bytes[9]}`;
    const waiting = this.waiting.get(key) ?? this.begin(key, source);
    this.keepNear(key, waiting);
    const gathered = waiting.queue.add(bytes, about);
    if (gathered.kind === 'waits') this.charge(waiting, footprint(bytes));
    else if (gathered.kind === 'whole' || gathered.all) this.forget(key, waiting);
    return gathered;
  }

  /** ip_expire. The kernel's timer may be late by an eighth of the time (kernel/time/timer.c). */
  private expire(): void {
    for (const [key, waiting] of this.waiting) {
      if (waiting.until >= this.now) return;
      this.forget(key, waiting);
    }
  }

  private begin(key: string, source: string): Waiting<About> {
    let sender = this.senders.get(source);
    if (sender === undefined) {
      sender = { key: source, fragments: 0, queues: 0 };
      this.senders.set(source, sender);
    }
    sender.queues++;
    const waiting = {
      queue: new FragmentQueue<About>(),
      sender,
      at: sender.fragments,
      until: this.deadline(),
      memory: 0,
    };
    this.waiting.set(key, waiting);
    this.charge(waiting, QUEUE_BYTES);
    return waiting;
  }

  /**
   * ip_frag_too_far, ip_frag_reinit: where the sender has sent too much in between, another packet may bear the same
   * identification by now; what waits is given up, and the time begins anew.
   */
  private keepNear(key: string, waiting: Waiting<About>): void {
    const { maxDistance } = this.settings;
    const before = waiting.at;
    waiting.at = ++waiting.sender.fragments;
    if (maxDistance === 0 || waiting.at - before <= maxDistance) return;
    waiting.queue.restart();
    this.charge(waiting, QUEUE_BYTES - waiting.memory);
    waiting.until = this.deadline();
    this.waiting.delete(key);
    this.waiting.set(key, waiting);
  }

  private deadline(): number {
    return this.now + 1000 * this.settings.time;
  }

  private charge(waiting: Waiting<About>, memory: number): void {
    waiting.memory += memory;
    this.used += memory;
  }

  private forget(key: string, waiting: Waiting<About>): void {
    const { sender } = waiting;
    this.waiting.delete(key);
    this.used -= waiting.memory;
    if (--sender.queues === 0) this.senders.delete(sender.key);
  }
}

/** struct ipq. */
const QUEUE_BYTES = 200;

/**
 * truesize of a fragment that a tun device received: sk_buff, and a buffer of the size that kmalloc has for the packet with
 * room before it and skb_shared_info behind. Other drivers take other buffers, mostly larger.
 */
function footprint(bytes: Uint8Array): number {
  const needed = ((bytes[2]! << 8) | bytes[3]!) + 64 + 320;
  if (needed <= 576) return 256 + 576;
  if (needed <= PAGE) return 256 + 2 ** Math.ceil(Math.log2(needed));
  return 256 + Math.ceil(needed / PAGE) * PAGE;
}
const PAGE = 4096;

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
