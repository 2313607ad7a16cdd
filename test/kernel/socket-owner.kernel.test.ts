/** What owner says of packets that programs send, before the kernel, and by the lists of its sockets from before. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { HOST } from './matches/table.js';
import { LISTS, opening, ready, socket, to } from './opened-sockets.js';
import { chainOf } from './remembering/sequence.js';
import { loadTexts } from './walked.js';

describe.skipIf(kernelMissing() !== undefined)(kernelTitle('the kernel and packetwalk agree on'), () => {
  test('owner', { timeout: 60_000 }, async () => {
    const go = `/tmp/packetwalk-${process.pid}-go`;
    const as = (uid: number, one: string) => `$> = ${uid}; ${one} || die; $> = 0; 1`;
    const sockets = [
      socket('udp', '0.0.0.0', 7000),
      as(1000, socket('udp', '192.168.1.1', 7001, to('10.20.0.9', 53))),
      as(1000, socket('udp', '10.20.0.1', 7002)),
      socket('udp', '0.0.0.0', 7003, ', ReusePort => 1'),
      as(1000, socket('udp', '0.0.0.0', 7003, ', ReusePort => 1')),
      as(1000, socket('tcp', '10.20.0.1', 8003, to('10.20.0.9', 80))),
    ];
    const send = '$_->send("x", 0, pack_sockaddr_in(53, inet_aton("10.20.0.9"))) for @s[0, 2, 3, 4]; $s[1]->send("x");';
    const words = [
      '--uid-owner 1000',
      '! --uid-owner 1000',
      '--uid-owner 0-999',
      '--socket-exists',
      '! --socket-exists',
    ];
    const from = ['-p udp -m udp --sport 7000', '-p udp -m udp --sport 7001', '-p udp -m udp --sport 7002'];
    const asked = [...from, '-p udp -m udp --sport 7003', '-p tcp -m tcp --sport 8003'];
    const rules = asked.flatMap((one) => words.map((owner) => `${one} -m owner ${owner}`));
    const perl = opening(sockets, `until (-e "${go}") { select undef, undef, undef, 0.05 } ${send} sleep 10`);
    const commands = [...LISTS, 'ss -tuane'];
    // the agent's host sends nothing by itself; a SYN comes again in a second
    const script = [
      ...HOST,
      `iptables-legacy-restore <<'END'\n${chainOf('mangle OUTPUT', rules)}END`,
      `rm -f ${go}`,
      ...ready(perl),
      ...commands.flatMap((command) => ["echo '==='", command]),
      `touch ${go}; sleep 1.5; rm ${go}`,
      "echo '==='",
      'iptables-legacy-save -c -t mangle',
    ].join('\n');
    const printed = execFileSync('unshare', ['-n', 'sh', '-e'], { input: script, encoding: 'utf8', stdio: 'pipe' });
    const [, ...texts] = printed.split('===\n');
    const saved = texts.pop()!;
    const lists = commands.map((command, i) => [command, `# ${command}\n${texts[i]}`] as const);
    const counts = [...saved.matchAll(/^\[(\d+):\d+\] -A OUTPUT/gm)].map(([, count]) => Number(count));
    expect(counts.length).toBe(rules.length);
    const packets = [7000, 7001, 7002, 7003, 8003].map((sport) => ({
      ...{ in: null, path: 'output', out: 'eth1', src: sport === 7001 ? '192.168.1.1' : '10.20.0.1', dst: '10.20.0.9' },
      ...(sport === 8003 ? { proto: 'tcp', flags: 'S', dport: 80 } : { proto: 'udp', dport: 53 }),
      sport,
    }));
    for (const [command, list] of lists) {
      const wrong: object[] = [];
      const open: number[] = [];
      for (const [r, rule] of rules.entries()) {
        const text = chainOf('mangle OUTPUT', [`${rule} -j DROP`]);
        const host = await loadTexts({ 'rules.save': text, 'sockets.txt': list });
        const line = packets[Math.floor(r / words.length)]!;
        const { fate } = host.walk(readJsonPacket({ number: 1, text: JSON.stringify(line), cut: false }).packet);
        // of two sockets each sends one
        const theirs = line.sport === 7003 ? '?' : counts[r]! > 0 ? 'dropped' : 'sent';
        if (fate === 'unknown') open.push(line.sport);
        else if (fate !== theirs && !(line.sport === 7003 && /socket/.test(rule)))
          wrong.push({ command, rule, fate, theirs });
      }
      expect(wrong).toEqual([]);
      if (/-tuane|-ane|proc/.test(command))
        expect({ command, open: [...new Set(open)] }).toEqual({ command, open: [7003] });
    }
  });
});
