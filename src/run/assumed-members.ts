/**
 * `set:NAME:ELEMENT`: members that a set is assumed to have or to lack, whatever else is known of it. They stand in
 * sets of their own, which the condition looks at first (compile/passes/unknowns.ts).
 */

import type { Finding } from '../model/finding.js';
import { question } from '../model/question.js';
import { type SetDef, setTypeOf } from '../model/set.js';
import { parseIpset } from '../parse/ipset/ipset.js';

/** Names of sets, undefined where there is none: such that are assumed to be in it, and such that are not. */
export interface MembersOf {
  readonly held: string | undefined;
  readonly lacking: string | undefined;
}

export class AssumedMembers {
  /** those that were asked for so far. */
  readonly sets: SetDef[] = [];
  /** facts that are about a set that some rule names. */
  readonly used = new Set<string>();
  /** why a fact's element is none, by fact. */
  readonly problems = new Map<string, string>();

  constructor(
    private readonly assume: ReadonlyMap<string, boolean>,
    private readonly given: readonly SetDef[],
  ) {}

  /** undefined: nothing was assumed of the set's members. */
  of(name: string): MembersOf | undefined {
    const prefix = `${question.set(name)}:`;
    const facts = [...this.assume].filter(([fact]) => fact.startsWith(prefix));
    if (facts.length === 0) return undefined;
    const make = (answer: boolean): string | undefined => {
      const elements = facts.filter(([, given]) => given === answer).map(([fact]) => fact);
      return this.#make(`the elements assumed ${answer ? '' : 'not '}in ${name}`, name, elements, prefix);
    };
    return { held: make(true), lacking: make(false) };
  }

  #make(as: string, name: string, facts: readonly string[], prefix: string): string | undefined {
    const known = this.given.find((set) => set.name === name && set.known)?.type;
    const type = known ?? guess(facts[0]?.slice(prefix.length) ?? '');
    const create = `create x ${type}${type === 'bitmap:port' ? ' range 0-65535' : ''}\n`;
    const good = facts
      .map((fact) => fact.slice(prefix.length))
      .filter((element) => {
        const findings: Finding[] = [];
        parseIpset(`${create}add x ${element}\n`, '--assume', { add: (finding) => findings.push(finding) });
        if (findings.length === 0) this.used.add(prefix + element);
        else this.problems.set(prefix + element, findings[0]!.message);
        return findings.length === 0;
      });
    if (good.length === 0) return undefined;
    const adds = good.map((element) => `add x ${element}\n`).join('');
    const [set] = parseIpset(create + adds, '--assume', { add: () => {} });
    if (!this.sets.some((one) => one.name === as)) this.sets.push({ ...set!, name: as });
    return as;
  }
}

/** The type whose elements look so, where nothing else is known of a set. */
function guess(element: string): string {
  const kinds = element
    .split(',')
    .map((part) =>
      /^([a-z0-9-]+:)?\d+(\/\d+)?$/i.test(part)
        ? 'port'
        : part.includes('/')
          ? 'net'
          : /^[\d.]+$/.test(part)
            ? 'ip'
            : '?',
    );
  const type = kinds.length === 1 && kinds[0] === 'port' ? 'bitmap:port' : `hash:${kinds.join(',')}`;
  return setTypeOf(type) ?? 'hash:ip';
}
