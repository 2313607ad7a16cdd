/** What classifies many packets, and with how much memory: what people may say of it. */
import { PacketwalkError } from '../errors.js';
import { MOST_MEMORY } from './budget.js';

export const ENGINES = ['auto', 'bytecode', 'columns'] as const;
export type EngineName = (typeof ENGINES)[number];

export interface Classifying {
  readonly engine?: EngineName | undefined;
  /** MiB. */
  readonly memory?: number | undefined;
}

/** Throws PacketwalkError for what cannot be. */
export function classifying({ engine, memory }: Classifying): Classifying {
  const code = 'bad-option';
  if (engine !== undefined && !ENGINES.includes(engine))
    throw new PacketwalkError(`engine ${engine}: auto, bytecode or columns was expected`, { code });
  if (memory !== undefined && !(Number.isInteger(memory) && memory >= 1 && memory <= MOST_MEMORY))
    throw new PacketwalkError(`memory ${memory}: a whole number from 1 to ${MOST_MEMORY} was expected`, { code });
  return { engine, memory };
}
