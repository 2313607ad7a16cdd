/** Open questions, from the names that `--assume` takes to what is said of them. */
import type { Question } from './lang/messages.js';

const KINDS: readonly Question['kind'][] = ['set', 'counters', 'local', 'match', 'target', 'chain', 'out', 'rule'];

export function questionNote(name: string): Question {
  const [kind, about = ''] = name.split(/:(.*)/);
  const counters = /^(.*) counters$/.exec(about);
  if (kind === 'set' && counters !== null) return { kind: 'counters', about: counters[1]! };
  if (kind === 'rule') return { kind, about: about.split(':').at(-1)! };
  return { kind: KINDS.find((one) => one === kind) ?? 'match', about };
}
