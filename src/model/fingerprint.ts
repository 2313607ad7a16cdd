/** What SYNs of a system look like, as pf.os says it and nfnl_osf loads it into the kernel (struct nf_osf_user_finger). */
export interface Fingerprint {
  readonly genre: string;
  /** what the window is: `value`, 0: anything; so many times the MSS, or the MTU; a multiple of it. */
  readonly window: { readonly of: 'plain' | 'mss' | 'mtu' | 'modulo'; readonly value: number };
  readonly ttl: number;
  /** it may not be fragmented. */
  readonly df: boolean;
  /** of the whole packet. */
  readonly length: number;
  readonly options: readonly { readonly kind: number; readonly length: number }[];
}
