/** The script of `capture`, run on hosts of the generator: what it prints is read as what its commands print one by one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SCRIPT } from '../../src/cli/capture-script.js';
import { redact } from '../../src/cli/redact.js';
import { printConnections } from '../../src/parse/connections/print.js';
import { printIpset } from '../../src/parse/ipset/print.js';
import { printSave } from '../../src/parse/rules/print-save.js';
import { type HostTexts, parse } from '../../src/run/host-texts.js';
import { fillFrom } from '../redact/alike.js';
import { generateScenario } from './generate.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { kernelAndFolder } from './kernel-and-folder.js';

/** Beside what the generator sets up. */
const MORE = [
  'ip -6 addr add 2001:db8::1/64 dev eth0 nodad',
  'ip -6 rule add from 2001:db8:1::/48 table 100 priority 500',
  'ip route add 10.66.0.0/16 nexthop via 10.20.0.7 dev eth1 nexthop via 192.168.1.7 dev eth0',
  'ip route add blackhole 10.67.0.0/16',
  'iptables-nft -t mangle -A FORWARD -s 10.1.1.1 -j DROP',
  'ip6tables-nft -A FORWARD -s 2001:db8:4::1 -j DROP',
];
const PARTS: Readonly<Record<string, string>> = {
  legacy: 'iptables-legacy-save -c',
  nft: 'iptables-nft-save -c',
  legacy6: 'ip6tables-legacy-save -c',
  nft6: 'ip6tables-nft-save -c',
  sets: 'ipset save',
  link: 'ip link',
  addr: 'ip addr',
  route: 'ip -4 route show table all',
  route6: 'ip -6 route show table all',
  'ip4.rule': 'ip -4 rule',
  'ip6.rule': 'ip -6 rule',
  'xfrm-states': 'ip xfrm state count',
  'xfrm-policies': 'ip xfrm policy count',
  sockets: 'echo "# ss -tuane"; ss -tuane',
  sysctl: 'sysctl -a',
  connections: 'conntrack -L -o extended,id -f ipv4',
};

/** The settings are of all files there are, by their names. */
function read({ tables, sets, host, connections }: HostTexts, settings: ReadonlySet<string>) {
  return {
    rules: printSave(tables, { counters: true }),
    families: tables.map(({ family, nft }) => `${family} ${nft}`),
    sets: printIpset(sets),
    host: { ...host, sysctls: [...host.sysctls].filter(([key]) => settings.has(key)).sort() },
    // what they have left differs by the time between two commands
    connections: printConnections([...connections!], { extended: true }).replaceAll(/^(\S+ +\d+ \S+ +\d+) \d+/gm, '$1'),
  };
}

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('capture'), () => {
  const here = kernelAndFolder();

  test.each([1, 2, 3])('on a host of seed %i', { timeout: 60_000 }, async (seed) => {
    const { kernel, folder } = here;
    const scenario = generateScenario(3, seed, { rules: 40 });
    await kernel.load({ ...scenario, setup: [...scenario.setup, ...MORE] });
    const run = (script: string) => {
      const file = join(folder, 'script');
      writeFileSync(file, script);
      return kernel.output('sh', file);
    };
    for (const port of [1000, 1001])
      await run(
        `conntrack -I -p tcp -s 10.20.0.9 -d 8.8.8.8 --sport ${port} --dport 22 --state ESTABLISHED -t 9999 2>/dev/null\n`,
      );
    const text = await run(SCRIPT);
    expect(text).toContain('2 flow entries have been shown.');
    const texts: { name: string; text: string }[] = [];
    for (const [name, command] of Object.entries(PARTS))
      texts.push({ name, text: await run(`${command} ${name === 'connections' ? '2>&1' : '2>/dev/null'}\n`) });
    const all = parse([{ name: 'host.txt', text }]);
    const parts = parse(texts.filter((one) => one.text.trim() !== ''));
    const asked = new Set(all.host.sysctls.keys());
    expect(asked.size).toBeGreaterThan(50);
    expect(read(all, asked)).toEqual(read(parts, asked));
    const redacted = parse([
      { name: 'safe.txt', text: redact([{ name: 'host.txt', text }], all, fillFrom(seed)).text },
    ]);
    expect(redacted.tables.map(({ chains }) => chains.size)).toEqual(all.tables.map(({ chains }) => chains.size));
    expect(redacted.sets.map(({ members }) => members.alive)).toEqual(all.sets.map(({ members }) => members.alive));
  });

  test('where labels of connections have names', { timeout: 60_000 }, async () => {
    const { kernel, folder } = here;
    // by the number where it has no name
    const rules = '*filter\n-A FORWARD -m connlabel --label 7 --set\n-A FORWARD -m connlabel --label 3\nCOMMIT\n';
    await kernel.load({ family: 4, rules, sets: '', setup: [] });
    const conf = 'mount -t tmpfs none /etc\nmkdir /etc/xtables\necho 3 web > /etc/xtables/connlabel.conf\n';
    const made = [1000, 1001].map(
      (port) =>
        `conntrack -I -p tcp -s 10.20.0.9 -d 8.8.8.8 --sport ${port} --dport 22 --state ESTABLISHED -t 9999 ${port === 1000 ? '--label-add web' : ''} 2>/dev/null\n`,
    );
    writeFileSync(join(folder, 'script'), conf + made.join('') + SCRIPT);
    const text = await kernel.output('unshare', '-m', 'sh', join(folder, 'script'));
    const { tables, connections } = parse([{ name: 'host.txt', text }]);
    expect([...connections!].map(({ original, labels }) => [original.sport, labels]).sort()).toEqual([
      [1000, 'web'],
      [1001, undefined],
    ]);
    expect(printSave(tables)).toContain('--label "web"');
  });
});
