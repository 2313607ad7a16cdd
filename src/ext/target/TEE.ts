import { Emit } from '../../abi.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { bareText, host } from '../values.js';

const gateway: ValueKind<readonly number[]> = {
  ...host,
  parse([word], context) {
    const address = host.parse([word!], context);
    if (address.every((part) => part === 0)) throw new ValueError(`${word} is no gateway`);
    return address;
  },
};

// char oif[16] of xt_TEE.h ends in a zero byte
const name = bareText(15, 'INTERFACE');
/** None is what the empty one says. */
const link: ValueKind<string> = {
  ...name,
  parse: ([word], context) => (word === '' ? '' : name.parse([word!], context)),
};

/** tee_tg4 in net/netfilter/xt_TEE.c: a copy, which is not tracked, goes out by itself, and the packet on to the next rule. */
export const TEE = target({
  name: 'TEE',
  about: 'sends a copy of the packet to another host',
  options: {
    gateway: { value: gateway, required: true },
    oif: { value: link },
  },
  canonical({ oif, ...rest }) {
    return oif?.value ? { ...rest, oif } : rest;
  },
  lower: (_, act) => [act.emit(Emit.Gateway)],
});

export const TEEListed = listed('TEE', piece('gateway', 'gw:'), piece('oif', 'oif='));
