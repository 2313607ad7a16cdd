/**
 * Texts of a host without what tells whose it is: addresses, hardware addresses, names of chains, sets and hosts, comments
 * are others, the same for the same, so that each packet meets what it met. Lines that nobody reads are left out.
 */
import { bitsOf, familyOf, formatAddress, prefixLength, prefixMask, type Words } from '../net/address.js';
import { typedAt } from '../parse/dirt/prompts.js';
import { nameOfText } from '../parse/host/proc-files.js';
import { variableFolder } from '../parse/host/variables.js';
import { eachLine, type SourceText } from '../parse/text.js';
import type { HostTexts } from '../run/host-texts.js';
import { addressWords } from './address-words.js';
import { AddressMap, type Fill } from './redact-addresses.js';
import { collectNames, type NameLines, Names, withNames } from './redact-names.js';

type Kind = HostTexts['taken'][number]['as'];

/** Rules that compare bytes; a range of addresses to translate to, of which the kernel takes one by a hash of others. */
export type Doubt = 'bytes' | 'hash';

export interface Redacted {
  /** all texts, one below the other, with as many lines as they had; of several, each may have a line above it. */
  readonly text: string;
  /** what stands for what: kind, as it was, as it is. */
  readonly replaced: readonly (readonly [kind: string, was: string, is: string])[];
  /** how many lines nobody reads. */
  readonly left: number;
  /** first lines of which what becomes of a packet may hang on more than was kept. */
  readonly doubts: ReadonlyMap<Doubt, { readonly file: string; readonly line: number }>;
}

interface Own {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  /** undefined: no reader has it to itself; it may be a part of what stands above. */
  readonly kind: Kind | undefined;
}

const NAMES_IN: Readonly<Partial<Record<Kind, NameLines>>> = {
  rules: 'rules',
  script: 'rules',
  command: 'rules',
  listing: 'listing',
  ipset: 'sets',
  jc: 'quoted',
  firewalld: 'quoted',
};

/** `fill`: random bytes; the same ones give the same text. */
export function redact(texts: readonly SourceText[], host: HostTexts, fill: Fill): Redacted {
  const redactor = new Redactor(host, fill);
  const lines = texts.flatMap((text) => [...headOf(text, host, texts.length), ...linesOf(text, host)]);
  return redactor.redact(lines);
}

/** Of several texts: what printed them, so that one does not go on with another. */
/** Of files that are called as what they are about. */
const FOLDERS: Readonly<Partial<Record<Kind, string>>> = { hashlimit: 'ipt_hashlimit', recent: 'xt_recent' };
const HEADS: Readonly<Partial<Record<Kind, string>>> = {
  ipset: '# ipset save',
  addr: '# ip addr',
  link: '# ip link',
  route: '# ip route',
  ifconfig: '# ifconfig',
  'routing-table': '# route -n',
  connections: '# conntrack -L',
};

function headOf({ name, text: own }: SourceText, { taken }: HostTexts, texts: number): Own[] {
  const all = taken.find(({ file, to }) => file === name && to === undefined)?.as;
  // its name is that of a table
  const folder = all === 'variable' ? variableFolder(name, own) : all && FOLDERS[all];
  const head = folder !== undefined ? `# cat /proc/net/${folder}/${nameOfText(name)}` : all && HEADS[all];
  const text = texts > 1 ? head : undefined;
  return text === undefined ? [] : [{ file: name, number: 0, text, kind: 'command' }];
}

function linesOf({ name, text }: SourceText, { taken }: HostTexts): Own[] {
  const own = taken.filter(({ file }) => file === name);
  const all = own.find(({ to }) => to === undefined)?.as;
  const kinds = new Map<number, Kind>();
  for (const { from, to = 0, as } of own) for (let line = from; line <= to; line++) kinds.set(line, as);
  return Array.from(eachLine(text), (line) => ({
    file: name,
    number: line.number,
    text: line.text,
    kind: all ?? kinds.get(line.number),
  }));
}

class Redactor {
  private readonly four: AddressMap;
  private readonly six: AddressMap;
  private readonly macs = new Map<string, string>();
  private readonly made = new Set<string>();
  private readonly names: Names;
  /** host names and others of a listing that cannot be turned back. */
  private readonly unknown: ReadonlySet<string>;
  private words: ReadonlySet<string> = new Set();
  private left = 0;
  private readonly doubts = new Map<Doubt, { readonly file: string; readonly line: number }>();

  constructor(
    private readonly host: HostTexts,
    private readonly fill: Fill,
  ) {
    this.four = new AddressMap(4, fill);
    this.six = new AddressMap(6, fill, this.four);
    this.names = new Names((name) => this.words.has(name));
    this.unknown = new Set(namesNotKnown(host));
  }

  redact(lines: readonly Own[]): Redacted {
    this.words = new Set(lines.flatMap(({ text }) => text.match(/\b(?:chain|set|text|name)\d+\b/g) ?? []));
    for (const { address, prefix } of this.host.host.addresses ?? []) this.mapOf(address).keepNetwork(address, prefix);
    for (const line of lines) {
      if (isUnread(line)) continue;
      this.keep(line);
      this.collect(line);
    }
    const text = lines.map((line) => `${this.line(line)}\n`).join('');
    return { text, replaced: this.replaced(), left: this.left, doubts: this.doubts };
  }

  /** What a line says of addresses beyond the prefixes that all begin with. */
  private keep({ text, file, number }: Own): void {
    const words = addressWords(text);
    if (words.length === 0) return;
    const isTarget = TO.test(text);
    const isNetmap = NETMAP.test(text);
    for (const { value, length, behind, begin } of words) {
      if (value === 'mac') continue;
      const map = this.mapOf(value);
      const before = text.slice(Math.max(0, begin - 20), begin);
      if (behind?.kind === 'range') {
        map.keepRange(behind.address, value);
        if (isTarget && !this.doubts.has('hash')) this.doubts.set('hash', { file, line: number });
      } else if (behind?.kind === 'mask') {
        const prefix = prefixLength(value);
        if (prefix !== undefined) map.keepNetwork(behind.address, prefix);
        else map.keepMask(behindHole(value));
      } else if (length !== undefined && length <= bitsOf(familyOf(value))) {
        map.keepNetwork(value, length);
        // the rest of an address goes into another network as it is
        if (isNetmap && NETMAP_TO.test(before))
          map.keepMask(prefixMask(length, familyOf(value)).map((word) => ~word >>> 0));
      } else if (BITMASK.test(before)) map.keepMask(behindHole(value));
    }
  }

  private collect(line: Own): void {
    const { text, file, number } = line;
    const as = namesIn(line);
    if (as === undefined) return;
    collectNames(text, as, this.names);
    if (!this.doubts.has('bytes') && BYTES.test(text)) this.doubts.set('bytes', { file, line: number });
  }

  private line(line: Own): string {
    if (isUnread(line)) {
      if (line.text.trim() === '') return '';
      this.left++;
      // in its place stands what is taken for the same: it may end what stands above it
      return line.kind === 'command' ? PROMPT : line.kind === 'unknown' ? 'Redacted.' : '#';
    }
    const { kind } = line;
    const as = namesIn(line);
    if (as === undefined)
      return this.withAddresses(
        kind === 'link' || kind === 'addr' || kind === 'json'
          ? line.text.replace(OF_LINK, (_, head, name) => head + this.names.add('name', name))
          : line.text,
      );
    let text = withNames(this.withoutTexts(withoutPrompt(line.text)), as, this.names);
    if (as === 'rules' && kind !== 'command') text = text.replace(/\s#\s.*$/, '');
    if (this.unknown.size > 0)
      text = text.replace(/[\w.-]+/g, (word) => (this.unknown.has(word) ? this.names.add('name', word) : word));
    return this.withAddresses(text);
  }

  /** Comments, and what a log or a search is given. */
  private withoutTexts(line: string): string {
    const text = line.replace(TEXT_OPTION, (whole, head: string, value: string) => {
      const [, open = '', inner = '', close = ''] = QUOTED.exec(value) ?? [];
      return inner === '' ? whole : `${head}${open}${this.names.add('text', inner)}${close}`;
    });
    let out = '';
    let from = 0;
    for (let at = text.indexOf('/*'); at >= 0; at = text.indexOf('/*', from)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) break;
      out += `${text.slice(from, at)}/* ${this.names.add('text', text.slice(at + 2, end).trim())} */`;
      from = end + 2;
    }
    return out + text.slice(from);
  }

  private withAddresses(line: string): string {
    let out = '';
    let from = 0;
    for (const { begin, end, value, behind } of addressWords(line)) {
      if (behind?.kind === 'mask') continue;
      const own = line.slice(begin, end);
      out += line.slice(from, begin) + (value === 'mac' ? this.mac(own) : this.address(value, own));
      from = end;
    }
    return out + line.slice(from);
  }

  /** One that stays keeps its spelling. */
  private address(value: Words, own: string): string {
    const mapped = this.mapOf(value).map(value);
    return mapped.every((word, i) => word === value[i]) ? own : formatAddress(mapped);
  }

  /** Those of groups, of nobody and of everybody stay. */
  private mac(text: string): string {
    const own = text.toLowerCase().replace(/\b[\da-f]\b/g, '0$&');
    if ((Number.parseInt(own.slice(1, 2), 16) & 1) === 1 || /^[0:]*$/.test(own)) return text;
    let made = this.macs.get(own);
    if (made !== undefined) return made;
    do {
      const bytes = new Uint8Array((own.length + 1) / 3);
      this.fill(bytes);
      // of no maker
      bytes[0] = 2;
      made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
    } while (this.made.has(made));
    this.made.add(made);
    this.macs.set(own, made);
    return made;
  }

  private mapOf(address: Words): AddressMap {
    return address.length === 1 ? this.four : this.six;
  }

  private replaced(): Redacted['replaced'] {
    const addresses = [this.four, this.six].flatMap((map) =>
      Array.from(map.asked(), ([was, is]) => ['address', formatAddress(was), formatAddress(is)] as const),
    );
    const macs = Array.from(this.macs, ([was, is]) => ['mac', was, is] as const);
    return [...addresses, ...macs, ...this.names.all()].filter(([, was, is]) => was !== is);
  }
}

/** A line that is a part of another has no kind: it goes on with a rule. */
const namesIn = ({ kind, text }: Own): NameLines | undefined =>
  kind === undefined ? 'rules' : kind === 'command' && /\bipset\b/.test(text) ? 'sets' : NAMES_IN[kind];

/** Remarks, prose and what prompts stand before that nobody knows. */
function isUnread({ text, kind }: Own): boolean {
  // sockets are of programs and users, and of /proc in hexadecimal: what rules learn of them is lost
  if (kind === 'sockets' || kind === 'unknown' || kind === 'comment' || kind === 'commented') return true;
  if (kind === 'command') return typedAt(text) === 'prompt';
  return /^\s*#/.test(text) && !/^\s*#(?:!| (?:Generated by|Completed on) )/.test(text) && typedAt(text) === undefined;
}

const PROMPT = 'root@host:~# ';

/** A prompt names user and host, and a command of docker or kubectl the container. */
function withoutPrompt(line: string): string {
  const typed = typedAt(line);
  if (typed === undefined || typed === 'prompt') return line;
  return /@|\b(?:docker|kubectl)\b/.test(line.slice(0, typed.at)) ? PROMPT + typed.command : line;
}

/** Words that only the host knows, but for those that stand for what is to be filled in. */
function* namesNotKnown({ tables }: HostTexts): Iterable<string> {
  for (const { chains } of tables)
    for (const { rules } of chains.values())
      for (const { unsaid = [], matches, target } of rules)
        for (const { question = '' } of [
          ...unsaid,
          ...matches,
          ...(target?.kind === 'extension' ? [target.use] : []),
        ]) {
          const name = /^name:(?:! )?\S+ (.+)$/.exec(question)?.[1] ?? '';
          if (/^(?=.*[a-z])[\w.-]+$/.test(name)) yield name;
        }
}

/** What stands before the value, and the value in its quotes; some words are an option only where quotes follow. */
const TEXT_OPTION =
  /(--(?:comment|(?:log|nflog|ulog)-prefix|(?:hex-)?string)(?:\s+|=)|(?:^|\s)(?:prefix|comment|match)\s+(?=["'\\]))("(?:[^"\\]|\\.)*"|'[^']*'|“[^“”]*”|‘[^‘’]*’|\\"(?:(?!\\").)*\\"|&quot;(?:(?!&quot;).)*&quot;|\S+)/g;
const QUOTED = /^(["'“‘]|\\"|&quot;|)(.*?)(["'”’]|\\"|&quot;|)$/s;
/** Of links: names that nothing but people read. */
const OF_LINK = /(^\s+alias |\s(?:altname|link-netns) |"(?:ifalias|link_netns)":")((?<=alias ).*|[^\s"]+)/g;
const TO = /--to-(?:source|destination)\s|\bto:/;
const NETMAP = /\bNETMAP\b/;
const NETMAP_TO = /(?:--to +|to:)$/;
const BITMASK = /\bbitmask +$/;
/** Bytes that are compared wherever they stand. */
const BYTES = /--u32\b|--bytecode\b|\bu32 +"?0x|\bmatch bpf\b/;

/** The bits of a mask behind its first zero. */
function behindHole(mask: Words): Words {
  const bits = mask.findIndex((word) => word !== 0xffffffff);
  if (bits < 0) return mask.map(() => 0);
  const head = prefixMask(32 * bits + Math.clz32(~mask[bits]!), familyOf(mask));
  return mask.map((word, i) => (word & ~head[i]!) >>> 0);
}
