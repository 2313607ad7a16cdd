import { Field } from '../../abi.js';
import type { Given } from '../../model/ruleset.js';
import { target } from '../define.js';
import { type Listed, piece, takePiece } from '../listed.js';
import { tosValue } from '../match/tos.js';
import { integer, type MaskedNumber } from '../values.js';

const byte = integer(255);
const one = ['set-tos', 'and-tos', 'or-tos', 'xor-tos'];
const others = (key: string) => one.filter((name) => name !== key);

/** tos_tg in net/netfilter/xt_DSCP.c: tos = (tos & ~mask) ^ value, the bits of ECN too. */
export const TOS = target({
  name: 'TOS',
  about: 'changes the type of service byte',
  tables: ['mangle'],
  options: {
    'set-tos': { value: tosValue, excludes: others('set-tos') },
    'and-tos': { value: byte, excludes: others('and-tos') },
    'or-tos': { value: byte, excludes: others('or-tos') },
    'xor-tos': { value: byte, excludes: others('xor-tos') },
  },
  canonical(given) {
    const as = (from: Given, value: number, mask: number) => ({
      'set-tos': { ...from, key: 'set-tos', value: { value, mask: mask & 0xff } as MaskedNumber },
    });
    const and = given['and-tos'];
    if (and) return as(and, 0, ~and.value);
    const or = given['or-tos'];
    if (or) return as(or, or.value, or.value);
    const xor = given['xor-tos'];
    if (xor) return as(xor, xor.value, 0);
    return given;
  },
  check(given, rule) {
    if (!given['set-tos']) rule.refuse('needs one of --set-tos, --and-tos, --or-tos, --xor-tos');
  },
  lower(given, act) {
    const { value, mask } = given['set-tos']!.value;
    return [act.edit(Field.Tos, ~mask, value)];
  },
});

/** `TOS set 0x10/0x3f`; with names `TOS setMinimize-Delay`, `TOS or 0x10`. */
export const TOSListed: Listed = {
  begins: ['TOS'],
  read(text) {
    if (!text.take('TOS')) return undefined;
    const edit = ['and-tos', 'or-tos', 'xor-tos'].flatMap((key) => takePiece(text, piece(key, key.slice(0, -4))) ?? []);
    if (edit.length > 0) return edit;
    return text.takeStart('set') ? takePiece(text, piece('set-tos', '')) : undefined;
  },
};
