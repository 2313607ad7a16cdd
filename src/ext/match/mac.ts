import { Field, LINK_MAC, LINK_NONE } from '../../abi.js';
import type { Condition } from '../../model/condition.js';
import { question } from '../../model/question.js';
import { readMac } from '../../net/mac.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';

/** strtoul reads an empty last number as 0. */
export const address: ValueKind<string> = {
  words: 1,
  shape: 'ADDRESS',
  parse([word]) {
    const found = readMac(word!.replace(/:$/, ':0'));
    if (found === undefined)
      throw new ValueError(
        `"${word}" is not a link-layer address of six bytes`,
        0,
        undefined,
        // as people hide one, or leave it to a script
        /[xyz*?#$<{]/i.test(word!) ? 'address' : undefined,
      );
    return found;
  },
  print: (value) => [value],
};

/** mac_mt in net/netfilter/xt_mac.c: of a packet that came in by a device without Ethernet false, negated or not. */
export const mac = match({
  name: 'mac',
  about: 'the link-layer address that the packet came from',
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  options: { 'mac-source': { value: address, invert: true, required: true } },
  lower(given, build) {
    const has = (bit: number): Condition => build.masked(Field.Link, bit, bit);
    const number = Number.parseInt(given['mac-source']!.value.replaceAll(':', ''), 16);
    const low = number % 2 ** 32;
    return [
      build.not(has(LINK_NONE)),
      build.any(
        build.all(
          build.not(has(LINK_MAC)),
          build.when(given['mac-source'], (value) => build.ask(question.mac(value))),
        ),
        build.all(
          has(LINK_MAC),
          build.when(given['mac-source'], () =>
            build.all(build.masked(Field.Link, 0xffff, (number - low) / 2 ** 32), build.equal(Field.MacLow, low)),
          ),
        ),
      ),
    ];
  },
});

export const macListed = listed('MAC', piece('mac-source', ''));
