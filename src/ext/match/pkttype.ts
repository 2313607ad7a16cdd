import { Field, LINK_TYPE_MASK, LINK_TYPE_SHIFT } from '../../abi.js';
import { FRAME_NUMBERS } from '../../model/batch.js';
import { question } from '../../model/question.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { oneOf } from '../values.js';

const kinds = oneOf({ unicast: ['host'], broadcast: ['bcast'], multicast: ['mcast'], otherhost: [] }, 'KIND');

/** pkttype_mt in net/netfilter/xt_pkttype.c. */
export const pkttype = match({
  name: 'pkttype',
  about: 'the kind of frame that the packet came in',
  options: { 'pkt-type': { value: kinds, invert: true, required: true } },
  lower(given, build) {
    const unknown = build.masked(Field.Link, LINK_TYPE_MASK, 0);
    return [
      build.any(
        build.all(
          unknown,
          build.when(given['pkt-type'], (kind) => build.ask(question.pkttype(kind))),
        ),
        build.all(
          build.not(unknown),
          build.when(given['pkt-type'], (kind) =>
            build.masked(Field.Link, LINK_TYPE_MASK, FRAME_NUMBERS[kind] << LINK_TYPE_SHIFT),
          ),
        ),
      ),
    ];
  },
});

export const pkttypeListed = listed('PKTTYPE', piece('pkt-type', '=', '!='));
