import { Emit } from '../../abi.js';
import { formatAddress } from '../../net/address.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { cutText, hostOf } from '../values.js';

const gateway: ValueKind<readonly number[]> = {
  words: 1,
  shape: 'ADDRESS',
  parse([word], context) {
    const address = hostOf(word!, context);
    if (address.every((part) => part === 0)) throw new ValueError(`${word} is no gateway`);
    return address;
  },
  print: (address) => [formatAddress(address)],
};

/** Cut as the kernel's struct cuts it, and printed without quotes. None is what the empty one says. */
const link: ValueKind<string> = {
  words: 1,
  shape: 'INTERFACE',
  parse([word], context) {
    if (/[\s"']/.test(word!)) throw new ValueError(`"${word}" is no name of an interface`);
    // char oif[16] of xt_TEE.h ends in a zero byte
    return word === '' ? '' : cutText(15).parse([word!], context);
  },
  print: (name) => [name],
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
