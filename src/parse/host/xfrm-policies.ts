/**
 * `ip xfrm policy`: an entry begins with what it selects, and has its direction and its templates in lines that stand further in.
 * Of what is sent or forwarded alone; those of an xfrm interface (if_id) no other packet meets.
 */
import type { XfrmPolicy, XfrmTemplate } from '../../model/xfrm.js';
import { parseAddress } from '../../net/address.js';
import { protocolNumber } from '../../net/protocol.js';

export const POLICY_LINE = /^src (\S+)\/(\d{1,3}) dst (\S+)\/(\d{1,3})( .*)?$/;
const DIRECTION = /^(dir|socket) (in|out|fwd)(?: action (\w+))?(?: .*)? priority (\d{1,10})(?:(?: .*)? ptype (\w+))?/;
const TEMPLATE = /^tmpl src (\S+) dst (\S+)$/;
const STATE = /^proto (\S+)(?: spi (0x[\da-f]{1,8})\S*)? reqid (\d{1,10})\S* mode (\S+)$/;
/** What -s shows, and nothing that a packet has to have. */
const BESIDE = /^(?:lifetime |limit: |expire |\d+\(bytes\)|add \d|enc-mask )/;
/** Before all that are of the main type (xfrm_expand_policies of net/xfrm/xfrm_policy.c takes both): nobody knows which it meets. */
const BEFORE_ALL = -1;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<Omit<XfrmPolicy, 'templates'>> & {
  dir: string | undefined;
  byInterface: boolean;
  readonly templates: Mutable<XfrmTemplate>[];
};

/** Lines of a list, without their indents. */
export class PolicyList {
  private readonly all: Draft[] = [];

  /** False: it is none of a list. */
  line(text: string): boolean {
    const begun = begin(text);
    if (begun !== undefined) this.all.push(begun);
    const last = this.all.at(-1);
    if (begun === undefined && last !== undefined) goOn(last, text);
    return last !== undefined;
  }

  /** Undefined: there was no list. */
  get out(): XfrmPolicy[] | undefined {
    if (this.all.length === 0) return undefined;
    return this.all
      .filter(({ dir, byInterface }) => dir !== 'in' && dir !== 'fwd' && !byInterface)
      .map(({ dir, byInterface: _, ...policy }) => ({
        ...policy,
        asksMore: policy.asksMore || dir === undefined || policy.templates.some(({ proto }) => proto === ''),
      }));
  }
}

function begin(text: string): Draft | undefined {
  const [, from, fromBits, to, toBits, rest = ''] = POLICY_LINE.exec(text) ?? [];
  const [src, dst] = [from, to].map((one) => parseAddress(one ?? ''));
  if (src === undefined || dst === undefined || src.length !== dst.length) return undefined;
  const words = new Map(Array.from(rest.matchAll(/(\w+) (\S+)/g), ([, key, value]) => [key!, value!]));
  const number = (key: string) => (words.has(key) ? Number(words.get(key)) : undefined);
  const proto = words.get('proto');
  const known = proto === undefined ? undefined : (protocolNumber(proto) ?? Number(proto));
  return {
    family: src.length === 1 ? 4 : 6,
    src: { address: src, prefix: Number(fromBits) },
    dst: { address: dst, prefix: Number(toBits) },
    proto: Number.isNaN(known) ? undefined : known,
    sport: number('sport'),
    dport: number('dport'),
    // the kernel looks at no uid
    asksMore: Number.isNaN(known) || [...words.keys()].some((key) => !['proto', 'sport', 'dport', 'uid'].includes(key)),
    ofSocket: false,
    blocks: false,
    priority: 0,
    templates: [],
    dir: undefined,
    byInterface: false,
  };
}

function goOn(policy: Draft, text: string): void {
  const { templates } = policy;
  const last = templates.at(-1);
  const direction = DIRECTION.exec(text);
  const template = TEMPLATE.exec(text);
  const state = STATE.exec(text);
  if (direction !== null) {
    const [, of, dir, action = 'allow', priority, type = 'main'] = direction;
    policy.dir = dir;
    policy.ofSocket = of === 'socket';
    policy.blocks = action !== 'allow';
    policy.priority = type === 'main' ? Number(priority) : BEFORE_ALL;
    if (type !== 'main') policy.asksMore = true;
  } else if (template !== null)
    templates.push({ src: template[1]!, dst: template[2]!, proto: '', spi: 0, reqid: 0, mode: '', optional: false });
  else if (state !== null && last !== undefined) {
    const [, proto, spi, reqid, mode] = state;
    Object.assign(last, { proto, spi: Number(spi ?? 0), reqid: Number(reqid), mode });
  } else if (last !== undefined && /^level /.test(text)) last.optional = !/required/.test(text);
  else if (text.startsWith('if_id ')) policy.byInterface = Number(text.split(' ')[1]) !== 0;
  else if (!BESIDE.test(text)) policy.asksMore = true;
}
