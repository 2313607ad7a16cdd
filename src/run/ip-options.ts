/**
 * IP options where the kernel reads them: behind PREROUTING, before the route (ip_rcv_options of net/ipv4/ip_input.c,
 * __ip_options_compile of ip_options.c).
 */
const END = 0;
const NOOP = 1;
const RECORD_ROUTE = 7;
const TIMESTAMP = 68;
const LOOSE_ROUTE = 131;
const STRICT_ROUTE = 137;
const ROUTER_ALERT = 148;

/** IPOPT_TS_* of a timestamp: what is noted beside the time. */
const TIME_ONLY = 0;
const WITH_ADDRESS = 1;
const PRESPECIFIED = 3;

export type OptionFault =
  /** answered by ICMP 12. */
  | 'bad-options'
  /** a route that the sender lays down, which accept_source_route=0 refuses in silence. */
  | 'source-route';

/** `options`: the bytes of the IP header behind its first twenty. */
export function faultOfOptions(options: Uint8Array, acceptSourceRoute: boolean): OptionFault | undefined {
  const seen = new Set<number>();
  let routed = false;
  for (let at = 0; at < options.length; ) {
    const kind = options[at]!;
    if (kind === END) break;
    if (kind === NOOP) {
      at++;
      continue;
    }
    const left = options.length - at;
    if (left < 2) return 'bad-options';
    const length = options[at + 1]!;
    if (length < 2 || length > left) return 'bad-options';
    if (fault(kind, options.subarray(at, at + length), seen)) return 'bad-options';
    if (kind === LOOSE_ROUTE || kind === STRICT_ROUTE) routed = true;
    at += length;
  }
  return routed && !acceptSourceRoute ? 'source-route' : undefined;
}

function fault(kind: number, option: Uint8Array, seen: Set<number>): boolean {
  const length = option.length;
  const pointer = option[2] ?? 0;
  const key = kind === STRICT_ROUTE ? LOOSE_ROUTE : kind;
  const again = seen.has(key);
  switch (kind) {
    case LOOSE_ROUTE:
    case STRICT_ROUTE:
      if (length < 3 || pointer < 4 || again) return true;
      break;
    case RECORD_ROUTE:
      if (again || length < 3 || pointer < 4 || (pointer <= length && pointer + 3 > length)) return true;
      break;
    case TIMESTAMP:
      if (again || length < 4 || pointer < 5 || timestampFault(option, pointer)) return true;
      break;
    case ROUTER_ALERT:
      if (length < 4) return true;
      break;
  }
  seen.add(key);
  return false;
}

function timestampFault(option: Uint8Array, pointer: number): boolean {
  if (pointer > option.length) return (option[3]! & 0xf) !== PRESPECIFIED && option[3]! >> 4 === 15;
  if (pointer + 3 > option.length) return true;
  const flag = option[3]! & 0xf;
  return (flag === WITH_ADDRESS || flag === PRESPECIFIED) && pointer + 7 > option.length;
}

/** What of it is the host's to say. */
export interface Recorded {
  /** the address that the packet is for, or that an answer to it would have; undefined: it is not known. */
  own(): number | undefined;
  /** an address is nobody's here. */
  elsewhere(address: number): boolean;
  /** milliseconds since midnight. */
  readonly now: number;
}

/**
 * What __ip_options_compile writes into options in which it finds no fault. undefined: nothing; else where in them an address
 * stands now that is written anew where the packet goes on (ip_forward_options), 0: nowhere.
 */
export function fillOptions(options: Uint8Array, { own, elsewhere, now }: Recorded): number | undefined {
  let address: number | undefined;
  const view = new DataView(options.buffer, options.byteOffset);
  const put = (at: number, word: number | undefined): void => {
    if (word !== undefined) view.setUint32(at, word);
    address ??= 0;
  };
  for (let at = 0; at < options.length; ) {
    const kind = options[at]!;
    const next = options[at + 2]!;
    const place = at + next - 1;
    const length = kind === NOOP ? 1 : options[at + 1]!;
    if (kind === END) {
      if (options.subarray(at + 1).some((byte) => byte !== 0)) address ??= 0;
      options.fill(0, at);
      break;
    }
    if (kind === RECORD_ROUTE && next <= length) {
      put(place, own());
      options[at + 2] = next + 4;
      address = place;
    } else if (kind === TIMESTAMP) {
      const flag = options[at + 3]! & 15;
      if (next > length) {
        // one more that found no room
        if (flag !== PRESPECIFIED) put(at, view.getUint32(at) + 16);
      } else if (flag === TIME_ONLY) {
        put(place, now);
        options[at + 2] = next + 4;
      } else if (flag === WITH_ADDRESS || (flag === PRESPECIFIED && !elsewhere(view.getUint32(place)))) {
        if (flag === WITH_ADDRESS) put(place, own());
        put(place + 4, now);
        options[at + 2] = next + 8;
      }
    }
    at += length;
  }
  return address;
}
