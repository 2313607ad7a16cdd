/**
 * The socket that the kernel finds for a packet, or that has sent it, by the host's list of them. What the list leaves open is
 * several outcomes: who asks knows where all say the same.
 */
import { Field, STATE_ESTABLISHED, STATE_NEW, STATE_RELATED } from '../../abi.js';
import type { HostSocket } from '../../model/sockets.js';
import type { Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { ACK, FIN, RST, SYN } from '../../net/tcp-flags.js';
import type { Asking } from './asking.js';

/** What looks for a socket: the far end and the host's own. */
export interface Ends {
  readonly protocol: number;
  readonly far: Words;
  readonly farPort: number;
  readonly own: Words;
  readonly ownPort: number;
  /** it begins a connection: none that the list does not show has it. */
  readonly begins: boolean;
}

/** 'none': there is none; 'unseen': one that is connected, of which the list says nothing. */
export type Outcome = HostSocket | 'none' | 'unseen';
/** How a socket fits: surely, or as far as the list says. */
type Fit = 'sure' | 'maybe' | undefined;

/** Those of a packet by itself. */
export const endsOf = (asking: Asking): Ends => ({
  protocol: asking.field(Field.Proto),
  far: asking.addressAt(Field.Src),
  farPort: asking.field(Field.Sport),
  own: asking.addressAt(Field.Dst),
  ownPort: asking.field(Field.Dport),
  begins: begins(asking),
});

function begins(asking: Asking): boolean {
  if (asking.field(Field.Proto) === Protocol.Tcp)
    return (asking.field(Field.TcpFlags) & (SYN | ACK | RST | FIN)) === SYN;
  return (asking.field(Field.CtState) & STATE_NEW) !== 0;
}

/** nf_sk_lookup_slow_v4: an answer in a connection looks for the address that it began with, before NAT changed it. Not of IPv6. */
export function beforeNat(asking: Asking, ends: Ends, isError: boolean): Ends {
  const state = isError ? STATE_RELATED : STATE_ESTABLISHED;
  if (asking.family === 6 || asking.field(Field.CtDir) !== 1 || (asking.field(Field.CtState) & state) === 0)
    return ends;
  return { ...ends, own: [asking.field(Field.CtOrigSrc)], ownPort: asking.field(Field.CtOrigSport) };
}

export class Lookup {
  constructor(
    private readonly asking: Asking,
    private readonly ends: Ends,
  ) {}

  private get all(): readonly HostSocket[] {
    const { protocol, ownPort } = this.ends;
    return (this.asking.host.sockets?.sockets ?? []).filter((one) => one.protocol === protocol && one.port === ownPort);
  }
  /** Whether the list has all of a state, which IPv4's and IPv6's may be. */
  private hasAll(state: 'free' | 'connected'): boolean {
    const { protocol } = this.ends;
    const shown = (family: number) =>
      this.asking.host.sockets?.all.some(
        (one) => one.protocol === protocol && one.state === state && one.family === family,
      ) === true;
    return shown(6) && (this.asking.family === 6 || shown(4));
  }

  /** inet_lookup, udp4_lib_lookup and those of IPv6; undefined: anything. */
  find(): readonly Outcome[] | undefined {
    return this.ends.protocol === Protocol.Tcp ? join(this.connected(), () => this.free()) : this.datagram();
  }

  /** __inet_lookup_established. */
  connected(): readonly Outcome[] {
    const found = this.all.filter((one) => one.state !== 'free');
    const outcomes = this.best(found, (one) => this.meets(one) && this.isOwn(one));
    if (outcomes.some((one) => one !== 'none') && !outcomes.includes('none')) return outcomes;
    return this.hasAll('connected') || this.ends.begins ? outcomes : [...outcomes, 'unseen'];
  }

  /** inet_lookup_listener: those of the address go before those of any. */
  free(): readonly Outcome[] | undefined {
    const found = this.all.filter((one) => one.state === 'free');
    const own = this.best(found, (one) => this.isOwn(one));
    if (!own.includes('none')) return own;
    if (!this.hasAll('free')) return undefined;
    return join(own, () => this.best(found, (one) => this.isAny(one)));
  }

  /** What is connected, or bound to an interface, goes before what is not; what has the address before what has any. */
  private datagram(): readonly Outcome[] | undefined {
    const meets = (one: HostSocket): Fit => (one.state === 'free' ? 'sure' : this.meets(one));
    const own = this.best(this.all, (one) => meets(one) && this.isOwn(one));
    const hidden: readonly Outcome[] = this.hasAll('connected') || this.ends.begins ? [] : ['unseen'];
    if (!own.includes('none')) {
      const isMet = own.every((one) => typeof one === 'object' && one.state === 'connected');
      return isMet ? own : [...own, ...hidden];
    }
    if (!this.hasAll('free')) return undefined;
    return [...hidden, ...join(own, () => this.best(this.all, (one) => meets(one) && this.isAny(one)))!];
  }

  /** All that may have sent what leaves from here to there by an interface; undefined: others too. */
  senders(out: string): readonly HostSocket[] | undefined {
    const found = this.all.filter(
      (one) =>
        (one.link || out) === out &&
        (one.remote === undefined || this.meets(one)) &&
        (this.isOwn(one) || this.isAny(one)),
    );
    // no other has the ends of one that is connected
    const connected = found.filter(({ state }) => state !== 'free');
    if (this.ends.protocol === Protocol.Tcp && connected.length > 0) return connected;
    return this.hasAll('free') && this.hasAll('connected') && found.length > 0 ? found : undefined;
  }

  /** Those that score best (compute_score), and all that may; 'none' among them: maybe nothing fits. */
  private best(sockets: readonly HostSocket[], fits: (one: HostSocket) => Fit): readonly Outcome[] {
    const link = this.asking.interfaceAt(Field.InIf);
    const fitting = sockets.flatMap((one): { one: HostSocket; fit: Fit; score: number }[] => {
      const fit =
        one.link === undefined ? fits(one) && 'maybe' : one.link === '' || one.link === link ? fits(one) : undefined;
      return fit === undefined ? [] : [{ one, fit, score: (one.link ? 4 : 0) + (one.remote ? 8 : 0) }];
    });
    const sure = fitting.filter(({ fit }) => fit === 'sure');
    const most = Math.max(...sure.map(({ score }) => score));
    const outcomes = fitting.flatMap(({ one, fit, score }) => (fit === 'maybe' || score === most ? [one] : []));
    return sure.length > 0 ? outcomes : [...outcomes, 'none'];
  }

  private meets(one: HostSocket): Fit {
    const { far, farPort } = this.ends;
    return one.remote !== undefined && one.remotePort === farPort && isSame(one.remote, far) ? 'sure' : undefined;
  }
  private isOwn(one: HostSocket): Fit {
    return isSame(one.local, this.ends.own) ? 'sure' : undefined;
  }
  private isAny(one: HostSocket): Fit {
    if (one.local.some((word) => word !== 0)) return undefined;
    if (this.asking.family === 6) return one.family === 4 ? undefined : one.either ? 'maybe' : 'sure';
    if (one.family === 4 || one.only6 === false) return 'sure';
    return one.only6 ? undefined : 'maybe';
  }
}

const isSame = (one: Words, other: Words): boolean =>
  one.length === other.length && one.every((word, i) => word >>> 0 === other[i]! >>> 0);

/** What comes where there is none; the others stay. */
export function join(
  outcomes: readonly Outcome[],
  otherwise: () => readonly Outcome[] | undefined,
): readonly Outcome[] | undefined {
  if (!outcomes.includes('none')) return outcomes;
  const rest = otherwise();
  return rest && [...outcomes.filter((one) => one !== 'none'), ...rest];
}

/** What all outcomes say; undefined: they differ, or one of them does not know. */
export function agreed<T>(
  outcomes: readonly Outcome[] | undefined,
  of: (one: Outcome) => T | undefined,
): T | undefined {
  const [first, ...others] = (outcomes ?? []).map(of);
  return others.every((one) => one === first) ? first : undefined;
}

/** Whether it is bound to no address; of a socket of which nothing is seen, or of a part of one, it is not (sk_fullsock). */
export const isWild = (one: HostSocket): boolean =>
  (one.state === 'free' || one.state === 'connected') && one.local.every((word) => word === 0);
