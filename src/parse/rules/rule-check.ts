/** What an extension's definition asks of the rule round it: protocol, table, required and excluded options, its own check. */
import { hooksOf } from '../../ext/define.js';
import { MATCH_NAMES, TARGET_NAMES } from '../../ext/registry.js';
import type { Findings } from '../../model/finding.js';
import { nearest } from '../../model/nearest.js';
import { isBuiltin, placeOf, type Rule, type Span } from '../../model/ruleset.js';
import { protocolName } from '../../net/protocol.js';
import { androidOnly } from './android.js';
import { optionIndex } from './option-index.js';
import type { Loaded, RuleSource } from './rule-reader.js';

/** False where the rule has to be refused; each reason is added to the findings. */
export function checkUse(use: Loaded, rule: Rule, from: RuleSource, findings: Findings): boolean {
  const extension = use.extension;
  const unread = use.open?.question.startsWith('name:') === false ? use.open.words : undefined;
  if (extension === undefined || unread !== undefined) {
    const meant = meantName(use);
    const settled = `whether it ${use.kind === 'match' ? 'holds' : 'takes the packet'} is an open question: --assume ${use.kind}:${use.name}=yes or =no settles it`;
    // what a listing says in place of its options (listing/words.ts)
    const hidden = extension === undefined && use.words[0]?.text === '--not-shown';
    findings.add({
      severity: 'warning',
      code: hidden ? 'not-shown' : 'not-understood',
      message: hidden
        ? `the listing does not show what ${use.kind} ${use.name.replace(/\?$/, '')} was given`
        : unread === undefined
          ? `${use.kind} ${use.name} is not evaluated`
          : `${use.kind} ${use.name}: ${unread[0]!.text} is no option of it that is known here`,
      place: placeOf(rule, unread?.[0]?.at ?? use.at),
      // of matches there are more than stand in the registry
      hint:
        meant === undefined
          ? settled
          : use.kind === 'match'
            ? `did you mean -m ${meant}? If not, ${settled}`
            : `did you mean ${meant}?`,
    });
    return true;
  }
  // what its options together must be cannot be told where one is not known
  if (use.open !== undefined) return true;
  let sound = true;
  const dash = use.kind === 'match' ? '-m' : '-j';
  const refuse = (code: string, message: string, at: Span = use.at, hint?: string) => {
    sound = false;
    findings.add({ severity: 'error', code, message, place: placeOf(rule, at), hint, ofRule: true });
  };
  const protocol = rule.head.protocol;
  if (extension.protocols && (!protocol || protocol.not || !extension.protocols.includes(protocol.value))) {
    const names = extension.protocols.map(protocolName).join(' or ');
    refuse('needs-protocol', `${dash} ${use.name}: needs -p ${names}`);
  }
  if (extension.tables && !extension.tables.includes(from.table))
    refuse(
      'wrong-table',
      `${dash} ${use.name}: stands in table ${from.table}, and works in ${extension.tables.join(', ')} only`,
    );
  const given = use.options;
  const hooks = hooksOf(extension, given);
  if (hooks && isBuiltin(from.table, from.chain) && !hooks.includes(from.chain)) {
    if (extension.android && from.isAndroid?.())
      findings.add(androidOnly(dash, use.name, from.chain, placeOf(rule, use.at)));
    else
      refuse(
        'wrong-chain',
        `${dash} ${use.name}: stands in chain ${from.chain}, and works in ${hooks.join(', ')} only`,
      );
  }
  for (const { key, option } of optionIndex(extension).demanding) {
    if (option.required && given[key] === undefined)
      refuse('missing-option', `${dash} ${use.name}: --${key} is missing`);
    if (given[key] === undefined) continue;
    if (option.android)
      findings.add({
        severity: 'note',
        code: 'android-only',
        message: `--${key}: Android's iptables alone has it`,
        place: placeOf(rule, given[key]!.at),
      });
    const rival = option.excludes?.find((other) => given[other] !== undefined);
    if (rival !== undefined && given[rival]!.at.column < given[key]!.at.column)
      refuse('excluded-option', `--${key}: cannot stand beside --${rival}`, given[key]!.at);
    const absent = option.needs?.find((other) => given[other] === undefined);
    if (absent !== undefined) refuse('missing-option', `--${key}: needs --${absent} beside it`, given[key]!.at);
  }
  if (!sound || extension.check === undefined) return sound;
  const options = extension.canonical?.(given) ?? given;
  extension.check(options, {
    family: from.family,
    table: from.table,
    chain: from.chain,
    head: rule.head,
    listed: from.listed === true,
    protocol,
    matches: rule.matches.map((match) => match.name),
    options: (name) => rule.matches.flatMap((match) => (match.name === name ? [match.options] : [])),
    refuse: (message, key, hint) =>
      refuse(
        'refused',
        key === undefined ? `${dash} ${use.name}: ${message}` : `--${key}: ${message}`,
        key === undefined ? use.at : (given[key]?.at ?? use.at),
        hint,
      ),
    warn: (code, message, key) =>
      findings.add({
        severity: 'warning',
        code,
        message,
        place: placeOf(rule, key === undefined ? use.at : (given[key]?.at ?? use.at)),
      }),
  });
  return sound;
}

/** One that nobody knows may be a slip. */
const meantName = ({ kind, name, extension }: Loaded): string | undefined =>
  extension !== undefined || name.endsWith('?')
    ? undefined
    : nearest(name, kind === 'match' ? MATCH_NAMES : TARGET_NAMES);
