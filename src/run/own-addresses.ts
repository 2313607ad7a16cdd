/**
 * Which addresses are the host's own, by its texts and by what was assumed (`local:ADDRESS`, or `local` for all that
 * are not known), as the core looks it up for addrtype.
 */
import { AddrType } from '../abi.js';
import { addressIn, interfaceAddressIn } from '../model/question.js';
import type { Words } from '../net/address.js';
import { type AddressTypeInterval, WITHOUT_ADDRESSES, withType } from './address-types.js';
import { type Routing, Routing4 } from './routing.js';
import type { Stages } from './stage.js';

export const typeOfOwn = (own: boolean): AddrType => (own ? AddrType.Local : AddrType.Unicast);

const NO_ADDRESS = -1;
const UNKNOWN = { kind: 'unknown' } as const;

export class OwnAddresses {
  readonly #assumed = new Map<number, boolean>();
  readonly #others: boolean | undefined;
  /** the destination of which the way that was given tells it, of the packet that is walked. */
  #told: { readonly address: number; readonly own: boolean } | undefined;
  /** by the texts alone, with the answer for all that they do not tell. */
  readonly #known: readonly AddressTypeInterval[];
  #types: readonly AddressTypeInterval[] = [];

  /** `otherwise`: the answer to what nobody assumed, where the rules ask; routing does not take it. */
  constructor(
    routing: Routing,
    private readonly stages: Stages,
    assume: ReadonlyMap<string, boolean>,
    otherwise: boolean | undefined,
  ) {
    for (const [question, answer] of assume) {
      const address = addressIn(question);
      if (address !== undefined) this.#assumed.set(address, answer);
      const own = answer ? interfaceAddressIn(question)?.address : undefined;
      if (own?.length === 1) this.#assumed.set(own[0]!, true);
    }
    this.#others = assume.get('local');
    // the types of those of IPv6 the core asks for
    const told = routing instanceof Routing4 ? routing.addressTypes((name) => stages.interfaces.number(name)) : UNKNOWN;
    const others = this.#others ?? otherwise;
    const types = 'kind' in told ? WITHOUT_ADDRESSES : told;
    this.#known =
      others === undefined
        ? types
        : types.map((one) => (one.type === AddrType.Unknown ? { ...one, type: typeOfOwn(others) } : one));
    this.#use();
  }

  /** The types that rules see. */
  get types(): readonly AddressTypeInterval[] {
    return this.#types;
  }

  /** What was assumed of an address; undefined: nothing. */
  isLocal([address, ...more]: Words): boolean | undefined {
    // nothing is assumed of single addresses of IPv6
    const one = more.length === 0 ? address! : NO_ADDRESS;
    return this.#assumed.get(one) ?? this.#others ?? (this.#told?.address === one ? this.#told.own : undefined);
  }

  /** The way that was given tells it of the packet's destination, from routing on: to this host, or to another one. */
  tell([address, ...more]: Words, own: boolean): void {
    if (more.length > 0) return;
    this.#told = { address: address!, own };
    this.#use();
  }
  /** Another packet is walked. */
  forget(): void {
    if (this.#told === undefined) return;
    this.#told = undefined;
    this.#use();
  }

  /** Runs `then` with an answer to `local:ADDRESS`. */
  assuming<T>(question: string, answer: boolean, then: () => T): T {
    const address = addressIn(question)!;
    this.#assumed.set(address, answer);
    this.#use();
    try {
      return then();
    } finally {
      this.#assumed.delete(address);
      this.#use();
    }
  }

  #use(): void {
    const told = this.#told;
    let types = told === undefined ? this.#known : withType(this.#known, told.address, typeOfOwn(told.own));
    for (const [address, own] of this.#assumed) types = withType(types, address, typeOfOwn(own));
    this.#types = types;
    this.stages.useAddressTypes(types);
  }
}
