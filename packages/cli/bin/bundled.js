// Loads the bundle with the code that V8 made of it when it was bundled: parsing and compiling it again would be half the time of a
// short command. V8 refuses the code of another version of itself, or of other flags; then it compiles, as ever.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname } = require('node:path');
const { pathToFileURL } = require('node:url');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

// Room for new objects grows at once to what it would grow to anyway: else a short run is looked through for garbage every 20 ms.
setFlagsFromString('--semi-space-growth-factor=16');

/** `dynamicImport` stands in a bundle for `import()`, which V8 doesn't let compiled code have again. */
const wrapped = (code) =>
  `(function (exports, require, module, __filename, __dirname, dynamicImport) {${code}\n})`;

const codeOf = (file) => {
  try {
    return readFileSync(`${file}.code`);
  } catch {
    return undefined;
  }
};

function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (id, options) => Module._resolveFilename(id, module, false, options);
  require.main = process.mainModule;
  require.cache = Module._cache;
  return require;
}

/**
 * The exports of a bundle's main file; its folder's files are all loaded this way from now on.
 * `onCompiled(file, script)` is told of each.
 */
exports.load = function load(main, onCompiled) {
  const place = dirname(main);
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (code, file) {
    if (!file.startsWith(place)) return compile.call(this, code, file);
    const script = new Script(wrapped(code), { filename: file, cachedData: codeOf(file) });
    onCompiled?.(file, script);
    const dynamicImport = (id) => import(id.startsWith('.') ? new URL(id, pathToFileURL(file)).href : id);
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, file, dirname(file), dynamicImport);
  };
  return require(main);
};
