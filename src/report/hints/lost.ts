/** Where no rule stops a packet: the settings or routes that do, with what they are, and the command that shows them. */
import { AddrType, Field } from '../../abi.js';
import { type Family, formatAddress } from '../../net/address.js';
import { fallbackOf, type OfLink, readSysctl } from '../../run/host-conf.js';
import { wordsAt } from '../fields.js';
import type { Message, Setting } from '../lang/messages.js';
import { type Reason, reasonOf } from '../lang/reasons.js';
import { addressesOf } from '../placing.js';
import { say } from '../story.js';
import { columnsAt } from '../ways/columns.js';
import type { Scene } from './scene.js';

/**
 * What decides: a setting of all interfaces and of the one that it came in on, with what it is where it was not given; one of
 * the host; or what a command shows.
 */
type Decides =
  | { readonly ofLinks: string; readonly otherwise: number }
  | { readonly key: string }
  | { readonly get: string };

/** The packet as its way ended. */
interface Lost {
  readonly family: Family;
  readonly src: string;
  readonly dst: string;
  readonly iface: string;
  readonly ownSource: boolean;
}

const ofLinks = (name: OfLink): Decides => ({ ofLinks: name, otherwise: fallbackOf(name) });
const there = ({ family, src, dst, iface }: Lost): Decides => ({
  get: `ip -${family} route get ${dst} from ${src}${iface === '' ? '' : ` iif ${iface}`}`,
});
const back = ({ family, src }: Lost): Decides => ({ get: `ip -${family} route get ${src}` });

type Deciding = Readonly<Partial<Record<Reason, (lost: Lost) => readonly Decides[]>>>;

const OF_BOTH: Deciding = {
  'no-route': (lost) => [there(lost)],
  unreachable: (lost) => [there(lost)],
  prohibit: (lost) => [there(lost)],
  blackhole: (lost) => [there(lost)],
  'needs-fragmentation': (lost) => [there(lost), { get: 'ip link' }],
  'link-down': () => [{ get: 'ip link' }],
  'not-joined': ({ family }) => [{ get: `ip -${family} maddr` }],
  'table-full': () => [{ key: 'net.netfilter.nf_conntrack_max' }, { get: 'sysctl net.netfilter.nf_conntrack_count' }],
};

const DECIDES: Readonly<Record<Family, Deciding>> = {
  4: {
    ...OF_BOTH,
    'rp-filter': (lost) => [ofLinks('rp_filter'), back(lost)],
    // ip_route_input_slow and __fib_validate_source of net/ipv4: only these two are settings
    'martian-source': (lost) => {
      if (lost.src.startsWith('127.')) return [ofLinks('route_localnet')];
      return lost.ownSource ? [ofLinks('accept_local')] : [back(lost)];
    },
    'martian-destination': ({ dst }) => (dst.startsWith('127.') ? [ofLinks('route_localnet')] : []),
    'forwarding-off': () => [{ key: 'net.ipv4.ip_forward' }, ofLinks('forwarding')],
  },
  // the addresses that cannot come in, and those that stay on their link, no setting lets pass
  6: {
    ...OF_BOTH,
    'forwarding-off': () => [{ key: 'net.ipv6.conf.all.forwarding' }],
    'ipv6-off': () => [{ ofLinks: 'disable_ipv6', otherwise: 0 }],
  },
};

export function lostWithoutRule({ result, host, packet, from: { family } }: Scene): Message[] {
  const { by, fate } = result;
  if (fate !== 'dropped' || by.why === undefined || (by.kind !== 'routing' && by.kind !== 'tracking')) return [];
  const now = columnsAt(result, host);
  // what no hook has seen is as it came
  const seen = now.length > 0;
  const { src, dst } = seen
    ? { src: wordsAt(now, Field.Src, family), dst: wordsAt(now, Field.Dst, family) }
    : addressesOf(packet);
  if (src === undefined || dst === undefined) return [];
  const iface = seen ? host.interfaceName(now[Field.InIf]!) : (packet.in ?? '');
  const decides = DECIDES[family][reasonOf(by.why)]?.({
    family,
    src: formatAddress(src),
    dst: formatAddress(dst),
    iface,
    ownSource: host.addressType(src) === AddrType.Local,
  });
  if (decides === undefined || decides.length === 0) return [];
  const settings = decides.flatMap((one) => settingsOf(one, family, iface, host.host.sysctls));
  const keys = settings.map(({ key }) => key);
  const get = [
    ...(keys.length === 0 ? [] : [`sysctl ${keys.join(' ')}`]),
    ...decides.flatMap((one) => ('get' in one ? [one.get] : [])),
  ];
  return [say('hint.norule', { settings, get })];
}

function settingsOf(one: Decides, family: Family, iface: string, sysctls: ReadonlyMap<string, string>): Setting[] {
  if ('get' in one) return [];
  const links = ['all', ...(iface === '' ? [] : [iface])];
  const keys = 'key' in one ? [one.key] : links.map((link) => `net.ipv${family}.conf.${link}.${one.ofLinks}`);
  return keys.map((key) => {
    const value = readSysctl(sysctls, key);
    return { key, value: value ?? ('key' in one ? null : one.otherwise), given: value !== undefined };
  });
}
