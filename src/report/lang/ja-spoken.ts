/** Japanese, of all that the command says. */

import { ja } from './ja.js';
import { CODES } from './ja-codes.js';
import { COMMAND } from './ja-command.js';
import { say } from './ja-findings.js';
import { KINDS } from './ja-kinds.js';
import { entriesOf, type Spoken } from './spoken.js';

export const spoken: Spoken = { language: ja, command: COMMAND, say, entries: entriesOf(KINDS + CODES) };
