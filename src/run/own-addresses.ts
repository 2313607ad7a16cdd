/**
 * Which addresses are the host's own, by its texts and by what was assumed (`local:ADDRESS`, or `local` for all that
 * are not known), as the core looks it up for addrtype.
 */
import { AddrType } from '../abi.js';
import { addressIn } from '../model/question.js';
import { WITHOUT_ADDRESSES, withType } from './address-types.js';
import type { Routing } from './routing.js';
import type { Stages } from './stage.js';

export const typeOfOwn = (own: boolean): AddrType => (own ? AddrType.Local : AddrType.Unicast);

export class OwnAddresses {
  readonly #assumed = new Map<number, boolean>();
  readonly #others: boolean | undefined;

  /** `otherwise`: the answer to what nobody assumed, where the rules ask; routing does not take it. */
  constructor(
    private readonly routing: Routing,
    private readonly stages: Stages,
    assume: ReadonlyMap<string, boolean>,
    private readonly otherwise: boolean | undefined,
  ) {
    for (const [question, answer] of assume) {
      const address = addressIn(question);
      if (address !== undefined) this.#assumed.set(address, answer);
    }
    this.#others = assume.get('local');
    this.#use();
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
    const known = this.routing.addressTypes((name) => this.stages.interfaceNumber(name));
    let types = 'kind' in known ? WITHOUT_ADDRESSES : known;
    const others = this.#others ?? this.otherwise;
    if (others !== undefined)
      types = types.map((one) => (one.type === AddrType.Unknown ? { ...one, type: typeOfOwn(others) } : one));
    for (const [address, own] of this.#assumed) types = withType(types, address, typeOfOwn(own));
    this.stages.useAddressTypes(types);
  }
}
