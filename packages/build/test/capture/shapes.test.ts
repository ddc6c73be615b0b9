// Every fixture under fixtures/shapes: the units, products and excluded sources that its expected.json names, and a
// replay of all steps in a second copy that gives the same bytes.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Project, SHAPES } from './project.js';

interface Expected {
  readonly build: string;
  readonly clean?: string;
  /** Programs without which the shape can't be built. */
  readonly needs?: readonly string[];
  readonly units: readonly string[];
  readonly products: readonly string[];
  /** `configure`: any number of configure probes and nothing else. */
  readonly excluded: 'configure' | readonly { readonly source: string; readonly reason: string }[];
}

const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

describe.each(readdirSync(SHAPES))('the shape %s', (name) => {
  const expected: Expected = JSON.parse(readFileSync(join(SHAPES, name, 'expected.json'), 'utf8'));
  const missing = (expected.needs ?? []).filter((program) => !isThere(program));
  if (missing.length > 0 && process.env.SWARM_REQUIRE_ALL !== undefined)
    throw new Error(`${name} needs ${missing.join(', ')}`);

  test.skipIf(missing.length > 0)(
    `is captured and replayed${missing.map((m) => ` (needs ${m})`).join('')}`,
    async () => {
      const project = Project.fromShape(name);
      try {
        const plan = await project.capture({ build: expected.build, clean: expected.clean });
        expect(plan.root).toBe(project.dir);
        expect(plan.units.map((unit) => unit.id).toSorted()).toEqual(expected.units.toSorted());
        expect(plan.products.map((file) => relative(plan.root, file)).toSorted()).toEqual(
          expected.products.toSorted(),
        );
        if (expected.excluded === 'configure')
          expect(new Set(plan.excluded.map((each) => each.reason))).toEqual(new Set(['configure']));
        else
          expect(plan.excluded.toSorted((a, b) => (a.source < b.source ? -1 : 1))).toEqual(expected.excluded);
        expect(plan.notes).toEqual([]);
        const copy = project.replay(plan);
        for (const file of expected.products) {
          const replayed = project.contentOf(copy, join(copy, file));
          const same = replayed.equals(project.contentOf(copy, join(project.dir, file)));
          expect(same, `${file} replayed`).toBe(true);
        }
      } finally {
        await project.close();
      }
    },
  );
});
