import { question } from '../../model/question.js';
import { match } from '../define.js';
import { type Listed, takeNot } from '../listed.js';
import { cutText, integer } from '../values.js';

/** As long as struct xt_cgroup_info_v2 holds it; revision 1 held 4095 bytes. */
const path = cutText(511);

/** cgroup_mt_v2 in net/netfilter/xt_cgroup.c: false where the packet has no socket, negated or not. */
export const cgroup = match({
  name: 'cgroup',
  about: 'the control group of the socket that sends or gets the packet: its path, or its class of net_cls',
  hooks: ['INPUT', 'OUTPUT', 'POSTROUTING'],
  options: {
    path: { value: path, invert: true, excludes: ['cgroup'] },
    cgroup: { value: integer(0xffffffff), invert: true, excludes: ['path'] },
  },
  check(given, { refuse }) {
    if (!given.path && !given.cgroup) refuse('needs one of --cgroup, --path');
  },
  lower: (given, build, { family }) => [
    build.when(given.path, (group) =>
      build.host(
        { what: 'cgroup', of: { path: group }, not: given.path!.not },
        question.match('cgroup', `--path ${path.print(group, { family })}`),
      ),
    ),
    build.when(given.cgroup, (classid) =>
      build.host(
        { what: 'cgroup', of: { classid }, not: given.cgroup!.not },
        question.match('cgroup', `--cgroup ${classid}`),
      ),
    ),
  ],
});

/** iptables prints a path and a number alike. */
export const cgroupListed: Listed = {
  begins: ['cgroup'],
  read(text) {
    if (!text.take('cgroup')) return undefined;
    const not = takeNot(text);
    const value = text.word();
    if (value === undefined) return undefined;
    const { at } = value;
    const option = { text: /^\d+$/.test(value.text) ? '--cgroup' : '--path', at };
    return [...(not ? [{ text: '!', at }] : []), option, value];
  },
};
