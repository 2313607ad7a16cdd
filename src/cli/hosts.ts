/** The host with its rules of each family, loaded where packets are of it. */
import { familyOfPacket } from '../input/encode.js';
import type { Packet } from '../model/packet.js';
import { type Family, familyOf } from '../net/address.js';
import type { Origins } from '../report/placing.js';
import type { LoadedHost } from '../run/engine.js';
import { familiesOf } from '../run/host-program.js';
import type { HostTexts } from '../run/host-texts.js';
import { type HostOptions, loadHost, loadQuietly, NOBODY_LISTENS } from './load.js';

/** The family whose rules a packet is walked through: IPv6 where it is of that and they were given, else IPv4. */
export function familyFor(texts: HostTexts, packet: Packet): Family {
  const own = familyOfPacket(packet) ?? 4;
  return own === 6 && familiesOf(texts).includes(6) ? 6 : 4;
}

export class Hosts {
  private constructor(
    /** of IPv4, or of IPv6 where there are no other rules. */
    readonly first: LoadedHost,
    private readonly others: ReadonlyMap<Family, LoadedHost>,
  ) {}

  /** Throws as loadHost does. */
  static async load(texts: HostTexts, given: HostOptions): Promise<Hosts> {
    const [family = 4, other] = familiesOf(texts);
    const first = await loadHost(texts, given, family, NOBODY_LISTENS);
    if (other === undefined) return new Hosts(first, new Map());
    // what there is to say of texts and options was said
    return new Hosts(first, new Map([[other, await loadQuietly(texts, given, other, NOBODY_LISTENS)]]));
  }

  of(packet: Packet): LoadedHost {
    const family = familyOfPacket(packet);
    return (family && this.others.get(family)) ?? this.first;
  }
  /** Where packets of either family come from. */
  get origins(): Origins {
    const { first, others } = this;
    return {
      addressKind: (address) => first.addressKind(address),
      originOf: (source) => (others.get(familyOf(source)) ?? first).originOf(source),
    };
  }
  get all(): readonly LoadedHost[] {
    return [this.first, ...this.others.values()];
  }
}
