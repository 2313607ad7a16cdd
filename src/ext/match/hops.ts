/** Time to live and hop limit, which are one field of a packet and which xt_hl.c serves both. */
import { Field } from '../../abi.js';
import type { Family } from '../../net/address.js';
import { type Match, match } from '../define.js';
import { type Listed, listed, piece } from '../listed.js';
import { integer } from '../values.js';

const byte = integer(255);

interface Kind {
  readonly name: 'ttl' | 'hl';
  readonly about: string;
  readonly family: Family;
}

export function hopsMatch({ name, about, family }: Kind): Match {
  const keys = ['eq', 'lt', 'gt'].map((how) => `${name}-${how}`);
  const [equal, less, greater] = keys as [string, string, string];
  const excludes = (key: string) => keys.filter((other) => other !== key);
  return match({
    name,
    about,
    families: [family],
    options: {
      [equal]: { value: byte, alias: [name], invert: true, excludes: excludes(equal) },
      [less]: { value: byte, excludes: excludes(less) },
      [greater]: { value: byte, excludes: excludes(greater) },
    },
    check(given, rule) {
      if (keys.every((key) => !given[key])) rule.refuse(`needs one of --${equal}, --${less}, --${greater}`);
    },
    lower: (given, build) => [
      build.when(given[equal], (value) => build.equal(Field.Ttl, value)),
      build.when(given[less], (value) => build.range(Field.Ttl, { min: 0, max: value - 1 })),
      build.when(given[greater], (value) => build.range(Field.Ttl, { min: value + 1, max: 255 })),
    ],
  });
}

/** `TTL == 5`, `TTL != 5`. */
export const hopsListed = (name: 'ttl' | 'hl'): Listed => {
  const head = name.toUpperCase();
  return listed(
    `${head} match ${head}`,
    piece(`${name}-eq`, '==', '='),
    piece(`${name}-lt`, '<'),
    piece(`${name}-gt`, '>'),
  );
};
