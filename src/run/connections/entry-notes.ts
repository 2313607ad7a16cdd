/** What few hosts' entries hold beside their words, for the rules that ask for it: struct nf_conn_acct, struct nf_conn_labels. */
import type { Connection } from '../../model/connection.js';
import { ORIGINAL, REPLY } from './tuples.js';

/** Which labels are told of that an entry has: all, those with names in the host's connlabel.conf, or it may have any. */
type Told = 'all' | 'names' | 'none';

export class EntryNotes {
  private constructor(
    /** Packets and bytes, those of the original direction first; undefined: the kernel does not count them. */
    private readonly counters: BigUint64Array | undefined,
    private readonly labels: Set<string>,
    private readonly told: Told,
  ) {}

  /** Of an entry that begins. */
  static begun(counted: boolean): EntryNotes {
    return new EntryNotes(counted ? new BigUint64Array(4) : undefined, new Set(), 'all');
  }

  /**
   * Of one that a listing told of; `tellsLabels`: some entry there has any. One without counters has none, and gets none
   * later (nf_ct_acct_ext_add). Of labels without a name there is a word alone.
   */
  static listed({ counters, labels }: Connection, tellsLabels: boolean): EntryNotes {
    const numbers = counters && [counters.original, counters.reply].flatMap(({ packets, bytes }) => [packets, bytes]);
    const names = labels ? labels.split(',') : [];
    const told = names.length > 0 ? 'names' : labels === undefined && tellsLabels ? 'all' : 'none';
    return new EntryNotes(numbers && BigUint64Array.from(numbers), new Set(names), told);
  }

  copy(): EntryNotes {
    return new EntryNotes(this.counters?.slice(), new Set(this.labels), this.told);
  }

  /** nf_ct_acct_update. */
  count(direction: number, bytes: number): void {
    const { counters } = this;
    if (counters === undefined) return;
    counters[2 * direction]! += 1n;
    counters[2 * direction + 1]! += BigInt(bytes);
  }

  /** By ORIGINAL and REPLY. */
  counted(direction: number): { readonly packets: bigint; readonly bytes: bigint } | undefined {
    const { counters } = this;
    return counters && { packets: counters[2 * direction]!, bytes: counters[2 * direction + 1]! };
  }

  /** Whether it has a label, by its number or its name; undefined: nobody told. */
  hasLabel(label: string): boolean | undefined {
    if (this.labels.has(label)) return true;
    return this.told === 'all' || (this.told === 'names' && !/^\d/.test(label)) ? false : undefined;
  }
  setLabel(label: string): void {
    this.labels.add(label);
  }

  /** As a connection tells of them. */
  get json(): Pick<Connection, 'counters' | 'labels'> {
    const [original, reply] = [this.counted(ORIGINAL), this.counted(REPLY)];
    return {
      ...(original && reply && { counters: { original, reply } }),
      ...(this.labels.size > 0 && { labels: [...this.labels].join(',') }),
    };
  }
}
