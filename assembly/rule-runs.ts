/** Runs of rules each of which asks for one address at first: src/run/rule-runs.ts lays them out. */
import { COLUMN_BYTES, RuleRunWord, Run } from '../src/abi';
import { ofRun, word } from './packet';

/** The record of the run that begins with a rule, or where the next rule of the run is that asks for the same address. */
export function runOf(rule: u32): u32 {
  return load<u32>(ofRun(Run.Runs) + (rule << 2));
}

/** The address of the first rule that asks for the packet's own one, or of what comes behind the run. */
export function firstOfRun(run: usize, row: usize): u32 {
  const address = load<u32>(row + word(run, RuleRunWord.Field) * COLUMN_BYTES);
  const bits = word(run, RuleRunWord.Bits);
  const slots: usize = word(run, RuleRunWord.Slots);
  // as src/run/rule-runs.ts hashes them; no more than half of the slots are taken
  let place: u32 = (address * 0x9e3779b1) >>> (32 - bits);
  while (true) {
    const slot = slots + (place << 3);
    const rule = load<u32>(slot, 4);
    if (rule == 0) return word(run, RuleRunWord.End);
    if (load<u32>(slot) == address) return rule - 1;
    place = (place + 1) & ((1 << bits) - 1);
  }
}
