/** How long entries last, as people want it told. */
import { CT_STATUS_ASSURED } from '../../abi.js';
import type { Connection } from '../../model/connection.js';
import { Protocol } from '../../net/protocol.js';
import { SctpState } from './sctp-states.js';
import type { TrackSettings } from './settings.js';
import { TcpState } from './tcp-states.js';

/** How many seconds an entry lasts. */
export interface Lasting {
  /** without a packet. */
  readonly now: number;
  /** the same, later: once both ends have opened it, it is a stream, or it is answered; null: as now. */
  readonly later: number | null;
  readonly when: 'established' | 'stream' | 'answered';
  /** once both ends have closed it, and once it was reset; null: the protocol knows no end. */
  readonly closed: number | null;
  readonly reset: number | null;
}

/** How long an entry lasts from its last packet on, with the host's settings. */
export function lastingOf(settings: TrackSettings, entry: Connection): Lasting {
  const { tcp, sctp } = settings;
  const plain = (later: number, when: Lasting['when']): Lasting => {
    const settled = entry.state === 'ESTABLISHED' || (entry.status & CT_STATUS_ASSURED) !== 0;
    const now = entry.timeout;
    return { now, later: settled || now === later ? null : later, when, closed: null, reset: null };
  };
  switch (entry.protocol) {
    case Protocol.Tcp: {
      const [closed, reset] = [tcp.timeouts[TcpState.TimeWait]!, tcp.timeouts[TcpState.Close]!];
      return { ...plain(tcp.timeouts[TcpState.Established]!, 'established'), closed, reset };
    }
    case Protocol.Sctp: {
      const closed = sctp[SctpState.Closed]!;
      return { ...plain(sctp[SctpState.Established]!, 'established'), closed, reset: closed };
    }
    case Protocol.Udp:
      return plain(settings.udpStream, 'stream');
    case Protocol.UdpLite:
      return plain(settings.udpStream, 'answered');
    case Protocol.Gre:
      return plain(settings.greStream, 'answered');
    case Protocol.Icmp:
      return plain(settings.icmp, 'answered');
    case Protocol.Icmpv6:
      return plain(settings.icmpv6, 'answered');
    default:
      return plain(settings.generic, 'answered');
  }
}
