/** What was assumed of the host beside its texts: own addresses, groups that it is in or not, the way that packets leave by. */
import { addressIn, groupIn, interfaceAddressIn, interfaceIn, question } from '../model/question.js';
import type { Words } from '../net/address.js';

export class AssumedHost {
  /** the interface that packets leave by whose route is not known. */
  out: string | undefined;
  /** why a fact cannot be, by fact. */
  readonly problems = new Map<string, string>();
  private readonly answers = new Map<string, boolean>();
  /** of interfaces whose addresses no text gives. */
  private readonly addresses = new Map<string, Words>();

  constructor(assume: ReadonlyMap<string, boolean> = new Map()) {
    for (const [fact, answer] of assume) {
      const out = interfaceIn(fact);
      if (answer && out !== undefined && this.out !== undefined)
        this.problems.set(fact, `a packet leaves by one interface, and out:${this.out} was assumed`);
      else this.learn(fact, answer);
    }
  }

  /** The addresses, groups among them, that something was assumed of. */
  get singles(): Words[] {
    return [...this.answers.keys()].flatMap((fact) => {
      const address = addressIn(fact) ?? groupIn(fact) ?? interfaceAddressIn(fact)?.address;
      return address === undefined ? [] : [address];
    });
  }

  /**
   * Whether an address is the host's own; undefined: nothing was assumed. One that is none by what the texts tell (`may`)
   * is where that was assumed of itself.
   */
  isOwn(address: Words, may: boolean): boolean | undefined {
    return this.answers.get(question.local(address)) ?? (may ? this.answers.get('local') : false);
  }

  /** Whether the host is a member of a multicast group; undefined: nothing was assumed. */
  isMember(group: Words): boolean | undefined {
    return this.answers.get(question.joined(group)) ?? this.answers.get('joined');
  }

  /** Whether packets take one of several ways; undefined: nothing was assumed. */
  takes(way: string): boolean | undefined {
    return this.answers.get(question.way(way)) ?? this.answers.get('way');
  }

  /** The address that MASQUERADE and REDIRECT take of an interface; undefined: nothing was assumed. */
  addressOf(iface: string): Words | undefined {
    return this.addresses.get(iface);
  }

  /** Runs `then` with one more fact; one that is about something else changes nothing. */
  assuming<T>(fact: string, answer: boolean, then: () => T): T {
    const { out } = this;
    const address = interfaceAddressIn(fact);
    this.learn(fact, answer);
    try {
      return then();
    } finally {
      this.out = out;
      this.answers.delete(fact);
      if (address !== undefined) this.addresses.delete(address.iface);
    }
  }

  private learn(fact: string, answer: boolean): void {
    this.answers.set(fact, answer);
    const address = interfaceAddressIn(fact);
    if (address !== undefined && answer) this.addresses.set(address.iface, address.address);
    const out = interfaceIn(fact);
    if (out !== undefined && answer) this.out = out;
  }
}
