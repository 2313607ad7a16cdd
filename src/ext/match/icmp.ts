import { Field } from '../../abi.js';
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
function named(word: string): IcmpType {
  const lower = word.toLowerCase();
  const all = [{ name: 'any', type: ANY, code: undefined }, ...icmpNames(4)];
  const found = all.filter(({ name }) => name.toLowerCase().startsWith(lower));
  if (found.length > 1) throw new ValueError(`"${word}" may be ${found.map(({ name }) => name).join(', ')}`);
  if (found.length === 0) throw new ValueError(`"${word}" is neither an ICMP type nor the name of one`);
  return found[0]!;
}

const icmpType: ValueKind<IcmpType> = {
  words: 1,
  shape: 'TYPE[/CODE]|NAME',
  parse([word]) {
    if (!/^\d/.test(word!)) return named(word!);
    const [type, code, more] = word!.split('/');
    if (more !== undefined) throw new ValueError(`"${word}" holds more than one "/"`);
    return {
      type: integerOf(type!, 255, 'type'),
      code: code === undefined ? undefined : integerOf(code, 255, 'code'),
    };
  },
  print: ({ type, code }) => [type === ANY ? 'any' : code === undefined ? String(type) : `${type}/${code}`],
};

/** icmp_match in net/ipv4/netfilter/ip_tables.c (later net/netfilter/xt_tcpudp.c). */
export const icmp = match({
  name: 'icmp',
  about: 'ICMP type and code',
  families: [4],
  protocols: [Protocol.Icmp],
  options: { 'icmp-type': { value: icmpType, invert: true, required: true } },
  lower: (given, build) => [
    build.header(8),
    build.when(given['icmp-type'], ({ type, code }) => {
      if (type === ANY) return build.always;
      const typed = build.equal(Field.Sport, type);
      return code === undefined ? typed : build.all(typed, build.equal(Field.Dport, code));
    }),
  ],
});

/** `icmptype 8 code 0`, `icmp !type 8`, and with names `icmp echo-request`; without -n older ones print `icmp echo-request` too. */
export const icmpListed: Listed = {
  begins: ['icmp'],
  read(text) {
    const glued = text.takeStart('icmptype');
    if (!glued && !text.take('icmp')) return undefined;
    const not = takeNot(text);
    if (!glued) text.take('type');
    const type = text.word();
    if (type === undefined) return undefined;
    const code = text.take('code') ? text.word() : undefined;
    const { at } = type;
    return [
      ...(not ? [{ text: '!', at }] : []),
      { text: '--icmp-type', at },
      { text: code === undefined ? type.text : `${type.text}/${code.text}`, at },
    ];
  },
};
