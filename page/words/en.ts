/** English; its shape is what every language has. */
import type { Chip, MapNode, MapPlace, Step } from '../../dist/web/desk/messages.js';

const count = (number: number, one: string, many = `${one}s`) =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

const PARTS = {
  sets: (number: number) => count(number, 'set'),
  addresses: (number: number) => count(number, 'address', 'addresses'),
  routes: (number: number) => count(number, 'route'),
  settings: (number: number) => count(number, 'setting'),
  connections: (number: number) => count(number, 'connection'),
} as const;

const TAKEN: Readonly<Record<string, string>> = {
  listing: 'iptables -L',
  jc: 'iptables -L as JSON',
  script: 'script',
  firewalld: 'firewalld',
  rule: 'ip rule',
  hashlimit: 'hashlimit',
  recent: 'recent',
  xfrm: 'IPsec',
  json: 'JSON',
  command: 'commands',
  comment: 'remarks',
  commented: 'rules commented out',
  unknown: 'not understood',
};

export const en = {
  tagline: 'What happens to a packet in these rules?',
  private: 'Nothing that you paste leaves this page.',
  sources: {
    title: 'What the host prints',
    add: 'Open files',
    addHelp: 'or drop them here; several at once',
    empty: 'Paste the output of iptables-save here, or of iptables -L, ipset save, ip addr, ip route, a script …',
    broken: 'Nothing could be read from this link: it is broken, or was cut off. What stands here is not what it held.',
    clear: 'Start empty',
    example: 'The example again',
    remove: (name: string) => `Take ${name} away`,
    text: (name: string) => `Text of ${name}`,
    tabs: 'Texts',
    recognised: 'What was recognised',
    findings: (found: number) => (found === 0 ? 'No findings' : count(found, 'finding')),
    more: (more: number) => `and ${more.toLocaleString('en')} more`,
    line: (file: string, line: number) => `${file}, line ${line}`,
    severity: { error: 'error', warning: 'warning', note: 'note' },
  },
  chip: (chip: Chip): string => {
    switch (chip.kind) {
      case 'table':
        return `${chip.family === 6 ? 'IPv6 ' : ''}${chip.table} · ${count(chip.rules, 'rule')}`;
      case 'part':
        return PARTS[chip.as](chip.count);
      case 'taken':
        return TAKEN[chip.as] ?? chip.as;
      case 'missing':
        return `no ${chip.as}`;
    }
  },
  missing: (get: string) => `${get} on the host tells them`,
  copy: 'Copy',
  copied: 'Copied',
  ask: {
    title: 'The packet',
    as: { form: 'Form', line: 'Line' },
    line: 'Options as iptables has them, a line of tcpdump, or JSON',
    sent: 'direction',
    directions: { arrives: 'comes in', sent: 'this host sends it' },
    in: 'in by',
    out: 'out by',
    proto: 'protocol',
    src: 'from',
    sport: 'port',
    dst: 'to',
    dport: 'port',
    flags: 'flags',
    type: 'ICMP type',
    mark: 'mark',
    state: 'state',
    any: 'not said',
    more: 'more',
    until: 'Follow',
    untils: { first: 'this packet', answer: 'and its reply', next: 'and the next packet' },
    swap: 'Other direction',
  },
  answer: {
    title: 'The answer',
    asking: 'asking …',
    nothing: 'Paste rules, and ask.',
    assumed: 'Taken for granted',
    hints: 'What may help',
    after: 'What comes after it',
    open: 'Open questions',
    yes: 'yes',
    no: 'no',
    otherwise: 'otherwise',
    unknown: 'not known',
    parts: { first: 'The packet', answer: 'The reply', next: 'The next packet' },
  },
  walk: {
    title: 'Its way',
    steps: 'Steps of the walk',
    back: 'Step back',
    on: 'Next step',
    play: 'Play',
    pause: 'Pause',
    position: (at: number, of: number) => `step ${at} of ${of}`,
    keys: '← and → go step by step',
    state: 'The packet now',
    rule: (step: Step) => `${step.table} ${step.chain} rule ${step.rule?.number ?? ''}`,
    any: 'any packet',
  },
  fields: {
    in: 'came in by',
    out: 'leaves by',
    src: 'source',
    dst: 'destination',
    state: 'connection',
    entry: 'entry',
    mark: 'mark',
    'connection-mark': 'connection mark',
    ttl: 'TTL',
    proto: 'protocol',
  } as Readonly<Record<string, string>>,
  why: {
    title: (chain: string, number: number) => `Rule ${number} of ${chain}`,
    close: 'Close',
    ask: 'Why, or why not? Click a line number, or press Alt and Enter in a line.',
    decided: (chain: string) => `The packet was in ${chain}, and was decided about before it came to this rule.`,
    notLed: (chain: string) => `The packet never comes into ${chain}.`,
    nobody: 'No rule leads there.',
    leads: 'These rules lead there:',
    unseen: 'not looked at',
    noRule: 'No rule stands in this line.',
  },
  graph: {
    title: 'Hooks and chains',
    closer: 'Closer',
    farther: 'Farther',
    fit: 'All of it',
    fold: 'Fold families',
    help: 'drag to move, ctrl and wheel to zoom, double click opens a family',
    places: { arrives: 'arrives', routing: 'routing', here: 'this host', leaves: 'leaves' } as Readonly<
      Record<MapPlace, string>
    >,
    node: ({ kind, table, name, rules, chains }: MapNode): string =>
      `${table} ${name}: ${kind === 'family' ? `${count(chains, 'chain')}, ` : ''}${count(rules, 'rule')}`,
  },
  many: {
    title: 'Many packets',
    packets: 'packets',
    profile: 'values',
    profiles: { near: 'near those of the rules', uniform: 'any', mix: 'flows as on a link' },
    seed: 'seed',
    count: 'Count',
    capture: 'Count a capture',
    cancel: 'Stop',
    total: (packets: number, seconds: number) =>
      `${count(packets, 'packet')} in ${seconds.toFixed(2)} s: ${count(Math.round(packets / Math.max(seconds, 1e-6)), 'packet')} a second`,
    partial: '(stopped)',
    number: (packets: number) => packets.toLocaleString('en'),
    share: (part: number) => `${(100 * part).toFixed(1)} %`,
    never: (never: number, rules: number) => `${count(never, 'rule')} of ${rules.toLocaleString('en')} met no packet.`,
    taken: 'Taken as no, since nobody has answered',
    top: 'Rules that met most packets',
    unmet: 'Rules that met no packet',
    rule: 'rule',
    coloured: 'What each rule has counted stands beside its line.',
    fates: {
      delivered: 'delivered',
      forwarded: 'forwarded',
      sent: 'sent',
      dropped: 'dropped',
      rejected: 'rejected',
      stolen: 'taken',
      unknown: 'unknown',
    },
    compare: 'Compare with other rules',
    other: 'iptables-save of the other rules; what else the host prints may stand there too',
    compareNow: 'Compare',
    differ: (differ: number, packets: number) =>
      `${count(differ, 'packet')} of ${packets.toLocaleString('en')} fare otherwise`,
    both: 'both ways',
    ask: 'ask for it',
    these: 'These rules',
    others: 'The other rules',
  },
  keep: {
    link: 'Copy a link',
    linkHelp: 'It holds rules and question behind its #, which is sent to nobody',
    markdown: 'Copy as Markdown',
    json: 'Copy as JSON',
    svg: 'Save as SVG',
  },
  theme: { title: 'Colours', auto: 'as the system', light: 'light', dark: 'dark' },
  language: 'Language',
};

export type Words = typeof en;
