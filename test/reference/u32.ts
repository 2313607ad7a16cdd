/** The match u32: u32_match_it of net/netfilter/xt_u32.c. */
import type { Test } from './core.js';
import type { Packet } from './packet.js';
import { numberOf, type Options, rangeOf, refuse } from './words.js';

/** A value that lies in one of the ranges; `steps` follow the first place, and each has its number. */
interface Clause {
  readonly place: number;
  readonly steps: readonly (readonly [string, number])[];
  readonly ranges: readonly (readonly [number, number])[];
}

export function u32(options: Options): Test {
  const { value, not } = options.take('--u32') ?? refuse('u32 without --u32');
  const clauses = value.split('&&').map(clauseOf);
  return (packet) => clauses.every((clause) => holds(packet, clause)) !== not;
}

function clauseOf(text: string): Clause {
  const [location = '', values, more] = text.replaceAll(' ', '').split('=');
  if (values === undefined || more !== undefined) refuse(text);
  const [place = '', ...steps] = location.split(/(?=&|<<|>>|@)/);
  return {
    place: numberOf(place),
    steps: steps.map((step) => {
      const [, op, number] = /^(&|<<|>>|@)(.*)$/.exec(step)!;
      return [op!, numberOf(number!)] as const;
    }),
    ranges: values!.split(',').map((range) => {
      if (/^:|:$/.test(range)) refuse(range);
      return rangeOf(range, 0xffffffff);
    }),
  };
}

function holds(packet: Packet, { place, steps, ranges }: Clause): boolean {
  let base = 0;
  if (place + 4 > packet.length) return false;
  let value = packet.word(place);
  for (const [op, number] of steps) {
    if (op === '&') value = (value & number) >>> 0;
    else if (op === '<<') value = number > 31 ? 0 : (value << number) >>> 0;
    else if (op === '>>') value = number > 31 ? 0 : value >>> number;
    else {
      base += value;
      if (base + number + 4 > packet.length) return false;
      value = packet.word(base + number);
    }
  }
  return ranges.some(([min, max]) => value >= min && value <= max);
}
