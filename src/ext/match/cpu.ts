import { question } from '../../model/question.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { integer } from '../values.js';

/** cpu_mt in net/netfilter/xt_cpu.c: the processor that runs the rules for the packet. */
export const cpu = match({
  name: 'cpu',
  about: 'the processor that works on the packet',
  options: { cpu: { value: integer(0xffffffff), invert: true, required: true } },
  lower: (given, build) => [
    build.when(given.cpu, (number) =>
      build.host({ what: 'cpu', cpu: number }, question.match('cpu', `--cpu ${number}`)),
    ),
  ],
});

export const cpuListed = listed(undefined, piece('cpu'));
