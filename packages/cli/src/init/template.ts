// The config file that `swarm init` writes: every key with its meaning, filled in with what was found.

import type { Findings } from './findings.js';

export function configText(found: Findings): string {
  const target = found.compilers[0] ?? 'path/to/your/cc';
  const seen =
    found.seen.length > 0 ? `Found here: ${found.seen.join(', ')}.` : 'Nothing here told how it is built.';
  return `# swarm.config.yaml: how swarm works in this repository. Every key is also a flag of the command.
# ${seen} Check the lines below; those that start with "# " are off.

bisect:
  # Where the build and the test run, relative to this file.
  dir: .

  # The compiler under development. Names are looked up in PATH, paths are relative to this file.${others(found)}
  target:
    cc: ${target}
    # Extra flags for this side only, for example include folders that it lacks.
    flags: ""

  # The known-good reference. A list of two lets the second tell undefined behaviour in the program.
  oracle: gcc

  # Builds everything with the oracle; swarm records what it compiles and links.
${line('build', found.build, 'make -j2')}

  # Run once before the first recorded build, so that everything is compiled.
${line('clean', found.clean, 'make clean')}

  # Any command; exit status 0 passes. It runs in a private copy of the tree: use relative paths.
${line('test', found.test, './run-tests.sh')}

  # Compare the test's standard output with this file.
  # expectStdout: expected.txt

  # Instead of a recorded build: a compilation database, and the command that links its objects.
${line('compileCommands', found.build === undefined ? found.compileCommands : undefined, found.compileCommands ?? 'compile_commands.json')}
  # configure: cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
  # link: make link

  # Probes at a time; seconds before a probe hangs (default: ten times the oracle's time, at least 2).
  jobs: 2
  # probeTimeout: 20

  # For tests that fail only sometimes: repeats to learn how often, and the confidence asked for.
  # repeat: 5
  # confidence: 0.999

  # Run the whole build for each probe, for builds whose links can't be replayed.
  # rebuild: false

  # Keep the folders in which probes ran.
  # keepWork: false

# For \`swarm run\`: which program the agents are, and what a run may cost. Sessions begin with AGENT_PROMPT.md and the role's page.
# run:
  # backend: codex
  # maxUsd: 20
  # roles:
  #   - { name: developer, agents: 4 }
  #   - { name: critic, every: 20 landings }

# Where agents work. In a sandbox they see their workspace and the system, and reach the hosts that are named here.
# workspaces:
  # isolation: bubblewrap
  # network: [api.example.com, 'localhost:8080']

# For \`swarm task\`, \`swarm sync\` and \`swarm land\`. Without these lines the defaults below hold.
# tasks:
  # The hub: the git remote that all agents share, and the branch that work lands on.
  # remote: origin
  # branch: main

  # refs: tasks and claims are refs of the hub, and no commit is made for them. files: current_tasks/*.txt on the branch.
  # store: refs

  # Where the refs are kept. For hubs that take only branches, a prefix: \`swarm\`.
  # namespace: refs/swarm

  # Seconds without a sign of life after which a claim can be taken over; seconds for a task's verify command.
  # ttl: 1800
  # verifyTimeout: 600
`;
}

function line(key: string, value: string | undefined, example: string): string {
  return value === undefined
    ? `  # ${key}: ${JSON.stringify(example)}`
    : `  ${key}: ${JSON.stringify(value)}`;
}

function others(found: Findings): string {
  const more = found.compilers.slice(1);
  return more.length === 0 ? '' : `\n  # Also on this machine: ${more.join(', ')}.`;
}
