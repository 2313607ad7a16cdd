/** The packed package: what is in it, whether it installs and runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, test } from 'vitest';
import { ROOT } from '../root.js';
import { install } from './packed.js';
import { run } from './use.js';

const packed = inject('packed');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

test('it holds nothing but what is needed', () => {
  const files = run(packed.folder, 'tar', ['-tzf', packed.tarball]).trim().split('\n');
  const kinds = new Set(
    files.map((file) =>
      file
        .replace(/^package\//, '')
        .replace(/^dist\/(abi|errors|first-match|index)\./, 'dist/library/$1.')
        .replace(/^dist\/(net|model|ext|parse|compile|input|run|report)\/.*\//, 'dist/library/')
        .replace(/^dist\/(net|model|ext|parse|compile|input|run|report)\//, 'dist/library/')
        .replace(/^(dist\/(?:library|command))\/[^/]*?((?:\.d)?\.[a-z]+)$/, '$1/*$2'),
    ),
  );
  expect([...kinds].sort()).toEqual([
    'LICENSE',
    'README.md',
    'bin/packetwalk.js',
    'dist/browser/asked.js',
    'dist/browser/columns.js',
    'dist/browser/core-bytes.js',
    'dist/browser/en-rare.js',
    'dist/browser/ipv6.js',
    'dist/browser/ja.js',
    'dist/browser/made-up.js',
    'dist/browser/many-core.js',
    'dist/browser/packetwalk.js',
    'dist/browser/rare-extensions.js',
    'dist/browser/rare-texts.js',
    'dist/browser/remembering.js',
    'dist/browser/services.js',
    'dist/browser/update.js',
    'dist/browser/words.js',
    'dist/browser/worker.js',
    'dist/command/*.js',
    'dist/core.wasm',
    'dist/library/*.d.ts',
    'dist/library/*.js',
    'dist/web/library.d.ts',
    'dist/web/messages.d.ts',
    'dist/web/synthetic.d.ts',
    'package.json',
  ]);
});

test.each([
  {
    name: 'packetwalk.js',
    asks: [
      'asked',
      'columns',
      'core-bytes',
      'en-rare',
      'ipv6',
      'made-up',
      'many-core',
      'rare-extensions',
      'rare-texts',
      'remembering',
      'services',
      'update',
    ].map((part) => `./${part}.js`),
  },
  {
    name: 'worker.js',
    asks: [
      'asked',
      'columns',
      'core-bytes',
      'ipv6',
      'made-up',
      'many-core',
      'rare-extensions',
      'rare-texts',
      'remembering',
      'services',
      'update',
      'words',
    ].map((part) => `./${part}.js`),
  },
  { name: 'core-bytes.js', asks: [] },
  { name: 'many-core.js', asks: [] },
  { name: 'asked.js', asks: [] },
  { name: 'columns.js', asks: [] },
  { name: 'en-rare.js', asks: [] },
  { name: 'update.js', asks: [] },
  { name: 'remembering.js', asks: [] },
  { name: 'ipv6.js', asks: [] },
  { name: 'rare-texts.js', asks: [] },
  { name: 'rare-extensions.js', asks: [] },
  { name: 'services.js', asks: [] },
  { name: 'made-up.js', asks: [] },
  { name: 'words.js', asks: ['./rare-extensions.js'] },
  { name: 'ja.js', asks: [] },
])(
  'dist/browser/$name is of a size for pages, imports nothing, and asks for $asks alone when they are needed',
  ({ name, asks }) => {
    const code = readFileSync(join(packed.installed, 'node_modules/packetwalk/dist/browser', name));
    expect(/(^|[;}\s])import\s*[\w{*"'`]/.test(code.toString())).toBe(false);
    const asked = [...code.toString().matchAll(/(?<![\w$.])import\(([^)]*)\)/g)].map(([, file]) => file!.slice(1, -1));
    expect([...new Set(asked)].sort()).toEqual(asks);
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(120 * 1024);
  },
);

test('what is built of the sources is in it', () => {
  for (const file of ['dist/index.js', 'dist/index.d.ts', 'dist/browser/worker.js', 'dist/core.wasm'])
    expect(existsSync(join(packed.installed, 'node_modules/packetwalk', file)), file).toBe(true);
});

test('publint finds nothing', async () => {
  const bytes = readFileSync(packed.tarball);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([]);
});

test('arethetypeswrong finds nothing', () => {
  // .attw.json names the profile: of modules, so that neither `require` nor the resolution of old counts
  const args = [join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js'), packed.tarball, '--no-color'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toContain('"packetwalk/worker"');
  expect({ status, stdout }).toMatchObject({ status: 0 });
});

describe.each([{ flags: [] }, { flags: ['--ignore-scripts'] }, { flags: ['--omit=dev'] }])(
  'installed into an empty folder $flags',
  ({ flags }) => {
    const folder = join(packed.folder, `empty${flags.join('')}`);

    test('its command runs', () => {
      install(packed, folder, flags);
      expect(run(folder, 'npx', ['--no-install', 'packetwalk', '--version'])).toBe(`${manifest.version}\n`);
      writeFileSync(join(folder, 'a.rules'), '*filter\n-A INPUT -p tcp --dport 22 -j DROP\nCOMMIT\n');
      const packet = '--path input -i eth0 -p tcp -s 192.0.2.1 -d 192.0.2.2 --dport 22'.split(' ');
      expect(run(folder, 'npx', ['--no-install', 'packetwalk', 'explain', 'a.rules', ...packet])).toMatch(/^dropped/);
    });
  },
);

test('the core can be had by itself, as bytes and as a module', () => {
  writeFileSync(
    join(packed.installed, 'core.mjs'),
    `import { readFile } from 'node:fs/promises';
    import { compile, createEngine, parse, readPacket, trace } from 'packetwalk';
    const bytes = await readFile(new URL(import.meta.resolve('packetwalk/core.wasm')));
    const rules = compile(parse([{ name: 'a.rules', text: '*filter\\n-A INPUT -p tcp --dport 22 -j DROP\\nCOMMIT\\n' }]));
    const packet = readPacket({ in: 'a', src: '192.0.2.1', dst: '192.0.2.2', proto: 'tcp', dport: 22, path: 'input' });
    for (const core of [bytes, await WebAssembly.compile(bytes), WebAssembly.compile(bytes)])
      console.log(trace(await (await createEngine({ core })).load(rules), packet).fate);
    for (const core of [bytes.subarray(9), {}])
      await (await createEngine({ core })).load(rules).catch(({ code, message }) => console.log(code, message));
    `,
  );
  expect(run(packed.installed, process.execPath, ['core.mjs'])).toBe(
    'dropped\ndropped\ndropped\nbad-core what was given as the core is none\nbad-core what was given as the core is none\n',
  );
});
