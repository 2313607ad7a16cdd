/** Names in lines of rules and sets: which words are names of chains or sets is seen by the words before them. */
import { TARGET_NAMES } from '../ext/registry.js';
import { BUILTIN } from '../model/ruleset.js';
import { protocolNumber } from '../net/protocol.js';

export type NameKind = 'chain' | 'set' | 'text' | 'name';

/** Other names in place of those that were given: the same for the same. */
export class Names {
  private readonly given = new Map<string, string>();
  private readonly counts = new Map<NameKind, number>();

  /** `known`: a text's words, which no new name may be. */
  constructor(private readonly known: (name: string) => boolean) {}

  /** Gives it a name of its own. */
  add(kind: NameKind, name: string): string {
    const key = `${kind} ${name}`;
    let made = this.given.get(key);
    if (made === undefined) {
      let count = this.counts.get(kind) ?? 0;
      do made = `${kind}${++count}`;
      while (this.known(made));
      this.counts.set(kind, count);
      this.given.set(key, made);
    }
    return made;
  }

  of(kind: NameKind, name: string): string | undefined {
    return this.given.get(`${kind} ${name}`);
  }

  *all(): Iterable<readonly [kind: string, name: string, made: string]> {
    for (const [key, made] of this.given) {
      const at = key.indexOf(' ');
      yield [key.slice(0, at), key.slice(at + 1), made];
    }
  }
}

const CHAIN_BEFORE =
  /^(?:-[AIDRNXFZPEjg]|-[a-zA-Z]*[LS]|--(?:append|insert|delete|replace|new-chain|delete-chain|flush|zero|policy|rename-chain|list|list-rules|jump|goto)|Chain)$/;
const SET_BEFORE =
  /^(?:(?:--)?(?:match|add|del|map)-set|create|add|del|destroy|flush|swap|rename|test|list|save|Name:|-[NADXFTLS])$/;
/** Programs that make chains and sets of their own: names of theirs are the same on every host, or hashes. */
const COMMON =
  /^(?:KUBE-|DOCKER|CNI-|NETAVARK|FLANNEL-|WEAVE|CILIUM_|OLD_CILIUM_|ISTIO_|LIBVIRT_|LIBVIRT-|cali-|cali\d+|felix-|ufw6?-|f2b-)/;
const BUILT_IN: ReadonlySet<string> = new Set(Object.values(BUILTIN).flat());
const KEPT: ReadonlySet<string> = new Set([...BUILT_IN, ...TARGET_NAMES]);

/** One that is called as a protocol cannot be told from it in a listing. */
const isKept = (name: string): boolean =>
  KEPT.has(name) ||
  COMMON.test(name) ||
  name === 'all' ||
  protocolNumber(name) !== undefined ||
  !/^[\w.:@+/-]{1,64}$/.test(name);

/** Rules of a save or script; a listing; what ipset prints; JSON and XML, in which any word may be a name. */
export type NameLines = 'rules' | 'listing' | 'sets' | 'quoted';

interface NameWord {
  readonly at: number;
  readonly kind: 'chain' | 'set';
  readonly name: string;
  /** it stands where nothing but such a name stands. */
  readonly sure: boolean;
}

/** A row's number and its counters may stand before its target. */
const TARGET_WITHIN = 5;

/** The words of a line that are names, or may be. */
function* nameWords(line: string, as: NameLines): Iterable<NameWord> {
  let before = '';
  let told = '';
  let count = 0;
  for (const match of line.matchAll(/[^\s"'`]+/g)) {
    let [name] = match;
    let at = match.index;
    // behind what people's terminals put before a line
    const declared = count < 4 && /^:[A-Za-z_]/.test(name);
    if (declared) {
      name = name.slice(1);
      at++;
    }
    const set = SET_BEFORE.test(before);
    if (as !== 'sets' && (declared || CHAIN_BEFORE.test(before))) yield { at, kind: 'chain', name, sure: true };
    else if (set && (as === 'sets' || before.includes('-set'))) yield { at, kind: 'set', name, sure: true };
    // a member of a list; the new name of a set or chain; the target of a listed rule
    else if (as === 'sets') yield { at, kind: 'set', name, sure: false };
    else if (as === 'quoted' || told === '-E' || (as === 'listing' && count < TARGET_WITHIN)) {
      yield { at, kind: 'chain', name, sure: false };
      if (KEPT.has(name)) count = TARGET_WITHIN;
    }
    if (set || CHAIN_BEFORE.test(before)) told = before;
    before = name;
    count++;
  }
}

/** Gives names to what can be nothing else. */
export function collectNames(line: string, as: NameLines, names: Names): void {
  for (const { kind, name, sure } of nameWords(line, as))
    if (sure && !name.startsWith('-') && !isKept(name)) names.add(kind, name);
}

export function withNames(line: string, as: NameLines, names: Names): string {
  let out = '';
  let from = 0;
  for (const { at, kind, name } of nameWords(line, as)) {
    const made = names.of(kind, name);
    if (made === undefined) continue;
    out += line.slice(from, at) + made;
    from = at + name.length;
  }
  return out + line.slice(from);
}
