// One session of a backend, to see that it works here: in an empty folder or one that is named, with a fresh home and nothing of the
// host's environment but what the backend asks for.

import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  beginSession,
  EXIT,
  type ExitCode,
  noteSignal,
  type SessionEnd,
  type SessionEvent,
  type SessionState,
  sessionEnvironment,
} from '@swarm/core';
import { createTempDir, makeFolder, programBackend } from '@swarm/host';
import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Told } from '../terminal/told.js';
import type { FoundBackend } from './discovery.js';

export interface TrialRequest {
  readonly backend: FoundBackend;
  readonly prompt: string;
  readonly model: string | undefined;
  /** Further arguments for its program. */
  readonly args: readonly string[];
  /** Where it works; left out: an empty folder, which is gone afterwards. */
  readonly dir: string | undefined;
  /** A folder that its home starts as a copy of: logins, config. */
  readonly home: string | undefined;
  readonly wallMs: number;
  readonly idleMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tempDir: string;
  readonly onEvent: (event: SessionEvent) => void;
}

interface SessionDocument extends Omit<SessionEnd, 'kind'> {
  readonly schema: 'swarm.session/1';
  readonly agent: string;
  readonly usage: SessionState['usage'];
  readonly turns: number;
  readonly tools: number;
  readonly seconds: number;
}

/** Run it. What it came to is in the document; nothing of it is left. */
export async function tryBackend(request: TrialRequest): Promise<Told> {
  const { backend, env, tempDir } = request;
  const interrupt = listenForInterrupt({ message: 'agents try: interrupted', hint: 'nothing of it is left' });
  const work = await createTempDir(tempDir);
  try {
    const home = join(work.path, 'home');
    const workspace = request.dir ?? join(work.path, 'work');
    makeFolder(workspace, 'work folder');
    makeFolder(home, 'session home', 0o700);
    if (request.home !== undefined) await cp(request.home, home, { recursive: true });
    const extra = { SWARM_RUN: work.cookie };
    const events = (await backend.descriptor.load({ program: programBackend })).run(
      {
        prompt: request.prompt,
        workspace,
        home,
        env: sessionEnvironment(env, backend.descriptor, home, extra),
        ...(request.model === undefined ? {} : { model: request.model }),
        args: request.args,
        limits: { wallMs: request.wallMs, idleMs: request.idleMs },
        ...(request.dir === undefined ? { inspect: () => isUsed(workspace) } : {}),
      },
      interrupt.cancel,
    );
    const told = await follow(events, request);
    const problem = interrupt.problem();
    if (problem !== undefined) throw problem;
    return told;
  } finally {
    interrupt.release();
    await work.remove();
  }
}

const isUsed = async (folder: string) => ({ changed: (await readdir(folder)).length > 0 });

async function follow(events: AsyncIterable<SessionEvent>, request: TrialRequest): Promise<Told> {
  const startedMs = performance.now();
  let state = beginSession(startedMs);
  let end: SessionEnd = { kind: 'finished', outcome: 'crashed', detail: 'it told no end' };
  for await (const event of events) {
    request.onEvent(event);
    if (event.kind === 'finished') end = event;
    else state = noteSignal(state, event, performance.now());
  }
  const { kind: _, ...outcome } = end;
  const { usage, turns, tools } = state;
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  const agent = request.backend.descriptor.name;
  const document: SessionDocument = {
    schema: 'swarm.session/1',
    agent,
    ...outcome,
    usage,
    turns,
    tools,
    seconds,
  };
  return { document, lines: [lineOf(document)], exit: exitOf(end) };
}

function lineOf({ agent, outcome, detail, usage, turns, tools, seconds }: SessionDocument): string {
  const { inputTokens, outputTokens, cachedTokens, usd } = usage;
  const money = usd === undefined ? '' : `, $${usd.toFixed(4)}`;
  const used = `${inputTokens} in, ${outputTokens} out, ${cachedTokens} cached${money}`;
  return `${agent}: ${outcome}: ${detail} (${seconds} s, ${turns} turns, ${tools} tools, tokens: ${used})`;
}

const exitOf = ({ outcome }: SessionEnd): ExitCode =>
  outcome === 'ok' || outcome === 'no-change' ? EXIT.done : EXIT.refused;

/** An event as a line for people; undefined where it is not worth one. */
export function eventLine(event: SessionEvent): string | undefined {
  switch (event.kind) {
    case 'text':
      return `> ${event.text}`;
    case 'tool':
      return `* ${event.name} ${event.about ?? ''}`;
    case 'retry':
    case 'trouble':
      return `! ${event.kind}: ${event.trouble.cause}: ${event.trouble.detail}`;
    default:
      return undefined;
  }
}
