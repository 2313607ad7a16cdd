/** What rules ask of whoever sends a packet, of what works on it, of its route and of the clock. */
import type { NumberRange } from './condition.js';

/** xt_owner: whether the packet has a socket, and whose. */
export type OwnerTest = { readonly what: 'owner' } & (
  | { readonly of: 'socket' }
  | { readonly of: 'user'; readonly range: NumberRange }
  | {
      readonly of: 'group';
      readonly range: NumberRange;
      /** any group of its owner counts. */
      readonly supplementary: boolean;
      /** the rule wants the opposite, which it does not have where there is no socket. */
      readonly not: boolean;
    }
);

/** xt_cgroup. */
export interface CgroupTest {
  readonly what: 'cgroup';
  readonly of: { readonly path: string } | { readonly classid: number };
  /** the rule wants the opposite, which it does not have where there is no socket. */
  readonly not: boolean;
}

/** xt_cpu. */
export interface CpuTest {
  readonly what: 'cpu';
  readonly cpu: number;
}

/** xt_realm: that of the source has the upper 16 bits. */
export interface RealmTest {
  readonly what: 'realm';
  readonly value: number;
  readonly mask: number;
}

/** xt_time. */
export interface TimeTest {
  readonly what: 'time';
  /** seconds since 1970, both among them. */
  readonly from: number;
  readonly to: number;
  /** seconds since midnight, both among them. */
  readonly start: number;
  readonly stop: number;
  /** a bit for each day: of the month from 1 to 31, of the week from Monday, 1, to Sunday, 7. */
  readonly monthdays: number;
  readonly weekdays: number;
  /** by the kernel's time zone, not UTC. */
  readonly kernelZone: boolean;
  /** what is after midnight belongs to the day before. */
  readonly contiguous: boolean;
}

export type ToldTest = OwnerTest | CgroupTest | CpuTest | RealmTest | TimeTest;
