// The rules of the house that no compiler checks: who owns which dependency, which way imports go, how long files are.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources = files.filter((file) => /^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(file));

/** Package folder -> what it may import of ours. */
const ARROWS: Record<string, readonly string[]> = {
  core: [],
  host: ['core'],
  build: ['core', 'host'],
  tasks: ['core', 'host'],
  runner: ['core', 'host'],
  fleet: ['core'],
  cli: ['core', 'host', 'build', 'tasks', 'runner', 'fleet'],
};

/** Names imported by a source file, static and dynamic. */
function imports(file: string): string[] {
  const text = read(file);
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)'([^']+)'/gm);
  return [...found].map((match) => match[1]!);
}

/** Names imported when the file is loaded; types and `import()` don't count. */
function staticImports(file: string): string[] {
  const found = read(file).matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'/gm);
  return [...found].map((match) => match[1]!);
}

/** The files that loading `entries` loads. */
function staticallyLoaded(entries: readonly string[]): Set<string> {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const name of staticImports(file)) {
      if (name.startsWith('.')) visit(join(dirname(file), name.replace(/\.js$/, '.ts')));
    }
  };
  for (const entry of entries) visit(entry);
  return loaded;
}

describe('the house', () => {
  test('has one owner per dependency', () => {
    const owners = new Map<string, Set<string>>();
    for (const file of sources) {
      const owner = file.split('/').slice(0, 2).join('/');
      for (const name of imports(file)) {
        if (name.startsWith('.') || name.startsWith('node:') || name.startsWith('@swarm/')) continue;
        const dependency = name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/');
        owners.set(dependency, (owners.get(dependency) ?? new Set()).add(owner));
      }
    }
    const shared = [...owners]
      .filter(([, packages]) => packages.size > 1)
      .map(([name, by]) => `${name}: ${[...by].join(', ')}`);
    expect(shared).toEqual([]);
  });

  test('has arrows that go one way', () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const owner = file.split('/')[1]!;
      for (const name of imports(file)) {
        const ours = /^@swarm\/([^/]+)/.exec(name)?.[1];
        const allowed = file.startsWith('plugins/') ? ['core', 'host'] : ARROWS[owner];
        if (ours !== undefined && !allowed?.includes(ours)) wrong.push(`${file} imports ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('keeps core pure: no import but its own', () => {
    const wrong = sources
      .filter((file) => file.startsWith('packages/core/'))
      .flatMap((file) =>
        imports(file)
          .filter((name) => !name.startsWith('.'))
          .map((name) => `${file}: ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  test('has files of at most 300 lines and commands of at most 60', () => {
    const long = files
      .filter((file) => /^(packages|plugins|test|\.ci)\/.*\.(ts|mjs|js|c|h)$/.test(file))
      .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
      .filter(({ file, lines }) => lines > (file.includes('/src/commands/') ? 60 : 300));
    expect(long).toEqual([]);
  });

  test('has names that say what is inside', () => {
    const vague = files.filter((file) => /\/(utils?|helpers?|common|misc|manager)(\.|\/)/i.test(`/${file}`));
    expect(vague).toEqual([]);
  });

  test('reads standard input only where a command asks for it', () => {
    const asks = sources.filter((file) => /\/src\/commands\//.test(file) && /\bArgs\b/.test(read(file)));
    expect(asks, 'arguments are words of packages/cli/src/terminal/word.ts').toEqual([]);
  });

  test('names no registry and no home folder in its lock file', () => {
    expect(read('pnpm-lock.yaml')).not.toMatch(/https?:\/\//);
  });

  test('loads heavy libraries only when they are needed', () => {
    const heavy = new Set([
      'execa',
      'valibot',
      'yaml',
      'jiti',
      '@valibot/to-json-schema',
      'simple-git',
      'fast-glob',
      'tinypool',
    ]);
    const entries = sources.filter((file) => /\/src\/(index|main)\.ts$|\/src\/commands\//.test(file));
    const eager = [...staticallyLoaded(entries)].flatMap((file) =>
      staticImports(file)
        .filter((name) => heavy.has(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(eager).toEqual([]);
  });

  test('has an oclif manifest that matches the built commands', () => {
    const manifest = JSON.parse(read('packages/cli/oclif.manifest.json')) as {
      commands: Record<string, unknown>;
    };
    const commands = sources
      .map((file) => /^packages\/cli\/src\/commands\/(.+)\.ts$/.exec(file)?.[1])
      .filter((name) => name !== undefined)
      .map((name) => name.replaceAll('/', ':'));
    expect(Object.keys(manifest.commands).sort()).toEqual(commands.sort());
  });
});
