/** Targets: what a rule does, drawn from those that its table and hooks allow. */
import { drawnFamily, ipText, isSpecial, netText, prefixBits } from './address.js';
import { hex, type Place, within } from './clause.js';
import { type Draft, hasPorts, TCP } from './draft.js';
import { ownAddresses } from './host.js';

export interface Target {
  kind: string;
  text: string;
  /** it ends the walk through the table. */
  terminal: boolean;
}

const REJECTS = [
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-port-unreachable',
  'icmp-proto-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
];

const REJECTS_6 = [
  'icmp6-no-route',
  'icmp6-adm-prohibited',
  'icmp6-addr-unreachable',
  'icmp6-port-unreachable',
  'icmp6-policy-fail',
  'icmp6-reject-route',
];

/** `proto`: the protocol that the rule asks for, if it does. */
export function drawTarget(d: Draft, at: Place, proto: number | undefined, random: boolean): Target {
  const { r } = at;
  const choices: (readonly [number, () => Target])[] = [
    [16, () => goOn('none', '')],
    [at.flows && at.table === 'nat' ? 4 : 10, () => end('ACCEPT', 'ACCEPT')],
    [
      7,
      () =>
        goOn(
          'LOG',
          `LOG${r.pick(['', ' --log-prefix "walk: "', ' --log-level debug --log-tcp-options', ' --log-ip-options --log-uid'])}`,
        ),
    ],
    // group 1 is nobody's: what listens for the test uses another
    [5, () => goOn('NFLOG', `NFLOG --nflog-group 1${r.pick(['', ' --nflog-prefix "in: "', ' --nflog-size 64'])}`)],
    [1, () => goOn('IDLETIMER', `IDLETIMER --timeout ${r.between(60, 999)} --label walk${r.below(9)}`)],
    [1, () => estimating(`e${r.below(3)}`)],
    [3, () => goOn('AUDIT', `AUDIT --type ${r.pick(['accept', 'drop', 'reject'])}`)],
    [7, () => end('RETURN', 'RETURN')],
  ];
  // what drops a flow's first packet leaves nothing of it to look at
  if (at.table !== 'nat') choices.push([at.flows ? 2 : 8, () => end('DROP', 'DROP')]);
  if (at.table !== 'nat')
    choices.push([
      at.flows ? 1 : 2,
      // nobody listens on these
      () => end('NFQUEUE', r.pick(['NFQUEUE --queue-num 7', 'NFQUEUE --queue-balance 7:9', 'QUEUE'])),
    ]);
  // in nat what is let through so gets no translation, not even the one that changes nothing
  if (at.table !== 'nat') choices.push([2, () => end('NFQUEUE', 'NFQUEUE --queue-num 7 --queue-bypass')]);
  if (at.table === 'filter') choices.push([at.flows ? 3 : 7, () => reject(r, proto)]);
  if (at.table === 'mangle' && proto === TCP) choices.push([22, () => tcpEdit(at, d)]);
  // nobody listens
  if (at.table === 'mangle' && within(at, 'PREROUTING') && (proto === TCP || proto === 17))
    choices.push([
      at.flows ? 3 : 8,
      () => end('TPROXY', `TPROXY --on-port 7${r.pick(['', ' --tproxy-mark 0x1/0xff'])}`),
    ]);
  if (at.tracking && at.table !== 'nat' && within(at, 'INPUT', 'FORWARD') && proto === TCP)
    choices.push([at.flows ? 1 : 5, () => goOn('SYNPROXY', 'SYNPROXY --sack-perm --timestamp --mss 1460')]);
  if (at.table === 'mangle') choices.push([26, () => edit(at)], [12, () => markTarget(at)], [6, () => hashTarget(at)]);
  else if (at.anyTable) choices.push([at.table === 'raw' ? 8 : 3, () => markTarget(at)]);
  if (at.tracking && at.table === 'mangle') choices.push([12, () => connmarkTarget(at)]);
  else if (at.flows) choices.push([4, () => connmarkTarget(at)]);
  if (at.tracking && (at.table === 'mangle' || at.table === 'security'))
    choices.push([3, () => goOn('CONNSECMARK', `CONNSECMARK ${r.pick(['--save', '--restore'])}`)]);
  if (within(at, 'FORWARD', 'OUTPUT', 'POSTROUTING'))
    choices.push([2, () => goOn('CLASSIFY', `CLASSIFY --set-class ${r.between(0, 9)}:${r.between(1, 99)}`)]);
  // what this host sends keeps the test's priority in its copy, which then walks OUTPUT too
  if (within(at, 'FORWARD')) choices.push([2, () => goOn('TEE', `TEE --gateway ${ipText(r.pick(neighboursOf(at)))}`)]);
  if (at.table === 'mangle' && drawnFamily() === 6) choices.push(...prefixTargets(at));
  const change = r.chance(0.5) ? at.sets.change(at.table === 'mangle') : undefined;
  if (change !== undefined) choices.push([8, () => goOn('SET', `SET${change}`)]);
  if (at.table === 'mangle') choices.push([2, () => goOn('CHECKSUM', 'CHECKSUM --checksum-fill')]);
  if (at.table === 'raw') choices.push([3, () => goOn('TRACE', 'TRACE')]);
  if (at.table === 'raw') choices.push([at.flows ? 7 : 14, () => trackTarget(at)]);
  if (at.table === 'nat' && at.tracking) choices.push(...translations(d, at, proto, random));
  return r.weighted(choices)();
}

/** A translation whatever comes, where the chain's hooks have one. */
export function drawTranslation(d: Draft, at: Place, proto: number | undefined): Target | undefined {
  const choices = translations(d, at, proto, true);
  return choices.length === 0 ? undefined : at.r.weighted(choices)();
}

const neighboursOf = ({ pools }: Place): number[] => pools.host.interfaces.flatMap(({ neighbours }) => neighbours);

const goOn = (kind: string, text: string): Target => ({ kind, text: text === '' ? '' : `-j ${text}`, terminal: false });

/** All of a name have the same times, or the kernel refuses them. */
export const estimating = (name: string): Target =>
  goOn('RATEEST', `RATEEST --rateest-name ${name} --rateest-interval 8s --rateest-ewmalog 60s`);

const end = (kind: string, text: string): Target => ({ kind, text: `-j ${text}`, terminal: true });

function reject(r: Place['r'], proto: number | undefined): Target {
  if (proto === TCP && r.chance(0.4)) return end('REJECT', 'REJECT --reject-with tcp-reset');
  return end(
    'REJECT',
    r.chance(0.2) ? 'REJECT' : `REJECT --reject-with ${r.pick(drawnFamily() === 6 ? REJECTS_6 : REJECTS)}`,
  );
}

const maskOf = (at: Place): number => at.r.pick([0xffffffff, 0xff, 0xff00, 1, 0x80000001]) >>> 0;

function markTarget(at: Place): Target {
  const { r } = at;
  const value = hex(r.pick(at.pools.marks));
  const forms = [
    `--set-mark ${value}`,
    `--set-mark ${value}/${hex(maskOf(at))}`,
    `--set-xmark ${value}/${hex(maskOf(at))}`,
    `--and-mark ${hex(maskOf(at))}`,
    `--or-mark ${value}`,
    `--xor-mark ${value}`,
  ];
  return goOn('MARK', `MARK ${r.pick(forms)}`);
}

/** Of few numbers, those that rules ask for among them. */
function hashTarget(at: Place): Target {
  const { r } = at;
  const prefix = (side: 'src' | 'dst', length: number) => `--hmark-${side}-prefix ${prefixBits(length)}`;
  const parts = r.pick([
    `${prefix('src', 24)} ${prefix('dst', 32)}`,
    `${prefix('src', 32)} ${prefix('dst', 32)} --hmark-sport-mask 0xffff --hmark-dport-mask 0xffff`,
    `${prefix('dst', 16)} --hmark-sport-mask 0xff00 --hmark-dport 0x0007 --hmark-proto-mask 0xff`,
    '--hmark-spi-mask 0x00ffff00 --hmark-spi 0x00000001 --hmark-proto-mask 0x06',
  ]);
  const tuple = at.tracking && r.chance(0.3) ? ' --hmark-tuple ct' : '';
  const offset = r.chance(0.5) ? '' : ` --hmark-offset ${r.pick(at.pools.marks)}`;
  return goOn(
    'HMARK',
    `HMARK ${parts} --hmark-rnd ${hex(r.below(1000))} --hmark-mod ${r.between(1, 4)}${offset}${tuple}`,
  );
}

function connmarkTarget(at: Place): Target {
  const { r } = at;
  const value = hex(r.pick(at.pools.marks));
  const masks = r.chance(0.5) ? '' : ` --nfmask ${hex(maskOf(at))} --ctmask ${hex(maskOf(at))}`;
  const forms = [
    `--set-mark ${value}`,
    `--set-xmark ${value}/${hex(maskOf(at))}`,
    `--save-mark${masks}`,
    `--save-mark${masks}`,
    `--restore-mark${masks}`,
    `--or-mark ${value}`,
    `--and-mark ${hex(maskOf(at))}`,
    `--xor-mark ${value}`,
  ];
  return goOn('CONNMARK', `CONNMARK ${r.pick(forms)}`);
}

/** What a network's hosts are called elsewhere: prefixes as long as each other, or not. */
function prefixTargets(at: Place): (readonly [number, () => Target])[] {
  const { r } = at;
  const prefixes = (): string =>
    `--src-pfx ${r.pick(['2001:db8::/48', '2001:db8::/64', '2001:db8::/32'])} --dst-pfx ${r.pick(['fd00:1:2::/48', '2001:db8:5::/56', 'fd00::/64', '2001:db8:6::/48'])}`;
  if (within(at, 'PREROUTING', 'OUTPUT')) return [[6, () => goOn('DNPT', `DNPT ${prefixes()}`)]];
  return within(at, 'INPUT', 'POSTROUTING') ? [[6, () => goOn('SNPT', `SNPT ${prefixes()}`)]] : [];
}

/** The targets that only mangle has. */
function edit(at: Place): Target {
  const { r } = at;
  const hops = drawnFamily() === 6 ? 'HL' : 'TTL';
  const tos = r.pick(['0x10', '0xc3', 'Minimize-Delay', 'Normal-Service', '0x08/0x1e', '0xb8/0xff']);
  return r.pick([
    goOn('TOS', `TOS --set-tos ${tos}`),
    goOn('TOS', `TOS ${r.pick(['--and-tos 0xf0', '--or-tos 0x08', '--xor-tos 0x55'])}`),
    goOn('DSCP', `DSCP ${r.pick(['--set-dscp 0x2e', '--set-dscp 0', '--set-dscp-class AF11', '--set-dscp-class EF'])}`),
    // small values in PREROUTING make the packet expire before FORWARD
    goOn(hops, `${hops} --${hops.toLowerCase()}-${r.pick(['set 64', 'set 1', 'dec 1', 'dec 63', 'inc 1', 'inc 200'])}`),
  ]);
}

/** The targets that change TCP's header. TCPMSS stands in rules alone that ask for SYN. */
function tcpEdit(at: Place, d: Draft): Target {
  const { r } = at;
  const mss = (d.mss ?? 1460) + r.between(-2, 1);
  const clamps = within(at, 'FORWARD', 'OUTPUT', 'POSTROUTING') && r.chance(0.5);
  const strips = r.some(['mss', 'wscale', '4', '8', '0x1e', '254', 'sack'], r.between(1, 3));
  const how = clamps ? '--clamp-mss-to-pmtu' : `--set-mss ${Math.min(65515, Math.max(0, mss))}`;
  const lowering = { kind: 'TCPMSS', text: `-m tcp --tcp-flags SYN,RST SYN -j TCPMSS ${how}`, terminal: false };
  const ecn = ['--ecn-tcp-remove', '--ecn-tcp-cwr 1', '--ecn-tcp-ece 1 --ecn-tcp-cwr 0', '--ecn-ip-ect 2'];
  return r.pick([
    lowering,
    lowering,
    goOn('TCPOPTSTRIP', `TCPOPTSTRIP --strip-options ${strips.join(',')}`),
    // it is a target of IPv4 alone
    ...(drawnFamily() === 4 ? [goOn('ECN', `ECN ${r.pick(ecn)}`)] : []),
  ]);
}

function trackTarget(at: Place): Target {
  const { r } = at;
  const zones = at.tracking
    ? [
        ...(at.flows ? ['CT --zone mark', 'CT', `CT --zone ${r.between(1, 3)} --notrack`] : []),
        `CT --zone ${r.between(1, 3)}`,
        `CT --zone-orig ${r.between(1, 3)}`,
        `CT --zone-reply ${r.between(1, 3)}`,
      ]
    : [];
  return goOn('CT', r.pick(['CT --notrack', 'NOTRACK', 'CT --notrack', ...zones]));
}

/** Translations whose result is fixed; with `random` those too that hash, search or draw among addresses and ports. */
function translations(
  d: Draft,
  at: Place,
  proto: number | undefined,
  random: boolean,
): (readonly [number, () => Target])[] {
  const { r } = at;
  const { host } = at.pools;
  const out: (readonly [number, () => Target])[] = [];
  const inside = (): number =>
    r.pick([...host.interfaces.flatMap((i) => i.neighbours), ...host.remotes.slice(0, 2), ...ownAddresses(host)]);
  // iptables refuses ports under udplite
  const ports = proto !== undefined && hasPorts(proto) && proto !== 136;
  const port = (): string => {
    const first = r.pick(at.pools.ports.filter((p) => p > 0 && p < 65000));
    return random && r.chance(0.5) ? `${first}-${first + r.between(0, 20)}` : String(first);
  };
  /** Of a range that DNAT shifts: the first port of the packets stands for the base. */
  const shifted = (): string => {
    const base = Math.max(1, d.dport - r.below(5));
    const first = r.between(1024, 60000);
    return `${first}-${first + 20}/${base}`;
  };
  const addresses = (first: number): string =>
    random && r.chance(0.5) && !isSpecial(first)
      ? `${ipText(first)}-${ipText(first + r.between(1, 3))}`
      : ipText(first);
  /** Before a port: brackets hold what has colons of its own. */
  const bracketed = (address: string): string => (drawnFamily() === 6 && address !== '' ? `[${address}]` : address);
  const how = (): string => (random && r.chance(0.3) ? r.pick([' --random', ' --persistent']) : '');
  const fully = (): string => (random && r.chance(0.2) ? r.pick([' --random', ' --random-fully']) : '');
  if (within(at, 'PREROUTING', 'OUTPUT')) {
    const odd = (): number =>
      r.pick([0x7f000001, ...host.interfaces.map(({ addresses: [own] }) => (own!.address | 255) >>> 0)]);
    const destination = (): string => {
      if (!ports || r.chance(0.5)) return addresses(at.flows && r.chance(0.1) ? odd() : inside());
      if (random && r.chance(0.15)) return `${bracketed(r.chance(0.5) ? ipText(inside()) : '')}:${shifted()}`;
      return `${bracketed(random && r.chance(0.2) ? '' : addresses(inside()))}:${port()}`;
    };
    out.push([22, () => end('DNAT', `DNAT --to-destination ${destination()}${how()}`)]);
    out.push([
      8,
      () =>
        end(
          'REDIRECT',
          `REDIRECT${ports && r.chance(0.6) ? ` --to-ports ${port()}` : ''}${random && ports && r.chance(0.2) ? ' --random' : ''}`,
        ),
    ]);
  }
  if (within(at, 'POSTROUTING'))
    out.push([
      14,
      () => end('MASQUERADE', `MASQUERADE${random && ports && r.chance(0.5) ? ` --to-ports ${port()}` : ''}${fully()}`),
    ]);
  if (within(at, 'POSTROUTING', 'INPUT')) {
    const source = (): string => {
      const own = r.pick([...ownAddresses(host), 0xc0000264]);
      if (random && ports && r.chance(0.4)) return `${bracketed(r.chance(0.15) ? '' : addresses(own))}:${port()}`;
      return addresses(own);
    };
    out.push([14, () => end('SNAT', `SNAT --to-source ${source()}${r.chance(0.5) ? how() : fully()}`)]);
  }
  if (within(at, 'PREROUTING', 'OUTPUT') || within(at, 'POSTROUTING', 'INPUT')) {
    const net = r.chance(0.5) ? (within(at, 'PREROUTING', 'OUTPUT') ? d.dst : d.src) : inside();
    out.push([7, () => end('NETMAP', `NETMAP --to ${netText(net ^ 0x200, r.pick([24, 16, 28, 32]))}`)]);
  }
  return out;
}
