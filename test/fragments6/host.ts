/** A host that fragments of IPv6 come to: `0-16+` is bytes 0 to 16 behind the fragment header, with more to come. */
import type { FragmentLimits } from '../../src/run/fragment-directory.js';
import type { Fragment } from '../../src/run/fragments.js';
import { FragmentQueues6, fragmentSettings6 } from '../../src/run/ipv6/fragments.js';
import { BODY, FragmentHost, type Row as FragmentRow, rangeOf } from '../fragment-host.js';
import { type Head6, padding, piece6 } from '../kernel/packets/pieces6.js';

export const HOP = 0;
export const TCP = 6;
export const UDP = 17;
export const ROUTING = 43;
export const FRAGMENT = 44;
export const NONE = 59;
export const DESTINATION = 60;
export const WHOLE = { next: UDP, body: BODY, id: 7, src: '2001:db8::5', dst: '2001:db8:1::9' };

export type Send = Partial<Omit<Fragment<string>, 'vrf'>> & Head6 & Partial<typeof WHOLE>;

export function cut(text: string, { next = UDP, dst = WHOLE.dst, body = BODY, ...head }: Send = {}): Uint8Array {
  const { from, to, more } = rangeOf(text);
  return piece6({ ...WHOLE, next, dst, body }, from, to, { more, ...head });
}

export class Host extends FragmentHost<Send> {
  readonly queues: FragmentQueues6<string>;
  constructor(limits: Partial<FragmentLimits> = {}, forgets = false) {
    super();
    const { tracked, delivered } = fragmentSettings6(new Map());
    this.queues = new FragmentQueues6(
      { tracked: { ...tracked, ...limits }, delivered: { ...delivered, ...limits } },
      forgets,
    );
  }
  gather(text: string, how: Send = {}) {
    const { by = 'prerouting', link = 1, now = 0, bytes = cut(text, how) } = how;
    return this.queues.add({ by, link, vrf: 0, now, bytes, about: text });
  }
  /** `waits`, `whole`, why it is lost or passes, with `, all` where those that waited are lost too, `!` where it is dropped. */
  send(text: string, how: Send = {}): string {
    const gathered = this.gather(text, how);
    if (gathered.kind === 'waits' || gathered.kind === 'whole') return gathered.kind;
    const dropped = gathered.kind === 'lost' && gathered.fate === 'dropped' ? '!' : '';
    const answer = gathered.kind === 'lost' && gathered.problem !== undefined ? `4/${gathered.problem}` : '';
    return gathered.why.replace('fragment-', '') + (gathered.all ? ', all' : '') + dropped + answer;
  }
}

export type Row = FragmentRow<Send>;
export const DST8 = padding(DESTINATION, 8);

export const short = (bytes: Uint8Array, length: number): Uint8Array => {
  const kept = bytes.slice(0, length);
  new DataView(kept.buffer).setUint16(4, length - 40);
  return kept;
};
