/** What a listing says otherwise than the save of the same chains, as far as listings tell. */
import { findMatch } from '../../ext/registry.js';
import type { Finding } from '../../model/finding.js';
import {
  type Chain,
  type Head,
  isBuiltin,
  placeOf,
  type Rule,
  ruleWith,
  type Table,
  type Target,
} from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';
import { isGiven, isWhole } from './joined.js';
import { UNKNOWN_CHAIN } from './listing/reader.js';
import { printRule } from './print-rule.js';

/** How far ahead a rule is looked for that the other text lacks, or has before it. */
const WINDOW = 32;
/** Pairs of rules that are looked at where one may stand anywhere. */
const MOST_COMPARED = 100_000;

/**
 * One finding for each kind of difference, at the first of them. `chains`: those of the listing that are not taken. Undefined:
 * it is no listing, or what is taken is one too.
 */
export function listingDiffers(
  listing: Table,
  chains: ReadonlyMap<string, Chain>,
  taken: Table,
): Finding[] | undefined {
  if (listing.origin !== 'listing' || taken.origin === 'listing' || taken.origin === 'rules') return undefined;
  const found = new Differences(listing, taken);
  for (const [name, chain] of chains) {
    const saved = taken.chains.get(name);
    if (name === UNKNOWN_CHAIN) found.anywhere(chain);
    else if (saved === undefined || !isGiven(saved)) found.chainMissing(chain);
    else found.chain(chain, saved);
  }
  if (found.whole)
    for (const chain of taken.chains.values())
      if (!listing.chains.has(chain.name) && isGiven(chain)) found.chainUnlisted(chain);
  return found.findings();
}

class Differences {
  private readonly kinds = new Map<string, { readonly first: Finding; more: number }>();
  private readonly texts = new Map<Rule, string>();
  private readonly there: string;
  /** a part may be quoted: what it lacks may be there all the same. */
  readonly whole: boolean;

  constructor(
    private readonly listing: Table,
    private readonly taken: Table,
  ) {
    this.whole = isWhole(listing);
    this.there = `${taken.file}:${taken.opened.line}`;
  }

  findings(): Finding[] {
    return [...this.kinds.values()].map(({ first, more }) =>
      more === 0 ? first : { ...first, message: `${first.message} (and ${more} more)` },
    );
  }

  chainMissing({ name, rules }: Chain): void {
    this.say('chain', rules[0], `chain ${name} of the listing is not in the table at ${this.there}`);
  }

  chainUnlisted({ name, rules, line }: Chain): void {
    this.say('unlisted', rules[0], `chain ${name} of ${this.taken.file}:${line} is not in the listing`);
  }

  /** Rules of which no line says the chain: each may stand in any. */
  anywhere({ rules }: Chain): void {
    const saved = [...this.taken.chains.values()].flatMap((chain) => chain.rules);
    if (rules.length * saved.length > MOST_COMPARED) return;
    for (const rule of rules)
      if (!saved.some((one) => this.agree(ruleWith(rule, { chain: one.chain }), one))) this.unsaved(rule);
  }

  chain(listed: Chain, saved: Chain): void {
    const { name, policy } = listed;
    if (
      isBuiltin(this.listing.name, name) &&
      policy !== undefined &&
      saved.policy !== undefined &&
      policy !== saved.policy
    )
      this.say(
        'policy',
        undefined,
        `the listing has policy ${policy} for chain ${name}, and ${saved.policy} stands at ${this.taken.file}:${saved.line}`,
      );
    this.rules(listed.rules, saved.rules);
  }

  /** Both in order: where two rules differ, the nearest that agree again tell which were added. */
  private rules(listed: readonly Rule[], saved: readonly Rule[]): void {
    let i = 0;
    let j = 0;
    while (i < listed.length && j < saved.length) {
      if (this.agree(listed[i]!, saved[j]!)) {
        i++;
        j++;
        continue;
      }
      const [more, fewer] = this.ahead(listed, i, saved, j);
      if (more === 0 && fewer === 0) this.other(listed[i++]!, saved[j++]!);
      for (const end = i + more; i < end; i++) this.unsaved(listed[i]!);
      for (const end = j + fewer; j < end; j++) this.unlisted(saved[j]!);
    }
    for (; i < listed.length; i++) this.unsaved(listed[i]!);
    for (; j < saved.length; j++) this.unlisted(saved[j]!);
  }

  /** How many rules only the listing has before both agree again, or only the save; none: the two stand for each other. */
  private ahead(listed: readonly Rule[], i: number, saved: readonly Rule[], j: number): [more: number, fewer: number] {
    for (let by = 1; by <= WINDOW; by++) {
      if (i + by < listed.length && this.agree(listed[i + by]!, saved[j]!)) return [by, 0];
      if (j + by < saved.length && this.agree(listed[i]!, saved[j + by]!)) return [0, by];
      if (i + by < listed.length && j + by < saved.length && this.agree(listed[i + by]!, saved[j + by]!)) return [0, 0];
    }
    return [0, 0];
  }

  private agree(listed: Rule, saved: Rule): boolean {
    // one that could not be read tells nothing
    if (listed.refused || saved.refused || this.text(listed) === this.text(saved)) return true;
    if (nameOf(listed.target) !== nameOf(saved.target)) return false;
    const hidden = new Set([listed, saved].flatMap((rule) => (rule.unsaid ?? []).flatMap(optionsOf)));
    const unread = [listed, saved].some(({ matches }) => matches.some(({ known }) => !known));
    const open = [listed, saved].some(({ target }) => target?.kind === 'extension' && !target.use.known);
    if (hidden.size === 0 && !unread && !open) return false;
    const [one, other] = [listed, saved].map((rule) => {
      const head = Object.fromEntries(Object.entries(rule.head).filter(([key]) => !hidden.has(key as keyof Head)));
      const told = ruleWith(rule, { head, unsaid: undefined, matches: unread ? [] : rule.matches });
      return printRule(open ? ruleWith(told, { target: undefined }) : told, this.listing.family);
    });
    return one === other;
  }

  private text(rule: Rule): string {
    let text = this.texts.get(rule);
    if (text === undefined) {
      text = printRule(withoutUnlisted(rule, this.listing.family), this.listing.family);
      this.texts.set(rule, text);
    }
    return text;
  }

  private other(listed: Rule, { file, line }: Rule): void {
    this.say('other', listed, `chain ${listed.chain}: the rule at ${file}:${line} is another one`);
  }
  private unsaved(listed: Rule): void {
    this.say('unsaved', listed, `chain ${listed.chain}: the table at ${this.there} lacks this rule of the listing`);
  }
  private unlisted(saved: Rule): void {
    if (this.whole) this.say('lacking', saved, `chain ${saved.chain}: the listing lacks this rule`);
  }

  private say(kind: string, rule: Rule | undefined, message: string): void {
    const before = this.kinds.get(kind);
    if (before !== undefined) before.more++;
    else
      this.kinds.set(kind, {
        first: {
          severity: 'warning',
          code: 'listing-differs',
          message,
          place: rule === undefined ? this.listing.opened : placeOf(rule),
        },
        more: 0,
      });
  }
}

/** What a listing does not show of a rule is not compared. */
function withoutUnlisted(rule: Rule, family: Family): Rule {
  const hidden = rule.matches.map(({ name, known }) => (known ? (findMatch(name, family)?.unlisted ?? NONE) : NONE));
  if (hidden.every((keys) => keys.length === 0)) return rule;
  const matches = rule.matches.map((use, i) => ({
    ...use,
    options: Object.fromEntries(Object.entries(use.options).filter(([key]) => !hidden[i]!.includes(key))),
  }));
  return ruleWith(rule, { matches });
}
const NONE: readonly string[] = [];

/** What a target is called, whatever it was given. */
const nameOf = (target: Target | undefined): string | undefined =>
  target?.kind === 'extension' ? target.use.name : target?.kind === 'verdict' ? target.verdict : target?.chain;

const HEAD: Readonly<Record<string, keyof Head>> = {
  '-s': 'src',
  '-d': 'dst',
  '-i': 'in',
  '-o': 'out',
  '-p': 'protocol',
};

/** What an open option leaves unsaid; one without words is a listing without -v. */
const optionsOf = ({ words }: { readonly words: readonly string[] }): (keyof Head)[] =>
  words.length === 0 ? ['in', 'out'] : HEAD[words[0]!] === undefined ? [] : [HEAD[words[0]!]!];
