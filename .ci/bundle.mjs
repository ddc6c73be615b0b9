// Bundles the built command line into packages/cli/bundle: a few large files load in half the time of several hundred small ones, and
// as CommonJS with the code that V8 made of them (bundle-code.cjs). bin/run.js takes the bundle while it is newer than everything
// that was built, else what was built. The folder looks to oclif like packages/cli itself: its package.json, manifest and built
// commands.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'packages', 'cli');
const from = join(cli, 'dist');
const place = join(cli, 'bundle-draft');
const to = join(place, 'dist');

/** They start processes from their own folders, and look for files there; and they are loaded by few commands. */
const LEFT_WHERE_THEY_ARE = /\/node_modules\/(?:tinypool|jiti)\//;

const commands = readdirSync(join(from, 'commands'), { recursive: true }).filter((name) =>
  name.endsWith('.js'),
);
const names = ['main', ...commands.map((name) => join('commands', name.slice(0, -'.js'.length)))];

const isFree = (name, code) =>
  new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\b(?:const|let|var)\\s+${name}\\b`).test(code);

/** What a module knows of its own place stays true: it is said relative to the file that the module ends up in. */
const ownPlaces = {
  name: 'own-places',
  transform(code, id) {
    if (!/import\.meta\.(?:url|dirname|filename)|__dirname|__filename/.test(code)) return null;
    const place = (file) => `__PLACE__(${JSON.stringify(file)})`;
    const path = (file) => `decodeURIComponent(${place(file)}.pathname)`;
    const known = code
      .replace(/\bimport\.meta\.url\b/g, `(${place(id)}.href)`)
      .replace(/\bimport\.meta\.filename\b/g, path(id))
      .replace(/\bimport\.meta\.dirname\b/g, path(dirname(id)));
    // What CommonJS has as variables is declared as such: the words may also stand in a string.
    const values = { __filename: path(id), __dirname: path(dirname(id)) };
    const variables = Object.keys(values).filter((name) => isFree(name, code));
    const declared = variables.map((name) => `var ${name} = ${values[name]};`).join(' ');
    return known.replace(/^(?:#!.*\n)?(?:\s*(['"])use strict\1;?)?/, (head) => `${head}\n${declared}`);
  },
  renderChunk(code, { fileName }) {
    const folder = dirname(join(to, fileName));
    const pathTo = (file) =>
      JSON.stringify(relative(folder, file).split('/').map(encodeURIComponent).join('/'));
    return code
      .replace(/__PLACE__\("([^"]*)"\)/g, (_, file) => `new URL(${pathTo(file)}, chunkUrl)`)
      .replace(/\bimport\("(\/[^"]*)"\)/g, (_, file) => `import(${pathTo(file)})`)
      .replace(/(?<![\w.])import\(/g, 'dynamicImport(');
  },
};

rmSync(place, { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(names.map((name) => [name, join(from, `${name}.js`)])),
  platform: 'node',
  external: (id) => LEFT_WHERE_THEY_ARE.test(id),
  plugins: [ownPlaces],
});
await bundle.write({
  dir: to,
  format: 'cjs',
  chunkFileNames: 'chunks/[name]-[hash].js',
  intro: 'const chunkUrl = require("node:url").pathToFileURL(__filename);',
});
// Commands are no modules here, and so need no loader for modules.
const manifest = readFileSync(join(cli, 'oclif.manifest.json'), 'utf8');
const isESM = (key, value) => (key === 'isESM' ? false : value);
writeFileSync(join(place, 'oclif.manifest.json'), JSON.stringify(JSON.parse(manifest, isESM)));
const description = { ...JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8')), type: 'commonjs' };
writeFileSync(join(place, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
execFileSync(process.execPath, [join(import.meta.dirname, 'bundle-code.cjs'), to], {
  stdio: ['ignore', 'ignore', 'pipe'],
});

rmSync(join(cli, 'bundle'), { recursive: true, force: true });
renameSync(place, join(cli, 'bundle'));
