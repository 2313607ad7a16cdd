/** A step of a plan, as the core reads it (StepWord). */
import { type ColumnStep, StepWord } from '../../abi.js';

export interface Step {
  readonly kind: ColumnStep;
  readonly from: number;
  readonly width?: number;
  readonly table: number;
  readonly to: number;
  readonly count?: number;
  readonly stride?: number;
  readonly unmet?: number;
}

export function recordOf({ kind, from, width = 4, table, to, count = 0, stride = 0, unmet = 0 }: Step): number[] {
  const words: Record<StepWord, number> = {
    [StepWord.Kind]: kind,
    [StepWord.From]: from,
    [StepWord.Width]: width,
    [StepWord.Table]: table,
    [StepWord.To]: to,
    [StepWord.Count]: count,
    [StepWord.Stride]: stride,
    [StepWord.Unmet]: unmet,
    [StepWord.Size]: 0,
  };
  return Array.from({ length: StepWord.Size }, (_, word) => words[word as StepWord]);
}
