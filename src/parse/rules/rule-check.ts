/** What an extension's definition asks of the rule round it: protocol, table, required and excluded options, its own check. */
import type { Extension, RuleContext } from '../../ext/define.js';
import { TARGET_NAMES, UNEVALUATED_TARGETS } from '../../ext/registry.js';
import type { Findings } from '../../model/finding.js';
import { nearest } from '../../model/nearest.js';
import { isBuiltin, type Negatable, placeOf, type Rule, type Span, type TableName } from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';
import { protocolName } from '../../net/protocol.js';
import { type NamedOption, optionIndex } from './option-index.js';
import type { Loaded, RuleSource } from './rule-reader.js';

/** False where the rule has to be refused; each reason is added to the findings. */
export function checkUse(use: Loaded, rule: Rule, from: RuleSource, findings: Findings): boolean {
  const extension = use.extension;
  if (extension === undefined) {
    const meant = meantTarget(use);
    findings.add({
      severity: 'warning',
      code: 'not-understood',
      message: `${use.kind} ${use.name} is not evaluated`,
      place: placeOf(rule, use.at),
      hint:
        meant === undefined
          ? `whether it ${use.kind === 'match' ? 'holds' : 'takes the packet'} is an open question: --assume ${use.kind}:${use.name}=yes or =no settles it`
          : `did you mean ${meant}?`,
    });
    return true;
  }
  const check = new UseCheck(use, rule, from, findings);
  check.definition(extension);
  const options = use.options;
  if (check.sound) extension.check?.(extension.canonical?.(options) ?? options, check);
  return check.sound;
}

/** The rule as an extension's own check sees it. */
class UseCheck implements RuleContext {
  sound = true;

  constructor(
    private readonly use: Loaded,
    private readonly rule: Rule,
    private readonly from: RuleSource,
    private readonly findings: Findings,
  ) {}

  get family(): Family {
    return this.from.family;
  }
  get table(): TableName {
    return this.from.table;
  }
  get chain(): string {
    return this.from.chain;
  }
  get protocol(): Negatable<number> | undefined {
    return this.rule.head.protocol;
  }
  get matches(): string[] {
    return this.rule.matches.map((match) => match.name);
  }
  /** The use as it is written. */
  private get written(): string {
    return `${this.use.kind === 'match' ? '-m' : '-j'} ${this.use.name}`;
  }

  definition(extension: Extension): void {
    const { protocol, table, chain } = this;
    const { protocols, tables, hooks } = extension;
    if (protocols && (!protocol || protocol.not || !protocols.includes(protocol.value)))
      this.say('needs-protocol', `${this.written}: needs -p ${protocols.map(protocolName).join(' or ')}`);
    if (tables && !tables.includes(table))
      this.say('wrong-table', `${this.written}: stands in table ${table}, and works in ${tables.join(', ')} only`);
    if (hooks && isBuiltin(table, chain) && !hooks.includes(chain))
      this.say('wrong-chain', `${this.written}: stands in chain ${chain}, and works in ${hooks.join(', ')} only`);
    for (const demanding of optionIndex(extension).demanding) this.demands(demanding);
  }

  private demands({ key, option }: NamedOption): void {
    const { options } = this.use;
    const given = options[key];
    if (given === undefined) {
      if (option.required) this.say('missing-option', `${this.written}: --${key} is missing`);
      return;
    }
    const rival = option.excludes?.find((other) => options[other] !== undefined);
    if (rival !== undefined && options[rival]!.at.column < given.at.column)
      this.say('excluded-option', `--${key}: cannot stand beside --${rival}`, given.at);
    const absent = option.needs?.find((other) => options[other] === undefined);
    if (absent !== undefined) this.say('missing-option', `--${key}: needs --${absent} beside it`, given.at);
  }

  refuse(message: string, key?: string, hint?: string): void {
    this.say('refused', key === undefined ? `${this.written}: ${message}` : `--${key}: ${message}`, this.at(key), hint);
  }
  warn(code: string, message: string, key?: string): void {
    this.findings.add({ severity: 'warning', code, message, place: placeOf(this.rule, this.at(key)) });
  }

  private at(key: string | undefined): Span {
    return (key === undefined ? undefined : this.use.options[key]?.at) ?? this.use.at;
  }
  private say(code: string, message: string, at: Span = this.use.at, hint?: string): void {
    this.sound = false;
    this.findings.add({ severity: 'error', code, message, place: placeOf(this.rule, at), hint });
  }
}

/** A target that nobody knows may be a slip. Of matches there are more than stand in the registry. */
const meantTarget = ({ kind, name }: Loaded): string | undefined =>
  kind === 'match' || UNEVALUATED_TARGETS.includes(name) ? undefined : nearest(name, TARGET_NAMES);
