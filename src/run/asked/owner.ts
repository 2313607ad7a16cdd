/** owner_mt of net/netfilter/xt_owner.c, cgroup_mt_v2 of net/netfilter/xt_cgroup.c: the socket that a packet belongs to. */
import { Beside, Field, PACKET_LOOPED } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { CgroupTest, OwnerTest } from '../../model/told-test.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { ownerOf } from './socket-owner.js';

/**
 * Whether a packet has a socket. None has what is forwarded; the copy that the kernel makes of a packet (skb_clone); and what has left by
 * lo (skb_orphan of loopback_xmit) and brings its route along, so that nobody looks for one. Else descriptions tell.
 */
export function hasSocket(asking: Asking): boolean | undefined {
  const sent = asking.field(Beside.Local) === 1;
  if ((asking.field(Field.Flags) & PACKET_LOOPED) !== 0 || asking.isCopy) return false;
  if (!sent && asking.field(Field.OutIf) !== 0) return false;
  const { socket, uid, gid, groups, cgroup, classid } = asking.told;
  const isTold = [uid, gid, groups, cgroup, classid].some((one) => one !== undefined);
  return isTold || (socket ?? ownerOf(asking)?.has);
}

export function owner(test: OwnerTest, asking: Asking): TestAnswer {
  const socket = hasSocket(asking);
  const { uid: user = ownerOf(asking)?.uid, gid: group, groups } = asking.told;
  const answer = (holds: boolean | undefined): TestAnswer => {
    if (socket === false) asking.tell(() => ({ what: 'owner', socket }));
    else if (holds !== undefined) {
      const found =
        test.of === 'user' ? { user } : test.of === 'group' ? { group, ...(test.supplementary && { groups }) } : {};
      asking.tell(() => ({ what: 'owner', socket: true, ...found }));
    }
    return holds;
  };
  switch (test.of) {
    case 'socket':
      return answer(socket);
    case 'user':
      return answer(socket === false ? false : inRange(user, test.range));
    default: {
      // XT_OWNER_SUPPL_GROUPS cannot be turned round
      if (socket === false) return answer(test.supplementary && test.not);
      const own = inRange(group, test.range);
      if (!test.supplementary || own === true) return answer(own);
      const other = groups?.some((one) => inRange(one, test.range) === true);
      return answer(other === true ? true : own === undefined ? undefined : other);
    }
  }
}

const inRange = (value: number | undefined, { min, max }: NumberRange): boolean | undefined =>
  value === undefined ? undefined : value >= min && value <= max;

export function cgroup({ of, not }: CgroupTest, asking: Asking): TestAnswer {
  if (hasSocket(asking) === false) {
    asking.tell(() => ({ what: 'cgroup', is: undefined }));
    return not;
  }
  const { cgroup: path = ownerOf(asking)?.cgroup, classid } = asking.told;
  if ('classid' in of) {
    if (classid !== undefined) asking.tell(() => ({ what: 'cgroup', is: String(classid) }));
    return classid === undefined ? undefined : classid === of.classid;
  }
  if (path === undefined) return undefined;
  asking.tell(() => ({ what: 'cgroup', is: path }));
  return `${withSlash(path)}`.startsWith(withSlash(of.path));
}

/** Below another it begins with that, and a slash. */
const withSlash = (path: string): string => `/${path}/`.replace(/\/+/g, '/');
