import type { NumberRange } from '../../model/condition.js';
import { question } from '../../model/question.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { flag, integerOf } from '../values.js';

/** The last number stands for none. */
const MOST = 0xfffffffe;
/** root and its group have the same number on every host; other names are the host's. */
const ROOT = 'root';

const ids = (shape: string): ValueKind<NumberRange> => ({
  words: 1,
  shape: `${shape}[-${shape}]`,
  parse([word]) {
    if (word === ROOT) return { min: 0, max: 0 };
    if (/^[a-z_][\w.$-]*$/i.test(word!))
      throw new ValueError(`"${word}" is a name that this host gives`, 0, HINT, 'number');
    const [first, ...more] = word!.split(/[-:]/);
    if (more.length > 1) throw new ValueError(`"${word}" is not a range: more than one "-"`);
    const min = integerOf(first!, MOST);
    const max = more.length === 0 ? min : integerOf(more[0]!, MOST);
    if (min > max) throw new ValueError(`"${word}" is not a range: ${min} is greater than ${max}`);
    return { min, max };
  },
  print: ({ min, max }) => [min === max ? String(min) : `${min}-${max}`],
});
const HINT = 'write its number, as iptables-save prints it';
const users = ids('USER');
const groups = ids('GROUP');

/**
 * owner_mt in net/netfilter/xt_owner.c. Up to 4.14 Android's kernels had net/netfilter/xt_qtaguid.c in its place, which looks for the socket
 * that a packet is for as xt_socket does, and is bound to no hook.
 */
export const owner = match({
  name: 'owner',
  about: 'the user and the group of the socket that sends the packet, or whether it has one',
  hooks: ['OUTPUT', 'POSTROUTING'],
  android: true,
  options: {
    'socket-exists': { value: flag, invert: true },
    'uid-owner': { value: users, invert: true },
    'gid-owner': { value: groups, invert: true },
    'suppl-groups': { value: flag, needs: ['gid-owner'] },
  },
  check(given, { refuse }) {
    const { 'socket-exists': socket, 'uid-owner': user, 'gid-owner': group, 'suppl-groups': supplementary } = given;
    if (!socket && !user && !group) refuse('needs one of --uid-owner, --gid-owner, --socket-exists');
    if (supplementary && group && supplementary.at.column < group.at.column)
      refuse('--gid-owner has to stand before it', 'suppl-groups');
  },
  lower(given, build, { family }) {
    const asked = (words: string) => question.match('owner', words);
    const { 'gid-owner': group, 'suppl-groups': supplementary } = given;
    return [
      build.when(given['socket-exists'], () => build.host({ what: 'owner', of: 'socket' }, asked('--socket-exists'))),
      build.when(given['uid-owner'], (range) =>
        build.host({ what: 'owner', of: 'user', range }, asked(`--uid-owner ${users.print(range, { family })}`)),
      ),
      build.when(group, (range) =>
        build.host(
          { what: 'owner', of: 'group', range, supplementary: supplementary !== undefined, not: group!.not },
          asked(`--gid-owner ${groups.print(range, { family })}${supplementary ? ' --suppl-groups' : ''}`),
        ),
      ),
    ];
  },
});

export const ownerListed = listed(
  undefined,
  flagPiece('socket-exists', 'owner socket exists'),
  piece('uid-owner', 'owner UID match'),
  piece('gid-owner', 'owner GID match'),
  flagPiece('suppl-groups', 'incl. suppl. groups'),
);
