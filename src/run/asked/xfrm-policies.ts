/**
 * The states that a packet which is sent or forwarded will go through, by the list of policies: xfrm_lookup and xfrm_tmpl_resolve_one of
 * net/xfrm/xfrm_policy.c. The host looks when it routes the packet, and anew where NAT or a mark of OUTPUT has it routed again, so that
 * what rules see of its addresses is what was looked for.
 */
import { Beside, Field, FRAG_PART } from '../../abi.js';
import type { Json } from '../../model/packet.js';
import type { XfrmPolicy, XfrmTemplate } from '../../model/xfrm.js';
import { prefixMask, type Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import type { Asking } from './asking.js';

type Met = boolean | undefined;

/**
 * Undefined: nobody knows. One that a policy blocks comes to no rule, nor one that is forwarded while there is no state for it; what this
 * host sends then comes to those of OUTPUT, as if no policy were there.
 */
export function statesToBe(asking: Asking): { readonly [name: string]: Json }[] | undefined {
  const { policies, out: all } = asking.host.xfrm ?? {};
  if (all === undefined) return policies === 0 ? [] : undefined;
  const isLocal = asking.field(Beside.Local) === 1;
  // the host looks by what a raw socket says, and not by the header; copies have a way of their own
  const isOther = (isLocal && asking.field(Beside.Raw) === 1) || asking.isCopy;
  const met = all.flatMap((policy) => {
    if (policy.family !== asking.family || (policy.ofSocket && !isLocal)) return [];
    const meets = isOther ? undefined : isMet(policy, asking);
    return meets === false ? [] : [{ policy, meets }];
  });
  if (met.every(({ policy }) => isOpen(policy))) return [];
  // what its socket wants comes first
  if (met.some(({ policy }) => policy.ofSocket && !isOpen(policy))) return undefined;
  const ofHost = met.filter(({ policy }) => !policy.ofSocket);
  const first = Math.min(...ofHost.map(({ policy }) => policy.priority));
  const [best, ...others] = ofHost.filter(({ policy }) => policy.priority === first);
  if (best?.meets !== true || others.length > 0 || best.policy.blocks) return undefined;
  const { templates } = best.policy;
  if (templates.length === 0) return [];
  return isLocal || templates.some(({ optional }) => optional) ? undefined : templates.map(stateOf);
}

/** What meets it goes on as it is. */
const isOpen = ({ templates, blocks }: XfrmPolicy): boolean => templates.length === 0 && !blocks;

/** xfrm_selector_match. */
function isMet({ family, src, dst, proto, sport, dport, asksMore }: XfrmPolicy, asking: Asking): Met {
  const under = (field: Field.Src | Field.Dst, { address, prefix }: XfrmPolicy['src']) =>
    isUnder(asking.addressAt(field), address, prefixMask(prefix, family));
  if (!under(Field.Src, src) || !under(Field.Dst, dst)) return false;
  const own = asking.field(Field.Proto);
  // behind headers of IPv6 other words are looked for than here
  const plain = family === 4 || asking.bytes[6] === own;
  if (proto !== undefined && proto !== own) return plain ? false : undefined;
  const ports = [
    [sport, Field.Sport],
    [dport, Field.Dport],
  ] as const;
  const asked = ports.filter(([port]) => port !== undefined);
  const known = plain && hasPorts(asking) && asked.every(([port, field]) => port === asking.field(field));
  return asksMore || (!plain && proto !== undefined) || (asked.length > 0 && !known) ? undefined : true;
}

const isUnder = (address: Words, network: Words, mask: Words): boolean =>
  address.every((word, i) => ((word ^ network[i]!) & mask[i]!) === 0);

const WITH_PORTS: readonly number[] = [Protocol.Tcp, Protocol.Udp, Protocol.UdpLite, Protocol.Sctp];
const hasPorts = (asking: Asking): boolean =>
  WITH_PORTS.includes(asking.field(Field.Proto)) &&
  (asking.field(Field.Frag) & FRAG_PART) === 0 &&
  asking.field(Field.TransportLen) >= 4;

const ANY = ['0.0.0.0', '::'];
/** Modes that put another header before the packet. */
const OUTER = ['tunnel', 'beet', 'iptfs'];

/** What a state is like that the template takes. */
function stateOf({ proto, mode, reqid, spi, src, dst }: XfrmTemplate): { readonly [name: string]: Json } {
  const ends = OUTER.includes(mode) ? { ...(!ANY.includes(src) && { src }), dst } : {};
  return { proto, mode, ...(spi !== 0 && { spi }), reqid, ...ends };
}
