/** Random hosts and questions for routing, drawn from a seed. Addresses come from a few prefixes, so that they meet. */

export class Draw {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** 0 <= n < bound (mulberry32). */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * bound);
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

const LINKS = ['t0', 't1', 't2', 't3'] as const;
const PREFIXES = ['10.0', '10.1', '172.16', '192.168', '127.0', '127.5', '9.9'];
const TABLES = ['main', 'main', '100', '200', 'default', 'local'];

export const address = (draw: Draw): string => {
  if (draw.chance(4))
    return draw.of(['0.0.0.0', '255.255.255.255', '224.0.0.1', '224.0.0.9', '239.1.1.1', '240.0.0.1', '0.1.2.3']);
  const low = draw.chance(85) ? draw.below(4) : draw.below(256);
  return `${draw.of(PREFIXES)}.${draw.below(3)}.${draw.chance(10) ? 255 : low}`;
};

/** A prefix whose host bits are clear, as `ip route` wants it. */
export function prefix(draw: Draw): string {
  const length = draw.of([8, 16, 16, 24, 24, 24, 28, 30, 31, 32, 32]);
  const value = address(draw)
    .split('.')
    .reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const masked = Math.floor(value / 2 ** (32 - length)) * 2 ** (32 - length);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(masked / 2 ** shift) % 256).join('.')}/${length}`;
}

function route(draw: Draw): string {
  const target = draw.chance(15) ? 'default' : prefix(draw);
  const table = `table ${draw.of(TABLES)}`;
  const extra = [
    draw.chance(30) ? ` metric ${draw.below(4)}` : '',
    draw.chance(12) ? ` tos ${draw.of(['0x10', '0x08', '0x04'])}` : '',
    draw.chance(10) ? ` mtu ${draw.of([600, 1400, 9000])}` : '',
  ].join('');
  if (draw.chance(18))
    return `route add ${draw.of(['blackhole', 'unreachable', 'prohibit', 'throw'])} ${target} ${table}${extra}`;
  if (draw.chance(4)) return `route add local ${target} dev ${draw.of(['lo', ...LINKS])} ${table}${extra}`;
  if (draw.chance(4)) return `route add broadcast ${target} dev ${draw.of(LINKS)} ${table}${extra}`;
  if (draw.chance(2))
    return `route add ${draw.of(['anycast', 'multicast'])} ${target} dev ${draw.of(LINKS)} ${table}${extra}`;
  const hop = (weight: string) => {
    const via = draw.chance(50) ? `via ${address(draw)} ` : '';
    return `${via}dev ${draw.of(LINKS)}${weight}${draw.chance(70) ? ' onlink' : ''}`;
  };
  if (draw.chance(15)) {
    const hops = Array.from({ length: 2 + draw.below(2) }, () => `nexthop ${hop(` weight ${1 + draw.below(3)}`)}`);
    return `route add ${target} ${table}${extra} ${hops.join(' ')}`;
  }
  const scope = draw.chance(15) ? ` scope ${draw.of(['link', 'global', 'host'])}` : '';
  const source = draw.chance(25) ? ` src ${address(draw)}` : '';
  return `route add ${target} ${hop('')} ${table}${extra}${scope}${source}`;
}

function rule(draw: Draw): string {
  const parts = [`rule add pref ${draw.of([0, 10, 20, 30, 40, 32766, 32767, 40000])}`];
  if (draw.chance(15)) parts.push('not');
  if (draw.chance(40)) parts.push(`from ${prefix(draw)}`);
  if (draw.chance(25)) parts.push(`to ${prefix(draw)}`);
  if (draw.chance(35)) parts.push(`fwmark ${draw.below(4)}${draw.chance(50) ? `/${1 + draw.below(3)}` : ''}`);
  if (draw.chance(20)) parts.push(`iif ${draw.of(['lo', ...LINKS, 'none0'])}`);
  if (draw.chance(8)) parts.push(`oif ${draw.of(LINKS)}`);
  if (draw.chance(10)) parts.push(`tos ${draw.of(['0x10', '0x08'])}`);
  if (draw.chance(8)) parts.push(`ipproto ${draw.of(['tcp', 'udp'])}`);
  if (draw.chance(6)) parts.push(`dport ${draw.of(['80', '1000-2000'])}`);
  if (draw.chance(4)) parts.push(`sport ${draw.of(['53', '1000-2000'])}`);
  if (draw.chance(8)) parts.push(`uidrange ${draw.of(['0-0', '1000-2000'])}`);
  if (draw.chance(10)) parts.push(`goto ${draw.of([20, 30, 40, 32766, 50000])}`);
  else if (draw.chance(12)) parts.push(draw.of(['blackhole', 'unreachable', 'prohibit']));
  else {
    parts.push(`lookup ${draw.of(['main', '100', '200', '300', 'local'])}`);
    if (draw.chance(20)) parts.push(`suppress_prefixlength ${draw.of([0, 16, 24])}`);
    if (draw.chance(8)) parts.push(`suppress_ifgroup ${draw.below(3)}`);
  }
  return parts.join(' ');
}

export interface RandomHost {
  readonly links: readonly string[];
  /** lines for `ip -batch`; the kernel may refuse some. */
  readonly batch: readonly string[];
  /** [path under /proc/sys/net/ipv4, value]. */
  readonly sysctls: readonly (readonly [string, string])[];
}

export function randomHost(draw: Draw): RandomHost {
  const batch: string[] = draw.chance(90) ? ['link set lo up'] : [];
  for (const link of LINKS) {
    for (let n = draw.below(4); n > 0; n--) {
      const scope = draw.chance(20) ? ` scope ${draw.of(['link', 'host', '200'])}` : '';
      const length = draw.of([24, 24, 24, 30, 31, 32, 16]);
      if (draw.chance(12)) batch.push(`addr add ${address(draw)} peer ${address(draw)}/${length} dev ${link}${scope}`);
      else batch.push(`addr add ${address(draw)}/${length}${draw.chance(70) ? ' brd +' : ''} dev ${link}${scope}`);
    }
    batch.push(`link set ${link} ${draw.chance(92) ? 'up' : 'down'} group ${draw.below(3)}`);
  }
  if (draw.chance(10)) batch.push(`addr add ${address(draw)}/32 dev lo`);
  for (let n = draw.below(16); n > 0; n--) batch.push(route(draw));
  if (draw.chance(60)) for (let n = draw.below(6); n > 0; n--) batch.push(rule(draw));
  if (draw.chance(6)) batch.push('rule del pref 32767');
  if (draw.chance(10)) batch.push(`link set ${draw.of(LINKS)} down`);
  const sysctls: [string, string][] = [];
  for (const link of ['all', ...LINKS]) {
    const set = (name: string, percent: number, values: readonly string[]) => {
      if (draw.chance(percent)) sysctls.push([`conf/${link}/${name}`, draw.of(values)]);
    };
    set('rp_filter', 25, ['1', '2']);
    set('accept_local', 15, ['1']);
    set('route_localnet', 15, ['1']);
    set('send_redirects', 50, ['0']);
    set('src_valid_mark', 15, ['1']);
    set('bc_forwarding', 10, ['1']);
    set('ignore_routes_with_linkdown', 10, ['1']);
    if (link !== 'all') set('forwarding', 10, ['0']);
  }
  return { links: LINKS, batch, sysctls };
}

export interface Question {
  readonly dst: string;
  readonly src: string | undefined;
  /** undefined: sent by the host. */
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly mark: number;
  readonly tos: number;
  readonly proto: 'tcp' | 'udp';
  readonly sport: number;
  readonly dport: number;
  readonly uid: number;
}

export function randomQuestion(draw: Draw, own: readonly string[]): Question {
  const pick = () => (own.length > 0 && draw.chance(25) ? draw.of(own) : address(draw));
  const comesIn = draw.chance(65);
  return {
    dst: pick(),
    src:
      comesIn || draw.chance(50)
        ? comesIn
          ? pick()
          : own.length > 0 && draw.chance(80)
            ? draw.of(own)
            : pick()
        : undefined,
    iif: comesIn ? draw.of(LINKS) : undefined,
    oif: !comesIn && draw.chance(25) ? draw.of(LINKS) : undefined,
    mark: draw.chance(60) ? 0 : draw.below(4),
    tos: draw.chance(75) ? 0 : draw.of([0x10, 0x08, 0x04, 0x12, 0xb0]),
    proto: draw.of(['tcp', 'udp']),
    sport: draw.of([53, 1500, 5000]),
    dport: draw.of([80, 1500, 5000]),
    uid: draw.chance(70) ? 0 : 1500,
  };
}

/** The question for `ip -batch`. */
export const questionLine = (q: Question): string =>
  [
    `route get ${q.dst}`,
    q.src === undefined ? '' : `from ${q.src}`,
    q.iif === undefined ? '' : `iif ${q.iif}`,
    q.oif === undefined ? '' : `oif ${q.oif}`,
    q.mark === 0 ? '' : `mark ${q.mark}`,
    q.tos === 0 ? '' : `tos 0x${q.tos.toString(16)}`,
    `ipproto ${q.proto} sport ${q.sport} dport ${q.dport}`,
    q.iif === undefined ? `uid ${q.uid}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
