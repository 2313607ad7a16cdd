/** Random hosts and questions for routing of IPv6, drawn from a seed, as random.ts has them of IPv4. */
import type { Draw, Question, RandomHost } from './random.js';

const LINKS = ['t0', 't1', 't2', 't3'] as const;
const NETWORKS = ['2001:db8:0', '2001:db8:1', '2001:db8:1:1', '2002:a00:1', 'fd00:0:1', '2001:0:5'];
const TABLES = ['main', 'main', '100', '200', 'local'];

export function address6(draw: Draw): string {
  if (draw.chance(5))
    return draw.of(['::1', 'ff02::1', 'ff05::2', 'ff0e::99', '::5', 'fec0::1', 'ff01::1', '64:ff9b::1']);
  const low = draw.chance(85) ? draw.below(4) : draw.below(256);
  // ::0 is the address of a subnet's routers
  const end = low === 0 ? '::' : `::${low.toString(16)}`;
  return draw.chance(20) ? `fe80${end}` : `${draw.of(NETWORKS)}${end}`;
}

export function prefix6(draw: Draw): string {
  const length = draw.of([16, 32, 48, 64, 64, 64, 127, 128, 128]);
  if (length === 128) return `${address6(draw)}/128`;
  const network = draw.of(NETWORKS);
  if (length === 127) return `${network}::${2 * draw.below(2)}/127`;
  const groups = network.split(':').slice(0, length / 16);
  return `${groups.join(':')}::/${length}`;
}

function route(draw: Draw): string {
  const target = draw.chance(15) ? 'default' : prefix6(draw);
  const table = `table ${draw.of(TABLES)}`;
  const extra = [
    draw.chance(40) ? ` metric ${256 + draw.below(3)}` : '',
    draw.chance(10) ? ` mtu ${draw.of([1280, 1400, 9000])}` : '',
    draw.chance(15) ? ` pref ${draw.of(['high', 'low'])}` : '',
  ].join('');
  if (draw.chance(18))
    return `route add ${draw.of(['blackhole', 'unreachable', 'prohibit', 'throw'])} ${target} ${table}${extra}`;
  if (draw.chance(4)) return `route add local ${target} dev ${draw.of(['lo', ...LINKS])} ${table}${extra}`;
  if (draw.chance(4)) return `route add anycast ${target} dev ${draw.of(['lo', ...LINKS])} ${table}${extra}`;
  if (draw.chance(3)) return `route add ${target} dev lo ${table}${extra}`;
  if (draw.chance(3)) return `route add multicast ff05::/16 dev ${draw.of(LINKS)} ${table}${extra}`;
  const hop = (weight: string, gateway: boolean) => {
    const via = gateway ? `via ${draw.chance(50) ? `fe80::${1 + draw.below(9)}` : address6(draw)} ` : '';
    return `${via}dev ${draw.of(LINKS)}${weight}${gateway ? ' onlink' : ''}`;
  };
  if (draw.chance(15)) {
    const hops = Array.from(
      { length: 2 + draw.below(2) },
      () => `nexthop ${hop(` weight ${1 + draw.below(3)}`, true)}`,
    );
    return `route add ${target} ${table}${extra} ${hops.join(' ')}`;
  }
  const source = draw.chance(20) ? ` src ${address6(draw)}` : '';
  const verb = draw.chance(15) ? 'append' : 'add';
  return `route ${verb} ${target} ${hop('', draw.chance(50))} ${table}${extra}${source}`;
}

function rule(draw: Draw): string {
  const parts = [`rule add pref ${draw.of([0, 10, 20, 30, 40, 32766, 32767, 40000])}`];
  if (draw.chance(15)) parts.push('not');
  if (draw.chance(40)) parts.push(`from ${prefix6(draw)}`);
  if (draw.chance(25)) parts.push(`to ${prefix6(draw)}`);
  if (draw.chance(35)) parts.push(`fwmark ${draw.below(4)}${draw.chance(50) ? `/${1 + draw.below(3)}` : ''}`);
  if (draw.chance(20)) parts.push(`iif ${draw.of(['lo', ...LINKS, 'none0'])}`);
  if (draw.chance(8)) parts.push(`oif ${draw.of(LINKS)}`);
  if (draw.chance(10)) parts.push(`tos ${draw.of(['0x10', '0x08', '0xb0'])}`);
  if (draw.chance(8)) parts.push(`ipproto ${draw.of(['tcp', 'udp'])}`);
  if (draw.chance(6)) parts.push(`dport ${draw.of(['80', '1000-2000'])}`);
  if (draw.chance(4)) parts.push(`sport ${draw.of(['53', '1000-2000'])}`);
  if (draw.chance(8)) parts.push(`uidrange ${draw.of(['0-0', '1000-2000'])}`);
  if (draw.chance(10)) parts.push(`goto ${draw.of([20, 30, 40, 32766, 50000])}`);
  else if (draw.chance(12)) parts.push(draw.of(['blackhole', 'unreachable', 'prohibit']));
  else {
    parts.push(`lookup ${draw.of(['main', '100', '200', '300', 'local'])}`);
    if (draw.chance(20)) parts.push(`suppress_prefixlength ${draw.of([0, 32, 64])}`);
    if (draw.chance(8)) parts.push(`suppress_ifgroup ${draw.below(3)}`);
  }
  return parts.join(' ');
}

function addresses(draw: Draw): string[] {
  const lines: string[] = [];
  for (const link of LINKS) {
    const up = `link set ${link} ${draw.chance(92) ? 'up' : 'down'} group ${draw.below(3)}`;
    // an address of a link that is not up yet gets its routes later
    const late = draw.chance(25);
    if (!late) lines.push(up);
    for (let n = draw.below(4); n > 0; n--) {
      const length = draw.of([64, 64, 64, 127, 128, 48]);
      const more = `${draw.chance(15) ? ' noprefixroute' : ''}${draw.chance(15) ? ' preferred_lft 0' : ''}`;
      if (draw.chance(10)) lines.push(`addr add ${address6(draw)} peer ${address6(draw)}/${length} dev ${link}${more}`);
      else lines.push(`addr add ${address6(draw)}/${length} dev ${link}${more}`);
    }
    if (draw.chance(60)) lines.push(`addr add fe80::${1 + draw.below(4)}/64 dev ${link}`);
    if (late) lines.push(up);
  }
  if (draw.chance(20)) lines.push(`addr add ${address6(draw)}/${draw.of([64, 128])} dev lo`);
  return lines;
}

export function randomHost6(draw: Draw): RandomHost {
  const batch: string[] = draw.chance(90) ? ['link set lo up'] : [];
  batch.push(...addresses(draw));
  for (let n = draw.below(16); n > 0; n--) batch.push(route(draw));
  if (draw.chance(60)) for (let n = draw.below(6); n > 0; n--) batch.push(rule(draw));
  if (draw.chance(10)) batch.push(`link set ${draw.of(LINKS)} down`);
  const sysctls: [string, string][] = [];
  if (draw.chance(15)) sysctls.push(['conf/all/forwarding', '0']);
  for (const link of LINKS) {
    const set = (name: string, percent: number, values: readonly string[]) => {
      if (draw.chance(percent)) sysctls.push([`conf/${link}/${name}`, draw.of(values)]);
    };
    set('forwarding', 15, ['0', '1']);
    set('force_forwarding', 10, ['1']);
    set('ignore_routes_with_linkdown', 10, ['1']);
    set('use_oif_addrs_only', 15, ['1']);
    set('disable_ipv6', 4, ['1']);
  }
  return { links: LINKS, batch, sysctls };
}

/** Own addresses, as the lines of a host name them. */
export const ownAddresses6 = ({ batch }: RandomHost): string[] =>
  batch.flatMap((line) => /^addr add ([\da-f:]+)/.exec(line)?.slice(1) ?? []);

export function randomQuestion6(draw: Draw, own: readonly string[]): Question {
  const pick = () => (own.length > 0 && draw.chance(25) ? draw.of(own) : address6(draw));
  const comesIn = draw.chance(60);
  const from = comesIn || draw.chance(40);
  return {
    dst: pick(),
    src: from ? pick() : undefined,
    iif: comesIn ? draw.of(LINKS) : undefined,
    // a socket that is bound to a link
    oif: !from && draw.chance(25) ? draw.of(LINKS) : undefined,
    mark: draw.chance(60) ? 0 : draw.below(4),
    tos: draw.chance(75) ? 0 : draw.of([0x10, 0x08, 0x04, 0x12, 0xb0]),
    proto: draw.of(['tcp', 'udp']),
    sport: draw.of([53, 1500, 5000]),
    dport: draw.of([80, 1500, 5000]),
    uid: draw.chance(70) ? 0 : 1500,
  };
}
