/** The socket that has sent a packet, or, as Android's owner asks, that it is for, where the host's list of them leaves one alone. */
import { Beside, Field, STATE_INVALID, STATE_UNTRACKED } from '../../abi.js';
import type { HostSocket } from '../../model/sockets.js';
import { Protocol } from '../../net/protocol.js';
import { ACK, RST, SYN } from '../../net/tcp-flags.js';
import type { Asking } from './asking.js';
import { agreed, beforeNat, type Ends, endsOf, Lookup, type Outcome } from './socket-list.js';

export interface Owner {
  /** false: there is none, or no program holds it. */
  readonly has: boolean;
  readonly uid: number | undefined;
  readonly cgroup: string | undefined;
}

/** Undefined: nobody knows. */
export function ownerOf(asking: Asking): Owner | undefined {
  const protocol = asking.field(Field.Proto);
  if (asking.host.sockets === undefined || (protocol !== Protocol.Tcp && protocol !== Protocol.Udp)) return undefined;
  const sent = asking.field(Beside.Local) === 1;
  const outcomes = sent ? sendersOf(asking) : new Lookup(asking, beforeNat(asking, endsOf(asking), false)).find();
  const has = agreed(outcomes, (one) => isThere(one, sent));
  if (has === undefined) return undefined;
  const same = <T>(of: (one: HostSocket) => T | undefined) =>
    has ? agreed(outcomes, (one) => (typeof one === 'object' ? of(one) : undefined)) : undefined;
  return { has, uid: same(({ uid }) => uid), cgroup: same(({ cgroup }) => cgroup) };
}

/** xt_owner.c asks for the program too, xt_qtaguid.c of what comes in for the socket alone. */
function isThere(one: Outcome, sent: boolean): boolean | undefined {
  if (one === 'none') return false;
  // what is not whole yet stands for the one that listens
  if (one === 'unseen' || one.state === 'request') return undefined;
  if (one.state === 'time-wait') return sent ? undefined : false;
  return !sent || (one.orphan === undefined ? undefined : !one.orphan);
}

function sendersOf(asking: Asking): readonly HostSocket[] | undefined {
  const flags = asking.field(Field.TcpFlags);
  const isTcp = asking.field(Field.Proto) === Protocol.Tcp;
  // a raw socket sends what it is given; the kernel resets connections by a socket of its own
  if (asking.field(Beside.Raw) === 1 || (isTcp && (flags & RST) !== 0)) return undefined;
  const senders = new Lookup(asking, sentEnds(asking)).senders(asking.interfaceAt(Field.OutIf));
  // who listens sends the answer to a SYN alone
  const mayListen = !isTcp || (flags & (SYN | ACK)) === (SYN | ACK);
  return mayListen || senders?.every(({ state }) => state !== 'free') ? senders : undefined;
}

/** As the socket has them: NAT may have changed those of the packet. */
function sentEnds(asking: Asking): Ends {
  const { own, ownPort, far, farPort, ...rest } = endsOf(asking);
  const state = asking.field(Field.CtState);
  if (state === 0 || (state & (STATE_INVALID | STATE_UNTRACKED)) !== 0)
    return { ...rest, own: far, ownPort: farPort, far: own, farPort: ownPort };
  const words = (field: Field) =>
    Array.from({ length: asking.family === 4 ? 1 : 4 }, (_, i) => asking.field(field + i));
  const begun = asking.field(Field.CtDir) === 0;
  return {
    ...rest,
    own: words(begun ? Field.CtOrigSrc : Field.CtReplSrc),
    ownPort: asking.field(begun ? Field.CtOrigSport : Field.CtReplSport),
    far: words(begun ? Field.CtOrigDst : Field.CtReplDst),
    farPort: asking.field(begun ? Field.CtOrigDport : Field.CtReplDport),
  };
}
