/** Headers of IPv6, where targets and matches of other projects look for them. */

/** Those of a packet, and where each begins first, as ipv6_find_hdr comes to them; undefined: one is cut. */
export function headers6(bytes: Uint8Array): Map<number, number> | undefined {
  const found = new Map<number, number>();
  let next = bytes[6]!;
  for (let at = 40; ; ) {
    if (!found.has(next)) found.set(next, at);
    if (![0, 43, 44, 51, 60].includes(next)) return found;
    if (at + (next === 43 || next === 44 ? 4 : 2) > bytes.length) return undefined;
    if (next === 44 && ((bytes[at + 2]! << 8) | bytes[at + 3]!) >= 8) return found;
    const length = next === 44 ? 8 : next === 51 ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
    next = bytes[at]!;
    at += length;
  }
}

/** The first of these that it has; undefined: none, 'cut': a header before it is. */
export function headerOf6(
  bytes: Uint8Array,
  protocols: readonly number[],
): { readonly proto: number; readonly at: number } | 'cut' | undefined {
  const found = headers6(bytes);
  if (found === undefined) return 'cut';
  const proto = protocols.find((one) => found.has(one));
  return proto === undefined ? undefined : { proto, at: found.get(proto)! };
}
