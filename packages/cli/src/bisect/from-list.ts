// `swarm bisect --units FILE --probe CMD`: names and a command, one search.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { namedScripts } from '@swarm/build';
import { createRunner, createWorkDir, sweepWorkDirs } from '@swarm/host';
import { type BisectDocument, culpritEntry, searchCounts, unitCulprit } from './document.js';
import { probeList } from './list-prober.js';
import { type RunContext, runSearch } from './search-run.js';
import type { ListSettings } from './settings.js';
import { readUnitList } from './unit-list.js';

export async function bisectList(
  settings: ListSettings,
  state: string,
  run: RunContext,
): Promise<Omit<BisectDocument, 'log'>> {
  const startedAt = performance.now();
  const units = await readUnitList(settings.unitsFile);
  const scripts = namedScripts(settings.probe, settings.dir);
  await sweepWorkDirs(join(state, 'work'));
  const work = await createWorkDir(join(state, 'work'));
  const runner = createRunner({ jobs: settings.jobs, cookie: work.cookie });
  const limit = settings.probeTimeoutMs === undefined ? {} : { timeLimitMs: settings.probeTimeoutMs };
  const probing = { units, command: settings.probe, cwd: settings.dir, workDir: work.path, runner, ...limit };
  let testMs = 0;
  try {
    const report = await runSearch(
      {
        units,
        phase: 'probe',
        prober: async (probe, cancel) => {
          const abort = new AbortController();
          cancel.onCancel(() => abort.abort());
          const answer = await probeList(probing, probe, abort.signal);
          testMs += answer.costMs;
          return answer;
        },
        contentKey: (selection) => {
          const hash = createHash('sha256').update(`list\0${settings.probe}\0${settings.dir}`);
          for (const script of scripts) hash.update('\0').update(script);
          for (const i of selection.members()) hash.update(`\0${units[i]!.id}`);
          return hash.digest('hex');
        },
      },
      settings,
      run,
    );
    const seconds = {
      total: (performance.now() - startedAt) / 1000,
      compile: 0,
      link: 0,
      test: testMs / 1000,
    };
    return {
      schema: 'swarm.bisect/1',
      verdict: report.verdict,
      culprits: report.culprits.map((culprit) => culpritEntry(unitCulprit(culprit))),
      rejected: [],
      notes: report.notes,
      stats: {
        units: units.length,
        identical: 0,
        ...searchCounts(report),
        compiles: { target: 0, oracle: 0 },
        seconds,
      },
      next: [],
    };
  } finally {
    await runner.close();
    if (!settings.keepWork) await work.remove();
  }
}
