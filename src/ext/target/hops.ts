/** TTL and HL, which change the one field that both families have of this, and which xt_HL.c serves both. */
import { Field } from '../../abi.js';
import type { Family } from '../../net/address.js';
import { type TargetExtension, target } from '../define.js';
import { type Listed, listed, piece } from '../listed.js';
import { integer } from '../values.js';

const step = integer(255, String, 1);

interface Kind {
  readonly name: 'TTL' | 'HL';
  readonly about: string;
  readonly family: Family;
}

const keysOf = (name: Kind['name']) =>
  ['set', 'dec', 'inc'].map((how) => `${name.toLowerCase()}-${how}`) as [set: string, dec: string, inc: string];

/** It stops at 0 and 255, and never drops. */
export function hopsTarget({ name, about, family }: Kind): TargetExtension {
  const keys = keysOf(name);
  const [set, dec, inc] = keys;
  const excludes = (key: string) => keys.filter((other) => other !== key);
  return target({
    name,
    about,
    families: [family],
    tables: ['mangle'],
    options: {
      [set]: { value: integer(255), excludes: excludes(set) },
      [dec]: { value: step, excludes: excludes(dec) },
      [inc]: { value: step, excludes: excludes(inc) },
    },
    check(given, rule) {
      if (keys.every((key) => !given[key])) rule.refuse(`needs one of --${set}, --${dec}, --${inc}`);
    },
    lower(given, act) {
      const fixed = given[set];
      if (fixed) return [act.edit(Field.Ttl, 0, fixed.value)];
      return [act.ttl(given[inc]?.value ?? -given[dec]!.value)];
    },
  });
}

export const hopsListed = (name: Kind['name']): Listed => {
  const [set, dec, inc] = keysOf(name);
  return listed(name, piece(set, 'set to'), piece(inc, 'increment by'), piece(dec, 'decrement by'));
};
