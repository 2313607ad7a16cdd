/** The host with its rules of each family, loaded where packets are of it. */
import { familyOfPacket } from '../input/encode.js';
import type { Packet } from '../model/packet.js';
import { type Family, familyOf } from '../net/address.js';
import type { Origins } from '../report/placing.js';
import { createEngine, type LoadedHost } from '../run/engine.js';
import { familiesOf, type HostProgram, programOf } from '../run/host-program.js';
import type { HostTexts } from '../run/host-texts.js';
import { placeOf } from '../run/parting.js';
import { tell } from './findings.js';
import { type HostOptions, NOBODY_LISTENS, readProgram, sayNotes, withLocal } from './load.js';

/** The family whose rules a packet is walked through: IPv6 where it is of that and they were given, else IPv4. */
export function familyFor(texts: HostTexts, packet: Packet): Family {
  const own = familyOfPacket(packet) ?? 4;
  return own === 6 && familiesOf(texts).includes(6) ? 6 : 4;
}

/**
 * What is to be loaded of the rules of so many families; says what is doubtful once. Throws where the rules hold errors, or
 * there are none.
 */
export function readPrograms(
  texts: HostTexts,
  given: Partial<HostOptions>,
  families: readonly Family[] = familiesOf(texts),
): [HostProgram, ...HostProgram[]] {
  const [family = 4, ...others] = families;
  return [readProgram(texts, given, family), ...others.map((other) => programOf(texts, withLocal(given), other))];
}

/** Nobody waits longer than that without a word. */
const sayWaiting = (seconds: number) =>
  tell(`tables by which packets alike are counted are being made, since ${seconds} s`);

/** The rules of a family: as they are to be loaded, and loaded. */
export interface Hosted {
  readonly program: HostProgram;
  readonly host: LoadedHost;
}

export class Hosts {
  private constructor(readonly all: readonly [Hosted, ...Hosted[]]) {}

  /** Throws as readPrograms does, or where rules cannot be compiled. */
  static async load(texts: HostTexts, given: HostOptions, families?: readonly Family[]): Promise<Hosts> {
    const core = await createEngine();
    const hosted = async (read: HostProgram): Promise<Hosted> => {
      const program = { ...read, usual: NOBODY_LISTENS };
      return { program, host: await core.load({ ...program, waiting: sayWaiting }) };
    };
    const [first, ...others] = readPrograms(texts, given, families);
    const all = [await hosted(first), ...(await Promise.all(others.map(hosted)))] as const;
    sayNotes(
      all[0].host,
      all.slice(1).map(({ host }) => host.from),
    );
    return new Hosts(all);
  }

  /** of IPv4, or of IPv6 where there are no other rules: packets that are of no family with rules are its own. */
  get first(): LoadedHost {
    return this.all[0].host;
  }
  /** The place of a family's rules among all. */
  placeOf(family: Family | undefined): number {
    return placeOf(
      this.all.map(({ host }) => host),
      family,
    );
  }
  of(packet: Packet): LoadedHost {
    return this.all[this.placeOf(familyOfPacket(packet))]!.host;
  }
  /** Where packets of either family come from. */
  get origins(): Origins {
    return {
      addressKind: (address) => this.first.addressKind(address),
      originOf: (source) => this.all[this.placeOf(familyOf(source))]!.host.originOf(source),
    };
  }
}
