/** examples/embed/page in Chromium: its policy, its network, its answers, its size. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compile,
  createEngine,
  en,
  explain,
  parse,
  readPacket,
  renderStory,
  synthesise,
  syntheticSpec,
} from '../../src/index.js';
import { ROOT } from '../root.js';
import { isThere, launch, openPage, type Watched } from './chromium.js';

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; connect-src 'self'";
const MOST_BYTES = 120 * 1024;
const PACKETS = 1_000_000;
/** What the worker loads where it is needed, which the page's own rules do not. */
const LATER = [
  'made-up.js',
  'many-core.js',
  'words.js',
  'ipv6.js',
  'asked.js',
  'remembering.js',
  'rare-texts.js',
  'rare-extensions.js',
  'services.js',
];

const folder = join(ROOT, 'examples/embed/page');
const load = (file: string) => import(pathToFileURL(join(folder, file)).href);

/** Waits until a part of the page has such a text. */
const shows = (page: Page, part: string, text: RegExp) =>
  page.locator(part, { hasText: text }).waitFor({ timeout: 120_000 });

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describe.skipIf(!isThere)('the page', () => {
  let browser: Browser;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = await (await load('serve.js')).serve(0);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** The page with its own rules read. */
  async function open(): Promise<Watched> {
    const watched = await openPage(browser);
    const response = await watched.page.goto(url);
    expect(response!.headers()['content-security-policy']).toBe(POLICY);
    await shows(watched.page, '#read', /rules/);
    return watched;
  }

  test('a million packets are counted as in Node, one is told as in Node', async () => {
    const { page, said, asked, bytes } = await open();
    const { SAMPLE } = await load('sample.js');
    const texts = Object.entries<string>(SAMPLE).map(([name, text]) => ({ name, text }));
    const program = compile(parse(texts), { connections: 'off' });
    const host = await (await createEngine()).load(program);

    // what makes packets up is loaded to make some, and what tells of one to tell
    for (const later of LATER) expect(asked).not.toContain(`${url}${later}`);
    expect(await bytes()).toBeLessThanOrEqual(MOST_BYTES);
    await page.fill('[name=seed]', '7');
    await press(page, 'Count');
    await shows(page, '#counted', / in [\d.]+ s:/);
    const spec = syntheticSpec(program, { profile: 'near', seed: 7 });
    for (let first = 0; first < PACKETS; first += 50_000) host.classify(synthesise(spec, first, 50_000));
    const { rules, policies, fates } = host.summary();
    const number = new Intl.NumberFormat('en');
    const counts = ({ packets, bytes }: { packets: number; bytes: number }) => [packets, bytes].map(number.format);
    const rows: string[][] = await page.$$eval('#counters tbody tr', (trs) =>
      trs.map((tr) => [...tr.querySelectorAll('td')].slice(0, 4).map((td) => td.textContent ?? '')),
    );
    const shown = rows.filter(([, text]) => text !== 'policy').map((row) => row.slice(2));
    expect(shown).toEqual(rules.map(counts));
    const others = rows.filter(([, text]) => text === 'policy').map(([chain, , ...cells]) => [chain, ...cells]);
    const expected = policies.map((policy) => [`${policy.table} ${policy.chain}`, ...counts(policy)]);
    expect(others.sort()).toEqual(expected.sort());
    for (const [fate, some] of Object.entries(fates))
      expect(await page.textContent('#counted')).toContain(`${fate} ${number.format(some)}`);

    await page.fill('[name=dport]', '8443');
    await press(page, 'Explain');
    await page.waitForSelector('#story:not([hidden])');
    const fields = {
      in: 'eth0',
      proto: 'tcp',
      src: '198.51.100.7',
      sport: '51000',
      dst: '203.0.113.10',
      dport: '8443',
    };
    const story = explain(host, readPacket(fields).packet);
    const told = renderStory(story, en, { colour: false, width: 100 }).replaceAll('sample', 'rules');
    expect(await page.textContent('#story')).toBe(told);
    expect(told).toContain('203.0.113.10:443');

    expect(said).toEqual([]);
    expect(asked.filter((one) => !one.startsWith(url))).toEqual([]);
    expect(asked).toContain(`${url}worker.js`);
    for (const later of LATER.slice(3)) expect(asked).not.toContain(`${url}${later}`);
  });

  test('what few people paste is read and remembered by files that are loaded then', async () => {
    const { page, said, asked } = await open();
    const { SAMPLE } = await load('sample.js');
    const listed =
      'udp 17 25 src=198.51.100.7 dst=203.0.113.10 sport=1000 dport=53 [UNREPLIED] src=203.0.113.10 dst=198.51.100.7 sport=53 dport=1000 mark=0 use=1\n';
    await page.fill('[name=route]', listed);
    await page.fill(
      '[name=rules]',
      SAMPLE.rules.replace('-m tcp --dport 22', '-m tos --tos 0x10 -m recent --set --dport ssh'),
    );
    await press(page, 'Read');
    await shows(page, '#read', /rules/);
    await page.fill('[name=count]', '1000');
    await page.selectOption('[name=profile]', 'mix');
    await press(page, 'Count');
    await shows(page, '#counted', / in [\d.]+ s:/);
    for (const later of LATER.filter((one) => !['words.js', 'ipv6.js'].includes(one)))
      expect(asked).toContain(`${url}${later}`);
    expect(said).toEqual([]);
  });

  test.each([
    ['alone', ''],
    ['beside those of IPv4', '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n'],
  ])('rules of IPv6 %s are walked by a file that is loaded then', async (_, rules4) => {
    const { page, said, asked } = await open();
    const { SAMPLE } = await load('sample.js');
    const save = '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT\nCOMMIT\n';
    const rules = `${rules4 && `# Generated by iptables-save\n${rules4}`}# Generated by ip6tables-save\n${save}`;
    const addr = `${SAMPLE.addr}    inet6 2001:db8::10/64 scope global\n`;
    const fields = {
      in: 'eth0',
      proto: 'tcp',
      src: '2001:db8:1::7',
      sport: '51000',
      dst: '2001:db8::10',
      dport: '443',
    };
    for (const [name, text] of Object.entries({ rules, addr, route: '', ...fields }))
      await page.fill(`[name=${name}]`, text);
    await press(page, 'Read');
    await shows(page, '#read', rules4 === '' ? /^1 rule,/ : /^2 rules,/);
    expect(asked).toContain(`${url}ipv6.js`);
    await press(page, 'Explain');
    await page.waitForSelector('#story:not([hidden])');
    const texts = Object.entries({ rules, 'ipset save': SAMPLE.sets, 'ip addr': addr }).map(([name, text]) => ({
      name,
      text,
    }));
    const host = await (await createEngine()).load(compile(parse(texts), { connections: 'off' }, 6));
    const story = explain(host, readPacket(fields).packet);
    expect(story.fate).toBe('delivered');
    expect(await page.textContent('#story')).toBe(renderStory(story, en, { colour: false, width: 100 }));
    await page.fill('[name=count]', '1000');
    await press(page, 'Count');
    await shows(page, '#counted', /^1,000 packets in/);
    const chains = await page.$$eval('#counters tbody tr', (trs) =>
      trs.map((tr) => tr.querySelector('td')?.textContent),
    );
    expect(chains.filter((chain) => chain?.endsWith('INPUT'))).toEqual(
      ['filter INPUT', 'filter INPUT', 'IPv6 filter INPUT', 'IPv6 filter INPUT'].slice(rules4 === '' ? 2 : 0),
    );
    expect(said).toEqual([]);
  });

  test('a count that is stopped says what it has', async () => {
    const { page, said } = await open();
    await page.fill('[name=count]', '100000000');
    await press(page, 'Count');
    await shows(page, '#counted', /of 100,000,000 packets/);
    await press(page, 'Stop');
    await page.waitForSelector('#counters:not([hidden])');
    expect(await page.textContent('#counted')).toMatch(/^[\d,]+ packets, stopped in/);
    expect(said).toEqual([]);
  });

  test('a table that is given twice is settled by a file that is loaded then', async () => {
    const { page, said, asked } = await open();
    const save = '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
    await page.fill('[name=rules]', save);
    await press(page, 'Read');
    await shows(page, '#read', /^0 rules,/);
    expect(asked).not.toContain(`${url}rare-texts.js`);
    await page.fill('[name=rules]', save + save.replace('COMMIT', '-A INPUT -j ACCEPT\nCOMMIT'));
    await press(page, 'Read');
    await shows(page, '#read', /^1 rule,/);
    expect(asked).toContain(`${url}rare-texts.js`);
    expect(said).toEqual([]);
  });

  test.each([
    ['*filter\n-A INPUT --dport 99999 -j DROP\nCOMMIT\n', /^rules:2:/],
    ['<b>no rules</b>', /^no rules of IPv4 were given/],
  ])('%j is refused with its place', async (rules, expected) => {
    const { page } = await open();
    await page.fill('[name=rules]', rules);
    await press(page, 'Read');
    await page.waitForSelector('#findings.bad');
    expect(await page.textContent('#findings')).toMatch(expected);
  });

  test('what is pasted is text, whatever stands in it', async () => {
    const { page, said, asked } = await open();
    const evil = '<img src=/evil onerror=alert(1)>';
    await page.fill('[name=rules]', `*filter\n-A INPUT -m comment --comment "${evil}" -x -j DROP\nCOMMIT\n`);
    await press(page, 'Read');
    await shows(page, '#findings', /<img/);
    await page.fill('[name=rules]', `*filter\n-A INPUT -m comment --comment "${evil}" -j DROP\nCOMMIT\n`);
    await press(page, 'Read');
    await shows(page, '#read', /^1 rule,/);
    await page.fill('[name=count]', '1000');
    await press(page, 'Count');
    await page.waitForSelector('#counters:not([hidden])');
    await press(page, 'Explain');
    await page.waitForSelector('#story:not([hidden])');
    for (const place of ['#counters', '#story']) expect(await page.textContent(place)).toContain(evil);
    expect(await page.$$('img')).toEqual([]);
    expect(asked).not.toContain(`${url}evil`);
    expect(said).toEqual([]);
  });
});
