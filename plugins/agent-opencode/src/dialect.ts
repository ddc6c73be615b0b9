// opencode: `opencode run --format json`, the prompt on standard input. A session is steps; it is done when the last one stopped for no
// tool. What it may do is decided by the workspace around it, so that it asks nobody. That it is refused and tries again is told in its log
// alone, which goes to standard error.

import {
  addUsage,
  type Dialect,
  type JsonObject,
  type LineReader,
  NO_USAGE,
  numberAt,
  objectOf,
  type SessionSignal,
  type SessionUsage,
  textAt,
  troubleOf,
} from '@swarm/core';

/** It may neither replace itself nor fetch what a session doesn't need. */
const QUIET = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
} as const;

export const opencode: Dialect = {
  command: ({ model, args = [] }) => ({
    argv: [
      'opencode',
      ...['run', '--format', 'json', '--auto', '--print-logs', '--log-level', 'WARN'],
      ...(model === undefined ? [] : ['--model', model]),
      ...args,
    ],
    env: QUIET,
  }),
  reader: () => new Reader(),
};

class Reader implements LineReader {
  #usage: SessionUsage = NO_USAGE;
  #done = false;
  #started = false;

  line(line: string): readonly SessionSignal[] {
    const event = objectOf(line);
    if (event === undefined) return [];
    if (this.#started) return this.#signals(event);
    this.#started = true;
    const session = textAt(event, 'sessionID');
    return [{ kind: 'started', ...(session && { session }) }, ...this.#signals(event)];
  }

  /** Only what is said of the session's own model: titles are made by a small one beside it. */
  errorLine(line: string): readonly SessionSignal[] {
    if (!line.includes('message="stream error"') || line.includes('small=true')) return [];
    const [, said = line] = / error\.error="?(.*?)"?$/.exec(line) ?? [];
    return [{ kind: 'retry', trouble: troubleOf(said) }];
  }

  end(): readonly SessionSignal[] {
    return this.#done ? [{ kind: 'concluded' }] : [];
  }

  #signals({ type, part, error }: JsonObject): readonly SessionSignal[] {
    switch (type) {
      case 'step_start':
        this.#done = false;
        return [{ kind: 'turn' }];
      case 'text':
        return [{ kind: 'text', text: textAt(part, 'text') ?? '' }];
      case 'reasoning':
        return [{ kind: 'progress' }];
      case 'tool_use': {
        const about = textAt(part, 'state', 'title');
        return [{ kind: 'tool', name: textAt(part, 'tool') ?? 'tool', ...(about && { about }) }];
      }
      case 'step_finish':
        this.#done = textAt(part, 'reason') !== 'tool-calls';
        this.#usage = addUsage(this.#usage, usageOf(part));
        return [{ kind: 'usage', usage: this.#usage }];
      case 'error': {
        const message = textAt(error, 'data', 'message') ?? textAt(error, 'name') ?? 'it failed';
        return [{ kind: 'trouble', trouble: troubleOf(message, numberAt(error, 'data', 'statusCode')) }];
      }
      default:
        return [];
    }
  }
}

/** Of one step; a cost of nothing means that no price is known. */
function usageOf(part: unknown): SessionUsage {
  const usd = numberAt(part, 'cost');
  return {
    inputTokens: numberAt(part, 'tokens', 'input') + numberAt(part, 'tokens', 'cache', 'write'),
    outputTokens: numberAt(part, 'tokens', 'output') + numberAt(part, 'tokens', 'reasoning'),
    cachedTokens: numberAt(part, 'tokens', 'cache', 'read'),
    ...(usd > 0 ? { usd } : {}),
  };
}
