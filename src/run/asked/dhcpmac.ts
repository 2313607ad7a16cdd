/** The client's address in DHCP messages: xt_DHCPMAC.c of xtables-addons. */
import { Field, Verdict } from '../../abi.js';
import type { DhcpmacAct, DhcpmacTest } from '../../model/foreign-test.js';
import type { ActAnswer, TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { correctHalf, halfAt, tellWritten } from './rewriting.js';

const UDP_HEADER = 8;
/** Of struct dhcp_message: how long it is, where it has the client's address, and how long that may be. */
const MESSAGE = 44;
const CLIENT = 28;
const CLIENT_BYTES = 16;

const messageAt = (asking: Asking): number => asking.field(Field.IpLen) + UDP_HEADER;
/** Bits of a byte that lie behind so many of an address. */
const behind = (length: number, byte: number): number => 255 >> Math.min(Math.max(length - 8 * byte, 0), 8);

/** dhcpmac_mt: what is too short is no match. */
export function dhcpmac({ address, length }: DhcpmacTest, asking: Asking): TestAnswer {
  const at = messageAt(asking);
  const { bytes } = asking;
  const isThere = at + MESSAGE <= asking.field(Field.Length);
  if (isThere && at + MESSAGE > bytes.length) return undefined;
  const client = isThere ? [...bytes.subarray(at + CLIENT, at + CLIENT + address.length)] : undefined;
  asking.tell(() => ({
    what: 'dhcpmac',
    client: client?.map((byte) => byte.toString(16).padStart(2, '0')).join(':') ?? null,
  }));
  return client !== undefined && address.every((byte, i) => ((byte ^ client[i]!) & ~behind(length, i)) === 0);
}

/** dhcpmac_tg: where the sum is zero, which says that there is none, it is one from there on. */
export function setDhcpmac({ address, length }: DhcpmacAct, asking: Asking): ActAnswer {
  const at = messageAt(asking);
  if (!asking.ensure(at + MESSAGE)) return Verdict.Drop;
  const { bytes } = asking;
  if (at + MESSAGE > bytes.length) return Verdict.Open;
  const before = bytes.slice();
  const client = bytes.subarray(at + CLIENT, at + CLIENT + CLIENT_BYTES);
  for (let i = 0; i < CLIENT_BYTES; i += 2) correctHalf(bytes, at - 2, halfAt(client, i), 0);
  address.forEach((byte, i) => {
    client[i] = (client[i]! & behind(length, i)) | (byte & ~behind(length, i));
  });
  for (let i = 0; i < CLIENT_BYTES; i += 2) correctHalf(bytes, at - 2, 0, halfAt(client, i));
  asking.write(bytes);
  tellWritten(asking, 'client', before.subarray(at), bytes.subarray(at));
  return Verdict.Continue;
}
