/** The packed library for pages: rules with rare extensions, and ports by their names, are read and told of once what they need is loaded. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { run } from './use.js';

const packed = inject('packed');

const PROGRAM = `import { compile, createEngine, en, explain, loadReaders, parse, readPacket, renderStory } from 'FOLDER/packetwalk.js';
const text = '*filter\\n:INPUT ACCEPT [0:0]\\n-A INPUT -m recent --set --name a\\n-A INPUT -m condition --condition b -j DROP\\nCOMMIT\\n';
const named = '*filter\\n-A INPUT -p tcp --dport ssh -j ACCEPT\\nCOMMIT\\n';
for (const one of [text, named])
  try {
    parse([{ name: 'x', text: one }]);
  } catch ({ code, message }) {
    console.log(code, message);
  }
await loadReaders();
console.log(parse([{ name: 'x', text: named }]).findings.length);
const host = await (await createEngine()).load(compile(parse([{ name: 'x', text }])));
const packet = { in: 'eth0', path: 'input', src: '192.0.2.1', dst: '192.0.2.2', proto: 'udp' };
console.log(renderStory(explain(host, readPacket(packet).packet), en, { colour: false, width: 100 }));
`;

test('and said in the words that come with it', () => {
  const file = join(packed.installed, 'readers.mjs');
  writeFileSync(file, PROGRAM.replace('FOLDER', join(packed.installed, 'node_modules/packetwalk/dist/browser')));
  const [rare, service, findings, ...story] = run(packed.installed, process.execPath, [file]).split('\n');
  expect(rare).toMatch(/^readers-wanted recent: /);
  expect(service).toMatch(/^readers-wanted ssh: /);
  expect(findings).toBe('0');
  expect(story).toContain('        list a gets 192.0.2.1');
  expect(story).toContain(
    '      → cannot be answered: match condition --condition b (a flag that the administrator sets)',
  );
});
