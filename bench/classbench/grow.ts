/**
 * A larger set of the same kind: the rules of a set, and as many images of them as it takes. In an image the addresses are
 * others, but any two of them share as long a prefix as before: prefixes nest as they did, and rules overlap as they did.
 * Lengths, ports and protocols stay. Of an image the rules that are there already are left out, such as those of all addresses.
 */
import { Random } from '../../test/kernel/generate/random.js';
import type { FlatMasked, FlatRule } from '../peers/flat.js';
import { printRule } from './rules.js';

/** Images in a row that gave no new rule: there are none left. */
const PATIENCE = 4;

/** So many rules, the same ones for the same seed; images stand behind their rule, so that the order is that of the set. */
export function grow(rules: readonly FlatRule[], count: number, seed: number): FlatRule[] {
  if (count < rules.length) throw new Error(`the set has ${rules.length} rules already`);
  const random = new Random(seed);
  const seen = new Set(rules.map(printRule));
  const grown = rules.map((rule) => [rule]);
  const order = rules.map((_, i) => i);
  let missing = count - rules.length;
  for (let vain = 0; missing > 0; vain++) {
    if (vain === PATIENCE) throw new Error(`the set does not grow to ${count} rules: ${missing} are missing`);
    const src = random.word();
    const dst = random.word();
    // where the last image is not needed whole, rules from all over the set
    for (const i of random.some(order, order.length)) {
      const rule = rules[i]!;
      const image = { ...rule, src: imageOf(rule.src, src), dst: imageOf(rule.dst, dst) };
      const text = printRule(image);
      if (missing === 0 || seen.has(text)) continue;
      seen.add(text);
      grown[i]!.push(image);
      missing--;
      vain = -1;
    }
  }
  return grown.flat();
}

/** The top of an address stays: sets of 1,000 and of 10,000 rules use the same sixteenths of all addresses. */
const KEPT_BITS = 4;

/** Each bit is turned or not, as the image's key and all bits before it say. */
function imageOf({ value, mask }: FlatMasked, key: number): FlatMasked {
  let turned = 0;
  for (let bit = KEPT_BITS; bit < 32; bit++) {
    // a one before the bits that stand before tells prefixes of different lengths apart
    const before = ((1 << bit) | (value >>> (32 - bit))) >>> 0;
    if (mix(before ^ key) & 1) turned |= 1 << (31 - bit);
  }
  return { value: ((value ^ turned) & mask) >>> 0, mask };
}

function mix(word: number): number {
  let x = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
