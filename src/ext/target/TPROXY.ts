import { question } from '../../model/question.js';
import { formatAddress } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { target, type ValueContext, type ValueKind } from '../define.js';
import type { Listed } from '../listed.js';
import { hex, host, type MaskedNumber, maskedNumber, onePort } from '../values.js';

const mark: ValueKind<MaskedNumber> = {
  ...maskedNumber,
  print: ({ value, mask: bits }) => [`${hex(value)}/${hex(bits)}`],
};
const UNMARKED: MaskedNumber = { value: 0, mask: 0 };
const anyAddress = ({ family }: ValueContext): readonly number[] => (family === 4 ? [0] : [0, 0, 0, 0]);

/** tproxy_tg4 and tproxy_tg6_v1 in net/netfilter/xt_TPROXY.c. */
export const TPROXY = target({
  name: 'TPROXY',
  about: 'hands the packet to a socket of this host, wherever it goes',
  tables: ['mangle'],
  hooks: ['PREROUTING'],
  gathers: true,
  protocols: [Protocol.Tcp, Protocol.Udp],
  options: {
    'on-port': { value: onePort, required: true },
    'on-ip': { value: host },
    'tproxy-mark': { value: mark },
  },
  print({ 'on-port': port, 'on-ip': address, 'tproxy-mark': marked }, context) {
    return [
      ...['--on-port', String(port!.value)],
      ...['--on-ip', formatAddress(address?.value ?? anyAddress(context))],
      ...['--tproxy-mark', ...mark.print(marked?.value ?? UNMARKED, context)],
    ];
  },
  lower({ 'on-port': port, 'on-ip': address, 'tproxy-mark': marked }, act) {
    const given = address?.value.some((word) => word !== 0) ? address.value : undefined;
    const host = given === undefined ? '' : formatAddress(given);
    const to = `${host.includes(':') ? `[${host}]` : host}${host === '' ? '' : ':'}${port!.value}`;
    return [
      act.host(
        { what: 'tproxy', address: given, port: port!.value, ...(marked?.value ?? UNMARKED) },
        question.proxy(to),
      ),
    ];
  },
  terminal: true,
});

/** `TPROXY redirect 10.0.0.1:3128 mark 0x1/0x1`. */
export const TPROXYListed: Listed = {
  begins: ['TPROXY redirect'],
  read(text) {
    const to = text.take('TPROXY redirect') ? text.word() : undefined;
    const colon = to?.text.lastIndexOf(':') ?? -1;
    const bits = text.take('mark') ? text.word() : undefined;
    if (to === undefined || colon < 0 || bits === undefined) return undefined;
    const { at } = to;
    const words = ['--on-port', to.text.slice(colon + 1), '--on-ip', to.text.slice(0, colon)];
    return [...words.map((one) => ({ text: one, at })), { text: '--tproxy-mark', at: bits.at }, bits];
  },
};
