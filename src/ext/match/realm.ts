import { question } from '../../model/question.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { type MaskedNumber, maskedNumber } from '../values.js';

/** Realm 0 bears this name in iproute2's table, and iptables prints it; other names only the host knows. */
const NAME = 'cosmos';
const realmValue: ValueKind<MaskedNumber> = {
  ...maskedNumber,
  shape: 'REALM[/MASK]',
  parse([word], context) {
    if (word === NAME) return { value: 0, mask: 0xffffffff };
    if (/^[a-z_][^/]*$/i.test(word!))
      throw new ValueError(`"${word}" is a name that this host gives`, 0, HINT, 'number');
    return maskedNumber.parse([word!], context);
  },
  print: (value, context) =>
    value.value === 0 && value.mask === 0xffffffff ? [NAME] : maskedNumber.print(value, context),
};
const HINT = 'write its number of /etc/iproute2/rt_realms';

/** realm_mt in net/netfilter/xt_realm.c: bits of the value beyond the mask are none that a packet has. */
export const realm = match({
  name: 'realm',
  about: 'the realm of the route that the packet takes',
  families: [4],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  options: { realm: { value: realmValue, invert: true, required: true } },
  lower: (given, build, { family }) => [
    build.when(given.realm, (value) =>
      build.host(
        { what: 'realm', ...value },
        question.match('realm', `--realm ${realmValue.print(value, { family })}`),
      ),
    ),
  ],
});

export const realmListed = listed(undefined, piece('realm'));
