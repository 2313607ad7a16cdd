/**
 * Queues of fragments, by what belongs together: they wait for a time, and as long as not too much waits. struct fqdir of
 * net/ipv4/inet_fragment.c.
 */
import type { Gathered } from './gathered.js';

export interface FragmentLimits {
  /** seconds for which the fragments of a packet wait, counted from the first to come. */
  readonly time: number;
  /** bytes: no fragment is taken where more than that waits. */
  readonly highThreshold: number;
}

export interface Waiting<Queue> {
  readonly key: string;
  readonly queue: Queue;
  /** The last millisecond at which it is there. */
  until: number;
  /** bytes of memory. */
  memory: number;
}

export class FragmentDirectory<Queue> {
  /** those that end first stand first: the time is the same for all, and one whose time begins anew goes to the end. */
  private readonly waiting = new Map<string, Waiting<Queue>>();
  private used = 0;
  private now = 0;

  /** `size`: bytes of a queue without fragments; `gone` is told of each that is forgotten. */
  constructor(
    private readonly limits: FragmentLimits,
    private readonly size: number,
    private readonly gone: (queue: Queue) => void = () => {},
  ) {}

  /** Bytes of memory that the kernel would have taken for what waits, as of the last call. */
  get memory(): number {
    return this.used;
  }

  /** Puts what waits in another one that is empty. */
  copyTo(other: FragmentDirectory<Queue>, copy: (queue: Queue) => Queue): void {
    for (const [key, waiting] of this.waiting) other.waiting.set(key, { ...waiting, queue: copy(waiting.queue) });
    other.used = this.used;
    other.now = this.now;
  }

  /** inet_frag_find; undefined: too much waits. `now` in milliseconds: where it goes back time stands still. */
  find(key: string, now: number, begin: () => Queue): Waiting<Queue> | undefined {
    this.now = Math.max(this.now, now);
    this.expire();
    const { highThreshold } = this.limits;
    if (highThreshold === 0 || this.used > highThreshold) return undefined;
    return this.waiting.get(key) ?? this.begin(key, begin());
  }

  private begin(key: string, queue: Queue): Waiting<Queue> {
    const waiting = { key, queue, until: this.deadline(), memory: 0 };
    this.waiting.set(key, waiting);
    this.charge(waiting, this.size);
    return waiting;
  }

  /** The kernel's timer may be late by an eighth of the time (kernel/time/timer.c). */
  private expire(): void {
    for (const waiting of this.waiting.values()) {
      if (waiting.until >= this.now) return;
      this.forget(waiting);
    }
  }

  /** Its fragments are gone, and its time begins anew. */
  restart(waiting: Waiting<Queue>): void {
    this.charge(waiting, this.size - waiting.memory);
    waiting.until = this.deadline();
    this.waiting.delete(waiting.key);
    this.waiting.set(waiting.key, waiting);
  }

  /** What a fragment of `length` bytes that was added to a queue makes of it. */
  settle(waiting: Waiting<Queue>, length: number, gathered: Gathered<unknown>): void {
    if (gathered.kind === 'waits') this.charge(waiting, footprint(length));
    else if (gathered.kind === 'whole' || gathered.all) this.forget(waiting);
  }

  private deadline(): number {
    return this.now + 1000 * this.limits.time;
  }

  private charge(waiting: Waiting<Queue>, memory: number): void {
    waiting.memory += memory;
    this.used += memory;
  }

  private forget(waiting: Waiting<Queue>): void {
    this.waiting.delete(waiting.key);
    this.used -= waiting.memory;
    this.gone(waiting.queue);
  }
}

/**
 * truesize of a fragment that a tun device received: sk_buff, and a buffer of the size that kmalloc has for the packet with
 * room before it and skb_shared_info behind. Other drivers take other buffers, mostly larger.
 */
function footprint(length: number): number {
  const needed = length + 64 + 320;
  if (needed <= 576) return 256 + 576;
  if (needed <= PAGE) return 256 + 2 ** Math.ceil(Math.log2(needed));
  return 256 + Math.ceil(needed / PAGE) * PAGE;
}
const PAGE = 4096;
