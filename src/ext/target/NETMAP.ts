import { NAT_MAP_IPS, TranslateKind } from '../../abi.js';
import { formatMasked, type Masked, maskedBy } from '../../net/address.js';
import { target, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { hostMasked } from '../values.js';

const network: ValueKind<Masked> = {
  ...hostMasked,
  parse(words, context) {
    const { address, mask } = hostMasked.parse(words, context);
    return { address: maskedBy(address, mask), mask };
  },
  print: (value) => [formatMasked(value)],
};

/** netmap_tg4 and netmap_tg6 in net/netfilter/xt_NETMAP.c: bits under the mask are replaced, those of the host stay. */
export const NETMAP = target({
  name: 'NETMAP',
  about: 'maps a whole network onto another one',
  tables: ['nat'],
  hooks: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  tracking: true,
  options: { to: { value: network, required: true } },
  lower(given, act) {
    const { address, mask } = given.to!.value;
    const addresses = { min: address, max: address.map((word, i) => (word | ~mask[i]!) >>> 0) };
    return [act.translate({ kind: TranslateKind.Netmap, flags: NAT_MAP_IPS, addresses, ports: undefined })];
  },
  terminal: true,
});

export const NETMAPListed = listed(undefined, piece('to', 'to:'));
