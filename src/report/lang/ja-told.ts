/** Japanese, of what was found of sockets, processors, routes and the clock. */
import type { ReadingWords } from './messages.js';

const WEEKDAYS = ['日', '月', '火', '水', '木', '金', '土'];

export const TOLD: Pick<ReadingWords, 'owner' | 'cgroup' | 'cpu' | 'realm' | 'time'> = {
  owner: ({ socket, user, group, groups = [] }) => {
    if (!socket) return 'パケットにソケットがない';
    const others = groups.length === 0 ? '' : ` (補助グループ ${groups.join('、')})`;
    if (user !== undefined) return `ソケットはユーザー ${user} のものである`;
    return group === undefined ? 'パケットにソケットがある' : `ソケットはグループ ${group}${others} のものである`;
  },
  cgroup: ({ is }) => (is === undefined ? 'パケットにソケットがない' : `ソケットの cgroup は ${is} である`),
  cpu: ({ cpu }) => `処理する CPU は ${cpu} である`,
  realm: ({ source, destination }) => `経路のレルムは送信元 ${source}、宛先 ${destination} である`,
  time: ({ time }) => {
    const date = new Date(1000 * time);
    return `時刻は UTC で ${date.toISOString().slice(0, 19).replace('T', ' ')} (${WEEKDAYS[date.getUTCDay()]}) である`;
  },
};
