/** What synthetic packets are asked for by; synthetic.ts makes them. */
import type { PacketPath } from '../../model/packet.js';
import type { Palette } from './palette.js';

export { synthesise } from './synthetic.js';

/** `near`: values that rules test, and their neighbours; `uniform`: all values; `mix`: flows as a link carries them. */
export const PROFILES = ['uniform', 'near', 'mix'] as const;
export type Profile = (typeof PROFILES)[number];

export interface SyntheticSpec {
  readonly profile: Profile;
  /** 0..0xffffffff. */
  readonly seed: number;
  readonly palette: Palette;
  /** Where the host's routes do not tell: the ways that packets say they take. Undefined: they say none. */
  readonly ways: readonly PacketPath[] | undefined;
}
