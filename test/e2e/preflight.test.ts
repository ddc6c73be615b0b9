// `swarm preflight` on projects with a hub: one cause behind most failures, and tasks that can be done side by side.

import { expect, test } from 'vitest';
import { agentsProject, git } from '../kit/agents-project.ts';
import { documentOf } from '../kit/documents.ts';

interface Preflight {
  readonly verdict: string;
  readonly agents: number;
  readonly clusters: readonly { readonly signature: string | null; readonly members: readonly string[] }[];
  readonly overlap: { readonly of: string; readonly share: number };
}

test('one cause behind most failures comes before many agents; tasks that rarely meet are for many', async () => {
  const failing = ['a', 'b', 'c', 'd', 'e'].map(
    (name) =>
      [`tests/${name}.sh`, `echo "ERROR runtime: no symbol '${name}' in the library" >&2; exit 1\n`] as const,
  );
  const project = agentsProject({
    'swarm.config.yaml': 'tests: { suites: [{ glob: tests/*.sh, run: "sh {}" }] }\ntasks: { branch: main }\n',
    'tests/other.sh': 'exit 1\n',
    'tests/fine.sh': 'exit 0\n',
    ...Object.fromEntries(failing),
  });
  for (const name of ['one', 'two', 'three']) {
    project.write(`checkout/${name}.txt`, `${name}\n`);
    git(project.checkout, 'add', '.');
    git(project.checkout, 'commit', '--quiet', '-m', name);
  }
  git(project.checkout, 'push', '--quiet', 'origin', 'main');
  const monolith = await project.swarm(['preflight', '--json']);
  expect(monolith.code, monolith.stderr).toBe(1);
  const split = documentOf<Preflight>(monolith, 'swarm.preflight/1');
  expect(split).toMatchObject({ verdict: 'split-first', agents: 1, overlap: { of: 'commits', share: 0 } });
  expect(split.clusters.map(({ members }) => members.length)).toEqual([5, 1]);

  const list = ['one', 'two', 'three', 'four', 'five', 'six'].map((name) => ({
    title: name,
    verify: `grep -q done ${name}.txt`,
    touches: name === 'six' ? ['five.txt'] : [`${name}.txt`],
  }));
  const file = project.write('list.json', JSON.stringify(list));
  expect((await project.swarm(['task', 'import', file])).code).toBe(0);
  const words = ['preflight', '--session-usd', '2', '--session-time', '600'];
  const parallel = await project.swarm(words);
  expect(parallel.code, parallel.stderr).toBe(0);
  expect(parallel.stdout).toMatch(
    /^RUN 6 agents: all 6 in about .* for about \$\d+\.\d\d\nwhy: there are 6 independent/,
  );
  expect(parallel.stdout).toContain(
    'overlap: 7% of pairs of 6 tasks have a file in common, most often five.txt',
  );
  expect(parallel.stdout).toMatch(/^next: swarm run -n 6$/m);
});
