// A container's engine is asked for the truth before a workspace relies on it.

import { chmodSync, existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agentsProject } from '../kit/agents-project.ts';

const place = agentsProject();

test.each([
  [
    'exit 0',
    /^ERROR workspace: .*engine says 0 for a program that ended with 7 in a container: no check could fail\n/,
  ],
  ['[ "$1" != run ] || { echo no room >&2; exit 125; }', /can't run sh in a container of box: no room\n/],
])('an engine that does `%s` is refused', async (script, said) => {
  const engine = place.write('engine', `#!/bin/sh\n${script}\n`);
  chmodSync(engine, 0o755);
  const refused = await place.swarm([
    'workspace',
    'create',
    'a',
    '--isolation',
    'container',
    '--image',
    'box',
    '--engine',
    engine,
  ]);
  expect(refused.stderr).toMatch(said);
  expect(refused.code).toBe(3);
  expect(existsSync(place.path('checkout/.swarm/workspaces/at/a'))).toBe(false);
});
