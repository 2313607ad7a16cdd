/** Hop-by-hop options of IPv6: ipv6_parse_hopopts and ip6_parse_tlv of net/ipv6/exthdrs.c, with no setting changed. */

const PAD1 = 0;
const PADN = 1;
const ROUTER_ALERT = 5;
const JUMBO = 194;
/** Padding that stands together may be that long. */
const MOST_PADDING = 7;
/** max_hbh_opts_number: options that are no padding. */
const MOST_OPTIONS = 8;

/** `bytes`: from the header on, as far as there are any. Why the packet is dropped; undefined: it is not. */
export function faultOfHopOptions(bytes: Uint8Array): 'bad-hop-options' | undefined {
  const length = (bytes[1]! + 1) * 8;
  if (bytes.length < 8 || bytes.length < length) return 'bad-hop-options';
  let padding = 0;
  let options = 0;
  for (let at = 2; at < length; ) {
    const type = bytes[at]!;
    const size = type === PAD1 ? 1 : (bytes[at + 1] ?? 0) + 2;
    if (at + size > length || (type !== PAD1 && at + 2 > length)) return 'bad-hop-options';
    if (type === PAD1 || type === PADN) {
      padding += size;
      const zeros = type === PAD1 || bytes.subarray(at + 2, at + size).every((byte) => byte === 0);
      if (padding > MOST_PADDING || !zeros) return 'bad-hop-options';
    } else {
      padding = 0;
      options++;
      if (options > MOST_OPTIONS || !isFine(bytes, at, size)) return 'bad-hop-options';
    }
    at += size;
  }
  return undefined;
}

/** ipv6_hop_ra; ip6_tlvopt_unknown, of which the two highest bits say what becomes of the packet. */
function isFine(bytes: Uint8Array, at: number, size: number): boolean {
  const type = bytes[at]!;
  if (type === ROUTER_ALERT) return size === 4;
  // ipv6_hop_jumbo: one of less than 64 KiB does not need it
  if (type === JUMBO) return false;
  return type >> 6 === 0;
}
