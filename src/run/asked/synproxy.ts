/**
 * synproxy_tg4 and synproxy_tg6 of net/ipv4/netfilter/ipt_SYNPROXY.c and net/ipv6/netfilter/ip6t_SYNPROXY.c. Cookies are made with a
 * secret of the kernel's. What the proxy sends by itself is not walked.
 */
import { Field, PACKET_BAD_CHECKSUM, Verdict } from '../../abi.js';
import type { SynproxyReading } from '../../model/outside-reading.js';
import type { SynproxyAct } from '../../model/outside-test.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

const ENDS: Readonly<Record<SynproxyReading['why'], Verdict>> = {
  checksum: Verdict.Drop,
  cut: Verdict.Drop,
  syn: Verdict.Stolen,
  valid: Verdict.Stolen,
  invalid: Verdict.Drop,
  other: Verdict.Continue,
};

export function synproxy(_: SynproxyAct, asking: Asking): ActAnswer {
  const why = foundOf(asking);
  if (why === undefined) return Verdict.Open;
  asking.tell(() => ({ what: 'synproxy', why }));
  return ENDS[why];
}

/** Undefined: nobody knows whether its cookie is valid. */
function foundOf(asking: Asking): SynproxyReading['why'] | undefined {
  const flags = asking.field(Field.TcpFlags) & (FIN | SYN | RST | ACK);
  // nf_ip_checksum of net/netfilter/utils.c: ip_forward has it computed anew (skb_forward_csum), whatever tracking has seen
  if ((asking.field(Field.Flags) & PACKET_BAD_CHECKSUM) !== 0) return 'checksum';
  if (isCut(asking)) return 'cut';
  if (flags === SYN) return 'syn';
  if (flags !== ACK) return 'other';
  if (asking.answer === undefined) return undefined;
  return asking.answer ? 'valid' : 'invalid';
}

/** Of its options, which synproxy_parse_options reads as far as they go, only the length has to be right. */
function isCut(asking: Asking): boolean {
  const header = (asking.bytes[asking.field(Field.IpLen) + 12]! >>> 4) * 4;
  return header < 20 || header > asking.field(Field.TransportLen);
}
