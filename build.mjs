/**
 * Builds everything that is not committed: the WebAssembly core (assembly/ to dist/core.wasm), the core as text for
 * bundlers (src/run/core-bytes.ts), the library (dist/), its bundles for pages (dist/browser/) and the command's
 * (dist/command/). Does nothing where nothing changed since the last build. All that it says goes to standard error.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = import.meta.dirname;
process.chdir(root);
const require = createRequire(import.meta.url);

const GENERATED = 'src/run/core-bytes.ts';
const STAMP = 'dist/.built';
const BUILT_OTHERWISE = ['.built', 'core.wasm'];

/** The command of an installed package, run by this node itself, whatever the PATH holds. */
function tool(name, command, args) {
  const home = dirname(require.resolve(`${name}/package.json`));
  const bin = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).bin;
  const script = join(home, typeof bin === 'string' ? bin : bin[command]);
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: ['ignore', 2, 2] });
  // the tool has said what is wrong
  if (status !== 0) process.exit(1);
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file !== GENERATED)
    .sort();
}

/** What was built of a source that is gone would be packed with the rest. */
function sweep() {
  for (const file of filesUnder('dist')) {
    const name = relative('dist', file);
    const source = join('src', name.replace(/(\.d)?\.[jt]s$/, '.ts'));
    if (/^(browser|command|page)\//.test(name) || BUILT_OTHERWISE.includes(name)) continue;
    if (!existsSync(source)) rmSync(file);
  }
}

/** Exports of the core that tests call, and src/first-match.ts, which pages do not have. */
const NOT_FOR_PAGES = ['opWords', 'setHolds', 'firstMatch', 'scanFirst'];

/** Those that many packets ask for (src/run/wasm.ts): pages load them when there are such. */
const FOR_MANY = [
  'countOutcomes',
  'findJourneys',
  'findKeys',
  'followPlain',
  'gatherCounts',
  'lookUpAll',
  'noteSeen',
  'recall',
  'settleLimits',
  'takeBytes',
  'travel',
  'travelEach',
  'travelOne',
];

/**
 * Optimises the core as wasm-opt -O3 does: asc -O3 copies more functions to where they are called, which makes it larger by
 * a twentieth and hardly faster. `isWanted`: of names of exports; the names of its constants are a third of it.
 */
async function optimised(core, isWanted = () => true) {
  const { default: binaryen } = await import('assemblyscript/binaryen');
  const { MutableGlobals, SignExt, NontrappingFPToInt, BulkMemory, BulkMemoryOpt, SIMD128 } = binaryen.Features;
  const module = binaryen.readBinary(core);
  // what asc takes for granted, and SIMD
  module.setFeatures(MutableGlobals | SignExt | NontrappingFPToInt | BulkMemory | BulkMemoryOpt | SIMD128);
  for (const { name, kind } of WebAssembly.Module.exports(new WebAssembly.Module(core)))
    if (!isWanted(name, kind)) module.removeExport(name);
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  // nothing lies below --memoryBase
  binaryen.setLowMemoryUnused(true);
  // small functions in the loops of assembly/first-match.ts, which take a fifth of the time less where they are copied
  binaryen.setFlexibleInlineMaxSize(60);
  module.optimize();
  return Buffer.from(module.emitBinary());
}

/**
 * Deflated by zopfli, a twentieth smaller than by zlib, as base64 in quotes. In a process of its own: it would print all of
 * itself with whatever goes wrong in this one.
 */
function asText(core) {
  const script = `require('@gfx/zopfli').deflate(require('fs').readFileSync(0), {}, (fault, out) => {
    if (fault) throw fault;
    process.stdout.write(out);
  });`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { input: core, stdio: ['pipe', 'pipe', 2] });
  if (status !== 0) process.exit(1);
  return `'${stdout.toString('base64')}'`;
}

const coreModule = (core) =>
  '/** The core, made by build.mjs from assembly/: deflated, as base64. */\n' +
  `export const CORE_DEFLATED =\n  ${asText(core)};\n`;

/**
 * In place of @assemblyscript/loader, most of which helps with managed objects, and the core has none.
 * `source`: a WebAssembly.Module or its bytes.
 */
const LOADER = `export const instantiate = async (source, imports) => {
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  return { instance: await WebAssembly.instantiate(module, imports) };
};`;

const RARE_WORDS = 'export const FOREIGN_WORDS = {}, RARE_WHY = {};';
/** What the library for pages and their worker are built without: what stands in its place until it is imported as a file of its own. */
const LATER = {
  '../parse/rare-texts.js': 'export {};',
  // what `ipset list` prints is a rare text
  './list.js': 'export class ListingReader { take() { return false; } end() {} }',
  './ipv6.js': 'export {};',
  './made-up.js': 'export {};',
  '../net/services.js': 'export const SERVICES = undefined;',
  './header-text.js': 'export {};',
  './en-rare.js': RARE_WORDS,
  './lang/en-rare.js': RARE_WORDS,
  './rare-extensions.js': 'export const RARE_MATCHES = [], RARE_TARGETS = [];',
  // what it loads was compiled in it, by the compiler that tests hold to the verifier
  './verify.js': 'export const verify = () => {};',
};
const AGAIN = `export class Ground { constructor(known) { this.known = known; } goesOn() {} }
export const Again = undefined;`;
/** What makes large texts fast in Node, and gives the same: lines are read word by word, and rules are compiled anew. */
const NOT_LARGE = {
  './clean/lines.js': 'export class CleanLines { take() {} settle() {} forget() {} }',
  './again.js': AGAIN,
  '../compile/again.js': AGAIN,
  './shared.js': 'export class Shared {}',
};

/** What tells a story prints rules, of which it may not know the rare extensions; it reads, compiles and runs none. */
const WORDS_LATER = {
  './rare-extensions.js': LATER['./rare-extensions.js'],
  '../ext/rare-extensions.js': LATER['./rare-extensions.js'],
  '../parse/rare-texts.js': 'export {};',
};

/**
 * Makes small what a page loads: numbers for members of enums, no words that nothing there prints, a short loader. The worker's goes without what it loads later.
 */
async function forPages(entry) {
  const left = {
    'src/web/worker.ts': { ...LATER, ...NOT_LARGE },
    'src/report/words.ts': WORDS_LATER,
    'src/web/library.ts': { ...LATER, ...NOT_LARGE },
  };
  const instead = { '@assemblyscript/loader': LOADER, ...left[entry] };
  const modules = ['abi', 'net/protocol', 'input/synthetic/palette', 'run/connections/tuples'];
  const loaded = await Promise.all(modules.map((name) => import(pathToFileURL(`dist/${name}.js`))));
  const all = Object.assign({}, ...loaded);
  const ofOpcodes = await opcodes();
  const enums = Object.keys(all).filter((name) => isEnum(all[name]));
  // compile.ts has another Table of its own
  all.TableNumber = all.Table;
  const member = new RegExp(`(?<![\\w.])(TableNumber|${enums.join('|')})\\.(\\w+)\\b`, 'g');
  return {
    name: 'for-pages',
    enforce: 'pre',
    resolveId(name, _, { kind }) {
      // what is imported when it is first needed is a file of its own, the same for each bundle
      if (kind === 'dynamic-import') return { id: `./${basename(name)}`, external: true };
      return name in instead ? `\0${name}` : undefined;
    },
    load: (file) => instead[file.slice(1)],
    transform(code, file) {
      if (!file.startsWith(join(root, 'src'))) return undefined;
      if (file === join(root, 'src/compile/opinfo.ts')) return ofOpcodes;
      // what extensions are about, and in which forms values are printed, which large texts alone are read by
      const short = file.startsWith(join(root, 'src/ext')) ? code.replace(/^ +(about|printed): .*,$/gm, '') : code;
      return short.replace(member, (text, name, one) => all[name][one] ?? text);
    },
    async generateBundle(_, files) {
      const { minify } = await import('@swc/core');
      for (const file of Object.values(files)) {
        // on top of the bundler's own: each finds what the other does not
        const { code } = await minify(file.code, { module: true, compress: { passes: 0 }, mangle: true });
        file.code = code;
      }
    },
  };
}

/** What a page asks of opcodes, in place of src/compile/opinfo.ts: their size, whether they are conditions, whether of a field. */
async function opcodes() {
  const { opInfo } = await import(pathToFileURL('dist/compile/opinfo.js'));
  const words = Array.from({ length: 256 }, (_, op) => {
    const { operands, kind, field } = opInfo(op) ?? {};
    return operands === undefined ? 0 : 1 + operands.length + 8 * (kind === 'condition') + 16 * (field === 'field');
  });
  return `const WORDS = [${words.slice(0, words.findLastIndex((word) => word !== 0) + 1)}];
export const OP_WORDS = Uint8Array.from({ length: 256 }, (_, op) => WORDS[op] & 7);
export const opWords = (op) => OP_WORDS[op];
export const opInfo = (op) => WORDS[op] && { kind: WORDS[op] & 8 && 'condition', field: WORDS[op] & 16 && 'field' };`;
}

/** An enum of numbers has the name of each. */
const isEnum = (value) =>
  typeof value === 'object' && Object.values(value).some((one) => typeof one === 'number' && one in value);

/** One file, for pages that have no bundler: it imports nothing at first. */
async function bundle(entry, name) {
  const { build } = await import('vite');
  const plugin = await forPages(entry);
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [plugin],
    build: {
      outDir: 'dist/browser',
      emptyOutDir: false,
      target: 'es2022',
      lib: { entry, formats: ['es'], fileName: () => name },
      // how long its callbacks took says nothing on a busy machine
      rolldownOptions: {
        // none of ours does anything where it is imported or read
        treeshake: {
          moduleSideEffects: false,
          propertyReadSideEffects: false,
          unknownGlobalSideEffects: false,
          // what a listing prints of each extension stands beside it, and few read it
          manualPureFunctions: ['listed', 'listedOf', 'piece', 'flagPiece', 'icmpListing'],
        },
        output: { minify: true, comments: false },
        checks: { pluginTimings: false },
      },
    },
  });
}

/** The command as a few files: to find and read 450 modules takes longer than most of what it is asked (0.5 s to 0.25 s). */
async function bundleCommand() {
  const { build } = await import('vite');
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: 'dist/command',
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: {
        input: { main: 'src/cli/main.ts', 'crew-worker': 'src/cli/crew-worker.ts' },
        treeshake: { moduleSideEffects: false },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', comments: false },
        // rare readers are loaded later by pages alone
        checks: { pluginTimings: false, ineffectiveDynamicImport: false },
      },
    },
  });
}

function digest() {
  const hash = createHash('sha256');
  const inputs = ['build.mjs', 'package-lock.json', 'tsconfig.json', 'tsconfig.cli.json'];
  for (const file of [...inputs, ...filesUnder('src'), ...filesUnder('assembly')])
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const now = digest();
const upToDate = existsSync(STAMP) && existsSync(GENERATED) && readFileSync(STAMP, 'utf8') === now;
if (!upToDate) {
  process.stderr.write('building…\n');
  mkdirSync('dist', { recursive: true });
  const flags = ['-O0', '--runtime', 'stub', '--importMemory', '--memoryBase', '1024', '--enable', 'simd'];
  tool('assemblyscript', 'asc', ['assembly/index.ts', '-o', 'dist/core.wasm', ...flags]);
  const plain = readFileSync('dist/core.wasm');
  writeFileSync(GENERATED, coreModule(await optimised(plain)));
  // the library sees no Node types, so that nothing of Node slips into it; the command does
  tool('typescript', 'tsc', ['-p', 'tsconfig.json', '--noEmit']);
  tool('typescript', 'tsc', ['-p', 'tsconfig.cli.json']);
  sweep();
  const isVersion = (name) => name === 'ABI_VERSION';
  const isUsed = (name, kind) => (kind === 'global' ? isVersion(name) : !NOT_FOR_PAGES.includes(name));
  writeFileSync('dist/core.wasm', await optimised(plain, isUsed));
  await bundleCommand();
  await bundle('src/web/library.ts', 'packetwalk.js');
  await bundle('src/web/worker.ts', 'worker.js');
  await bundle('src/run/remembering.ts', 'remembering.js');
  await bundle('src/run/asked.ts', 'asked.js');
  await bundle('src/report/lang/en-rare.ts', 'en-rare.js');
  await bundle('src/run/columns.ts', 'columns.js');
  await bundle('src/run/update.ts', 'update.js');
  await bundle('src/report/ipv6.ts', 'ipv6.js');
  await bundle('src/parse/rare-texts.ts', 'rare-texts.js');
  await bundle('src/ext/rare-extensions.ts', 'rare-extensions.js');
  await bundle('src/net/services.ts', 'services.js');
  await bundle('src/run/made-up.ts', 'made-up.js');
  await bundle('src/report/words.ts', 'words.js');
  await bundle('src/report/lang/ja.ts', 'ja.js');
  const partOf = async (isWanted) => `export const CORE_DEFLATED=${asText(await optimised(plain, isWanted))};\n`;
  const isFirst = (name, kind) => isUsed(name, kind) && !FOR_MANY.includes(name);
  writeFileSync('dist/browser/core-bytes.js', await partOf(isFirst));
  writeFileSync('dist/browser/many-core.js', await partOf((name) => isVersion(name) || FOR_MANY.includes(name)));
  writeFileSync(STAMP, now);
}
