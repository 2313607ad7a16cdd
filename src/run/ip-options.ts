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
  if (pointer > option.length) return (option[3]! & 0xf) !== 3 && option[3]! >> 4 === 15;
  if (pointer + 3 > option.length) return true;
  const flag = option[3]! & 0xf;
  return (flag === 1 || flag === 3) && pointer + 7 > option.length;
}

/** Where the bytes begin that no option has: behind the one that ends them. */
export function remainderOf(options: Uint8Array): number {
  for (let at = 0; at < options.length; at += options[at] === NOOP ? 1 : Math.max(2, options[at + 1]!))
    if (options[at] === END) return at + 1;
  return options.length;
}

/** Where in the options the next address of a recorded route goes, and where its pointer stands; undefined: there is no room. */
export function roomInRoute(options: Uint8Array): { readonly pointer: number; readonly address: number } | undefined {
  for (let at = 0; at + 2 < options.length; ) {
    const kind = options[at]!;
    if (kind === END) return undefined;
    if (kind === NOOP) {
      at++;
      continue;
    }
    const next = options[at + 2]!;
    if (kind === RECORD_ROUTE)
      return next + 3 <= options[at + 1]! ? { pointer: at + 2, address: at + next - 1 } : undefined;
    at += Math.max(2, options[at + 1]!);
  }
  return undefined;
}
