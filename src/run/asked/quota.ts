/** quota_mt in net/netfilter/xt_quota.c: bytes that packets use up. */
import { Field } from '../../abi.js';
import type { QuotaTest } from '../../model/limit-test.js';
import type { State } from '../host-states.js';
import type { Asking } from './asking.js';

class Quota implements State {
  constructor(public left: bigint) {}
  copy(): Quota {
    return new Quota(this.left);
  }
}

export function quota({ bytes }: QuotaTest, asking: Asking): boolean {
  const state = asking.state(() => new Quota(BigInt(bytes)));
  const length = BigInt(asking.field(Field.Length));
  const within = state.left >= length;
  // one that does not fit takes all that is left: no smaller one comes behind it
  state.left = within ? state.left - length : 0n;
  asking.tell(() => ({ what: 'quota', left: String(state.left) }));
  return within;
}
