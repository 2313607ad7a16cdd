/** nf_osf_match of net/netfilter/nfnetlink_osf.c: a SYN, with ACK or without, that one of the fingerprints fits that were loaded. */
import { Field, FRAG_OFFSET } from '../../abi.js';
import type { OsfTest } from '../../model/outside-test.js';
import { SYN } from '../../net/tcp-flags.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

/** What a packet's description says where no fingerprint fits it. */
const UNKNOWN = 'unknown';

export function osf({ genre }: OsfTest, asking: Asking): TestAnswer {
  // of a later fragment it takes bytes for a header
  if ((asking.field(Field.Frag) & FRAG_OFFSET) !== 0) return undefined;
  if (asking.field(Field.TransportLen) < 20 || (asking.field(Field.TcpFlags) & SYN) === 0) {
    asking.tell(() => ({ what: 'osf', os: undefined, why: 'syn' }));
    return false;
  }
  const { os } = asking.told;
  if (os === undefined) return undefined;
  asking.tell(() => ({ what: 'osf', os, why: undefined }));
  return genre === '' ? os !== UNKNOWN : os === genre;
}
