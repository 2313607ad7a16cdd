/** Where no rule stops a packet: the settings or routes that do, with what they are, and the command that shows them. */
import { AddrType, Field } from '../../abi.js';
import { formatIpv4 } from '../../net/address.js';
import { fallbackOf, readSysctl } from '../../run/host-conf.js';
import type { Message, Setting } from '../lang/messages.js';
import { type Reason, reasonOf } from '../lang/reasons.js';
import { say } from '../story.js';
import { columnsAt } from '../ways/columns.js';
import type { Scene } from './scene.js';

/** What decides: a setting of all interfaces and of the one that it came in on, one of the host, or what a command shows. */
type Decides =
  | { readonly ofLinks: 'rp_filter' | 'route_localnet' | 'accept_local' | 'forwarding' }
  | { readonly key: string }
  | { readonly get: string };

/** The packet as its way ended. */
interface Lost {
  readonly src: string;
  readonly dst: string;
  readonly iface: string;
  readonly ownSource: boolean;
}

const there = ({ src, dst, iface }: Lost): Decides => ({
  get: `ip -4 route get ${dst} from ${src}${iface === '' ? '' : ` iif ${iface}`}`,
});
const back = ({ src }: Lost): Decides => ({ get: `ip -4 route get ${src}` });

const DECIDES: Readonly<Partial<Record<Reason, (lost: Lost) => readonly Decides[]>>> = {
  'rp-filter': (lost) => [{ ofLinks: 'rp_filter' }, back(lost)],
  // ip_route_input_slow and __fib_validate_source of net/ipv4: only these two are settings
  'martian-source': (lost) => {
    if (lost.src.startsWith('127.')) return [{ ofLinks: 'route_localnet' }];
    return lost.ownSource ? [{ ofLinks: 'accept_local' }] : [back(lost)];
  },
  'martian-destination': ({ dst }) => (dst.startsWith('127.') ? [{ ofLinks: 'route_localnet' }] : []),
  'forwarding-off': () => [{ key: 'net.ipv4.ip_forward' }, { ofLinks: 'forwarding' }],
  'no-route': (lost) => [there(lost)],
  unreachable: (lost) => [there(lost)],
  prohibit: (lost) => [there(lost)],
  blackhole: (lost) => [there(lost)],
  'needs-fragmentation': (lost) => [there(lost), { get: 'ip link' }],
  'link-down': () => [{ get: 'ip link' }],
  'not-joined': () => [{ get: 'ip -4 maddr' }],
  'table-full': () => [{ key: 'net.netfilter.nf_conntrack_max' }, { get: 'sysctl net.netfilter.nf_conntrack_count' }],
};

export function lostWithoutRule({ result, host }: Scene): Message[] {
  const { by, fate } = result;
  if (fate !== 'dropped' || by.why === undefined || (by.kind !== 'routing' && by.kind !== 'tracking')) return [];
  const now = columnsAt(result, host);
  const source = now[Field.Src]!;
  const iface = host.interfaceName(now[Field.InIf]!);
  const decides = DECIDES[reasonOf(by.why)]?.({
    src: formatIpv4(source),
    dst: formatIpv4(now[Field.Dst]!),
    iface,
    ownSource: host.addressType([source]) === AddrType.Local,
  });
  if (decides === undefined || decides.length === 0) return [];
  const settings = decides.flatMap((one) => settingsOf(one, iface, host.host.sysctls));
  const keys = settings.map(({ key }) => key);
  const get = [
    ...(keys.length === 0 ? [] : [`sysctl ${keys.join(' ')}`]),
    ...decides.flatMap((one) => ('get' in one ? [one.get] : [])),
  ];
  return [say('hint.norule', { settings, get })];
}

function settingsOf(one: Decides, iface: string, sysctls: ReadonlyMap<string, string>): Setting[] {
  if ('get' in one) return [];
  const otherwise = 'key' in one ? null : fallbackOf(one.ofLinks);
  const keys =
    'key' in one
      ? [one.key]
      : ['all', ...(iface === '' ? [] : [iface])].map((link) => `net.ipv4.conf.${link}.${one.ofLinks}`);
  return keys.map((key) => {
    const value = readSysctl(sysctls, key);
    return { key, value: value ?? otherwise, given: value !== undefined };
  });
}
