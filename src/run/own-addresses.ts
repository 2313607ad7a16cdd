/**
 * Which addresses are the host's own, by its texts and by what was assumed (`local:ADDRESS`, or `local` for all that
 * are not known), as the core looks it up for addrtype.
 */
import { AddrType } from '../abi.js';
import { addressIn, interfaceAddressIn } from '../model/question.js';
import { sameWords, type Words } from '../net/address.js';
import { ADDRESS_TYPES, type AddressTypeInterval, WITHOUT_ADDRESSES, withType } from './address-types.js';
import type { AddressTypeInterval6 } from './ipv6/address-types.js';
import { type Routing, Routing4 } from './routing.js';
import type { Stages } from './stage.js';

const typeOfOwn = (own: boolean): AddrType => (own ? AddrType.Local : AddrType.Unicast);

const UNKNOWN = { kind: 'unknown' } as const;

interface Answer {
  readonly address: Words;
  readonly own: boolean;
}

export class OwnAddresses {
  /** by the words of the address, as text. */
  readonly #assumed = new Map<string, Answer>();
  readonly #others: boolean | undefined;
  /** the destination of which the way that was given tells it, of the packet that is walked. */
  #told: Answer | undefined;
  /** by the texts alone, with the answer for all that they do not tell. */
  readonly #known: readonly AddressTypeInterval[];
  #types: readonly AddressTypeInterval[] = [];
  /** The types of IPv6, as rules see them from no interface; undefined: the host is asked for them. */
  readonly types6: readonly AddressTypeInterval6[] | undefined;

  /** `otherwise`: the answer to what nobody assumed, where the rules ask; routing does not take it. */
  constructor(
    private readonly routing: Routing,
    private readonly stages: Stages,
    assume: ReadonlyMap<string, boolean>,
    otherwise: boolean | undefined,
  ) {
    for (const [question, answer] of assume) {
      const address = addressIn(question);
      if (address !== undefined) this.#assumed.set(`${address}`, { address, own: answer });
      const own = answer ? interfaceAddressIn(question)?.address : undefined;
      if (own !== undefined) this.#assumed.set(`${own}`, { address: own, own: true });
    }
    this.#others = assume.get('local');
    const types6 = routing.typeIntervals?.(undefined);
    if (types6 !== undefined && !('kind' in types6)) {
      this.types6 = types6;
      stages.useAddressTypes6(types6);
    }
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
  isLocal(address: Words): boolean | undefined {
    const assumed = this.#assumed.size === 0 ? undefined : this.#assumed.get(`${address}`)?.own;
    const told = this.#told;
    return assumed ?? this.#others ?? (told && sameWords(told.address, address) ? told.own : undefined);
  }

  /** The type of one; undefined: not known. */
  typeOf(address: Words): AddrType | undefined {
    const own = this.isLocal(address);
    if (own !== undefined) return typeOfOwn(own);
    const type = this.routing.typeOf(address);
    return typeof type === 'string' ? ADDRESS_TYPES[type] : undefined;
  }

  /** The way that was given tells it of the packet's destination, from routing on: to this host, or to another one. */
  tell(address: Words, own: boolean): void {
    this.#told = { address, own };
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
    this.#assumed.set(`${address}`, { address, own: answer });
    this.#use();
    try {
      return then();
    } finally {
      this.#assumed.delete(`${address}`);
      this.#use();
    }
  }

  #use(): void {
    if (this.stages.family === 6) return;
    const answers = [...(this.#told === undefined ? [] : [this.#told]), ...this.#assumed.values()];
    this.#types = answers.reduce(
      (types, { address, own }) => (address.length === 1 ? withType(types, address[0]!, typeOfOwn(own)) : types),
      this.#known,
    );
    this.stages.useAddressTypes(this.#types);
  }
}
