/**
 * nfacct_mt of net/netfilter/xt_nfacct.c, nfnl_acct_overquota of nfnetlink_acct.c: objects that count packets and bytes, of
 * both families together: here those of the other one count nothing.
 */
import { Field } from '../../abi.js';
import type { AccountingObject } from '../../model/host.js';
import type { NfacctTest } from '../../model/limit-test.js';
import type { State } from '../host-states.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

class Counted implements State {
  constructor(
    public packets: bigint,
    public bytes: bigint,
  ) {}

  add(length: number): void {
    this.packets = BigInt.asUintN(64, this.packets + 1n);
    this.bytes = BigInt.asUintN(64, this.bytes + BigInt(length));
  }
  copy(): Counted {
    return new Counted(this.packets, this.bytes);
  }
}

/** Undefined where no text has the object. */
export function nfacct({ name }: NfacctTest, asking: Asking): TestAnswer {
  const object = asking.host.accounting?.find((one) => one.name === name);
  if (object === undefined) return undefined;
  const counted = asking.state(() => new Counted(BigInt(object.packets), BigInt(object.bytes)));
  counted.add(asking.field(Field.Length));
  const { packets, bytes } = counted;
  const { quota } = object;
  asking.tell(() => ({ what: 'nfacct', name, packets: `${packets}`, bytes: `${bytes}`, quota }));
  return isBeyond(quota, counted);
}

/** One without a quota holds for every packet, this one being counted before it is looked at. */
const isBeyond = (quota: AccountingObject['quota'], counted: Counted): boolean =>
  quota === undefined || counted[quota.of] > BigInt(quota.most);
