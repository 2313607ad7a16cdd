/**
 * What `explain` tells: each row is a question, its answer stands in test/stories/NAME.txt as the command prints it.
 * Where a change of the words is meant, `npx vitest run --project unit test/explain.test.ts -u` writes them anew, and
 * the difference is read before it is committed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packetwalk } from './command.js';
import { ROOT } from './root.js';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const STORIES = 'test/stories';
const NODE = 'examples/host';
const BRANCHES = `${STORIES}/branches.rules`;
const HOST = `${STORIES}/addr.txt`;
const PART = `${STORIES}/part.rules`;
const THROUGH = '-i eth1 -p tcp -s 192.0.2.9 -d 198.51.100.1 --dport 80';
const GATE = 'test/stories/gateway';
const GATEWAY = `${GATE}/open.rules ${GATE}/addr.txt ${GATE}/route.txt`;
const KNOWN = `${GATEWAY} ${GATE}/connections.txt`;
/** "Too long" about the first connection that is known, from a router on its way. */
const TOO_LONG =
  '{"in":"wan","src":"198.51.100.1","dst":"192.0.2.2","proto":"icmp","type":3,"code":4,' +
  '"payload":"450005dc000040003e060000c0000202cb0071079c4001bb0000000100000000"}';
const SIX = `${STORIES}/six`;
const ROUTER6 = `${SIX}/rules.save ${SIX}/addr.txt ${SIX}/route.txt`;
const TO_OWN6 = '-i wan -p tcp -s 2001:db8:f::9 -d 2001:db8:9::2 --dport 22 --syn';
const ENDS = `${STORIES}/ends`;
const BOTH = `${ENDS}/legacy.save ${ENDS}/nft.save ${GATE}/addr.txt ${GATE}/route.txt`;
const BOTH6 = `${ENDS}/legacy6.save ${ENDS}/nft6.save ${SIX}/addr.txt ${SIX}/route.txt`;
const TO_GROUP = '-i eth0 -p udp -s 192.0.2.9 --sport 5353 -d 224.0.0.251 --dport 5353';

type Row = readonly [name: string, files: string, packet: string, first: string | RegExp];

const ROWS: readonly Row[] = [
  [
    'host-port',
    NODE,
    '-i eth0 -p tcp -s 192.168.1.77 --sport 51000 -d 192.168.1.51 --dport 8081 --syn',
    /^forwarded: leaves by cali7c31e0b1a2f, tcp .* → 10\.244\.3\.9:80 SYN, accepted by filter cali-to-wl rule 1 /,
  ],
  [
    'cluster-ip-dropped',
    NODE,
    '-i eth0 -p tcp -s 192.168.1.77 --sport 51000 -d 10.96.0.1 --dport 443 --syn',
    'dropped, by the policy of filter INPUT',
  ],
  [
    'container-goes-out',
    NODE,
    '-i docker0 -p tcp -s 172.17.0.2 -d 1.1.1.1 --dport 80 --syn',
    /^forwarded: leaves by eth0, tcp 192\.168\.1\.51:32768 → 1\.1\.1\.1:80 SYN, accepted by filter FORWARD rule 5 /,
  ],
  ['sent-by-the-host', NODE, '-p udp -s 192.168.1.51 -d 8.8.8.8 --dport 53', /^sent: leaves by eth0, udp /],
  [
    'martian',
    NODE,
    '-i eth0 -p tcp -s 127.0.0.5 -d 192.168.1.51 --dport 80 --syn',
    /^dropped, the source is .*martian/,
  ],
  [
    'later-packet',
    NODE,
    '-i eth0 -p tcp -s 192.168.1.77 -d 192.168.1.51 --dport 9999 --state ESTABLISHED',
    /^delivered to this host: .*, accepted by filter INPUT rule 1 /,
  ],
  [
    'every-rule',
    `${BRANCHES} ${HOST} --all`,
    '-i eth0 -p icmp --icmp-type echo-request -s 192.0.2.9 -d 192.0.2.1',
    /^delivered to this host: icmp 192\.0\.2\.9 → 192\.0\.2\.1 type 8 code 0, accepted by the policy of filter INPUT$/,
  ],
  [
    'redirected-rejected',
    `${BRANCHES} ${HOST} --assume match:geosite=no`,
    '-i eth0 -p tcp -s 192.0.2.9 -d 10.0.0.1 --dport 80 --syn',
    /^rejected: dropped, and the sender is told, by filter y rule 3 /,
  ],
  [
    'questions-that-do-not-matter',
    `${STORIES}/past.rules --path input`,
    '-i eth0 -p tcp -s 192.0.2.9 -d 192.0.2.1 --dport 80 --syn',
    /^delivered to this host: .*, accepted by filter INPUT rule 3 /,
  ],
  [
    'question-that-matters',
    `${STORIES}/past.rules --path input`,
    '-i eth0 -p tcp -s 192.0.2.9 -d 192.0.2.1 --dport 22 --syn',
    /^unknown, by filter INPUT rule 2 /,
  ],
  [
    'not-evaluated',
    `${BRANCHES} ${HOST}`,
    '-i eth0 -p tcp -s 192.0.2.9 -d 10.0.0.1 --dport 80 --syn',
    /^unknown, by filter y rule 1 \(test\/stories\/branches\.rules:\d+\)$/,
  ],
  ['not-tracked', `${BRANCHES} ${HOST}`, '-i eth0 -p udp -s 192.0.2.9 -d 192.0.2.1 --dport 53', /^delivered/],
  ['invalid', `${BRANCHES} ${HOST}`, '-i eth0 -p tcp -s 192.0.2.9 -d 192.0.2.1 --dport 81 --flags RST', /^dropped, by/],
  [
    'helpers',
    `${STORIES}/helpers.rules --path input`,
    '-i eth0 -p tcp -s 192.0.2.9 -d 192.0.2.1 --dport 21 --syn',
    /^delivered to this host: .*, accepted by filter INPUT rule 2 /,
  ],
  [
    'expected',
    `${STORIES}/helpers.rules --path input`,
    '-i eth0 -p tcp -s 192.0.2.9 --sport 20 -d 192.0.2.1 --dport 3000 --syn --state RELATED',
    /^unknown, by filter INPUT rule 1 /,
  ],
  ['no-route', `${BRANCHES} ${HOST}`, '-i eth0 -p tcp -s 192.0.2.9 -d 198.51.100.1 --dport 81 --syn', /^unknown, /],
  ['whose-address', BRANCHES, '-i eth0 -p udp -s 192.0.2.9 -d 192.0.2.1 --dport 1', /^unknown, the host's addresses/],
  ['local-given', `${BRANCHES} --local 192.0.2.1`, '-i eth0 -p udp -s 192.0.2.9 -d 192.0.2.1 --dport 1', /^delivered/],
  ['path-given', `${BRANCHES} --path forward`, '-i eth0 -p udp -s 192.0.2.9 -d 192.0.2.1 --dport 1', /^forwarded/],
  ['address-assumed', `${BRANCHES} --assume local:192.0.2.1`, '-i eth0 -p udp -s 192.0.2.9 -d 192.0.2.1', /^delivered/],
  ['target-not-evaluated', `${PART} --path forward`, `${THROUGH} --syn`, /^unknown, by mangle FORWARD rule 1 /],
  [
    'address-missing',
    `${PART} --path forward --assume target:SHAPER=no --assume random=no --assume out:ppp0`,
    `${THROUGH} --syn`,
    /^forwarded: leaves by ppp0, tcp 203\.0\.113\.1:/,
  ],
  [
    'bytes-changed',
    `${STORIES}/mangle.rules ${GATE}/addr.txt ${GATE}/route.txt`,
    '-i lan -p tcp -s 10.0.0.5 -d 198.51.100.1 --dport 80 --syn',
    /^forwarded: leaves by wan, /,
  ],
  [
    'mss-not-known',
    `${STORIES}/mangle.rules --path forward`,
    `${THROUGH} --syn`,
    /^unknown, by mangle FORWARD rule 4 /,
  ],
  [
    'draws',
    `${PART} ${HOST} --path forward -o eth0 --seed 4`,
    `${THROUGH} --flags ACK`,
    /^forwarded: leaves by eth0, /,
  ],
  [
    'draws-otherwise',
    `${PART} ${HOST} --path forward -o eth0 --seed 1`,
    `${THROUGH} --flags ACK`,
    /^dropped, by filter/,
  ],
  ['group', PART, TO_GROUP, /^unknown, it depends on whether this host has joined/],
  ['group-with-host', `${PART} ${HOST}`, TO_GROUP, 'dropped, this host has not joined the multicast group'],
  [
    'service-flow',
    `${NODE} --flow`,
    '-i cali7c31e0b1a2f -p tcp -s 10.244.3.9 --sport 40000 -d 192.168.1.51 --dport 8081 --syn',
    /^the packet: forwarded: leaves by cali7c31e0b1a2f, tcp 192\.168\.1\.51:40000 → 10\.244\.3\.9:80 SYN, accepted by /,
  ],
  [
    'answer-translated-back',
    `${GATEWAY} --reply`,
    '-i lan -p udp -s 10.0.0.5 --sport 5000 -d 203.0.113.53 --dport 53',
    /^yes, the answer gets back: forwarded: leaves by lan, udp 203\.0\.113\.53:53 → 10\.0\.0\.5:5000, accepted by filter FORWARD rule 1 /,
  ],
  [
    'answer-dropped',
    `${GATE}/one-way.rules ${GATE}/addr.txt ${GATE}/route.txt --flow`,
    '-i lan -p tcp -s 10.0.0.5 --sport 5000 -d 203.0.113.7 --dport 80 --syn',
    /^the packet: forwarded: leaves by wan, tcp 192\.0\.2\.2:5000 → /,
  ],
  [
    'no-answer',
    `${GATEWAY} --flow`,
    '-i wan -p tcp -s 203.0.113.5 -d 192.0.2.2 --dport 22 --syn',
    'the packet: dropped, by the policy of filter INPUT',
  ],
  [
    'error-about-a-connection',
    KNOWN,
    `--packet ${TOO_LONG}`,
    /^forwarded: leaves by lan, icmp 198\.51\.100\.1 → 10\.0\.0\.5 /,
  ],
  [
    'known-connection',
    KNOWN,
    '-i lan -p tcp -s 10.0.0.5 --sport 40000 -d 203.0.113.7 --dport 443 --flags ACK',
    /^forwarded: leaves by wan, tcp 192\.0\.2\.2:40000 → 203\.0\.113\.7:443 ACK, accepted by filter FORWARD rule 1 /,
  ],
  [
    'asked-again',
    KNOWN,
    '-i lan -p udp -s 10.0.0.5 --sport 5353 -d 203.0.113.53 --dport 53',
    /^forwarded: leaves by wan, udp 192\.0\.2\.2:5353 → 203\.0\.113\.53:53, accepted by filter FORWARD rule 2 /,
  ],
  [
    'another-in-the-way',
    KNOWN,
    '-p udp -s 192.0.2.2 --sport 5353 -d 203.0.113.53 --dport 53',
    /^sent: leaves by wan, udp 192\.0\.2\.2:(?!5353)\d+ → 203\.0\.113\.53:53, accepted by the policy of filter OUTPUT$/,
  ],
  [
    'table-full',
    `${KNOWN} --sysctl net.netfilter.nf_conntrack_max=1`,
    '-i lan -p udp -s 10.0.0.6 -d 203.0.113.53 --dport 53',
    'dropped, there is no room for another connection (nf_conntrack_max)',
  ],
  ['group-joined', `${PART} ${HOST} --assume joined:224.0.0.251`, TO_GROUP, /^delivered to this host/],
  [
    'six-goes-out',
    ROUTER6,
    '-i lan -p tcp -s 2001:db8:1::5 -d 2001:db8:f::1 --dport 443 --syn',
    /^forwarded: leaves by wan, tcp \[2001:db8:9::2\]:32768 → \[2001:db8:f::1\]:443 SYN, accepted by filter FORWARD rule 2 /,
  ],
  [
    'six-flow',
    `${ROUTER6} --flow`,
    '-i lan -p tcp -s 2001:db8:1::5 --sport 40000 -d 2001:db8:f::1 --dport 443 --syn',
    /^the packet: forwarded: leaves by wan, tcp \[2001:db8:9::2\]:40000 → \[2001:db8:f::1\]:443 SYN, accepted by /,
  ],
  [
    'six-answer-on-its-link',
    `${ROUTER6} --reply`,
    '-i lan -p icmpv6 --icmp-type 128 -s fe80::9 -d fe80::5054:ff:fe00:3',
    /^yes, the answer gets back: sent: leaves by lan, /,
  ],
  [
    'six-known-connection',
    `${ROUTER6} ${SIX}/connections.txt`,
    '-i wan -p icmpv6 -s 2001:db8:f::1 -d 2001:db8:9::2 --icmp-type 129 --icmp-id 7',
    /^forwarded: leaves by lan, ipv6-icmp 2001:db8:f::1 → 2001:db8:1::5 type 129 code 0, accepted by filter FORWARD rule 1 /,
  ],
  [
    'six-port-forwarded',
    ROUTER6,
    '-i wan -p tcp -s 2001:db8:f::9 -d 2001:db8:9::2 --dport 8080 --syn',
    /^forwarded: leaves by lan, tcp \[2001:db8:f::9\]:32768 → \[2001:db8:1::80\]:80 SYN, accepted by filter FORWARD rule 3 /,
  ],
  [
    'six-rejected',
    ROUTER6,
    '-i wan -p udp -s 2001:db8:f::9 -d 2001:db8:1::80 --dport 53',
    /^rejected: dropped, and the sender is told, by filter FORWARD rule 4 /,
  ],
  [
    'six-neighbour-pings',
    ROUTER6,
    '-i wan -p icmpv6 --icmp-type echo-request -s fe80::99 -d fe80::5054:ff:fe00:2',
    /^delivered to this host: ipv6-icmp fe80::99 → .* type 128 code 0, accepted by filter INPUT rule 5 /,
  ],
  [
    'six-neighbour-asks',
    ROUTER6,
    '-i wan -p icmpv6 --icmp-type neighbour-solicitation --ttl 255 -s fe80::99 -d ff02::1:ff00:2',
    /^delivered to this host: ipv6-icmp fe80::99 → ff02::1:ff00:2 type 135 code 0, accepted by filter INPUT rule 3 /,
  ],
  [
    'six-beyond-its-link',
    ROUTER6,
    '-i lan -p tcp -s fe80::77 -d 2001:db8:f::1 --dport 443 --syn',
    /^dropped, its source is known on its own link alone /,
  ],
  [
    'six-sent-by-the-host',
    ROUTER6,
    '-p udp -s 2001:db8:9::2 -d 2001:db8:f::1 --dport 53',
    /^sent: leaves by wan, udp /,
  ],
  ['six-whose-address', `${SIX}/rules.save`, TO_OWN6, /^unknown, the host's addresses/],
  ['six-local-given', `${SIX}/rules.save --local 2001:db8:9::2`, TO_OWN6, /^delivered to this host: .* rule 6 /],
  [
    'six-address-assumed',
    `${SIX}/rules.save --assume local:2001:DB8:9:0::2`,
    TO_OWN6,
    /^delivered to this host: .* rule 6 /,
  ],
  ['six-path-given', `${SIX}/rules.save --path input`, TO_OWN6, /^delivered to this host: .* rule 6 /],
  [
    'both-back-ends',
    BOTH,
    '-i wan -p tcp -s 203.0.113.5 -d 192.0.2.2 --dport 22 --syn',
    'rejected: dropped, and the sender is told, by nft filter INPUT rule 2 (test/stories/ends/nft.save:16)',
  ],
  [
    'both-translate',
    BOTH,
    '-i wan -p tcp -s 203.0.113.5 -d 192.0.2.2 --dport 8080 --syn',
    /^forwarded: leaves by lan, tcp .* → 10\.0\.0\.80:80 SYN, accepted by the policy of nft filter FORWARD$/,
  ],
  [
    'six-both-back-ends',
    BOTH6,
    '-i wan -p tcp -s 2001:db8:f::9 -d 2001:db8:9::2 --dport 22 --syn',
    'dropped, by filter INPUT rule 1 (test/stories/ends/legacy6.save:6)',
  ],
  [
    'six-prefix',
    `${SIX}/prefix.save ${SIX}/addr.txt ${SIX}/route.txt`,
    '-i lan -p tcp -s fd00:6001::5 -d 2001:db8:f::1 --dport 443 --syn',
    /^forwarded: leaves by wan, tcp \[2001:db8:9:2f40::5\]:32768 → /,
  ],
  [
    'six-group',
    `${SIX}/rules.save`,
    '-i wan -p udp -s fe80::99 --sport 5353 -d ff02::fb --dport 5353',
    /^unknown, it depends on whether this host has joined/,
  ],
];

describe('explain', () => {
  test.each(ROWS)('%s', async (name, files, packet, first) => {
    const args = ['explain', ...files.split(' '), ...packet.split(' ')];
    const { code, stdout, stderr } = await packetwalk(args, { cwd: ROOT });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const line = stdout.split('\n')[0];
    if (typeof first === 'string') expect(line).toBe(first);
    else expect(line).toMatch(first);
    await expect(`packetwalk ${args.join(' ')}\n\n${stdout}`).toMatchFileSnapshot(join(ROOT, STORIES, `${name}.txt`));
  });

  test.each([
    ['accept', 0],
    ['forwarded', 0],
    ['dropped', 1],
  ])('--expect %s', async (fate, expected) => {
    const args = `explain ${NODE} ${ROWS[0]![2]} --expect ${fate}`.split(' ');
    expect((await packetwalk(args, { cwd: ROOT })).code).toBe(expected);
  });

  const SESSIONS = [...README.matchAll(/\$ npm start -- (explain [\s\S]*?)```/g)].map((match) =>
    match[1]!.trimEnd().split('\n'),
  );
  test.each(SESSIONS)('README: %s', async (command, ...lines) => {
    const printed = (await packetwalk(command.split(' '), { cwd: ROOT })).stdout;
    let at = 0;
    for (const part of lines.join('\n').split(/\n\[…\]\n?/)) {
      const found = printed.indexOf(part, at);
      expect(found, part).toBeGreaterThanOrEqual(0);
      at = found + part.length;
    }
  });
  test("the README's sessions are found", () => {
    expect(SESSIONS.length).toBe(3);
  });

  test('--json is the tree from which the text is made', async () => {
    const { stdout } = await packetwalk(`explain ${NODE} ${ROWS[0]![2]} --json`.split(' '), { cwd: ROOT });
    const story = JSON.parse(stdout);
    expect(story).toMatchObject({
      schema: 1,
      fate: 'forwarded',
      by: { kind: 'rule', table: 'filter', chain: 'cali-to-wl', rule: 1 },
      result: { out: { iface: 'cali7c31e0b1a2f', dst: '10.244.3.9', dport: 80 } },
    });
    const [jump] = story.walk.find(
      ({ message }: { message: { key: string } }) => message.key === 'hook.table',
    ).children;
    expect(jump).toMatchObject({
      message: { key: 'rule.jumps.first', params: { chain: 'cali-PREROUTING' } },
      rule: { table: 'nat', chain: 'PREROUTING', rule: 1, place: { file: 'examples/host/rules.save', line: 26 } },
    });
  });
});
