/** What a packet has to do with one rule: what was found when it was looked at, or why it was not. */
import { ruleText } from '../../report/chains.js';
import type { LoadedHost } from '../../run/engine.js';
import { type LineOf, MOST_LEADS, type Step, type StepRule, type Why } from './messages.js';

/** `steps`: of a story that tells every rule that was looked at. */
export function whyOf({ compiled, from }: LoadedHost, steps: readonly Step[], { file, line }: LineOf): Why {
  const found = compiled.rules.find(({ rule }) => rule.file === file && rule.line === line);
  if (found === undefined) return { kind: 'no-rule' };
  const { chain, table } = found;
  const { family } = from;
  const noteOf = ({ number, rule }: typeof found): StepRule => ({
    number,
    ...ruleText(rule, family),
    file: rule.file,
    line: rule.line,
  });
  const rule = noteOf(found);
  const at = timesAt(steps, rule);
  if (at.length > 0)
    return { kind: 'looked-at', rule, times: at.map(({ hook, missed, text }) => ({ hook, missed, text })) };
  // an empty table is walked by its policy
  if (steps.some((step) => step.table === table && step.chain === chain && step.depth > 0))
    return { kind: 'decided', rule, chain };
  const leads = compiled.rules.filter((one) => one.table === table && leadsTo(one, chain)).slice(0, MOST_LEADS);
  return {
    kind: 'not-led',
    rule,
    chain,
    leads: leads.map((lead) => ({
      rule: noteOf(lead),
      chain: lead.chain,
      why: timesAt(steps, noteOf(lead)).at(-1)?.text,
    })),
  };
}

const timesAt = (steps: readonly Step[], { file, line }: LineOf): Step[] =>
  steps.filter(({ rule }) => rule?.file === file && rule.line === line);

const leadsTo = ({ rule: { target } }: LoadedHost['compiled']['rules'][number], chain: string): boolean =>
  (target?.kind === 'jump' || target?.kind === 'goto') && target.chain === chain;
