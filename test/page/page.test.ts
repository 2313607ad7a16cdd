/** The page in Chromium: paste, ask, watch, many, compare, keep. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isThere } from '../browser/chromium.js';
import { ROOT } from '../root.js';
import { onPages, paste, picture, shows } from './open.js';

const SMALL = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m set --match-set blocked src -j DROP
-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 8443 -j MARK --set-xmark 0x7/0xffffffff
-A INPUT -p tcp -m mark --mark 0x7 -j ACCEPT
COMMIT
`;
/** A datagram to port 53. */
const CAPTURE = '1MOyoQIABAAAAAAAAAAAAP//AABlAAAAAAAAAAAAAAAcAAAAHAAAAEUAABwAAAAAQBEUjMYzZAfLAHEKnEAANQAIAAA=';
const ADDRESS = '2: eth0    inet 203.0.113.10/24 brd 203.0.113.255 scope global eth0\n';

describe.skipIf(!isThere)('the page', () => {
  const { open, ends, opened } = onPages();
  const ask = async (line: string) => {
    const { page } = opened();
    await page.getByText('Line', { exact: true }).click();
    await page.locator('.ask .code').fill(line);
  };

  test('is answered at first, by what the README asks', async () => {
    const page = await open();
    await shows(page, '.fate', 'forwarded: leaves by cali7c31e0b1a2f, tcp 192.168.1.77:51000 → 10.244.3.9:80 SYN');
    await shows(page, '.chips', 'nat · 36 rules');
    await picture(page, 'first');
    await ends();
  });

  test('reads what is pasted, says what it was and what is missing, and what is wrong in which line', async () => {
    const page = await open();
    await paste(page, SMALL.replace('--dport 443', '--dport 4x3'));
    await shows(page, '.chips', 'filter · 4 rules');
    expect(await page.locator('.chips .missing').allTextContents()).toEqual([
      expect.stringContaining('ip -4 addr'),
      expect.stringContaining('ip -4 route show table all'),
      expect.stringContaining('ipset save'),
    ]);
    await page.locator('.cm-finding.cm-error').waitFor();
    expect(await page.locator('.cm-finding.cm-error').getAttribute('title')).toMatch(/4x3/);
    await shows(page, '.findings', 'paste, line 6');
    await page.locator('.chips .missing button').last().click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('ipset save');
    await ends();
  });

  // an editor has its own idea of what to do with files
  test.each(['main', '.cm-content', 'header'])('takes files that are dropped on %s, several at once', async (where) => {
    const page = await open();
    const files = [
      { name: 'web.rules', text: SMALL },
      { name: 'addr.txt', text: ADDRESS },
    ];
    const transfer = await page.evaluateHandle((given) => {
      const data = new DataTransfer();
      for (const { name, text } of given) data.items.add(new File([text], name));
      return data;
    }, files);
    await page.dispatchEvent(where, 'drop', { dataTransfer: transfer });
    await shows(page, '.chips', '1 address');
    expect(await page.getByRole('tab').allTextContents()).toEqual(['web.rules', 'addr.txt']);
    // a text that is taken away by its key leaves the focus among the tabs
    await page.getByRole('tab', { name: 'web.rules' }).press('Delete');
    await page.locator('[role=tab]:focus', { hasText: 'addr.txt' }).waitFor();
    expect(await page.getByRole('tab').allTextContents()).toEqual(['addr.txt']);
    await ends();
  });

  test('asks by a form that knows what the rules test, or by a line', async () => {
    const page = await open();
    const known = (field: string) =>
      page.locator(`#known-${field} option`).evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(await known('dport')).toContain('8081');
    expect(await known('in')).toContain('eth0');
    await page.locator('[name=dport]').fill('9');
    await shows(page, '.fate', 'dropped');
    await ask('IP 192.168.1.77.51000 > 192.168.1.51.8081: Flags [S], seq 1, win 64240, length 0');
    await shows(page, '.fate', 'forwarded');
    await ask('-i eth0 -p tcp -s 192.168.1.77 --dportt 9');
    await shows(page, '.ask .failure', '--dportt: options of a packet were expected');
    await ends();
  });

  test('follows the answer and the packet after it', async () => {
    const page = await open();
    await page.getByText('and the next packet').click();
    await shows(page, '.flow', 'yes, the answer gets back');
    await page.getByRole('button', { name: 'The reply' }).click();
    await shows(page, '.fate', 'forwarded: leaves by eth0, tcp 192.168.1.51:8081 → 192.168.1.77:51000 SYN,ACK');
    await shows(page, '.walk .row', 'step 10 of 10');
    await shows(page, '.walk .state', 'destination192.168.1.77:51000');
    await ends();
  });

  test('goes through the steps by keys: rule, chain and packet follow', async () => {
    const page = await open();
    await paste(page, SMALL.replace(/.*blocked.*\n/, '') + ADDRESS);
    await ask('-i eth0 -p tcp -s 198.51.100.7 -d 203.0.113.10 --dport 8443 --syn');
    await shows(page, '.fate', 'delivered');
    await page.locator('.steps').focus();
    await page.keyboard.press('Home');
    expect(await page.locator('.state').textContent()).not.toContain('mark');
    await shows(page, '.picture .now', 'arrives');
    const until = async (text: string) => {
      for (let i = 0; i < 20; i++) {
        if ((await page.locator('.steps [aria-current]').textContent())?.includes(text)) return;
        await page.keyboard.press('ArrowRight');
      }
      throw new Error(`no step says ${text}`);
    };
    await until('0x7');
    await shows(page, '.state .changed', 'mark0x7');
    // as it is heard
    await shows(page, '.walk .row [aria-live]', /^filter INPUT rule 2: .*0x7/);
    await shows(page, '.cm-lit', '--set-xmark');
    await shows(page, '.picture .now', 'filter INPUT');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.state').textContent()).not.toContain('0x7');
    await page.getByRole('button', { name: 'Play' }).click();
    await shows(page, '.row', 'Pause');
    await ends();
  });

  test('leaves those who type where they are, and takes them to what is wrong', async () => {
    const page = await open();
    const many = Array.from({ length: 300 }, (_, i) => `-A INPUT -p tcp -m tcp --dport ${1000 + i} -j ACCEPT\n`).join(
      '',
    );
    await paste(
      page,
      `*filter\n:INPUT DROP [0:0]\n-A INPUT -i eth0 -j DROP\n${many}-A INPUT --dport x\nCOMMIT\n${ADDRESS}`,
    );
    await shows(page, '.findings', 'paste, line 304');
    await page.keyboard.press('ControlOrMeta+Home');
    await page.getByRole('button', { name: 'paste, line 304' }).click();
    const isSeen = (text: string) => page.locator('.cm-line', { hasText: text }).isVisible();
    await shows(page, '.cm-line', '--dport x');
    await page.keyboard.press('End');
    for (let i = 0; i < 8; i++) await page.keyboard.press('Backspace');
    await page.keyboard.type('s 198.51.100.0/24 -p tcp -m tcp --dport 443 -j ACCEPT');
    await shows(page, '.cm-line', /^-A INPUT -s 198\.51\.100\.0\/24 -p tcp -m tcp --dport 443 -j ACCEPT$/);
    await ask('-i eth0 -p tcp -s 198.51.100.7 -d 203.0.113.10 --dport 1 --syn');
    await shows(page, '.fate', 'dropped');
    await shows(page, '.cm-lit', '-i eth0 -j DROP');
    await page.locator('.cm-content').focus();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('# a remark');
    await shows(page, '.chips', 'remarks');
    expect(await isSeen('# a remark')).toBe(true);
    expect(await isSeen('-i eth0 -j DROP')).toBe(false);
    await ends();
  });

  test('keeps what of the graph somebody looks at, while the answers change', async () => {
    const page = await open();
    await shows(page, '.picture .now', 'leaves');
    await page.getByRole('button', { name: 'All of it' }).click();
    const view = () => page.locator('.picture').getAttribute('viewBox');
    const before = await view();
    await page.locator('[name=dport]').fill('9');
    await shows(page, '.picture .now', 'filter INPUT');
    expect(await view()).toBe(before);
    // and a packet that is refused is of no other family
    await page.locator('[name=dst]').fill('nobody knows');
    await shows(page, '.ask .failure', 'nobody knows');
    expect(await page.locator('.picture .node').count()).toBeGreaterThan(20);
    expect(await view()).toBe(before);
    await ends();
  });

  test('opens a family of chains by a double click, and by its name, and folds it', async () => {
    const page = await open();
    const chains = [1, 2, 3, 4, 5].map((i) => `:KUBE-SVC-${i} - [0:0]\n-A PREROUTING -j KUBE-SVC-${i}\n`).join('');
    await paste(page, `*nat\n:PREROUTING ACCEPT [0:0]\n${chains}COMMIT\n`);
    // the picture is of these rules, follows the walk, and stands still behind that
    await page.locator('.picture .family').waitFor();
    await page.locator('.answer[aria-busy=false]').waitFor();
    await page.locator('.picture .now').waitFor();
    await page.getByRole('button', { name: 'All of it' }).click();
    await page.locator('.picture .family text').dblclick();
    await shows(page, '.picture .chain', 'KUBE-SVC-5');
    await page.getByRole('button', { name: 'Fold families' }).click();
    await page.getByRole('button', { name: '+ nat KUBE-SVC-*' }).click();
    await shows(page, '.picture .chain', 'KUBE-SVC-5');
    await ends();
  });

  test('says of any rule why not', async () => {
    const page = await open();
    const line = (number: number) =>
      page.locator('.cm-lineNumbers .cm-gutterElement', { hasText: new RegExp(`^${number}$`) }).first();
    await line(27).click();
    await shows(page, '.why', 'PREROUTING: jumps to KUBE-SERVICES');
    await line(30).click();
    await shows(page, '.why', 'The packet never comes into OUTPUT');
    await line(8).click();
    await shows(page, '.why', 'No rule stands in this line');
    await ends();
  });

  test('switches what is open, and the answer changes', async () => {
    const page = await open();
    await paste(page, SMALL + ADDRESS);
    await ask('-i eth0 -p tcp -s 198.51.100.7 -d 203.0.113.10 --dport 443 --syn');
    await shows(page, '.fate', 'unknown');
    await shows(page, '.questions', 'ipset list blocked');
    await page.locator('.questions').getByRole('button', { name: 'no', exact: true }).click();
    await shows(page, '.fate', 'delivered');
    await page.locator('.questions').getByRole('button', { name: 'yes', exact: true }).click();
    await shows(page, '.fate', 'dropped');
    await page.locator('.questions').getByRole('button', { name: 'not known' }).click();
    await shows(page, '.fate', 'unknown');
    await picture(page, 'open');
    await ends();
  });

  test('counts a million packets, beside the rules, and stops when it is told', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Count', exact: true }).click();
    await shows(page, '.many .total', '1,000,000 packets in');
    await shows(page, '.many', 'of 59 met no packet');
    expect(await page.locator('.cm-hits').count()).toBeGreaterThan(5);
    await page.getByText('Rules that met no packet').click();
    await page.locator('.many').getByRole('button', { name: 'filter INPUT 1', exact: true }).click();
    await shows(page, '.cm-content', '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED');
    await picture(page, 'many');
    await page.locator('[name=amount]').fill('90000000');
    await page.getByRole('button', { name: 'Count', exact: true }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await shows(page, '.many .total', '(stopped)');
    await ends();
  });

  test.each(['opened', 'dropped'])('counts a capture that is %s', async (how) => {
    const page = await open();
    const buffer = Buffer.from(CAPTURE, 'base64');
    if (how === 'opened')
      await page.setInputFiles('[name=capture]', { name: 'one.pcap', mimeType: 'application/octet-stream', buffer });
    else {
      const transfer = await page.evaluateHandle(
        (bytes) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], 'one.pcap'));
          return data;
        },
        [...buffer],
      );
      await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
    }
    await shows(page, '.many .total', '1 packet in');
    await ends();
  });

  test('compares with other rules, and shows both ways', async () => {
    const page = await open();
    await page.getByText('Compare with other rules').click();
    const host = readFileSync(join(ROOT, 'examples/host/rules.save'), 'utf8');
    await page.locator('.compare .cm-content').fill(host.replace(':INPUT DROP', ':INPUT ACCEPT'));
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await shows(page, '.compare .total', /[\d,]+ packets of 1,000,000 fare otherwise/);
    expect(await page.locator('.compare h3').allTextContents()).toEqual([
      expect.stringMatching(/^dropped → delivered: /),
    ]);
    await page.getByRole('button', { name: 'both ways' }).first().click();
    await shows(page, '.both > div', /These rules[\s\S]*dropped/);
    await shows(page, '.both > div', /The other rules[\s\S]*delivered/);
    await page.getByRole('button', { name: 'ask for it' }).first().click();
    await shows(page, '.answer .fate', 'dropped');
    // the button lies far below
    expect((await page.locator('#ask').boundingBox())!.y).toBeGreaterThanOrEqual(0);
    await picture(page, 'compare');
    await page.locator('.compare .cm-content').fill(host.replace('-j DROP', '-j DRPO'));
    expect(await page.locator('.compare .total').count()).toBe(0);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await shows(page, '.compare .findings', /other, line \d+ .*DRPO/);
    await ends();
  });
});
