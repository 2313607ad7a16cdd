/** libxt_ipv4options.c and xt_ipv4options.c of xtables-addons. */
import { question } from '../../model/question.js';
import type { ValueKind } from '../define.js';
import { flag, integerOf } from '../values.js';
import { foreignMatch } from './making.js';

/** Names of options of IPv4 that libxt_ipv4options.c knows. */
const OPTIONS: Readonly<Record<string, number>> = {
  nop: 1,
  security: 2,
  lsrr: 3,
  timestamp: 4,
  'record-route': 7,
  ssrr: 9,
  'mtu-probe': 11,
  'mtu-reply': 12,
  traceroute: 18,
  'router-alert': 20,
};
/** Bits: those that are asked for, and those of them that are to be absent. */
interface OptionBits {
  readonly map: number;
  readonly absent: number;
}
const ipOptions: ValueKind<OptionBits> = {
  words: 1,
  shape: '[!]OPTION[,…]',
  verbatim: true,
  parse([word]) {
    let map = 0;
    let absent = 0;
    for (const part of word!.split(',')) {
      const name = part.replace(/^!/, '');
      const bit = 1 << (OPTIONS[name] ?? integerOf(name, 31, 'option'));
      map |= bit;
      if (name !== part) absent |= bit;
    }
    return { map, absent };
  },
  print({ map, absent }) {
    const set = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (map >>> bit) & 1);
    return [set.map((bit) => `${(absent >>> bit) & 1 ? '!' : ''}${bit}`).join(',')];
  },
};

export const ipv4options = foreignMatch({
  name: 'ipv4options',
  families: [4],
  options: { flags: { value: ipOptions }, any: { value: flag } },
  lower({ flags: given, any }, build, { family }) {
    const { map, absent } = given?.value ?? { map: 0, absent: 0 };
    const words = given && `--flags ${ipOptions.print(given.value, { family })}${any ? ' --any' : ''}`;
    const test = build.host(
      { what: 'ipv4options', map, absent, any: any !== undefined },
      question.match('ipv4options', words),
    );
    return [given === undefined ? test : build.from(given, test)];
  },
});
