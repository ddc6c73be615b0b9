// One run of `swarm reduce`: the culprit of an earlier bisect, its build recorded again, the reduction, its document. All that
// it makes is in one folder per culprit: the best so far, what the program reads, the log.

import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type Bisection,
  findCvise,
  openBisection,
  openReduction,
  type Reduced,
  type Reduction,
  readBy,
  reduce,
  showCommands,
} from '@swarm/build';
import { EXIT, SwarmError } from '@swarm/core';
import { makeFolder, openLog, openStateFolder, withLock, writeFileAtomic } from '@swarm/host';
import { makePlan, sessionOptions } from '../bisect/build-session.js';
import { listenForInterrupt } from '../terminal/interrupt.js';
import { count, seconds } from '../terminal/line.js';
import type { Status } from '../terminal/status.js';
import { attach, keepRecipe } from './attach.js';
import { findCulprit } from './culprit.js';
import { type ReduceDocument, sizeOf } from './document.js';
import type { FoundBefore } from './found.js';

export interface ReduceRequest {
  readonly dir: string;
  readonly culprit: string;
  readonly engine: 'cvise' | 'own' | undefined;
  readonly timeoutMs: number;
  readonly jobs: number | undefined;
  readonly output: string | undefined;
  readonly resume: boolean;
}

/** Everything that a run works with. */
interface Work {
  readonly request: ReduceRequest;
  readonly found: FoundBefore;
  readonly state: string;
  readonly folder: string;
  readonly status: Status;
  readonly signal: AbortSignal;
  readonly event: (kind: string, data: object) => void;
}

type Engine = { readonly kind: 'own' } | { readonly kind: 'cvise'; readonly program: string };

export async function runReduce(request: ReduceRequest, status: Status): Promise<ReduceDocument> {
  const dir = resolve(request.dir);
  const engine = chooseEngine(request.engine);
  await checkOutput(request.output);
  const interrupt = listenForInterrupt({
    message: 'reduce: interrupted; the smallest source so far is kept',
    hint: 'run the same command with --resume to go on',
  });
  const onWait = (pid: number) => status.show(`waiting for process ${pid}, which reduces the same culprit`);
  try {
    const found = await findCulprit(dir, request.culprit, interrupt.signal);
    const state = await openStateFolder(found.settings.dir);
    const folder = join(state, 'reductions', found.culprit.id);
    makeFolder(folder, 'reduction folder');
    return await withLock(
      join(folder, 'lock'),
      () =>
        reduceIn(engine, {
          request,
          found,
          state,
          folder,
          status,
          signal: interrupt.signal,
          event: () => {},
        }),
      {
        onWait,
        signal: interrupt.signal,
      },
    );
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
    status.clear();
  }
}

/** The engine asked for; C-Vise where it is installed and nothing is said. Throws `no-cvise` (exit 3). */
function chooseEngine(asked: ReduceRequest['engine']): Engine {
  const program = asked === 'own' ? undefined : findCvise();
  if (program !== undefined) return { kind: 'cvise', program };
  if (asked !== 'cvise') return { kind: 'own' };
  throw new SwarmError('--engine cvise: C-Vise is not installed', {
    code: 'no-cvise',
    exit: EXIT.environment,
    hint: 'install the package cvise, or use --engine own',
  });
}

async function checkOutput(output: string | undefined): Promise<void> {
  const folder = output === undefined ? undefined : dirname(resolve(output));
  if (folder === undefined || (await stat(folder).catch(() => undefined))?.isDirectory()) return;
  throw new SwarmError(`--output ${output}: no such folder`, {
    code: 'no-such-place',
    exit: EXIT.usage,
    hint: 'make the folder first',
  });
}

async function reduceIn(engine: Engine, bare: Work): Promise<ReduceDocument> {
  const log = openLog(bare.folder, 'reduce');
  const work: Work = { ...bare, event: (kind, data) => log.event(kind, { ...data }) };
  const session = await openSession(work).catch((error: unknown) => {
    log.close();
    throw error;
  });
  try {
    const document = { ...(await reduceSession(session, engine, work)), log: log.path };
    work.event('result', document);
    return await attached(document, work);
  } finally {
    await session.close();
    log.close();
  }
}

/** With the task that the reproducer has gone to; a store out of reach takes nothing from what was made. */
async function attached(document: ReduceDocument, { found, signal }: Work): Promise<ReduceDocument> {
  if (found.task === undefined) return document;
  try {
    const isThere = await attach(found.task, found.culprit.id, found.settings, signal);
    return isThere ? { ...document, task: found.task } : document;
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    return { ...document, notes: [`task ${found.task} has it not: ${error.message}`, ...document.notes] };
  }
}

/** The build recorded again, and the objects of both sides. */
async function openSession({ request, found, state, status, signal, event }: Work): Promise<Bisection> {
  const settings = { ...found.settings, jobs: request.jobs ?? found.settings.jobs };
  const plan = await makePlan(settings, state, { status, signal });
  const absent = found.units.filter((id) => !plan.units.some((unit) => unit.id === id));
  if (absent.length > 0)
    throw new SwarmError(`${absent.join(', ')}: the build has no such unit any more`, {
      code: 'source-gone',
      exit: EXIT.environment,
      hint: 'run swarm bisect again: the culprit is of a program that has changed',
    });
  event('plan', { units: plan.units.length });
  return openBisection(plan, { ...sessionOptions(settings, state, { status, signal }), only: found.units });
}

/** The part of the time that may go into making small what the program reads. */
const INPUT_SHARE = 0.2;

async function reduceSession(
  session: Bisection,
  engine: Engine,
  work: Work,
): Promise<Omit<ReduceDocument, 'log'>> {
  const { request, found, folder, status, signal, event } = work;
  const startedMs = performance.now();
  const opened = await openReduction(session.workbench, found.units, {
    folder,
    say: (what) => status.show(what),
    inputLimitMs: request.timeoutMs * INPUT_SHARE,
  });
  if (opened.kind === 'nothing')
    throw new SwarmError(`culprit ${found.culprit.id}: ${opened.reason}`, {
      code: 'nothing-to-reduce',
      exit: EXIT.nothing,
      hint: 'run swarm bisect again: if it still names the culprit, its failure needs more than one run of the program',
    });
  const { reduction } = opened;
  const { setting, sanitizers, fileName } = reduction.test;
  const file = join(folder, fileName);
  const before = sizeOf(reduction.whole);
  event('start', { mode: setting.kind, difference: reduction.difference, before, notes: reduction.notes });
  const from = request.resume ? await readFile(file, 'latin1').catch(() => undefined) : undefined;
  const saved = { text: Promise.resolve() };
  const reduced = await reduce(reduction, {
    engine,
    timeLimitMs: Math.max(0, startedMs + request.timeoutMs - performance.now()),
    from,
    signal,
    onBest: (text) => {
      saved.text = saved.text.then(() => writeFileAtomic(file, Buffer.from(text, 'latin1')));
    },
    onProgress: (what, bytes, tests) => {
      const left = seconds(Math.max(0, startedMs + request.timeoutMs - performance.now()));
      status.show(`${what}: ${bytes} bytes of ${before.bytes}, ${count(tests, 'candidate')}, ${left} left`);
    },
  });
  await saved.text;
  signal.throwIfAborted();
  const place = request.output === undefined ? file : resolve(request.output);
  if (place !== file) await writeFileAtomic(place, Buffer.from(reduced.text, 'latin1'));
  await keepRecipe(reduction, reduced.text, found.settings, folder);
  const { id, members } = found.culprit;
  return {
    schema: 'swarm.reduce/1',
    culprit: { id, members },
    file: place,
    reads: [...readBy(reduction.test.invocation).keys()],
    mode: setting.kind,
    engine: engine.kind,
    failure: { kind: reduction.difference.kind, detail: reduction.difference.detail },
    complete: reduced.complete,
    sanitized: sanitizers.length > 0,
    before,
    after: sizeOf(reduced.text),
    tests: reduced.tests,
    seconds: (performance.now() - startedMs) / 1000,
    ...(await commandsAndNotes(reduction, reduced, folder)),
  };
}

async function commandsAndNotes(reduction: Reduction, reduced: Reduced, folder: string) {
  const commands = (await showCommands(reduction, folder)) ?? null;
  const none =
    'no two commands that show it: the unit goes into the program by more than a link or an archive';
  return { commands, notes: [...reduction.notes, ...reduced.notes, ...(commands === null ? [none] : [])] };
}
