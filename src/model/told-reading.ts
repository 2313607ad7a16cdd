/** What was found of whoever sends a packet, of what works on it, of its route and of the clock. */

export interface OwnerReading {
  readonly what: 'owner';
  /** false: it has none. */
  readonly socket: boolean;
  readonly user?: number | undefined;
  readonly group?: number | undefined;
  readonly groups?: readonly number[] | undefined;
}
export interface CgroupReading {
  readonly what: 'cgroup';
  /** undefined: it has no socket. */
  readonly is: string | undefined;
}
export interface CpuReading {
  readonly what: 'cpu';
  readonly cpu: number;
}
export interface RealmReading {
  readonly what: 'realm';
  readonly source: number;
  readonly destination: number;
}
export interface TimeReading {
  readonly what: 'time';
  /** seconds since 1970. */
  readonly time: number;
}

export type ToldReading = OwnerReading | CgroupReading | CpuReading | RealmReading | TimeReading;
