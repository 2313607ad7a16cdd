import { Field } from '../../abi.js';
import { target } from '../define.js';
import { listed, piece } from '../listed.js';
import { integer } from '../values.js';

const one = ['ttl-set', 'ttl-dec', 'ttl-inc'];
const others = (key: string) => one.filter((name) => name !== key);
const step = integer(255, String, 1);

/** ttl_tg in net/netfilter/xt_HL.c: stops at 0 and 255, and never drops. */
export const TTL = target({
  name: 'TTL',
  about: "changes the packet's time to live",
  families: [4],
  tables: ['mangle'],
  options: {
    'ttl-set': { value: integer(255), excludes: others('ttl-set') },
    'ttl-dec': { value: step, excludes: others('ttl-dec') },
    'ttl-inc': { value: step, excludes: others('ttl-inc') },
  },
  check(given, rule) {
    if (!given['ttl-set'] && !given['ttl-dec'] && !given['ttl-inc'])
      rule.refuse('needs one of --ttl-set, --ttl-dec, --ttl-inc');
  },
  lower(given, act) {
    const set = given['ttl-set'];
    if (set) return [act.edit(Field.Ttl, 0, set.value)];
    return [act.ttl(given['ttl-inc']?.value ?? -given['ttl-dec']!.value)];
  },
});

export const TTLListed = listed(
  'TTL',
  piece('ttl-set', 'set to'),
  piece('ttl-inc', 'increment by'),
  piece('ttl-dec', 'decrement by'),
);
