// A task's reproducer, asked: the two sides compile and run it in a second or two, with nothing of the project built.

import { askReproducer } from '@swarm/build';
import { createRunner } from '@swarm/host';
import { flagWords } from '../bisect/flag-words.js';
import type { BuildSettings, Compiler } from '../bisect/settings.js';
import { originOf, repositoryRoot } from '../emit/emit.js';
import { openStore } from '../emit/store.js';
import { runnableReproducer, taskOfMembers } from '../emit/task-reproducer.js';
import type { Status } from '../terminal/status.js';
import type { VerifyDocument } from './document.js';

interface Context {
  readonly status: Status;
  readonly signal: AbortSignal;
}

type Finding = Pick<VerifyDocument, 'verdict' | 'outcome' | 'notes'>;

/** What the reproducer of the members' task says; inconclusive where there is none. */
export async function verifyReproducer(
  settings: BuildSettings,
  members: readonly string[],
  context: Context,
): Promise<VerifyDocument> {
  const startedAt = performance.now();
  const finding = await found(settings, members, context);
  return {
    schema: 'swarm.verification/1',
    members,
    ...finding,
    ...(finding.verdict === 'red' ? { failing: members } : {}),
    rejected: [],
    stats: {
      probes: 0,
      compiles: { target: 0, oracle: 0 },
      seconds: (performance.now() - startedAt) / 1000,
    },
  };
}

async function found(
  settings: BuildSettings,
  members: readonly string[],
  { status, signal }: Context,
): Promise<Finding> {
  status.show("looking for the task's reproducer");
  const root = repositoryRoot(settings.dir);
  const { store } = await openStore(root, signal);
  const task = taskOfMembers(await store.list(), await originOf(settings, root), members);
  const reproducer = task && (await runnableReproducer(store, task));
  if (reproducer === undefined)
    return {
      verdict: 'inconclusive',
      notes: ['no task of these members has a reproducer that runs by itself'],
    };
  status.show('asking the reproducer');
  const runner = createRunner({ jobs: 1 });
  try {
    const side = ({ cc, flags }: Compiler) => ({ command: cc, flags: flagWords(flags) });
    const sides = { target: side(settings.target), oracle: side(settings.oracles[0]) };
    const answer = await askReproducer(reproducer, sides, runner);
    signal.throwIfAborted();
    const of = `the reproducer of task ${task!.id}`;
    switch (answer.kind) {
      case 'same':
        return { verdict: 'green', notes: [`${of} shows no difference`] };
      case 'differs': {
        const { kind, detail } = answer.difference;
        return { verdict: 'red', outcome: { kind, detail }, notes: [`shown by ${of}`] };
      }
      case 'rejected':
        return {
          verdict: 'red',
          outcome: { kind: 'link', detail: answer.reason },
          notes: [`the target makes no program of ${of}`],
        };
      case 'unusable':
        return { verdict: 'inconclusive', notes: [`${of}: ${answer.reason}`] };
    }
  } finally {
    await runner.close();
  }
}
