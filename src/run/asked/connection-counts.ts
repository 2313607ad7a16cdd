/**
 * The connections that a rule has seen of addresses that are alike: net/netfilter/nf_conncount.c, as Linux 6.18.44 has it. A list
 * keeps tuples, and looks up now and then whether their connections are still there.
 */

/** CONNCOUNT_GC_MAX_COLLECT: more are not given up at once. */
const COLLECT = 64;
/** Milliseconds of a jiffy, of which the kernel here has 250 a second: within one a list is not looked through again. */
const JIFFY = 4;

/** A packet as it is counted. */
export interface Counted<T> {
  /** addresses that are alike, and their zone. */
  readonly key: string;
  readonly tuple: T;
  /** its connection: none that can be found, one of which either side waits for an answer, or one that is assured. */
  readonly connection: 'new' | 'found' | 'assured';
}

/** The connections that there are. */
export interface Alive<T> {
  same(one: T, other: T): boolean;
  /** whether a connection with that tuple is there, and neither closed nor as good as that (already_closed). */
  find(tuple: T): 'open' | 'closed' | 'gone';
}

interface List<T> {
  seen: T[];
  /** jiffy in which it was swept, and how many were left then. */
  sweptAt: number;
  left: number;
}

export class ConnectionCounts<T> {
  constructor(private readonly lists = new Map<string, List<T>>()) {}

  copy(): ConnectionCounts<T> {
    const copies = new Map<string, List<T>>();
    for (const [key, list] of this.lists) copies.set(key, { ...list, seen: [...list.seen] });
    return new ConnectionCounts(copies);
  }

  /**
   * How many connections there are, with that of this packet (nf_conncount_count_skb); 0: the packet is dropped. `now`: milliseconds.
   * An assured connection is not taken in: where all of its list are over by then, there is none.
   */
  count({ key, tuple, connection }: Counted<T>, alive: Alive<T>, now: number): number {
    const jiffy = Math.floor(now / JIFFY);
    const list = this.lists.get(key);
    if (list === undefined) {
      this.lists.set(key, { seen: [tuple], sweptAt: jiffy, left: 0 });
      return 1;
    }
    const isSwept = jiffy === list.sweptAt;
    if (connection === 'assured') {
      if (isSwept) return list.seen.length;
      sweep(list, alive);
    } else if (connection === 'found' || !isSwept || list.seen.length - list.left >= COLLECT) {
      if (sweep(list, alive, tuple)) return list.seen.length;
    } else return list.seen.push(tuple);
    list.sweptAt = jiffy;
    list.left = list.seen.length;
    return connection === 'assured' ? list.seen.length : list.seen.push(tuple);
  }
}

/** Gives up those that are over, up to where they are many; true: it has come upon the packet's own tuple. */
function sweep<T>(list: List<T>, alive: Alive<T>, own?: T): boolean {
  const { seen } = list;
  const kept: T[] = [];
  let over = 0;
  let at = 0;
  let found = false;
  // nf_conncount_gc_list stops behind one that stays
  let stops = own !== undefined;
  while (at < seen.length && !found && !(stops && over > COLLECT)) {
    const one = seen[at++]!;
    const state = alive.find(one);
    found = state !== 'gone' && own !== undefined && alive.same(one, own);
    const stays = found || state === 'open';
    stops = own !== undefined || stays;
    if (stays) kept.push(one);
    else over++;
  }
  list.seen = [...kept, ...seen.slice(at)];
  return found;
}
