// A small C program in a folder of its own, built by gcc, with the plan that a capture of its build would give.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Cancellation, type Outcome, type Probe, Selection } from '@swarm/core';
import { afterEach } from 'vitest';
import type { Accused } from '../../src/label/accused.js';
import type { Judgement } from '../../src/label/judgement.js';
import type { BuildPlan, ReplayStep } from '../../src/plan.js';
import { type Bisection, type BisectionOptions, openBisection } from '../../src/probe/session.js';

export interface Project {
  readonly root: string;
  readonly plan: BuildPlan;
  path(name: string): string;
  write(name: string, text: string | Buffer): string;
  /** A compiler: gcc, but with further arguments for some sources, or a shell command instead of it. */
  compiler(name: string, faults: Readonly<Record<string, string>>): string;
}

export interface ProjectShape {
  /** Name of the folder; default a plain one. */
  readonly folder?: string;
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of every compilation. */
  readonly arguments?: readonly string[];
  /** Steps; default: one link of every object to `prog`. */
  readonly steps?: (path: (name: string) => string, objects: readonly string[]) => ReplayStep[];
}

const made: string[] = [];
const open: Bisection[] = [];

afterEach(async () => {
  for (const session of open.splice(0)) await session.close();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const which = (program: string): string =>
  execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();

/** Write the files, compile each `.c` and run the steps, as a build would. */
export function project(shape: ProjectShape): Project {
  const base = mkdtempSync(join(tmpdir(), 'swarm-probe-'));
  made.push(base);
  const root = join(base, shape.folder ?? 'program');
  mkdirSync(root);
  const path = (name: string) => join(root, name);
  const write = (name: string, text: string | Buffer) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
    return path(name);
  };
  for (const [name, text] of Object.entries(shape.files)) write(name, text);
  const sources = Object.keys(shape.files).filter((name) => name.endsWith('.c'));
  const units = sources.map((name) => {
    const object = path(`${name.slice(0, -2)}.o`);
    const oracleObject = join(base, 'kept', `${name.replaceAll('/', '_')}.o`);
    const argv = [...(shape.arguments ?? []), name];
    mkdirSync(dirname(oracleObject), { recursive: true });
    execFileSync('gcc', [...argv, '-c', '-o', object], { cwd: root });
    execFileSync('cp', [object, oracleObject]);
    const text = shape.files[name]!;
    return {
      id: name,
      source: path(name),
      cwd: root,
      arguments: argv,
      object,
      oracleObject,
      sourceBytes: text.length,
    };
  });
  const objects = units.map((unit) => unit.object);
  const steps = (shape.steps ?? ((p, all) => [link(root, p('prog'), all)]))(path, objects);
  for (const step of steps) execFileSync(step.program, [...step.arguments], { cwd: step.cwd });
  const consumed = new Set(
    steps.flatMap((step) => step.inputs.filter((file) => !step.outputs.includes(file))),
  );
  const products = [...new Set(steps.flatMap((step) => step.outputs))].filter((file) => !consumed.has(file));
  const plan = {
    root,
    units,
    excluded: [],
    fixedObjects: [],
    steps,
    products,
    commands: [],
    notes: [],
    oracleCompiles: units.length,
  };
  return { root, plan, path, write, compiler: (name, faults) => compiler(path(name), faults) };
}

/** A link of objects and archives, as recorded with relative names. */
export function link(cwd: string, output: string, inputs: readonly string[], ...more: string[]): ReplayStep {
  const argv = ['-o', relative(cwd, output), ...inputs.map((file) => relative(cwd, file)), ...more];
  return { kind: 'link', program: which('gcc'), arguments: argv, cwd, inputs, outputs: [output] };
}

export function archive(cwd: string, output: string, inputs: readonly string[], mode = 'rc'): ReplayStep {
  const argv = [mode, relative(cwd, output), ...inputs.map((file) => relative(cwd, file))];
  return { kind: 'archive', program: which('ar'), arguments: argv, cwd, inputs, outputs: [output] };
}

function compiler(file: string, faults: Readonly<Record<string, string>>): string {
  const cases = Object.entries(faults).map(([source, fault]) => {
    const run = fault.startsWith('-') ? `exec gcc ${fault} "$@"` : fault;
    return `case " $* " in *" -E "*|*" --version "*) ;; **"${source} "*) ${run};; esac`;
  });
  writeFileSync(file, ['#!/bin/sh', ...cases, 'exec gcc -fno-builtin -O1 "$@"', ''].join('\n'));
  chmodSync(file, 0o755);
  return file;
}

/** A session that is closed when the test ends. */
export async function session(
  of: Project,
  options: Omit<Partial<BisectionOptions>, 'target'> & {
    readonly target: BisectionOptions['target'] | string;
  },
): Promise<Bisection> {
  const target = typeof options.target === 'string' ? { command: options.target, flags: [] } : options.target;
  const oracle = { command: 'gcc', flags: [] };
  const opened = await openBisection(of.plan, { oracle, test: './prog', jobs: 2, ...options, target });
  open.push(opened);
  return opened;
}

/** The outcome of the selection of these units. */
export async function outcome(of: Pick<Bisection, 'units' | 'prober'>, ...ids: string[]): Promise<Outcome> {
  return (await of.prober(probe(of, ...ids), new Cancellation())).outcome;
}

export function probe(of: Pick<Bisection, 'units'>, ...ids: string[]): Probe {
  const numbers = ids.map((id) => of.units.findIndex((unit) => unit.id === id));
  return { selection: Selection.of(of.units.length, numbers), attempt: 0, purpose: 'explore' };
}

/** `main` prints what the functions `a`, `b`, ... of the other files return, one a line. */
export function callers(...names: string[]): string {
  const declarations = names.map((name) => `int ${name}(void);`).join(' ');
  const calls = names.map((name) => `printf("%d\\n", ${name}());`).join(' ');
  return `#include <stdio.h>\n${declarations}\nint main(void) { ${calls} return 0; }\n`;
}

/** A file whose function returns `right`, or with -DBUG does `wrong`. */
export const callee = (name: string, right: number, wrong = `return ${right + 100};`): string =>
  `#include <stdlib.h>\nint ${name}(void) {\n#ifdef BUG\n${wrong}\n#else\nreturn ${right};\n#endif\n}\n`;

/** The judgement of one culprit alone. */
export const judgement = async (of: Bisection, accused: Accused): Promise<Judgement> =>
  (await of.judge([accused]))[0]!;
