/** Of `count` packets from `first` on, dealt in turn to so many hosts, those of each that has any: every `hosts`th from its first. */
export function* sharesOf(
  hosts: number,
  first: number,
  count: number,
): Generator<{ readonly host: number; readonly first: number; readonly count: number }> {
  for (let host = 0; host < Math.min(hosts, count); host++)
    yield { host, first: first + host, count: Math.ceil((count - host) / hosts) };
}
