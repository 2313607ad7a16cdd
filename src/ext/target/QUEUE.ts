import { target } from '../define.js';
import { NFQUEUE } from './NFQUEUE.js';

/** The verdict NF_QUEUE, as iptables-legacy calls it (libiptc.c): what NFQUEUE does of queue 0. */
export const QUEUE = target({
  name: 'QUEUE',
  about: 'hands the packet to a program, by queue 0',
  options: {},
  lower: (_, act, context) => NFQUEUE.lower({}, act, context),
  terminal: true,
});
