// Projects to capture: copies of the fixtures and ones made from an object literal, in a temporary folder each; and a
// plain replay of a plan in a second copy, the simplest reading of the contract in plan.ts.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildPlan, type CaptureOptions, type CompileUnit, captureBuild } from '@swarm/build';
import { createRunner, type ProcessRunner } from '@swarm/host';

export const SHAPES = fileURLToPath(new URL('../../../../fixtures/shapes/', import.meta.url));

/** A temporary folder, with no symbolic links in its path. */
export const temporaryFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'swarm-capture-')));

export const environment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );

/** A project in its own folder, and captures of it. */
export class Project {
  readonly #base = temporaryFolder();
  readonly dir: string;
  readonly runner: ProcessRunner = createRunner({ jobs: 2 });

  constructor(name = 'project') {
    this.dir = join(this.#base, name);
    mkdirSync(this.dir);
  }

  static of(files: Readonly<Record<string, string>>, name?: string): Project {
    const project = new Project(name);
    for (const [path, text] of Object.entries(files)) project.write(path, text);
    return project;
  }

  static fromShape(name: string): Project {
    const project = new Project();
    cpSync(join(SHAPES, name), project.dir, { recursive: true });
    return project;
  }

  write(path: string, text: string): void {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  capture(options: Partial<CaptureOptions> & { build: string }): Promise<BuildPlan> {
    return captureBuild({
      dir: this.dir,
      oracle: { cc: 'gcc', flags: [] },
      runner: this.runner,
      env: environment(),
      stateDir: this.path('.swarm'),
      ...options,
    });
  }

  /** Replay all steps in a second copy of the tree, whose path is as long as the first one's; the copy's folder. */
  replay(plan: BuildPlan): string {
    const copy = join(this.#base, 'replica');
    rmSync(copy, { recursive: true, force: true });
    cpSync(plan.root, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => relative(plan.root, path).split('/')[0] !== '.swarm',
    });
    replay(plan, copy);
    return copy;
  }

  /** A file of the tree or of its copy, with the copy's path (a run path) written as the tree's. */
  contentOf(copy: string, file: string): Buffer {
    const text = readFileSync(file).toString('latin1');
    return Buffer.from(text.replaceAll(copy, this.dir), 'latin1');
  }

  async close(): Promise<void> {
    await this.runner.close();
    rmSync(this.#base, { recursive: true, force: true });
  }
}

/** The arguments with the tree's root replaced by the copy's. */
const moved = (text: string, root: string, copy: string): string => text.replaceAll(root, copy);

function place(unit: CompileUnit, object: string): void {
  mkdirSync(dirname(object), { recursive: true });
  if (unit.oracleObject !== undefined) {
    cpSync(unit.oracleObject, object);
    return;
  }
  execFileSync('gcc', [...unit.arguments, '-c', '-o', object], {
    cwd: unit.cwd,
    ...(unit.stdin === undefined ? {} : { input: readFileSync(unit.stdin) }),
  });
}

function replay(plan: BuildPlan, copy: string): void {
  const move = (text: string) => moved(text, plan.root, copy);
  for (const product of plan.products) rmSync(move(product), { force: true });
  for (const step of plan.steps) for (const output of step.outputs) rmSync(move(output), { force: true });
  for (const unit of plan.units) place(unit, move(unit.object));
  for (const { object, kept } of plan.fixedObjects) {
    mkdirSync(dirname(move(object)), { recursive: true });
    cpSync(kept, move(object));
  }
  for (const step of plan.steps) {
    const cwd = move(step.cwd);
    mkdirSync(cwd, { recursive: true });
    for (const output of step.outputs) {
      mkdirSync(dirname(move(output)), { recursive: true });
      if (!step.inputs.includes(output)) rmSync(move(output), { force: true });
    }
    execFileSync(step.program, step.arguments.map(move), {
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...step.environment },
      ...(step.stdin === undefined ? {} : { input: readFileSync(step.stdin) }),
    });
  }
}
