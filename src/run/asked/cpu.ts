/** cpu_mt of net/netfilter/xt_cpu.c. */
import type { CpuTest } from '../../model/told-test.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

export function cpu(test: CpuTest, asking: Asking): TestAnswer {
  const is = asking.told.cpu;
  if (is === undefined) return undefined;
  asking.tell(() => ({ what: 'cpu', cpu: is }));
  return is === test.cpu;
}
