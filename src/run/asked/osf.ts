/** nf_osf_match of net/netfilter/nfnetlink_osf.c: a SYN, with ACK or without, that one of the fingerprints fits that were loaded. */
import { Field, FRAG_OFFSET } from '../../abi.js';
import type { Fingerprint } from '../../model/fingerprint.js';
import type { OsfTest } from '../../model/outside-test.js';
import { SYN } from '../../net/tcp-flags.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

/** What a packet's description says where no fingerprint fits it. */
const UNKNOWN = 'unknown';
const OPTION_MSS = 2;
/** Of Ethernet, and of modems that make it smaller (SMART_MSS_1 and _2). */
const USUAL_MSS: readonly number[] = [1460, 1448];

export function osf(test: OsfTest, asking: Asking): TestAnswer {
  const { genre } = test;
  // of a later fragment it takes bytes for a header
  if ((asking.field(Field.Frag) & FRAG_OFFSET) !== 0) return undefined;
  if (asking.field(Field.TransportLen) < 20 || (asking.field(Field.TcpFlags) & SYN) === 0) {
    asking.tell(() => ({ what: 'osf', os: undefined, why: 'syn' }));
    return false;
  }
  const { os } = asking.told;
  const fitting = os === undefined ? genresOf(test, asking) : os === UNKNOWN ? [] : [os];
  if (fitting === undefined) return undefined;
  const found = genre === '' || fitting.includes(genre) ? fitting.length > 0 : false;
  const [first] = fitting;
  asking.tell(() =>
    first === undefined
      ? { what: 'osf', os: undefined, why: 'none' }
      : { what: 'osf', os: found && genre !== '' ? genre : first, why: undefined },
  );
  return found;
}

/** Of the host's fingerprints that fit; undefined: nobody gave them, or the options are cut. */
function genresOf({ ttl }: OsfTest, asking: Asking): readonly string[] | undefined {
  const { fingerprints } = asking.host;
  if (fingerprints === undefined) return undefined;
  const { bytes } = asking;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = asking.field(Field.IpLen);
  const end = at + 4 * (bytes[at + 12]! >>> 4);
  if (end > bytes.length) return undefined;
  const options = bytes.subarray(at + 20, Math.max(at + 20, end));
  const syn: Syn = {
    length: view.getUint16(2),
    ttl: bytes[8]!,
    df: (bytes[6]! & 0x40) !== 0,
    window: view.getUint16(at + 14),
    options,
  };
  return fingerprints.filter((one) => fits(one, syn, ttl)).map(({ genre }) => genre);
}

interface Syn extends Pick<Fingerprint, 'length' | 'ttl' | 'df'> {
  readonly window: number;
  readonly options: Uint8Array;
}

/** nf_osf_match_one; `level`: 0: the same time to live, 1: no more than that, 2: any (nf_osf_ttl). */
function fits({ options, window, ...wanted }: Fingerprint, syn: Syn, level: number): boolean {
  if (wanted.df !== syn.df || wanted.length !== syn.length) return false;
  if (level === 0 ? wanted.ttl !== syn.ttl : level === 1 && syn.ttl > wanted.ttl) return false;
  if (options.reduce((sum, { length }) => sum + length, 0) !== syn.options.length) return false;
  let at = 0;
  let mss = 0;
  for (const { kind, length } of options) {
    if (syn.options[at] !== kind) return false;
    if (kind === OPTION_MSS) mss = (syn.options[at + 2]! << 8) | syn.options[at + 3]!;
    at += length;
  }
  const { of, value } = window;
  switch (of) {
    case 'plain':
      return value === 0 || value === syn.window;
    case 'modulo':
      return value !== 0 && syn.window % value === 0;
    default: {
      const headers = of === 'mtu' ? 40 : 0;
      return [mss, ...USUAL_MSS].some((size) => syn.window === value * (size + headers));
    }
  }
}
