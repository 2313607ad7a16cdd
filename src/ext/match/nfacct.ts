import { question } from '../../model/question.js';
import { match } from '../define.js';
import { type Listed, quotedOrWord } from '../listed.js';
import { cutText, quoted } from '../values.js';

/** NFACCT_NAME_MAX, without the byte that ends it; nfacct_print_name of libxt_nfacct.c puts a second blank before it. */
const name = { ...cutText(31), print: (value: string) => ['', quoted(value)] };

/** nfacct_mt in net/netfilter/xt_nfacct.c: of an object without a quota it holds always, of one with a quota beyond that. */
export const nfacct = match({
  name: 'nfacct',
  about: 'counts the packet in an accounting object; one with a quota holds for what is beyond that',
  options: { 'nfacct-name': { value: name, required: true } },
  lower: (given, build) => [
    build.when(given['nfacct-name'], (object) =>
      build.host(
        { what: 'nfacct', state: `nfacct:${object}`, name: object },
        question.match('nfacct', `--nfacct-name ${quoted(object)}`),
      ),
    ),
  ],
});

export const nfacctListed: Listed = {
  begins: ['nfacct-name'],
  read(text) {
    const object = text.take('nfacct-name') ? quotedOrWord(text) : undefined;
    return object && [{ text: '--nfacct-name', at: object.at }, object];
  },
};
