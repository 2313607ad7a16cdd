/** All extensions of other projects. */
import type { Match, TargetExtension } from '../define.js';
import { ADDONS_MATCHES } from './addons-matches.js';
import { ADDONS_TARGETS } from './addons-targets.js';
import { OLD_MATCHES } from './old-matches.js';
import { OLD_TARGETS } from './old-targets.js';

export const FOREIGN_MATCHES: readonly Match[] = [...ADDONS_MATCHES, ...OLD_MATCHES];
export const FOREIGN_TARGETS: readonly TargetExtension[] = [...ADDONS_TARGETS, ...OLD_TARGETS];
