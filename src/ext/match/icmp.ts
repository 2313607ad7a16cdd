import { Field } from '../../abi.js';
import { build } from '../../model/build.js';
import type { Condition } from '../../model/condition.js';
import type { Family } from '../../net/address.js';
import { icmpNames } from '../../net/icmp.js';
import { Protocol } from '../../net/protocol.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { integerOf } from '../values.js';

/** `code` undefined: every code; type 255 is iptables' own number for any type. */
interface IcmpType {
  readonly type: number;
  readonly code: number | undefined;
}
const ANY = 255;

/** A name, or what only one name begins with, in any case of letters. */
function named(word: string, family: Family): IcmpType {
  const lower = word.toLowerCase();
  const any = family === 4 ? [{ name: 'any', type: ANY, code: undefined }] : [];
  const all = [...any, ...icmpNames(family)];
  const found = all.filter(({ name }) => name.toLowerCase().startsWith(lower));
  if (found.length > 1) throw new ValueError(`"${word}" may be ${found.map(({ name }) => name).join(', ')}`);
  if (found.length === 0) throw new ValueError(`"${word}" is neither an ICMP type nor the name of one`);
  return found[0]!;
}

/** Of either family. */
export const icmpType: ValueKind<IcmpType> = {
  words: 1,
  shape: 'TYPE[/CODE]|NAME',
  parse([word], { family }) {
    if (!/^\d/.test(word!)) return named(word!, family);
    const [type, code, more] = word!.split('/');
    if (more !== undefined) throw new ValueError(`"${word}" holds more than one "/"`);
    return {
      type: integerOf(type!, 255, 'type'),
      code: code === undefined ? undefined : integerOf(code, 255, 'code'),
    };
  },
  print: ({ type, code }, { family }) => [
    type === ANY && family === 4 ? 'any' : code === undefined ? String(type) : `${type}/${code}`,
  ],
};

export function ofType({ type, code }: IcmpType): Condition {
  const typed = build.equal(Field.Sport, type);
  return code === undefined ? typed : build.all(typed, build.equal(Field.Dport, code));
}

/** icmp_match in net/ipv4/netfilter/ip_tables.c (later net/netfilter/xt_tcpudp.c). */
export const icmp = match({
  name: 'icmp',
  about: 'ICMP type and code',
  families: [4],
  protocols: [Protocol.Icmp],
  options: { 'icmp-type': { value: icmpType, invert: true, required: true } },
  lower: (given, build) => [
    build.header(8),
    build.when(given['icmp-type'], (value) => (value.type === ANY ? build.always : ofType(value))),
  ],
});

/** `icmptype 8 code 0`, `icmp !type 8`, and with names `icmp echo-request`; without -n older ones print `icmp echo-request` too. */
export const icmpListing = (name: string, option: string): Listed => ({
  begins: [name],
  read(text) {
    const glued = text.takeStart(`${name}type`);
    if (!glued && !text.take(name)) return undefined;
    const not = takeNot(text);
    if (!glued) text.take('type');
    const type = text.word();
    if (type === undefined) return undefined;
    const code = text.take('code') ? text.word() : undefined;
    const { at } = type;
    return [
      ...(not ? [{ text: '!', at }] : []),
      { text: option, at },
      { text: code === undefined ? type.text : `${type.text}/${code.text}`, at },
    ];
  },
});
export const icmpListed = icmpListing('icmp', '--icmp-type');
