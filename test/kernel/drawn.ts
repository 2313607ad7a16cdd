/** Ports and identifiers that the kernel draws: read from what left, so that packetwalk goes on with the same. */
import type { NumberRange } from '../../src/model/condition.js';
import { endpointsOf } from './packets/rewrite.js';

export type Drawn = (ports: NumberRange, side?: 'src' | 'dst') => number | undefined;

/**
 * What to take of a range: what the kernel's packets bear in it, most of all where that is not what the packet was sent
 * with. `left`: those that passed the last hook, in order. `told` is called whenever there was an answer.
 */
export function drawnOf(sent: string, left: readonly string[], told: () => void): Drawn {
  return ({ min, max }, side) => {
    const before = endpointsOf(sent);
    const seen = left.flatMap((hex) => {
      const ends = endpointsOf(hex);
      const one = (which: 'sport' | 'dport') => {
        const port = number(ends?.[which]);
        return port === undefined ? [] : [{ which, port, changed: port !== number(before?.[which]) }];
      };
      return [...one('sport'), ...one('dport')];
    });
    const inside = seen.filter(
      ({ which, port }) => port >= min && port <= max && (side === undefined || which === `${side[0]}port`),
    );
    const port = (inside.find(({ changed }) => changed) ?? inside[0])?.port;
    if (port !== undefined) told();
    return port;
  };
}

const number = (two: Uint8Array | undefined): number | undefined =>
  two === undefined ? undefined : (two[0]! << 8) | two[1]!;
