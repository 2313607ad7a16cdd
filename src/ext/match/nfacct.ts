import { question } from '../../model/question.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { cutText } from '../values.js';

/** NFACCT_NAME_MAX, without the byte that ends it. */
const name = cutText(31);

/** nfacct_mt in net/netfilter/xt_nfacct.c: of an object without a quota it holds always, of one with a quota beyond that. */
export const nfacct = match({
  name: 'nfacct',
  about: 'counts the packet in an accounting object; one with a quota holds for what is beyond that',
  options: { 'nfacct-name': { value: name, required: true } },
  lower: (given, build, { family }) => [
    build.when(given['nfacct-name'], (object) =>
      build.ask(question.match('nfacct', `--nfacct-name ${name.print(object, { family })}`)),
    ),
  ],
});

export const nfacctListed = listed(undefined, piece('nfacct-name'));
