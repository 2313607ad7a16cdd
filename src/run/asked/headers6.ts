/** Headers of IPv6, where targets and matches of other projects look for them. */

export const FRAGMENT = 44;
export const AUTHENTICATION = 51;
const ROUTING = 43;
/** Behind which another stands (ipv6_ext_hdr, but for that which says that none does). */
export const isExtension6 = (next: number): boolean => [0, ROUTING, FRAGMENT, AUTHENTICATION, 60].includes(next);
/** How long one of these says that it is. */
export function lengthOf6(header: number, bytes: Uint8Array, at: number): number {
  if (header === FRAGMENT) return 8;
  return header === AUTHENTICATION ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
}

/** Those of a packet, and where each begins first, as ipv6_find_hdr comes to them; undefined: one is cut. */
function headers6(bytes: Uint8Array): Map<number, number> | undefined {
  const found = new Map<number, number>();
  let next = bytes[6]!;
  for (let at = 40; ; ) {
    if (!found.has(next)) found.set(next, at);
    if (!isExtension6(next)) return found;
    if (at + (next === ROUTING || next === FRAGMENT ? 4 : 2) > bytes.length) return undefined;
    if (next === FRAGMENT && ((bytes[at + 2]! << 8) | bytes[at + 3]!) >= 8) return found;
    const length = lengthOf6(next, bytes, at);
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
