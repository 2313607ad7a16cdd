/** Findings about what rules mean: each by the ruleset that has it and the one that only looks like it, of its own data. */
import { describe, expect, test } from 'vitest';
import { FINDING_KINDS } from '../src/compile/findings/index.js';
import type { Finding } from '../src/model/finding.js';
import { checkRules } from '../src/run/check-rules.js';
import { parse } from '../src/run/host-texts.js';

/** What is found in texts; what is wrong with the texts themselves is thrown. */
function found(...given: readonly string[]): Finding[] {
  const texts = given.map((text, i) => ({ name: `text ${i + 1}`, text }));
  const host = parse(texts);
  const wrong = host.findings.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw new Error(wrong.map(({ message, place }) => `${place?.line}: ${message}`).join('\n'));
  return checkRules(texts, host);
}
const codes = (texts: readonly string[]) => found(...texts).map(({ code }) => code);

describe.each(FINDING_KINDS)('$code', ({ code, severity, title, about, example, looksLike }) => {
  test('is found in its example', () => {
    const own = found(...example).filter((one) => one.code === code);
    expect(own).not.toEqual([]);
    for (const one of own) expect(one.severity).toBe(severity);
  });

  test('is not found in what looks like it', () => {
    expect(looksLike).not.toEqual([]);
    expect(codes(looksLike)).not.toContain(code);
  });

  test('is explained', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).not.toMatch(/\.$/);
    expect(about.length).toBeGreaterThan(100);
  });
});

const filter = (...lines: string[]) => `*filter\n${lines.join('\n')}\nCOMMIT\n`;
const nat = (...lines: string[]) => `*nat\n${lines.join('\n')}\nCOMMIT\n`;
const DROP = ':INPUT DROP [0:0]';
const EST = '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';

/** Texts, and the code and line, and perhaps words behind the colon, of all that is found there, but what rows are not about. */
interface Row {
  readonly texts: readonly string[];
  readonly of: readonly string[];
  readonly finds: readonly string[];
}
const row = (of: string, texts: string | readonly string[], ...finds: string[]): Row => ({
  texts: typeof texts === 'string' ? [texts] : texts,
  of: of.split(' '),
  finds,
});

const LISTING =
  'Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination\nACCEPT     all  --  anywhere             anywhere\nACCEPT     all  --  anywhere             anywhere\n';
const DOCKER = 'docker-passes-ufw';
/** A port that Docker publishes to packets of some kind, and rules of filter. */
const published = (packets: string, ...rules: string[]) => [
  nat(
    ':DOCKER - [0:0]',
    '-A PREROUTING -j DOCKER',
    `-A DOCKER ${packets} -p tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80`,
  ),
  filter(
    ...['DOCKER', 'DOCKER-USER', 'ufw-user-input', 'ufw-user-forward'].map((name) => `:${name} - [0:0]`),
    ...rules,
  ),
];
const FIRST = 'shared-state-of-another-rule';
const FIRST_BURST = `${FIRST} 3 --hashlimit-burst here counts`;
const REFUSED = 'shared-state-refused';
const HOOKS = 'count-of-several-hooks';
const SHARED = [FIRST, REFUSED, HOOKS].join(' ');
const hashed = (rate: string, chain = 'INPUT') =>
  `-A ${chain} -m hashlimit --hashlimit-upto ${rate} --hashlimit-name h -j ACCEPT`;
const rated = (interval: string, average: string) =>
  `-A INPUT -j RATEEST --rateest-name e --rateest-interval ${interval} --rateest-ewmalog ${average}`;
const timed = (seconds: string, label: string) => `-A INPUT -j IDLETIMER --timeout ${seconds} --label ${label}`;
/** Two hooks lead to a chain. */
const BOTH = [':c - [0:0]', '-A INPUT -j c', '-A FORWARD -j c'];
const ORDER = 'never-reached shadowed-rule redundant-rule same-rule-twice';
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'rules that a rule before them leaves nothing': [
    row(
      ORDER,
      filter('-A INPUT -j REJECT', '-A INPUT -j LOG', '-A INPUT -j DROP'),
      'never-reached 3',
      'never-reached 4',
    ),
    row(
      ORDER,
      filter(':a - [0:0]', '-A INPUT -j a', '-A INPUT -j LOG', '-A a -p tcp -j DROP', '-A a -j ACCEPT'),
      'never-reached 4',
    ),
    row(ORDER, filter(':a - [0:0]', '-A INPUT -j a', '-A INPUT -j LOG', '-A a -p tcp -j RETURN', '-A a -j ACCEPT')),
    row(
      ORDER,
      filter(':a - [0:0]', ':b - [0:0]', '-A INPUT -j a', '-A INPUT -j LOG', '-A a -p tcp -g b', '-A a -j ACCEPT'),
    ),
    row(ORDER, filter(':a - [0:0]', '-A INPUT -g a', '-A INPUT -j LOG'), 'never-reached 4'),
    row(
      ORDER,
      filter(':a - [0:0]', ':b - [0:0]', '-A INPUT -j a', '-A INPUT -j LOG', '-A a -j b', '-A b -j DROP'),
      'never-reached 5',
    ),
    row(ORDER, filter('-A INPUT -m comment --comment x -j DROP', '-A INPUT -j LOG'), 'never-reached 3'),
    row(ORDER, filter('-A INPUT -m limit --limit 1/s -j DROP', '-A INPUT -j LOG')),
    row(ORDER, filter('-A INPUT -m quux -j DROP', '-A INPUT -j SHAPER --rate 1', '-A INPUT -j LOG')),
    row(ORDER, filter('-A INPUT -s 0/0 -i + -p all -j DROP', '-A INPUT -j LOG'), 'never-reached 3'),
  ],
  'rules within others': [
    row(
      ORDER,
      filter(
        '-A INPUT -p tcp -m multiport --dports 20:25,80 -j DROP',
        '-A INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT',
      ),
      'shadowed-rule 3',
    ),
    row(
      ORDER,
      filter(
        '-A INPUT -p tcp -m multiport --dports 20:25,80 -j DROP',
        '-A INPUT -p tcp -m multiport --dports 22,81 -j ACCEPT',
      ),
    ),
    // what both look at is changed between them
    row(
      ORDER,
      '*raw\n-A PREROUTING -d 10.0.0.1 -j DROP\n-A PREROUTING -j RAWDNAT --to-destination 10.0.0.1\n-A PREROUTING -d 10.0.0.1 -j DROP\nCOMMIT\n',
    ),
    row(
      ORDER,
      filter('-A INPUT -i eth+ -j DROP', '-A INPUT -i eth0 -j ACCEPT', '-A INPUT -i e+ -j ACCEPT'),
      'shadowed-rule 3',
    ),
    row(
      ORDER,
      filter('-A INPUT ! -i lo -j DROP', '-A INPUT -i eth0 -j ACCEPT', '-A INPUT -i l+ -j ACCEPT'),
      'shadowed-rule 3',
    ),
    row(
      ORDER,
      filter('-A INPUT ! -s 10.0.0.0/8 -j DROP', '-A INPUT -s 11.0.0.1 -j ACCEPT', '-A INPUT -s 10.0.0.1 -j ACCEPT'),
      'shadowed-rule 3',
    ),
    row(
      ORDER,
      filter(
        '-A INPUT -m iprange --src-range 10.0.0.1-10.0.0.9 -j DROP',
        '-A INPUT -s 10.0.0.4/30 -j ACCEPT',
        '-A INPUT -s 10.0.0.8/30 -j ACCEPT',
      ),
      'shadowed-rule 3',
    ),
    row(
      ORDER,
      filter(
        '-A INPUT -m state --state NEW,INVALID -j DROP',
        '-A INPUT -m conntrack --ctstate NEW -j ACCEPT',
        '-A INPUT -m conntrack ! --ctstate ESTABLISHED,RELATED,UNTRACKED -j LOG',
      ),
      'shadowed-rule 3',
      'shadowed-rule 4',
    ),
    row(
      ORDER,
      filter('-A INPUT -p tcp --dport 22 -j DROP', '-A INPUT -p tcp -j ACCEPT', '-A INPUT -p udp --dport 22 -j ACCEPT'),
    ),
    row(ORDER, filter('-A INPUT -i eth0 -j DROP', '-A INPUT -i eth0 -p tcp -j ACCEPT'), 'shadowed-rule 3'),
    // a later fragment has no header to look at
    row(ORDER, filter('-A INPUT -p tcp -m tcp -j DROP', '-A INPUT -p tcp -j ACCEPT')),
    row(
      ORDER,
      filter('-A INPUT -p tcp -m tcp -j DROP', '-A INPUT -p tcp -m tcp --dport 1 -j ACCEPT'),
      'shadowed-rule 3',
    ),
    row(ORDER, filter('-A INPUT -p tcp -m tcp --dport 0:65535 -j DROP', '-A INPUT -p tcp -j ACCEPT')),
    row(
      ORDER,
      filter('-A INPUT -p tcp --syn -j DROP', '-A INPUT -p tcp --syn --dport 22 -j ACCEPT'),
      'shadowed-rule 3',
    ),
    row(ORDER, filter('-A INPUT -p tcp ! --syn -j DROP', '-A INPUT -p tcp --syn --dport 22 -j ACCEPT')),
    row(
      ORDER,
      filter(
        '-A INPUT -m set --match-set a src -j DROP',
        '-A INPUT -p tcp -m set --match-set a src -j ACCEPT',
        '-A INPUT -m set ! --match-set a src -j ACCEPT',
      ),
      'shadowed-rule 3',
    ),
    row(ORDER, filter('-A INPUT -s 10.0.0.0/8 -j LOG', '-A INPUT -s 10.0.0.1 -j DROP')),
    row(
      ORDER,
      filter(':a - [0:0]', '-A INPUT -s 10.0.0.0/8 -j a', '-A INPUT -s 10.0.0.1 -j DROP', '-A a -j ACCEPT'),
      'shadowed-rule 4',
    ),
    row(ORDER, filter('-A INPUT -p udp -m limit --limit 1/s -j DROP', '-A INPUT -p udp --dport 53 -j ACCEPT')),
    row(
      ORDER,
      '*mangle\n-A INPUT -m mark --mark 1 -j DROP\n-A INPUT -p tcp -j MARK --set-mark 1\n-A INPUT -p tcp -m mark --mark 1 -j ACCEPT\nCOMMIT\n',
    ),
    row(
      ORDER,
      '*mangle\n-A INPUT -m mark --mark 1 -j DROP\n-A INPUT -p tcp -m mark --mark 1 -j ACCEPT\nCOMMIT\n',
      'shadowed-rule 3',
    ),
    row(
      ORDER,
      `# Generated by ip6tables-save v1.8.9\n${filter('-A INPUT -s 2001:db8::/48 -j DROP', '-A INPUT -s 2001:db8:0:5::1 -j ACCEPT', '-A INPUT -s 2001:db8:1::1 -j ACCEPT')}`,
      'shadowed-rule 4',
    ),
  ],
  'what rules remember together': [
    row(SHARED, filter(hashed('5/min'), hashed('5/min').replace('upto', 'above'), hashed('5/min --hashlimit-burst 5'))),
    row(SHARED, filter(hashed('5/min'), hashed('6/min')), `${FIRST} 3 --hashlimit-upto here counts`),
    row(
      SHARED,
      filter(hashed('5/min'), hashed('1/sec --hashlimit-burst 9 --hashlimit-srcmask 24').replace('upto', 'above')),
      `${FIRST} 3 --hashlimit-above, --hashlimit-burst, --hashlimit-srcmask here count`,
    ),
    row(
      SHARED,
      filter(hashed('5/min --hashlimit-mode srcip'), hashed('5/min')),
      `${FIRST} 3 --hashlimit-mode here counts`,
    ),
    row(SHARED, filter(hashed('5kb/s --hashlimit-burst 9kb'), hashed('5kb/s --hashlimit-burst 20kb')), FIRST_BURST),
    row(
      SHARED,
      filter(hashed('5/sec --hashlimit-rate-match'), hashed('5/sec --hashlimit-rate-match --hashlimit-burst 9')),
      FIRST_BURST,
    ),
    row(SHARED, filter(hashed('5/sec --hashlimit-rate-match'), hashed('5/sec')), `${REFUSED} 3`),
    row(SHARED, filter(hashed('5/min'), hashed('6/min').replace('name h', 'name g'))),
    // the first is the first that is loaded: of a built-in chain, then by name
    row(
      SHARED,
      filter(':B - [0:0]', ':A - [0:0]', hashed('5/min', 'B'), hashed('6/min', 'A'), hashed('7/min')),
      `${FIRST} 5`,
      `${FIRST} 4`,
    ),
    row(
      SHARED,
      `*mangle\n${hashed('5/min')}\nCOMMIT\n${filter(hashed('6/min'))}`,
      `${FIRST} 5 --hashlimit-upto here counts`,
    ),
    row(
      SHARED,
      filter('-A INPUT -m recent --set --name a --mask 255.0.0.0', '-A INPUT -m recent --rcheck --name a'),
      `${FIRST} 3 --mask here counts`,
    ),
    row(SHARED, filter('-A INPUT -m recent --set --name a --mask 255.0.0.0', '-A INPUT -m recent --rcheck')),
    row(
      SHARED,
      filter('-A INPUT -m recent --rcheck --hitcount 4', '-A INPUT -m recent --rcheck --hitcount 200 --rdest'),
    ),
    row(SHARED, filter(rated('1s', '2s'), rated('1s', '8s')), `${REFUSED} 3`),
    row(SHARED, filter(rated('1s', '2s'), rated('2s', '4s')), `${REFUSED} 3`),
    row(SHARED, filter(rated('1s', '2s'), rated('1s', '2s'), rated('1s', '8s').replace('name e', 'name f'))),
    row(SHARED, filter(timed('5', 'a'), timed('5', 'a --alarm'), timed('5', 'b --alarm')), `${REFUSED} 3`),
    row(SHARED, filter(timed('5', 'a --alarm'), timed('9', 'a --alarm'))),
    row(SHARED, filter(...BOTH, '-A c -m quota --quota 9 -j ACCEPT'), `${HOOKS} 5`),
    row(SHARED, filter(...BOTH, '-A c -m quota --quota 9', '-A c -m limit --limit 5/s -j LOG'), `${HOOKS} 5`),
    row(SHARED, filter(...BOTH, '-A c -m limit --limit 5/s -g d', ':d - [0:0]'), `${HOOKS} 5`),
    row(SHARED, filter(...BOTH, '-A INPUT -m quota --quota 9 -j ACCEPT')),
    row(SHARED, filter(...BOTH.slice(0, 2), '-A c -m quota --quota 9 -j ACCEPT')),
    row(SHARED, filter(...BOTH, '-A c -m statistic --mode nth --every 2 --packet 0 -j ACCEPT')),
  ],
  'the same rule twice': [
    row(
      ORDER,
      filter(
        '-A INPUT -p tcp -m comment --comment a -j ACCEPT',
        '-A INPUT -p udp -j DROP',
        '-A INPUT -p tcp -m comment --comment b -j ACCEPT',
      ),
      'same-rule-twice 4',
    ),
    row(ORDER, filter('-A INPUT -p tcp -j LOG', '-A INPUT -p udp -j DROP', '-A INPUT -p tcp -j LOG')),
    ...[
      'limit --limit 1/s',
      'statistic --mode nth --every 2 --packet 0',
      'statistic --mode random --probability 0.5',
    ].map((match) => row(ORDER, filter(`-A INPUT -m ${match} -j DROP`, `-A INPUT -m ${match} -j DROP`))),
    row(ORDER, filter('-A INPUT -p tcp -j LOG', '-A INPUT -p tcp -j LOG'), 'same-rule-twice 3'),
    row(
      ORDER,
      filter(
        ...new Array(2).fill(
          '-A INPUT -m connbytes --connbytes 9 --connbytes-mode packets --connbytes-dir both -j DROP',
        ),
      ),
      'same-rule-twice 3',
    ),
    row(
      ORDER,
      filter(
        '-A INPUT -m mac --mac-source 02:00:00:00:00:01 -j DROP',
        '-A INPUT -m mac --mac-source 02:00:00:00:00:01 -j DROP',
        '-A INPUT -m mac --mac-source 02:00:00:00:00:02 -j DROP',
      ),
      'same-rule-twice 3',
    ),
    row(
      ORDER,
      filter('-A INPUT -m recent --update --seconds 9 -j DROP', '-A INPUT -m recent --update --seconds 9 -j DROP'),
    ),
    row(
      ORDER,
      filter(
        '-A INPUT -m set --match-set a src --packets-gt 5 -j DROP',
        '-A INPUT -m set --match-set a src --packets-gt 6 -j DROP',
      ),
    ),
    row(
      ORDER,
      '*mangle\n-A INPUT -p tcp -j MARK --set-xmark 0x1/0x0\n-A INPUT -p udp -j ACCEPT\n-A INPUT -p tcp -j MARK --set-xmark 0x1/0x0\nCOMMIT\n',
    ),
  ],
  'what a listing does not show': [
    row(ORDER, LISTING),
    row(ORDER, LISTING.replaceAll('ACCEPT  ', 'DROP    ')),
    row(
      ORDER,
      LISTING.replaceAll('opt ', 'opt in out ').replaceAll('--  ', '--  *  *  '),
      'same-rule-twice 4',
      'never-reached 4',
    ),
  ],
  'the same rule, between whose places something changes': [
    row(
      ORDER,
      '*mangle\n-A INPUT -m mark --mark 1 -j DROP\n-A INPUT -j MARK --set-mark 1\n-A INPUT -m mark --mark 1 -j DROP\nCOMMIT\n',
    ),
  ],
  'ports that Docker publishes': [
    row(
      DOCKER,
      published('! -i docker0', '-A FORWARD -j DOCKER', '-A FORWARD -j ufw-user-forward'),
      'docker-passes-ufw 4',
    ),
    row(DOCKER, published('! -i docker0', '-A FORWARD -j ufw-user-forward', '-A FORWARD -j DOCKER')),
    row(DOCKER, published('-d 127.0.0.1 ! -i docker0', '-A FORWARD -j DOCKER')),
    row(
      DOCKER,
      published('! -i docker0', '-A FORWARD -j DOCKER').map((text) => text.replaceAll('ufw', 'my')),
    ),
    row(DOCKER, published('! -i docker0', '-A FORWARD -j DOCKER', '-A DOCKER-USER -j DROP')),
    row(DOCKER, published('! -i docker0', '-A FORWARD -j DOCKER', '-A DOCKER-USER -j RETURN'), 'docker-passes-ufw 4'),
  ],
  'conditions that exclude each other': [
    row(
      'contradiction',
      filter('-A INPUT -f -p tcp --dport 22 -j DROP', '-A INPUT ! -f -p tcp --dport 22 -j DROP'),
      'contradiction 2',
    ),
    row(
      'contradiction',
      filter(
        '-A INPUT ! -i + -j DROP',
        '-A INPUT -m mark --mark 1 -m mark --mark 2 -j DROP',
        '-A INPUT -m mark --mark 1/1 -m mark ! --mark 1/1 -j DROP',
      ),
      'contradiction 2',
      'contradiction 3',
      'contradiction 4',
    ),
    row(
      'contradiction',
      filter(
        '-A INPUT -s 10.0.0.0/8 -m iprange --src-range 11.0.0.1-11.0.0.2 -j DROP',
        '-A INPUT -s 10.0.0.0/8 -m iprange --src-range 9.0.0.1-11.0.0.2 -j DROP',
      ),
      'contradiction 2',
    ),
    row(
      'contradiction',
      filter(
        '-A INPUT -p tcp -m tcp --dport 22 -m multiport --dports 23,24 -j DROP',
        '-A INPUT -p tcp -m tcp --dport 22 -m multiport ! --dports 23,24 -j DROP',
      ),
      'contradiction 2',
    ),
    row(
      'contradiction',
      filter('-A INPUT -m addrtype --src-type LOCAL -m addrtype ! --src-type LOCAL --limit-iface-in -j DROP'),
    ),
    row(
      'value-beyond-mask',
      filter('-A INPUT -m mark --mark 0x3/0x1 -j DROP', '-A INPUT -m mark ! --mark 0x3/0x1 -j DROP'),
      'value-beyond-mask 2',
    ),
  ],
  'what a hook does not have': [
    row(
      'interface-at-hook',
      filter(':a - [0:0]', '-A INPUT -j a', '-A a -o eth0 -j DROP', '-A a ! -o eth0 -j DROP', '-A a -i eth0 -j DROP'),
      'interface-at-hook 4',
    ),
    row('interface-at-hook', nat(':a - [0:0]', '-A PREROUTING -j a', '-A a -o eth0 -j ACCEPT'), 'interface-at-hook 4'),
    row('interface-at-hook', nat(':a - [0:0]', '-A PREROUTING -j a', '-A POSTROUTING -j a', '-A a -o eth0 -j ACCEPT')),
    row('interface-at-hook', filter(':a - [0:0]', '-A a -o eth0 -j ACCEPT')),
    row(
      'state-in-nat',
      nat(
        '-A PREROUTING -m state --state INVALID -j ACCEPT',
        '-A PREROUTING -m state --state RELATED -j ACCEPT',
        '-A PREROUTING -m conntrack ! --ctstate ESTABLISHED -j ACCEPT',
      ),
      'state-in-nat 2',
    ),
    row(
      'state-in-raw',
      '*raw\n-A OUTPUT -m state --state ESTABLISHED -j NOTRACK\n-A OUTPUT -m state --state INVALID -j DROP\nCOMMIT\n',
      'state-in-raw 2',
    ),
    row('state-in-raw', '*raw\n-A OUTPUT -p tcp -j CT --zone 1\n-A OUTPUT -m state --state NEW -j ACCEPT\nCOMMIT\n'),
  ],
  'chains that drop by default': [
    row('drop-without-established', filter(DROP, '-A INPUT -i lo -j ACCEPT', `-A INPUT ${EST}`)),
    row('drop-without-established', filter(DROP, ':a - [0:0]', '-A INPUT -j a', `-A a ${EST}`)),
    row(
      'drop-without-established',
      filter(DROP, ':a - [0:0]', '-A INPUT -p udp -j a', `-A a ${EST}`),
      'drop-without-established 2',
    ),
    row('drop-without-established', filter(DROP, '-A INPUT -j DROP', `-A INPUT ${EST}`), 'drop-without-established 2'),
    row(
      'drop-without-established',
      filter('-A INPUT -p tcp --dport 22 -j ACCEPT', '-A INPUT -j REJECT'),
      'drop-without-established 2',
    ),
    row('drop-without-established', filter('-A INPUT -p tcp --dport 22 -j ACCEPT', '-A INPUT -j RETURN')),
    row('drop-without-established', filter(DROP, '-A INPUT -s 10.0.0.0/8 -j ACCEPT')),
    row('drop-without-established', filter(DROP, '-A INPUT -p tcp --sport 53 -j ACCEPT')),
    row('drop-without-established', filter(DROP, '-A INPUT -p tcp --dport 1024: -j ACCEPT')),
    row('drop-without-established', filter(DROP, '-A INPUT -m quux -j ACCEPT')),
    row('drop-without-established', filter(DROP, '-A INPUT -p tcp -j NFQUEUE')),
    row(
      'drop-without-established',
      filter(DROP, '-A INPUT -p tcp --dport 40000 -j ACCEPT'),
      'drop-without-established 2',
    ),
    // nothing goes out that answers could belong to
    row(
      'drop-without-established',
      filter(DROP, ':OUTPUT DROP [0:0]', '-A OUTPUT -o lo -j ACCEPT', '-A INPUT -p icmp -j ACCEPT'),
    ),
    row(
      'drop-without-established',
      filter(':OUTPUT DROP [0:0]', '-A OUTPUT -o lo -j ACCEPT', '-A OUTPUT -p tcp --dport 443 -j ACCEPT'),
      'drop-without-established 2',
    ),
    row('drop-without-established', filter(':FORWARD DROP [0:0]')),
    row(
      'drop-without-established',
      filter(':FORWARD DROP [0:0]', '-A FORWARD -p tcp --dport 80 -j ACCEPT'),
      'drop-without-established 2',
    ),
    row(
      'drop-without-established',
      filter(':FORWARD DROP [0:0]', '-A FORWARD -p tcp --dport 80 -j ACCEPT', '-A FORWARD -p tcp --sport 80 -j ACCEPT'),
    ),
    row('drop-without-established', [
      '*raw\n-A PREROUTING -j NOTRACK\nCOMMIT\n',
      filter(DROP, '-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT'),
    ]),
    row('drop-without-established', '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\n'),
    row(
      'loopback-dropped',
      filter(DROP, ':OUTPUT DROP [0:0]', '-A INPUT -i lo -j ACCEPT', '-A OUTPUT -p tcp --dport 443 -j ACCEPT'),
      'loopback-dropped 3',
    ),
    row('loopback-dropped', filter(DROP, '-A INPUT ! -i eth0 -j ACCEPT')),
    row('loopback-dropped', filter(DROP, '-A INPUT -i eth0 -j ACCEPT'), 'loopback-dropped 2'),
    row('loopback-dropped', filter(DROP)),
    row('loopback-dropped', filter(DROP, '-A INPUT -p tcp --sport 53 -j ACCEPT'), 'loopback-dropped 2'),
    row('drop-policy-idle', filter(DROP, ':a - [0:0]', '-A INPUT -j a', '-A a -j ACCEPT')),
    row('drop-policy-idle', filter(DROP, '-A INPUT -j DROP', '-A INPUT -j ACCEPT')),
  ],
  'packets that are sent elsewhere': [
    row('dnat-not-forwarded', [
      nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
      filter(':FORWARD ACCEPT [0:0]'),
    ]),
    row(
      'dnat-not-forwarded',
      [nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'), filter(':FORWARD DROP [0:0]')],
      'dnat-not-forwarded 2',
    ),
    row('dnat-not-forwarded', [
      nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
      filter(':FORWARD DROP [0:0]', '-A FORWARD -p tcp --dport 80 -j ACCEPT'),
    ]),
    row(
      'dnat-not-forwarded',
      [
        nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
        filter(
          ':FORWARD DROP [0:0]',
          '-A FORWARD -p tcp -d 10.0.0.6 -j ACCEPT',
          '-A FORWARD -m mark --mark 1 -p udp -j ACCEPT',
        ),
      ],
      'dnat-not-forwarded 2',
    ),
    row('dnat-not-forwarded', [
      nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
      filter(':FORWARD DROP [0:0]', '-A FORWARD -m mark --mark 1 -j ACCEPT'),
    ]),
    row(
      'dnat-not-forwarded',
      [
        nat('-A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
        filter(':FORWARD DROP [0:0]', '-A FORWARD -i eth1 -j ACCEPT'),
      ],
      'dnat-not-forwarded 2',
    ),
    // its destination is the host itself
    row('dnat-not-forwarded', [
      nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 127.0.0.1'),
      filter(':FORWARD DROP [0:0]'),
    ]),
    row(
      'dnat-not-forwarded',
      [
        nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
        filter(':FORWARD DROP [0:0]', '-A INPUT -j DROP', '-A INPUT -p tcp --dport 80 -j ACCEPT'),
      ],
      'dnat-not-forwarded 2',
    ),
    row('dnat-not-forwarded', [
      nat('-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.0.5'),
      filter(DROP, ':FORWARD DROP [0:0]', '-A INPUT -p udp --dport 53 -j ACCEPT'),
    ]),
    row('dnat-not-forwarded', [
      nat('-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
      filter(':FORWARD DROP [0:0]'),
      '2: eth0: <UP> mtu 1500\n    inet 10.0.0.5/24 scope global eth0\n',
    ]),
    row('dnat-not-forwarded', [
      nat('-A OUTPUT -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5'),
      filter(':FORWARD DROP [0:0]'),
    ]),
    row(
      'redirect-not-let-in',
      [
        nat('-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080'),
        filter(DROP, '-A INPUT -p tcp --dport 8080 -m state --state ESTABLISHED -j ACCEPT'),
      ],
      'redirect-not-let-in 2',
    ),
    row('forwarding-off', [filter('-A FORWARD -i eth0 -j ACCEPT'), 'net.ipv4.ip_forward = 0\n'], 'forwarding-off 2'),
    row('forwarding-off', [filter('-A FORWARD -i eth0 -j DROP', '-A INPUT -j ACCEPT'), 'net.ipv4.ip_forward = 0\n']),
  ],
  masquerading: [
    row(
      'masquerade-everything masquerade-without-interface',
      nat(
        '-A POSTROUTING -o eth0 -j MASQUERADE',
        '-A POSTROUTING ! -o docker0 -s 10.0.0.0/8 -j MASQUERADE',
        '-A POSTROUTING -m mark --mark 1 -j MASQUERADE',
      ),
    ),
    row(
      'masquerade-everything masquerade-without-interface',
      nat('-A POSTROUTING -d 10.0.0.0/8 -j ACCEPT', '-A POSTROUTING -j MASQUERADE'),
    ),
    row(
      'masquerade-everything masquerade-without-interface',
      nat('-A POSTROUTING -s 10.0.0.0/8 -p tcp -j MASQUERADE'),
      'masquerade-without-interface 2',
    ),
  ],
  marks: [
    row(
      'mark-never-set mark-never-tested',
      '*mangle\n-A PREROUTING -m mark --mark 1 -j ACCEPT\n-A PREROUTING -j MARK --set-mark 2\nCOMMIT\n',
    ),
    row(
      'mark-never-set mark-never-tested',
      ['*mangle\n-A PREROUTING -m mark --mark 1 -j ACCEPT\n-A PREROUTING -j MARK --set-mark 2\nCOMMIT\n', filter()],
      'mark-never-set 2',
    ),
    row('mark-never-set mark-never-tested', [
      '*mangle\n-A PREROUTING -m mark --mark 1 -j ACCEPT\n-A PREROUTING -p tcp -j TPROXY --on-port 1 --tproxy-mark 1\nCOMMIT\n',
      filter(),
    ]),
    row('mark-never-set mark-never-tested', [
      '*mangle\n-A PREROUTING -m mark --mark 1 -j ACCEPT\n-A PREROUTING -m socket --restore-skmark\nCOMMIT\n',
      filter(),
    ]),
    row(
      'mark-never-set mark-never-tested',
      [
        '*mangle\n-A PREROUTING -m mark --mark 1 -j ACCEPT\n-A PREROUTING -j CONNMARK --restore-mark\n-A PREROUTING -j MARK --set-mark 1/1\nCOMMIT\n',
        filter('-A INPUT -m connmark --mark 4/4 -j DROP'),
      ],
      'mark-never-set 2',
    ),
    row('mark-never-set mark-never-tested', [
      '*mangle\n-A OUTPUT -j MARK --or-mark 4\n-A OUTPUT -j CONNMARK --save-mark\nCOMMIT\n',
      filter('-A INPUT -m connmark --mark 4/4 -j DROP'),
    ]),
    row(
      'mark-never-set mark-never-tested',
      [
        '*mangle\n-A OUTPUT -j CONNMARK --set-mark 2/2\n-A OUTPUT -j MARK --set-mark 0\nCOMMIT\n',
        filter('-A INPUT -m mark --mark 0 -j DROP'),
      ],
      'mark-never-tested 2',
    ),
    row('mark-never-set mark-never-tested', [
      '*mangle\n-A OUTPUT -j CONNMARK --set-mark 2/2\n-A OUTPUT -j CONNMARK --restore-mark --mask 2\nCOMMIT\n',
      filter('-A INPUT -m mark --mark 2/2 -j DROP'),
    ]),
  ],
};

describe.each(Object.entries(ROWS))('%s', (_, rows) => {
  test.each(rows)('$texts', ({ texts, of, finds }) => {
    const here = found(...texts).filter(({ code }) => of.includes(code));
    const said = here.map(({ code, place, message }, i) => {
      const where = `${code} ${place?.line ?? '-'}`;
      const words = finds[i]?.slice(where.length);
      return words && message.includes(`:${words} `) ? where + words : where;
    });
    expect(said).toEqual(finds);
  });
});
