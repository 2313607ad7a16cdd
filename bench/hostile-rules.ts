/** Rulesets that make what is learnt of packets dear, or of no use: the same ones for the same seed. */
import { formatIpv4 } from '../src/net/address.js';
import { Random } from '../test/kernel/generate/random.js';
import { hostTexts, type Text } from './real/host.js';

class Draw {
  private readonly random = new Random(7);

  bits(count: number): number {
    return this.random.below(2 ** count);
  }
  pick<T>(of: readonly T[]): T {
    return this.random.pick(of);
  }
  prefix(): string {
    return `${formatIpv4(this.bits(32))}/${this.pick([8, 12, 16, 19, 22, 24, 28, 32])}`;
  }
  proto(): string {
    return this.pick(['tcp', 'udp']);
  }
  ports(): string {
    return this.range(16).join(':');
  }
  addresses(): string {
    return this.range(32)
      .map((one) => formatIpv4(one))
      .join('-');
  }
  /** The lower first. */
  private range(bits: number): number[] {
    return [this.bits(bits), this.bits(bits)].sort((a, b) => a - b);
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;
/** Rules, or members, as many as are said, or some times as many. */
type Many = (count: number, rule: (i: number) => string) => string[];
const times =
  (factor: number): Many =>
  (count, rule) =>
    Array.from({ length: Math.round(factor * count) }, (_, i) => rule(i));

function filter(rules: readonly string[], chains: readonly string[] = []): string {
  const all = ['INPUT ACCEPT', 'FORWARD ACCEPT', 'OUTPUT ACCEPT', ...chains.map((chain) => `${chain} -`)];
  return ['*filter', ...all.map((chain) => `:${chain} [0:0]`), ...rules.map((rule) => `-A ${rule}`), 'COMMIT', ''].join(
    '\n',
  );
}

/** Of each the texts of its rules and sets, by what is bad of it. */
const TEXTS: Readonly<Record<string, (draw: Draw, many: Many) => string>> = {
  'ranges of addresses that overlap': (draw, many) =>
    filter(
      many(1500, () => `INPUT -m iprange --src-range ${draw.addresses()} --dst-range ${draw.addresses()} -j ACCEPT`),
    ),
  'fifteen ports each': (draw, many) =>
    filter(
      many(2000, () => {
        const dports = times(1)(15, () => String(draw.bits(16))).join();
        return `INPUT -s ${draw.prefix()} -p tcp -m multiport --dports ${dports} -j ACCEPT`;
      }),
    ),
  'prefixes and ranges of ports': (draw, many) =>
    filter(
      many(3000, () => {
        const of = draw.proto();
        return `INPUT -s ${draw.prefix()} -d ${draw.prefix()} -p ${of} -m ${of} --sport ${draw.ports()} --dport ${draw.ports()} -j ACCEPT`;
      }),
    ),
  'a set of hash:net,port,net': (draw, many) => {
    const members = many(30_000, () => `add s ${draw.prefix()},${draw.proto()}:${draw.bits(16)},${draw.prefix()}`);
    const rules = filter([
      'INPUT -m set --match-set s src,src,dst -j DROP',
      'INPUT -m set --match-set s dst,dst,src -j ACCEPT',
    ]);
    return ['create s hash:net,port,net family inet maxelem 200000', ...members, rules].join('\n');
  },
  'lengths, tos, flags and ttl': (draw, many) =>
    filter([
      ...many(
        500,
        () =>
          `INPUT -m length --length ${draw.ports()} -m tos --tos ${hex(draw.bits(8))}/${hex(draw.bits(8))} -j ACCEPT`,
      ),
      ...many(300, () => {
        const flags = draw.pick(['SYN,ACK', 'FIN,RST', 'URG,PSH', 'ACK,PSH', 'SYN,FIN', 'RST,ACK']);
        return `INPUT -p tcp -m tcp --tcp-flags ${flags} ${flags.split(',')[0]} -m ttl --ttl-lt ${1 + draw.bits(7)} -j DROP`;
      }),
    ]),
  'bytes of packets': (draw, many) =>
    filter(
      many(
        200,
        () => `INPUT -m u32 --u32 "${draw.pick([0, 4, 8, 12, 16])}&${hex(draw.bits(32))}=${hex(draw.bits(8))}" -j DROP`,
      ),
    ),
  limits: (draw, many) =>
    filter(many(500, () => `INPUT -s ${draw.prefix()} -m limit --limit ${1 + draw.bits(9)}/sec -j ACCEPT`)),
  marks: (draw, many) =>
    filter([
      ...many(200, () => `INPUT -m mark --mark ${hex(draw.bits(32))}/${hex(draw.pick([1, 3, 128, 65_280]))} -j ACCEPT`),
    ]).concat(
      `*mangle\n:INPUT ACCEPT [0:0]\n${many(300, () => `-A INPUT -s ${draw.prefix()} -j MARK --set-xmark ${hex(draw.bits(32))}/${hex(draw.bits(32))}`).join('\n')}\nCOMMIT\n`,
    ),
  'states and interfaces': (draw, many) =>
    filter(
      many(800, (i) => {
        const state = draw.pick(['NEW', 'ESTABLISHED', 'INVALID,NEW']);
        return `INPUT -s ${draw.prefix()} -i e${i % 20}+ -m conntrack --ctstate ${state} -j ACCEPT`;
      }),
    ),
};

export const HOSTILE: readonly string[] = Object.keys(TEXTS);
/** With the host's other texts; of so many times as many rules, or members. */
export const hostileTexts = (name: string, factor = 1): readonly Text[] => [
  { name: 'rules', text: TEXTS[name]!(new Draw(), times(factor)) },
  ...hostTexts(),
];
