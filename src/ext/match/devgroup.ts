import { Field } from '../../abi.js';
import { match, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { type MaskedNumber, maskedNumber } from '../values.js';

/** Group 0 bears the name `default` in iproute2's table, and iptables prints it. */
const group: ValueKind<MaskedNumber> = {
  ...maskedNumber,
  shape: 'GROUP[/MASK]',
  parse: ([word], context) => maskedNumber.parse([word === 'default' ? '0' : word!], context),
  print: (value, context) =>
    value.value === 0 && value.mask === 0xffffffff ? ['default'] : maskedNumber.print(value, context),
};

/** devgroup_mt in net/netfilter/xt_devgroup.c: bits beyond the mask do not count, in the value neither. */
export const devgroup = match({
  name: 'devgroup',
  about: 'the groups of the interfaces',
  options: {
    'src-group': { value: group, invert: true },
    'dst-group': { value: group, invert: true },
  },
  check(given, rule) {
    if (!given['src-group'] && !given['dst-group']) rule.refuse('needs one of --src-group, --dst-group');
    if (given['src-group'] && ['OUTPUT', 'POSTROUTING'].includes(rule.chain))
      rule.refuse('no interface is known that the packet came in by', 'src-group');
    if (given['dst-group'] && ['PREROUTING', 'INPUT'].includes(rule.chain))
      rule.refuse('no interface is known that the packet goes out by', 'dst-group');
  },
  lower: (given, build) => [
    build.when(given['src-group'], ({ value, mask }) => build.masked(Field.InGroup, mask, value & mask)),
    build.when(given['dst-group'], ({ value, mask }) => build.masked(Field.OutGroup, mask, value & mask)),
  ],
});

export const devgroupListed = listed(undefined, piece('src-group'), piece('dst-group'));
