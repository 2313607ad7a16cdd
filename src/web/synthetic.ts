/** Packets that are made up near what the rules of hosts test. */
import { type LoadedHost, type PacketBatch, PacketwalkError, PROFILES, type Profile } from '../index.js';
import { sharesOf } from '../input/synthetic/shares.js';
import { later } from '../run/later.js';
import { askedOf } from '../run/synthetic-spec.js';
import { withParts } from './with-parts.js';

/** Packets that are counted in one go: some hundredths of a second. */
export const BATCH = 16_384;
const MOST_PACKETS = 2 ** 32;

export interface Synthetic {
  /** 1 to 2^32 packets, of each family that has rules in turn. */
  readonly count: number;
  /** near where it is left out. */
  readonly profile?: Profile | undefined;
  /** 0 to 0xffffffff; 1 where it is left out. */
  readonly seed?: number | undefined;
}

/** Throws PacketwalkError for what is no such request. */
export async function madeUp(
  hosts: readonly LoadedHost[],
  { count, profile = 'near', seed = 1 }: Synthetic,
): Promise<[Iterable<PacketBatch>, number]> {
  const isWhole = (number: number, least: number, most: number) =>
    Number.isInteger(number) && number >= least && number <= most;
  const wanted = (what: string) => new PacketwalkError(`${what} was expected`, { code: 'bad-request' });
  if (!isWhole(count, 1, MOST_PACKETS)) throw wanted(`count: a number of packets from 1 to ${MOST_PACKETS}`);
  if (!isWhole(seed, 0, 0xffffffff)) throw wanted('seed: a number from 0 to 4294967295');
  if (!PROFILES.includes(profile)) throw wanted(`profile: ${PROFILES.join(', ')}`);
  const { specOf, synthesise } = await later('made-up.js', import('../run/made-up.js'));
  const specs = await Promise.all(
    hosts.map(({ from }) => withParts(() => specOf(from, { profile, seed }, askedOf(from)))),
  );
  const step = specs.length;
  const batches = function* () {
    for (let first = 0; first < count; first += BATCH)
      for (const share of sharesOf(step, first, Math.min(BATCH, count - first)))
        yield synthesise(specs[share.host]!, share.first, share.count, step);
  };
  return [batches(), count];
}
