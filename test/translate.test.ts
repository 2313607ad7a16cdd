/** Messages that are made in English, in other languages: how they are recognised, and that none is forgotten. */
import { describe, expect, test } from 'vitest';
import { CODES } from '../src/cli/explain-code.js';
import { parse } from '../src/index.js';
import { FINDINGS as JAPANESE, say } from '../src/report/lang/ja-findings.js';
import { LANGUAGES, type LanguageName } from '../src/report/lang/spoken.js';
import { type Catalogue, JOINTS, partsOf, translator } from '../src/report/lang/translate.js';
import { corpus, corpusMissing, readCorpus } from './corpus.js';
import { gathered, templatesIn } from './messages.js';
import { readRule, rowTables } from './rows.js';

/** One for each language but English. */
const CATALOGUES: readonly (readonly [language: LanguageName, catalogue: Catalogue])[] = [['ja', JAPANESE]];

test('each language but English has a catalogue here', () => {
  expect(CATALOGUES.map(([language]) => language)).toEqual(Object.keys(LANGUAGES).filter((name) => name !== 'en'));
});

describe('translator', () => {
  const translate = translator({
    'port {} is not in {}..{}': '[{1}-{2}] lacks port {0}',
    '{} is not in {}': '{1} lacks {0}',
    'an {|in}visible {}': '{1}, {0|seen|unseen}',
    '; did you mean {}?': ' ({0}?)',
    '"{}" is a fact': 'fact "{0}"',
    'no fact': 'NO FACT',
    ' (to {})': ' (-{0})',
    ' (to {}; also {})': ' (-{0} & {1})',
    'also {}': '+{0}',
    '; ': '. ',
    'either \\{a\\|b\\}': '\\{b\\|a\\}',
  });
  test.each([
    ['port 7 is not in 0..5', '[0-5] lacks port 7'],
    ['x is not in y', 'y lacks x'],
    ['--dport: port 7 is not in 0..5', '--dport: [0-5] lacks port 7'],
    ['a visible cat', 'a visible cat'],
    ['an visible cat', 'cat, seen'],
    ['an invisible cat', 'cat, unseen'],
    ['an invisible no fact', 'NO FACT, unseen'],
    ['"no fact" is a fact', 'fact "no fact"'],
    ['x is not in y; did you mean z?', 'y lacks x (z?)'],
    ['x is not in y; no fact', 'y lacks x. NO FACT'],
    ['a, no fact', 'a, NO FACT'],
    ['unheard of: no fact', 'unheard of: NO FACT'],
    ['unheard of', 'unheard of'],
    ['no fact, unheard of', 'NO FACT, unheard of'],
    ['unheard of: 7 no fact', 'unheard of: 7 NO FACT'],
    ['either {a|b}', '{b|a}'],
    ['no fact (to 5; also 7, 8-9, …)', 'NO FACT (-5 & 7, 8-9, …)'],
    ['no fact (to 5)', 'NO FACT (-5)'],
    ['x is not in 1, 2, …', '1, 2, … lacks x'],
    ['no fact\n  no fact', 'NO FACT\n  NO FACT'],
    ['', ''],
  ])('%j', (message, expected) => {
    expect(translate(message)).toBe(expected);
  });

  test('long messages take no time', () => {
    for (const part of ['"', ': ', 'is not in ', 'a; did you mean ', ' ', ', '])
      expect(say(part.repeat(300_000)).length).toBeGreaterThanOrEqual(300_000);
  }, 5000);
});

test('templates are found in sources', () => {
  const source =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source
    "add('code', `set ${name} ${gone ? 'is' : 'was'} gone`, { hint: 'take ' + care + ' of it' });" +
    "const WHY = { a: 'it is late', b: 'late' }; throw new Error('never said'); program.option('--x', 'about the option');";
  expect(templatesIn(source)).toEqual(['set {} {is|was} gone', 'take {} of it', 'it is late']);
});

/** Texts with blanks that are read, printed, or names: they are the same in all languages. */
const NAMES = new Set([
  'route {}',
  // what ways are known by
  'chain {}',
  'in {}',
  // rules that other texts make
  '-m multiport --dports',
  '-m conntrack --ctstate',
  '-m iprange --src-range',
  '-m iprange --dst-range',
  '-m set --match-set',
  '-m limit --limit',
  '-m limit --limit-burst',
  '-m owner --uid-owner',
  '-m owner --gid-owner',
  '-m comment --comment',
  '{ip6tables|iptables} {}',
  // options
  '-d, --path input\\|forward',
  // commands of a host
  '# ipset save',
  '# ip addr',
  '# ip link',
  '# ip route',
  '# route -n',
  '# conntrack -L',
  'ip -{} addr',
  'ip -{} maddr',
  'ip -{} route get {}',
  ' iif {}',
  'ip link',
  'sysctl {}',
  'sysctl net.netfilter.nf_conntrack_count',
  '{} -t nat -A POSTROUTING -s {} -d {} -j MASQUERADE',
  '{} {} -p {} --dport {} -j ACCEPT',
  // tables beside those of iptables-legacy
  ...['{}', 'raw', 'mangle', 'nat', 'filter', 'security'].map((table) => `nft ${table}`),
  // the form of a fact
  'OPTION NAME',
  'getent ahosts {}',
  '{}={yes|no}',
  // of scripts and listings
  'for {} in \\{{}..{}\\}',
  'UNKNOWN match',
  'UNKNOWN target',
  '[unsupported revision]',
  'bytes of unknown',
  'new related destroy reply assured protoinfo helper mark natseqinfo secmark',
  'Linux cooked',
  'Linux cooked v2',
  'BSD null',
  'OpenBSD loop',
  'ethertype 0x{}',
  'in src dst proto sport dport flags type code length ttl tos df frag mf',
  'first key',
  'first value',
  'in out physin mac pkttype mark time uid gid path state hex',
  'src dst proto length ttl tos id ipid df frag mf payload',
  'INTERFACE via GATEWAY',
  'REQUEST RESPOND PARTOPEN OPEN CLOSEREQ CLOSING TIMEWAIT IGNORE INVALID',
  'add {} ',
  'create x {}{ range 0-65535|}\n',
  '{}add x {}\n',
  'add x {}\n',
  'Number of entries',
  'odd heartbeat',
  'CONNMARK {}',
  // listings and commands that jc's JSON and firewalld's XML are turned into
  'Chain {} (0 references)',
  'Chain {} (policy {})',
  ' {} packets, {} bytes',
  '{ip6tables|iptables} -t {} -A {} ',
  'later fragment',
  '{} via {}',
  'drop {}',
  'local {}',
  'ipv6-icmp {}/{}',
  'icmp 12/0',
  'ip -{} route get {} from {}',
  '{} iif {}',
  'draw {}',
  '{} (IPv{})',
]);
/** What lists of words begin with. */
const LISTS = ['append delete check', 'nhid advmss window', 'NONE SYN_SENT', 'cgroup cpu'];
const isList = (template: string) => LISTS.some((words) => template.startsWith(words));
const MESSAGES = gathered().filter(({ template }) => !NAMES.has(template) && !isList(template));

/** What joins messages. */
const BETWEEN = [...JOINTS, '{} or {}'];
/** Whether an entry is for some of the messages of a template: `port {} is not in {}..{}` of `{} {} is not in {}..{}`. */
const isCaseOf = (entry: string, template: string) => translator({ [template]: '\0' })(entry) === '\0';
/** Phrases that stand in brackets behind a message: ` (to line {}; also line {})`. */
const inBrackets = (entry: string) => /^ \((.*)\)$/.exec(entry)?.[1]?.split('; ');

describe.each(CATALOGUES)('%s', (language, catalogue) => {
  test('has each message', () => {
    const lacking = MESSAGES.filter(({ template }) => catalogue[template] === undefined);
    expect(
      lacking.map(({ template, file }) => `src/${file}: ${template}`),
      `src/report/lang/${language}-findings-*.ts lacks these messages: add a line for each, the text here as its key (CONTRIBUTING.md, "Adding a message"; what is no message goes into NAMES of this test)`,
    ).toEqual([]);
  });

  test('has no other', () => {
    const templates = new Set(MESSAGES.map(({ template }) => template));
    const isSaid = (entry: string): boolean =>
      templates.has(entry) ||
      BETWEEN.includes(entry) ||
      inBrackets(entry)?.every((phrase) => templates.has(phrase)) === true ||
      [...templates].some((template) => isCaseOf(entry, template));
    const others = Object.keys(catalogue).filter((entry) => !isSaid(entry));
    expect(others, `no source says these any more: take them out of src/report/lang/${language}-findings-*.ts`).toEqual(
      [],
    );
  });

  const ENTRIES = Object.entries(catalogue).filter(([template]) => !JOINTS.includes(template));

  test('says all that is filled in', () => {
    const wrong = ENTRIES.filter(([template, words]) => {
      const said = partsOf(words, true).filter((part) => typeof part !== 'string');
      const places = partsOf(template, false).filter((part) => typeof part !== 'string');
      const isSaid = places.every(({ place, choices }) => {
        const uses = said.filter((one) => one.place === place);
        // words that tell numbers apart, or a and an, may be without counterpart
        if (choices.length > 0)
          return (
            uses.every((one) => one.choices.length === choices.length) && (uses.length > 0 || choices.every(isNumber))
          );
        return uses.length > 0 && uses.every((one) => one.choices.length === 0);
      });
      return !isSaid || said.some(({ place }) => place >= places.length);
    });
    expect(wrong).toEqual([]);
  });

  test('recognises each template by samples', () => {
    const translate = translator(catalogue);
    const wrong = ENTRIES.flatMap(([template, words]) =>
      samplesOf(template, words).filter(([message, expected]) => translate(message) !== expected),
    );
    expect(wrong.map(([message, expected]) => [message, expected, translate(message)])).toEqual([]);
  });
});

describe.each(Object.keys(LANGUAGES) as LanguageName[])('%s', (language) => {
  test('has an entry for each code that check --explain tells of', async () => {
    const { entries } = await LANGUAGES[language]();
    // English has them where they arise
    if (entries === undefined) return expect(language).toBe('en');
    const names = [...entries.keys()];
    expect({
      lacks: CODES.filter((code) => !entries.has(code)),
      hasToo: names.filter((code) => !CODES.includes(code)),
    }).toEqual({ lacks: [], hasToo: [] });
    for (const texts of entries.values()) for (const text of texts) expect(text).toMatch(/\S/);
  });
});

const isNumber = (word: string) => ['', 's', 'is', 'are', 'line', 'lines', 'column', 'columns'].includes(word);

/** Each choice in turn, and values in the places that are free. */
function samplesOf(template: string, words: string): (readonly [message: string, expected: string])[] {
  const places = partsOf(template, false);
  const most = Math.max(1, ...places.map((part) => (typeof part === 'string' ? 1 : part.choices.length)));
  const value = (place: number) => `v${place}`;
  return Array.from({ length: most }, (_, turn) => {
    const chosen = (choices: readonly string[]) => choices[Math.min(turn, choices.length - 1)]!;
    const fill = (parts: typeof places) =>
      parts
        .map((part) =>
          typeof part === 'string' ? part : part.choices.length > 0 ? chosen(part.choices) : value(part.place),
        )
        .join('');
    return [fill(places), fill(partsOf(words, true))] as const;
  });
}

/** Words of English that stand side by side, behind what is quoted or is an option with its value. */
const english = (message: string): string[] =>
  message
    .replace(/「.*?」|`.*?`|"[^"]*"/g, '')
    .match(/(?<![-\w./:=])[a-z]{2,} [a-z]{2,}(?![-\w./:=])/g)
    ?.filter((pair) => !COMMANDS.test(pair)) ?? [];
const COMMANDS =
  /^(ip|ipset|conntrack|iptables|tcpdump|packetwalk|zcat|npm|echo|slow) |^from all|^all lookup|^lookup main/;

describe('findings in Japanese', () => {
  const rows = rowTables().flatMap(({ rows }) => rows);
  test('refused rules', () => {
    const messages = new Set(
      rows.flatMap(({ rule, table, chain, family }) =>
        readRule(rule, table, chain, family).findings.flatMap(({ message, hint = '' }) => [message, hint]),
      ),
    );
    expect(messages.size).toBeGreaterThan(100);
    expect([...messages].map(say).filter((message) => english(message).length > 0)).toEqual([]);
  });

  test.skipIf(corpus.length === 0)(`texts of real hosts${corpusMissing ? `: ${corpusMissing}` : ''}`, () => {
    const messages = new Set(
      corpus.flatMap(({ file }) => parseAll(file).flatMap(({ message, hint = '' }) => [message, hint])),
    );
    expect([...messages].map(say).filter((message) => english(message).length > 0)).toEqual([]);
  });
});

function parseAll(name: string) {
  try {
    return parse([{ name, text: readCorpus(name) }]).findings;
  } catch (error) {
    return [error as { message: string; hint?: string }];
  }
}
