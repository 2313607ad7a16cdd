/** tproxy_tg4 and tproxy_tg6 of net/netfilter/xt_TPROXY.c: who takes the packet, as far as the host's list of sockets tells it. */
import { Field, PACKET_HELD, Verdict } from '../../abi.js';
import type { TproxyAct } from '../../model/outside-test.js';
import type { HostSocket } from '../../model/sockets.js';
import type { Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { agreed, endsOf, isWild, join, Lookup, type Outcome } from './socket-list.js';

export function tproxy(act: TproxyAct, asking: Asking): ActAnswer {
  const { value, mask } = act;
  const least = asking.field(Field.Proto) === Protocol.Tcp ? 20 : 8;
  const isCut = asking.field(Field.TransportLen) < least;
  const takes = isCut ? false : (asking.answer ?? isTaken(act, asking));
  if (takes === false) {
    asking.tell(() => ({ what: 'tproxy', why: isCut ? 'cut' : 'none', mark: undefined }));
    return Verdict.Drop;
  }
  if (takes === undefined) return Verdict.Open;
  const before = asking.field(Field.Mark);
  const mark = ((before & ~mask) ^ value) >>> 0;
  asking.setField(Field.Mark, mark);
  asking.setField(Field.Flags, asking.field(Field.Flags) | PACKET_HELD);
  asking.tell(() => ({ what: 'tproxy', why: 'found', mark: mark === before ? undefined : mark }));
  return Verdict.Accept;
}

/** One that is connected goes before one that listens where the packet is led to; either has to be transparent. */
function isTaken({ address, port }: TproxyAct, asking: Asking): boolean | undefined {
  if (asking.host.sockets === undefined) return undefined;
  const ends = endsOf(asking);
  const isTcp = ends.protocol === Protocol.Tcp;
  const here = new Lookup(asking, ends);
  const connected = isTcp ? here.connected() : only(here.find(), (one) => one === 'unseen' || isConnected(one));
  const own = address ?? firstOf(asking);
  const there = own && new Lookup(asking, { ...ends, own, ownPort: port || ends.ownPort });
  const led = () => (isTcp ? there?.free() : only(there?.find(), (one) => one !== 'unseen' && one.state === 'free'));
  return agreed(connected && join(connected, led), (one) => {
    if (one === 'none') return false;
    // a SYN goes to one that listens before it goes to what is over
    return one === 'unseen' || (one.state === 'time-wait' && ends.begins) ? undefined : one.transparent;
  });
}

const isConnected = (one: HostSocket): boolean => one.state === 'connected' && !isWild(one);

/** Those that are meant; others are as good as none. */
const only = (outcomes: readonly Outcome[] | undefined, is: (one: HostSocket | 'unseen') => boolean) =>
  outcomes?.map((one) => (one === 'none' || is(one) ? one : 'none'));

/** nf_tproxy_laddr4 and nf_tproxy_laddr6: the first address of the interface, of one that has none the packet's. */
function firstOf(asking: Asking): Words | undefined {
  const { addresses, assumed } = asking.host;
  if (addresses === undefined || assumed.includes('addresses-of-routes')) return undefined;
  const name = asking.interfaceAt(Field.InIf);
  const first = addresses.find(
    ({ link, family, secondary, flags = [] }) =>
      link === name &&
      family === asking.family &&
      (family === 6 ? !flags.some((flag) => flag === 'tentative' || flag === 'deprecated') : !secondary),
  );
  return first?.address ?? asking.addressAt(Field.Dst);
}
