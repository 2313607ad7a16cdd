/** The part of a rule that a condition stands for, as it is written there: `! -i eth0`, `--dport 80`, `-m multiport`. */
import { formatMasked } from '../net/address.js';
import { type Condition, HEAD, UNSAID } from './condition.js';
import type { Rule, Span } from './ruleset.js';

export function optionText(rule: Rule, condition: Condition): string {
  const origin = condition.origin;
  if (origin === undefined) return '';
  if (origin.use === UNSAID) {
    const { not, words } = rule.unsaid![Number(origin.option)]!;
    return [...(not ? ['!'] : []), ...words].join(' ');
  }
  if (origin.use === HEAD) {
    const given = Object.entries(OPTIONS).find(([, option]) => option === origin.option)?.[0] as keyof Rule['head'];
    const text = slice(rule, origin.option, rule.head[given]?.at, rule.head[given]?.not === true);
    // a list of addresses stands for as many rules, each with one of them
    const masked = given === 'src' || given === 'dst' ? rule.head[given]?.value : undefined;
    return masked !== undefined && text.includes(',') ? `${origin.option} ${formatMasked(masked)}` : text;
  }
  const use = rule.matches[origin.use];
  const given = use?.options[origin.option];
  if (given !== undefined) return slice(rule, `--${origin.option}`, given.at, given.not);
  if (use === undefined) return '';
  // of several options the host made one answer
  const asked = 'test' in condition && condition.test.kind === 'host' ? Object.entries(use.options) : [];
  return [`-m ${use.name}`, ...asked.map(([key, given]) => slice(rule, `--${key}`, given!.at, given!.not))].join(' ');
}

const OPTIONS = { src: '-s', dst: '-d', in: '-i', out: '-o', protocol: '-p', fragment: '-f' } as const;

function slice(rule: Rule, name: string, at: Span | undefined, not: boolean): string {
  if (at === undefined) return '';
  const text = rule.source.slice(at.column - 1, at.column - 1 + at.length);
  // a listing has the value alone, in its own column or behind other words
  if (!/^!? ?-/.test(text)) return `${not ? '! ' : ''}${name} ${text.replace(/^! ?/, '')}`;
  return not && !text.includes('!') ? `! ${text}` : text;
}
