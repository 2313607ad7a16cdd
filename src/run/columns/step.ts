/** A step of a plan, as the core reads it (StepWord). */
import { ColumnStep, StepWord } from '../../abi.js';

export interface Step {
  readonly kind: ColumnStep;
  readonly from: number;
  readonly width?: number;
  readonly table: number;
  readonly to: number;
  readonly count?: number;
  readonly stride?: number;
  readonly other?: number;
  readonly otherTable?: number;
  readonly adds?: boolean;
  readonly otherCount?: number;
  readonly third?: number;
  readonly thirdTable?: number;
}

export function recordOf(step: Step): number[] {
  const { kind, from, width = 4, table, to, count = 0, stride = 0 } = step;
  const words: Record<StepWord, number> = {
    [StepWord.Kind]: kind,
    [StepWord.From]: from,
    [StepWord.Width]: width,
    [StepWord.Table]: table,
    [StepWord.To]: to,
    [StepWord.Count]: count,
    [StepWord.Stride]: stride,
    [StepWord.Other]: step.other ?? 0,
    [StepWord.OtherTable]: step.otherTable ?? 0,
    [StepWord.Adds]: Number(step.adds ?? false),
    [StepWord.OtherCount]: step.otherCount ?? 0,
    [StepWord.Third]: step.third ?? 0,
    [StepWord.ThirdTable]: step.thirdTable ?? 0,
    [StepWord.Size]: 0,
  };
  return Array.from({ length: StepWord.Size }, (_, word) => words[word as StepWord]);
}

/** Three steps to the key are one, where there are no others to it: Map of a sum, Last of another, and Half of half words. */
export function joined(steps: readonly Step[], key: number): Step[] {
  const isOne = (kind: ColumnStep) => (step: Step) => step.kind === kind && step.to === key;
  const [map, last, half] = [ColumnStep.Map, ColumnStep.Last, ColumnStep.Half].map((kind) => steps.find(isOne(kind)));
  const others = steps.filter(({ to }) => to !== key);
  if (!map || !last || !half || half.width !== 2 || others.length + 3 < steps.length) return [...steps];
  const other = { other: last.from, otherTable: last.table, otherCount: last.count! };
  const third = { third: half.from, thirdTable: half.table };
  return [...others, { ...map, kind: ColumnStep.Key, ...other, ...third }];
}

/** Sums of 32 bits to which steps add are begun first. */
export function begun(steps: readonly Step[], sums: readonly number[]): Step[] {
  const isAdded = (sum: number) => steps.some(({ kind, to }) => to === sum && kind !== ColumnStep.Key);
  return [...sums.filter(isAdded).map((to) => ({ kind: ColumnStep.Clear, from: 0, table: 0, to })), ...steps];
}
