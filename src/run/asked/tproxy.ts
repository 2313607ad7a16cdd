/** tproxy_tg4 and tproxy_tg6 of net/netfilter/xt_TPROXY.c: who listens, and is transparent, no text tells. */
import { Field, PACKET_HELD, Verdict } from '../../abi.js';
import type { TproxyAct } from '../../model/outside-test.js';
import { Protocol } from '../../net/protocol.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';

export function tproxy({ value, mask }: TproxyAct, asking: Asking): ActAnswer {
  const least = asking.field(Field.Proto) === Protocol.Tcp ? 20 : 8;
  const isCut = asking.field(Field.TransportLen) < least;
  if (isCut || asking.answer === false) {
    asking.tell(() => ({ what: 'tproxy', why: isCut ? 'cut' : 'none', mark: undefined }));
    return Verdict.Drop;
  }
  if (asking.answer === undefined) return Verdict.Open;
  const before = asking.field(Field.Mark);
  const mark = ((before & ~mask) ^ value) >>> 0;
  asking.setField(Field.Mark, mark);
  asking.setField(Field.Flags, asking.field(Field.Flags) | PACKET_HELD);
  asking.tell(() => ({ what: 'tproxy', why: 'found', mark: mark === before ? undefined : mark }));
  return Verdict.Accept;
}
