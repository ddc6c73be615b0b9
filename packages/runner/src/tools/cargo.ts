// Rust's tests. They are built once; then each test is a process of its own, so that one that aborts or hangs takes no other
// with it. Tests in documentation are built and run by cargo itself, one at a time.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestId, TestOutcome } from '@swarm/core';
import type { FoundSuite, Tool } from '../tool.js';
import type { BatchFailed, BatchRun, BatchTool } from './batch-tool.js';
import { buildTests, type TestProgram } from './cargo-build.js';
import { exitOutcome } from './exit-outcome.js';
import { Listed } from './listed.js';
import { ListedTool } from './listed-tool.js';
import { lastLine, textOfFile } from './output-text.js';
import { idPath, suiteFiles } from './project-files.js';
import { askTool, commandLine } from './tool-command.js';

export const CARGO: Tool = {
  tool: 'cargo',
  async find(root) {
    const folders = (await suiteFiles(root, ['**/Cargo.toml'], 4)).map((file) => dirname(file));
    // Members of a workspace, and packages within others, belong to the outermost one.
    const outermost = folders.filter(
      (dir) => !folders.some((other) => other !== dir && (other === '.' || dir.startsWith(`${other}/`))),
    );
    return outermost.map((dir): FoundSuite => ({ dir: join(root, dir), because: join(dir, 'Cargo.toml') }));
  },
  open: (suite) => new CargoSuite(suite),
};

/** How a test is asked for. */
interface RustTest {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Others may run along with it: what counts is what is said of it by name. */
  readonly isDoc?: boolean;
}

class CargoSuite extends ListedTool<RustTest> {
  protected tool(listed: Listed<RustTest>): BatchTool {
    return {
      name: this.name,
      jobsInside: false,
      quietMs: 0,
      most: 1,
      prepare: async ({ tests: [id] }) => prepare(id!, listed.get(id!)),
    };
  }

  get #command(): string {
    return this.suite.command ?? 'cargo';
  }

  protected async askForTests(signal?: AbortSignal): Promise<Listed<RustTest>> {
    const { name, dir, args } = this.suite;
    const programs = await buildTests({ name, dir, command: this.#command, args, ...(signal && { signal }) });
    const listed = new Listed<RustTest>();
    for (const program of programs) await this.#addTests(listed, program, signal);
    const libraries = programs.filter(({ kind }) => ['lib', 'rlib', 'proc-macro'].includes(kind));
    for (const library of libraries) await this.#addDocTests(listed, library, signal);
    return listed;
  }

  async #addTests(listed: Listed<RustTest>, program: TestProgram, signal?: AbortSignal): Promise<void> {
    const { executable, source, packageDir: cwd } = program;
    const env = environmentOf(program);
    const argv = [executable, '--list', '--format', 'terse'];
    const answer = await askTool({ argv, cwd, env, ...(signal && { signal }) });
    for (const test of testNames(answer.stdout))
      listed.add(`${idPath(this.suite.root, source)}::${test}`, {
        name: test,
        argv: [executable, '--exact', test],
        cwd,
        env,
      });
  }

  async #addDocTests(listed: Listed<RustTest>, library: TestProgram, signal?: AbortSignal): Promise<void> {
    const { dir, args, root } = this.suite;
    const words = (more: readonly string[]) =>
      commandLine(this.#command, ['test', '--doc', '-p', library.packageName, ...args, '--', ...more]);
    const answer = await askTool({
      argv: words(['--list', '--format', 'terse']),
      cwd: dir,
      ...(signal && { signal }),
    });
    for (const test of testNames(answer.stdout)) {
      // `src/lib.rs - sum (line 5)`: a line number is nothing to know a test by.
      const [, path = '', item = '', line = ''] = /^(.*?) - (.*?) ?\(line (\d+)\)/.exec(test) ?? [];
      const file = [library.packageDir, dir].map((base) => join(base, path)).find((it) => existsSync(it));
      listed.add(`${idPath(root, file ?? library.source)}::doc ${item}`.trimEnd(), {
        name: test,
        // Arguments are split at spaces on their way to it, so that only a word of the name can be asked for.
        argv: words([`${line})`]),
        cwd: dir,
        env: {},
        isDoc: true,
      });
    }
  }
}

/** What cargo itself sets for tests, and tests read. */
const environmentOf = ({ packageDir, packageName, version }: TestProgram): Record<string, string> => ({
  CARGO_MANIFEST_DIR: packageDir,
  CARGO_PKG_NAME: packageName,
  CARGO_PKG_VERSION: version,
});

const testNames = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.endsWith(': test') ? line.slice(0, -': test'.length) : []));

const GONE: TestOutcome = { kind: 'fail', failure: 'missing', detail: 'no program has such a test' };

async function prepare(id: TestId, test: RustTest | undefined): Promise<BatchRun | BatchFailed> {
  if (test === undefined) return { kind: 'failed', outcome: GONE };
  return {
    kind: 'run',
    single: true,
    argv: test.argv,
    cwd: test.cwd,
    env: test.env,
    line: (text, tell) => tell({ kind: 'output', id, text: `${text}\n` }),
    async end(tell, { exit, stdoutFile, stderrFile }) {
      const [out, errors] = [await textOfFile(stdoutFile), await textOfFile(stderrFile)];
      const byStatus = exitOutcome(exit, reasonIn(`${out}\n${errors}`));
      const outcome = test.isDoc === true ? judgeDoc(test.name, byStatus, out) : judge(byStatus, out);
      tell({ kind: 'end', id, outcome, output: errors });
    },
  };
}

/** A status of 0 may also mean that the test was passed over, or is gone. */
function judge(byStatus: TestOutcome, out: string): TestOutcome {
  if (byStatus.kind !== 'pass') return byStatus;
  const [, passed, ignored] = /^test result: ok\. (\d+) passed; \d+ failed; (\d+) ignored;/m.exec(out) ?? [];
  if (passed !== undefined && Number(passed) > 0) return byStatus;
  return Number(ignored) > 0 ? { kind: 'skip', reason: 'ignored' } : GONE;
}

function judgeDoc(name: string, byStatus: TestOutcome, out: string): TestOutcome {
  const line = out.split('\n').find((it) => it.startsWith(`test ${name}`)) ?? '';
  if (line.endsWith(' ... ok')) return { kind: 'pass' };
  if (/ \.\.\. ignored/.test(line)) return { kind: 'skip', reason: 'ignored' };
  return line === '' && byStatus.kind === 'pass' ? GONE : byStatus;
}

/** The panic's own words, which stand on its line or, of late, on the next one. */
function reasonIn(text: string): string {
  const [, old, where] = /panicked at (?:'(.*?)', )?(\S+:\d+:\d+)/s.exec(text) ?? [];
  if (where === undefined) return lastLine(text.replace(/^(?:test result: .*|running \d+ tests?)$/gm, ''));
  const next = text.slice(text.indexOf(where) + where.length).replace(/^:?\s*/, '');
  return lastLine(`${where}: ${(old ?? next.split('\n', 1)[0]!).replace(/\s+/g, ' ')}`);
}
