/** A host may have thousands of links (one for each container), each with its number in the core. */
import { expect, test } from 'vitest';
import { readJsonPacket } from '../src/input/json.js';
import { parseTexts } from '../src/parse/index.js';
import { createEngine } from '../src/run/engine.js';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i veth4999 -j DROP\nCOMMIT\n';
const LINKS = Array.from({ length: 5000 }, (_, i) => `${i + 2}: veth${i}@if2: <BROADCAST,UP> mtu 1500 group default\n`);

test.each([
  ['veth4998', 'delivered'],
  ['veth4999', 'dropped'],
  ['other', 'delivered'],
])('a packet on %s is %s', async (iface, fate) => {
  const texts = [RULES, LINKS.join('')].map((text, i) => ({ name: `${i}`, text }));
  const input = parseTexts(texts, { add: ({ message }) => expect(message).toBe('') });
  const host = await (await createEngine()).load(input);
  const line = { number: 1, cut: false, text: `{"in":"${iface}","src":"192.0.2.9","dst":"192.0.2.1","path":"input"}` };
  expect(host.walk(readJsonPacket(line).packet).fate).toBe(fate);
});
