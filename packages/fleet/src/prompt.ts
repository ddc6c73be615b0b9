// The prompt of a session: the project's page for agents, the role's page, the task, and what others learned of it. A session
// starts fresh: whatever it must know is here or in the repository.

import type { Attempt, Task } from '@swarm/core';

export interface PromptParts {
  /** AGENT_PROMPT.md, where the project has one. */
  readonly project: string | undefined;
  /** The role's own page. */
  readonly role: string | undefined;
  readonly task: Task;
  readonly agent: string;
}

/** How many attempts of others are told, the newest. */
const ATTEMPTS = 5;
/** How much of a task's text is told; the rest is in `swarm task show`. */
const BODY_CHARS = 20_000;

export function sessionPrompt({ project, role, task, agent }: PromptParts): string {
  return `${[project, role, taskPart(task, agent)]
    .map((part) => part?.trim())
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n')}\n`;
}

function taskPart(task: Task, agent: string): string {
  const lines = [`# Your task: ${task.title}`, '', `Task \`${task.id}\`, claimed for you (\`${agent}\`).`];
  if (task.members.length > 0) lines.push(`It is about ${task.members.map((it) => `\`${it}\``).join(', ')}.`);
  if (task.body.trim() !== '') lines.push('', cut(task.body.trim(), task.id));
  if (task.reproduce !== undefined) lines.push('', 'To see the failure:', '', `    ${task.reproduce}`);
  if (task.verify !== undefined)
    lines.push('', 'It is done when this ends with exit status 0:', '', `    ${task.verify}`);
  const attempts = task.attempts.filter(({ note }) => note !== undefined).slice(-ATTEMPTS);
  if (attempts.length > 0) lines.push('', '## What others learned of it', '', ...attempts.map(attemptLine));
  return lines.join('\n');
}

const cut = (body: string, id: string): string =>
  body.length <= BODY_CHARS
    ? body
    : `${body.slice(0, BODY_CHARS)}\n\n... the rest: \`swarm task show ${id} --json\``;

const attemptLine = ({ agent, outcome, note }: Attempt): string =>
  `- ${agent}, ${outcome}: ${(note ?? '').replaceAll('\n', '\n  ')}`;
