// The pages that agents' sessions begin with, as `swarm init` writes them: one for all, and one for each role. They are short, they
// name the commands that an agent has, and whatever they claim an agent can see by running one.

import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Findings } from './findings.js';
import { ROLE_PAGES } from './role-pages.js';

/** Where the page for all agents is, and those of roles; relative to the config. */
export const AGENT_PAGE = 'AGENT_PROMPT.md';
export const ROLE_FOLDER = 'swarm/roles';

/** The pages by their paths. */
export function pagesFor(found: Pick<Findings, 'build' | 'test'>): ReadonlyMap<string, string> {
  const roles = Object.entries(ROLE_PAGES).map(
    ([role, text]) => [`${ROLE_FOLDER}/${role}.md`, text] as const,
  );
  return new Map([[AGENT_PAGE, agentPage(found)], ...roles]);
}

/** Write those that aren't there. Gives the paths that were written. */
export async function writeMissingPages(
  dir: string,
  pages: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const [name, text] of pages) {
    const file = join(dir, name);
    if (await isThere(file)) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    written.push(name);
  }
  return written;
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

function agentPage({ build, test }: Pick<Findings, 'build' | 'test'>): string {
  const rows = [
    ...(build === undefined ? [] : [[build, 'builds']]),
    ...(test === undefined ? [] : [[test, 'tests, as people run them']]),
    ['swarm sample-test', 'some of the tests, in seconds: after each change'],
    ['swarm gate check', 'all tests against the state that you began from: what may not land, and why'],
    ['swarm task show ID', 'a task: what fails, how to see it, what others learned of it'],
    ['swarm task list', 'what else is to be done, and who is at it'],
    ["swarm task add 'TITLE' --verify 'COMMAND'", "for a fault that you met and that isn't your task"],
    ['swarm land', 'lands your commits; not needed where a task was claimed for you'],
  ];
  return `# How to work in this repository

Your session starts fresh: you know this page, the page of your role, your task, and what is in the repository. Others work on other
tasks at the same time, each in a workspace like yours. Texts may be older than the code, these too: what matters, see for yourself by
running it.

| command | what it does |
|---|---|
${rows.map(([command, about]) => `| \`${command}\` | ${about} |`).join('\n')}

Each \`swarm\` command prints a few lines, problems first as \`ERROR what: why\`, and exits with 0 when all is well; \`--help\` tells more.
Where the hub can't be reached from your workspace, \`swarm task\` says so: then your prompt holds all that there is of your task.

1. See the failure by the task's own command before you change anything. Where nothing fails, change nothing and say so.
2. Find the cause. Make the smallest change that is right, and add a test that fails without it.
3. Run \`swarm sample-test\`, then the task's own command, then \`swarm gate check\`.
4. Leave your work in the working tree, or commit it. Where your task was claimed for you, that is all: the work is checked on a clean
   checkout and landed for you. Else claim one first (\`swarm task claim\`), and end with \`swarm sync\` and \`swarm land\`.
5. Where you can't finish, say last what you learned: whoever tries next reads that, and nothing else of your session.

What your work is judged by can't be changed along with it: tests that are there, \`swarm.config.yaml\`, the lists and pages under
\`swarm/\`. The gate refuses such work.
`;
}
