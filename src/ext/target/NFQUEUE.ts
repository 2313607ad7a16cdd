import type { NumberRange } from '../../model/condition.js';
import { question } from '../../model/question.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag, integer, numberRange } from '../values.js';

const numbers = numberRange(65535, 'queue');
/** The kernel counts them in sixteen bits. */
const several: ValueKind<NumberRange> = {
  ...numbers,
  printed: undefined,
  shape: 'FIRST:LAST',
  parse(words, context) {
    const range = numbers.parse(words, context);
    if (range.min === range.max) throw new ValueError(`"${words[0]}" is not FIRST:LAST, two queues`);
    if (range.max - range.min === 65535) throw new ValueError(`${words[0]} are more than 65535 queues`);
    return range;
  },
};

/**
 * nfqueue_tg_v3 in net/netfilter/xt_NFQUEUE.c: the packet is handed to the program that listens on the queue, which says what
 * becomes of it. Where none listens nf_queue in net/netfilter/nf_queue.c drops it, or goes on behind the table (--queue-bypass).
 * Which of several queues it is depends on a hash of a number that nobody knows, or on the processor.
 */
export const NFQUEUE = target({
  name: 'NFQUEUE',
  about: 'hands the packet to a program',
  options: {
    'queue-num': { value: integer(65535), excludes: ['queue-balance'] },
    'queue-balance': { value: several, excludes: ['queue-num'] },
    'queue-bypass': { value: flag },
    'queue-cpu-fanout': { value: flag, needs: ['queue-balance'] },
  },
  check(_, rule) {
    // nf_nat_inet_fn of net/netfilter/nf_nat_core.c leaves it without a binding, as for any other verdict than to accept
    if (rule.table === 'nat')
      rule.warn(
        'not-understood',
        'NFQUEUE in table nat: no translation is settled for what it lets pass, which is not evaluated',
      );
  },
  print(given) {
    const { 'queue-num': number, 'queue-balance': balance } = given;
    const flags = (['queue-bypass', 'queue-cpu-fanout'] as const).filter((key) => given[key]).map((key) => `--${key}`);
    return [
      ...(balance ? ['--queue-balance', rangeText(balance.value)] : ['--queue-num', `${number?.value ?? 0}`]),
      ...flags,
    ];
  },
  lower({ 'queue-num': number, 'queue-balance': balance, 'queue-bypass': bypass }, act, { answered }) {
    const queues = balance ? rangeText(balance.value) : `${number?.value ?? 0}`;
    const accepts = question.accepts(queues);
    if (answered?.(accepts)) return [act.ask(accepts, 'accept'), act.drop];
    return [act.ask(question.queue(queues)), bypass ? act.accept : act.drop];
  },
  terminal: true,
});

const rangeText = ({ min, max }: NumberRange): string => `${min}:${max}`;

export const NFQUEUEListed = listed(
  'NFQUEUE',
  piece('queue-num', 'num'),
  piece('queue-balance', 'balance'),
  flagPiece('queue-bypass', 'bypass'),
  flagPiece('queue-cpu-fanout', 'cpu-fanout'),
);
