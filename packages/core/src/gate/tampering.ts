// The tamper check: which paths of a change belong to what judges it. The tests, their harness, the declared lists, the gate's
// config and the hooks come from the base; a change that touches them needs the owner's approval.

import { matchesGlob } from '../glob.js';

/** What a protected path is part of. */
export type ProtectedArea = 'tests' | 'verifier' | 'lists' | 'config' | 'hooks' | 'pages' | 'baseline';

export interface Protection {
  readonly area: ProtectedArea;
  /** Globs of paths relative to the repository's root. */
  readonly patterns: readonly string[];
  /** New files are no tampering: a new test may be added by anyone. */
  readonly mayAdd: boolean;
}

export interface PathChange {
  readonly kind: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly path: string;
  /** Where a renamed file was. */
  readonly from?: string;
}

export interface Tampering {
  readonly area: ProtectedArea | 'tools';
  /** What was touched: a path, or a tool's name. */
  readonly what: string;
  /** One line. */
  readonly reason: string;
}

const NAMES: Readonly<Record<ProtectedArea, string>> = {
  tests: 'the tests',
  verifier: 'what runs the tests',
  lists: 'the declared lists',
  config: "the gate's config",
  hooks: 'the hooks',
  baseline: "the gate's own state",
  pages: 'what agents are told',
};

/** What always belongs to the gate, whatever the config says. */
export const OWN_PROTECTION: readonly Protection[] = [
  { area: 'baseline', patterns: ['.swarm/**'], mayAdd: false },
  { area: 'lists', patterns: ['swarm/fails.txt', 'swarm/flakes.txt', 'swarm/skips.txt'], mayAdd: false },
  { area: 'config', patterns: ['swarm.config.*', '.gitattributes', '**/.gitattributes'], mayAdd: false },
  {
    area: 'hooks',
    patterns: [
      '.husky/**',
      'lefthook.*',
      '.lefthook.*',
      '.lefthook/**',
      '.pre-commit-config.yaml',
      '.githooks/**',
    ],
    mayAdd: false,
  },
  { area: 'pages', patterns: ['AGENT_PROMPT.md', 'swarm/roles/**'], mayAdd: false },
  { area: 'config', patterns: ['.github/workflows/**', '.gitlab-ci.yml'], mayAdd: false },
];

/** What is known to configure test runners: it can skip any test, so it is protected beside them. */
export const VERIFIER_PATTERNS: readonly string[] = [
  '**/conftest.py',
  'pytest.ini',
  'tox.ini',
  '**/vitest.config.*',
  '**/vitest.workspace.*',
  '**/jest.config.*',
  '**/lit.cfg*',
  '**/lit.local.cfg*',
];

/** Each change that needs approval, with the reason in one line. */
export function tamperingOf(changes: readonly PathChange[], protections: readonly Protection[]): Tampering[] {
  return changes.flatMap(({ kind, path, from }): Tampering[] => {
    const old = kind === 'added' ? undefined : (from ?? path);
    const touched = old === undefined ? undefined : protectionOf(old, protections);
    if (old !== undefined && touched !== undefined)
      return [tampering(touched, old, kind === 'renamed' ? `renames it to ${path}` : DEEDS[kind])];
    const entered = protectionOf(path, protections);
    if (entered === undefined || entered.mayAdd) return [];
    return [tampering(entered, path, kind === 'renamed' ? `makes it of ${old}` : DEEDS[kind])];
  });
}

const DEEDS = {
  added: 'adds it',
  modified: 'edits it',
  deleted: 'deletes it',
  renamed: 'renames it',
} as const;

const tampering = ({ area }: Protection, what: string, deed: string): Tampering => ({
  area,
  what,
  reason: `the change ${deed}, and it is part of ${NAMES[area]}`,
});

/** The strictest protection of a path; undefined where it has none. */
export function protectionOf(path: string, protections: readonly Protection[]): Protection | undefined {
  const found = protections.filter(({ patterns }) => patterns.some((glob) => matchesGlob(glob, path)));
  return found.find(({ mayAdd }) => !mayAdd) ?? found[0];
}
