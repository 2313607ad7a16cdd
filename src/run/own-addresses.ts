/**
 * Which addresses are the host's own, by its texts and by what was assumed (`local:ADDRESS`, or `local` for all that
 * are not known), as the core looks it up for addrtype.
 */
import { AddrType } from '../abi.js';
import { addressIn } from '../model/question.js';
import { type AddressTypeInterval, WITHOUT_ADDRESSES, withType } from './address-types.js';
import type { Routing } from './routing.js';
import type { Stages } from './stage.js';

export const typeOfOwn = (own: boolean): AddrType => (own ? AddrType.Local : AddrType.Unicast);

export class OwnAddresses {
  readonly #assumed = new Map<number, boolean>();
  readonly #others: boolean | undefined;
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
    }
    this.#others = assume.get('local');
    const told = routing.addressTypes((name) => stages.interfaces.number(name));
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
  isLocal(address: number): boolean | undefined {
    return this.#assumed.get(address) ?? this.#others;
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
    let types = this.#known;
    for (const [address, own] of this.#assumed) types = withType(types, address, typeOfOwn(own));
    this.#types = types;
    this.stages.useAddressTypes(types);
  }
}
