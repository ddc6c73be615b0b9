// The Gemini CLI: `gemini -p "" -o stream-json`, the prompt on standard input. What it may do is decided by the workspace around it, so
// that it asks nobody. That it is refused and tries again is told on standard error alone; what keeps it from starting, by its exit status.

import {
  type Dialect,
  type JsonObject,
  type LineReader,
  numberAt,
  objectOf,
  type SessionSignal,
  type Trouble,
  textAt,
  troubleOf,
} from '@swarm/core';

/** Documented exit statuses that say more than that it failed. */
const STATUSES: Readonly<Record<number, Trouble>> = {
  41: { cause: 'auth', detail: 'gemini: no valid authentication (exit status 41)' },
  53: { cause: 'turns', detail: 'gemini: its limit of turns was reached (exit status 53)' },
};

export const gemini: Dialect = {
  command: ({ model, args = [] }) => ({
    argv: [
      'gemini',
      ...['--prompt', '', '--output-format', 'stream-json'],
      ...['--approval-mode', 'yolo', '--skip-trust'],
      ...(model === undefined ? [] : ['--model', model]),
      ...args,
    ],
  }),
  reader(): LineReader {
    return {
      line(line) {
        const event = objectOf(line);
        return event === undefined ? [] : signalsOf(event);
      },
      errorLine(line) {
        const [, status] = /^Attempt \d+ failed(?: with status (\d+))?.*[Rr]etrying/.exec(line) ?? [];
        if (!/^Attempt \d+ failed/.test(line)) return [];
        return [
          { kind: 'retry', trouble: troubleOf(line, status === undefined ? undefined : Number(status)) },
        ];
      },
      end(status) {
        const trouble = STATUSES[status ?? 0];
        return trouble === undefined ? [] : [{ kind: 'trouble', trouble }];
      },
    };
  },
};

function signalsOf(event: JsonObject): readonly SessionSignal[] {
  switch (event.type) {
    case 'init': {
      const model = textAt(event, 'model');
      const session = textAt(event, 'session_id');
      return [{ kind: 'started', ...(model && { model }), ...(session && { session }) }];
    }
    case 'message': {
      const text = textAt(event, 'content');
      return event.role === 'assistant' && text !== undefined ? [{ kind: 'text', text }] : [];
    }
    case 'tool_use': {
      const about = aboutOf(event);
      return [{ kind: 'tool', name: textAt(event, 'tool_name') ?? 'tool', ...(about && { about }) }];
    }
    case 'tool_result':
      return [{ kind: 'progress' }];
    case 'error':
      return isFatal(event) ? [troubleIn(textAt(event, 'message'))] : [];
    case 'result':
      return [usageIn(event), event.status === 'success' ? { kind: 'concluded' } : troubleIn(errorOf(event))];
    default:
      return [];
  }
}

const aboutOf = (event: JsonObject): string | undefined =>
  textAt(event, 'parameters', 'file_path') ?? textAt(event, 'parameters', 'command');

/** That it stops a model which turns in circles is only a warning, and the result that follows a success. */
const isFatal = (event: JsonObject): boolean =>
  event.severity === 'error' || /^Loop detected, stopping/.test(textAt(event, 'message') ?? '');

const errorOf = ({ error }: JsonObject): string =>
  [textAt(error, 'type'), textAt(error, 'message')].filter((part) => part !== undefined).join(': ');

const troubleIn = (message = 'it failed'): SessionSignal => ({
  kind: 'trouble',
  trouble: troubleOf(message),
});

/** Totals of the session; `input_tokens` includes what came from the cache, `input` doesn't. */
const usageIn = ({ stats }: JsonObject): SessionSignal => ({
  kind: 'usage',
  usage: {
    inputTokens: numberAt(stats, 'input'),
    outputTokens: numberAt(stats, 'output_tokens'),
    cachedTokens: numberAt(stats, 'cached'),
  },
});
