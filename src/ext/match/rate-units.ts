/** Units of rates: as iptables prints them, as they are given whole or cut, and their seconds (libxt_limit.c, libxt_hashlimit.c). */
export const RATE_UNITS = [
  ['day', 'day', 86_400],
  ['hour', 'hour', 3_600],
  ['min', 'minute', 60],
  ['sec', 'second', 1],
] as const;
