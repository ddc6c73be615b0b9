// Claude Code: `claude -p --output-format stream-json --verbose`, the prompt on standard input. What it may do is decided by the
// workspace around it, so that it asks nobody. Its last line is a result that says whether it failed and what it cost; that a window of
// use is spent comes with the second at which the next one begins.

import {
  addUsage,
  type Dialect,
  type JsonObject,
  type LineReader,
  listAt,
  NO_USAGE,
  numberAt,
  objectOf,
  type SessionSignal,
  type SessionUsage,
  type Trouble,
  type TroubleCause,
  textAt,
  troubleOf,
  valueAt,
} from '@swarm/core';

/** What its messages call the errors of a model. */
const ERRORS: Readonly<Record<string, TroubleCause>> = {
  rate_limit: 'rate-limited',
  overloaded: 'rate-limited',
  authentication_failed: 'auth',
  oauth_org_not_allowed: 'auth',
  billing_error: 'budget',
};

/** What its result calls the ways to end that are no success. */
const ENDS: Readonly<Record<string, TroubleCause>> = {
  error_max_turns: 'turns',
  error_max_budget_usd: 'budget',
};

/** It may not replace itself, nor talk to anybody but its model. */
const QUIET = { DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' } as const;

/** `now` is the clock that the moments in its events are of, in milliseconds. */
export const claudeCodeWith = (now: () => number): Dialect => ({
  command: ({ model, args = [] }) => ({
    argv: [
      'claude',
      ...['--print', '--output-format', 'stream-json', '--verbose', '--dangerously-skip-permissions'],
      ...(model === undefined ? [] : ['--model', model]),
      ...args,
    ],
    env: QUIET,
  }),
  reader: () => new Reader(now),
});

export const claudeCode: Dialect = claudeCodeWith(Date.now);

class Reader implements LineReader {
  #usage: SessionUsage = NO_USAGE;
  #message: string | undefined;
  #spent: Trouble | undefined;

  constructor(private readonly now: () => number) {}

  line(line: string): readonly SessionSignal[] {
    const event = objectOf(line);
    return event === undefined ? [] : this.#signals(event);
  }

  #signals(event: JsonObject): readonly SessionSignal[] {
    switch (event.type) {
      case 'system':
        return systemSignals(event);
      case 'assistant':
        return this.#answer(event);
      case 'user':
      case 'stream_event':
        return [{ kind: 'progress' }];
      case 'rate_limit_event':
        return this.#window(event.rate_limit_info);
      case 'result':
        return this.#result(event);
      default:
        return [];
    }
  }

  /** One message may come in several events, a block each; its usage counts once. */
  #answer(event: JsonObject): readonly SessionSignal[] {
    const { message } = event;
    const blocks = listAt(message, 'content');
    const error = textAt(event, 'error');
    if (error !== undefined) {
      const detail = blocks.flatMap((block) => textAt(block, 'text') ?? []).join(' ');
      return [{ kind: 'trouble', trouble: this.#named(ERRORS[error], detail === '' ? error : detail) }];
    }
    const id = textAt(message, 'id');
    const isNew = id === undefined || id !== this.#message;
    this.#message = id;
    if (isNew) this.#usage = addUsage(this.#usage, usageOf(valueAt(message, 'usage')));
    const opening: SessionSignal[] = isNew ? [{ kind: 'turn' }, { kind: 'usage', usage: this.#usage }] : [];
    return [...opening, ...blocks.map(blockSignal)];
  }

  /** Told with every answer; only a refusal stops anything. */
  #window(info: unknown): readonly SessionSignal[] {
    if (textAt(info, 'status') !== 'rejected') return [];
    const afterMs = Math.max(0, numberAt(info, 'resetsAt') * 1000 - this.now());
    const detail = `the ${textAt(info, 'rateLimitType') ?? 'usage'} limit is reached`;
    this.#spent = { cause: 'rate-limited', detail, afterMs };
    return [{ kind: 'trouble', trouble: this.#spent }];
  }

  #result(event: JsonObject): readonly SessionSignal[] {
    const usd = numberAt(event, 'total_cost_usd');
    const usage = { ...usageOf(event.usage), ...(usd > 0 ? { usd } : {}) };
    const subtype = textAt(event, 'subtype') ?? 'success';
    if (event.is_error !== true && subtype === 'success')
      return [{ kind: 'usage', usage }, { kind: 'concluded' }];
    const said = textAt(event, 'result') ?? listAt(event, 'errors').filter(isText).join(' ');
    const trouble = this.#named(
      ENDS[subtype],
      said === '' ? subtype : said,
      numberAt(event, 'api_error_status'),
    );
    return [
      { kind: 'usage', usage },
      { kind: 'trouble', trouble },
    ];
  }

  /** By its name, else by its words; a limit that was told with its end keeps that. */
  #named(cause: TroubleCause | undefined, detail: string, status?: number): Trouble {
    const trouble = troubleOf(detail, status);
    const named = cause === undefined ? trouble : { ...trouble, cause };
    return this.#spent !== undefined && (named.cause === 'rate-limited' || named.cause === 'failed')
      ? { ...this.#spent, detail }
      : named;
  }
}

function systemSignals(event: JsonObject): readonly SessionSignal[] {
  if (event.subtype === 'api_retry') {
    const error = textAt(event, 'error') ?? 'the model failed';
    const trouble = troubleOf(error, numberAt(event, 'error_status'));
    const cause = ERRORS[error] ?? trouble.cause;
    return [{ kind: 'retry', trouble: { ...trouble, cause, afterMs: numberAt(event, 'retry_delay_ms') } }];
  }
  if (event.subtype !== 'init') return [];
  const model = textAt(event, 'model');
  const session = textAt(event, 'session_id');
  return [{ kind: 'started', ...(model && { model }), ...(session && { session }) }];
}

function blockSignal(block: unknown): SessionSignal {
  const text = textAt(block, 'text');
  if (textAt(block, 'type') === 'text' && text !== undefined) return { kind: 'text', text };
  if (textAt(block, 'type') !== 'tool_use') return { kind: 'progress' };
  const about = textAt(block, 'input', 'file_path') ?? textAt(block, 'input', 'command');
  return { kind: 'tool', name: textAt(block, 'name') ?? 'tool', ...(about && { about }) };
}

const isText = (value: unknown): value is string => typeof value === 'string';

const usageOf = (usage: unknown): SessionUsage => ({
  inputTokens: numberAt(usage, 'input_tokens') + numberAt(usage, 'cache_creation_input_tokens'),
  outputTokens: numberAt(usage, 'output_tokens'),
  cachedTokens: numberAt(usage, 'cache_read_input_tokens'),
});
