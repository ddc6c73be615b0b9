// pi: `pi -p --mode json`, the prompt on standard input. Every message of the model ends with why it stopped; an error is one of those
// reasons, and its exit status is 0 all the same.

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
  textAt,
  troubleOf,
  valueAt,
} from '@swarm/core';

export const pi: Dialect = {
  command: ({ model, args = [] }) => ({
    argv: [
      'pi',
      ...['--print', '--mode', 'json', '--no-session', '--offline'],
      ...(model === undefined ? [] : ['--model', model]),
      ...args,
    ],
  }),
  reader: () => new Reader(),
};

/** Each piece of an answer comes with the whole of it so far, twice: read as a line of JSON it would cost the square of its length. */
const UPDATE = '{"type":"message_update"';
const BAD_UPDATE = `${UPDATE},"assistantMessageEvent":{"type":"error"`;

class Reader implements LineReader {
  #usage: SessionUsage = NO_USAGE;
  #done = false;

  line(line: string): readonly SessionSignal[] {
    if (line.startsWith(UPDATE)) return line.startsWith(BAD_UPDATE) ? [] : [{ kind: 'progress' }];
    const event = objectOf(line);
    return event === undefined ? [] : this.#signals(event);
  }

  /** What keeps it from starting is told here, with no event at all. */
  errorLine(line: string): readonly SessionSignal[] {
    const trouble = troubleOf(line);
    return trouble.cause === 'auth' ? [{ kind: 'trouble', trouble }] : [];
  }

  end(): readonly SessionSignal[] {
    return this.#done ? [{ kind: 'concluded' }] : [];
  }

  #signals(event: JsonObject): readonly SessionSignal[] {
    switch (event.type) {
      case 'session': {
        const session = textAt(event, 'id');
        return [{ kind: 'started', ...(session && { session }) }];
      }
      case 'turn_start':
        this.#done = false;
        return [{ kind: 'turn' }];
      case 'message_end':
        return textAt(event, 'message', 'role') === 'assistant' ? this.#message(event.message) : [];
      case 'tool_execution_start': {
        const about = textAt(event, 'args', 'path') ?? textAt(event, 'args', 'command');
        return [{ kind: 'tool', name: textAt(event, 'toolName') ?? 'tool', ...(about && { about }) }];
      }
      case 'tool_execution_update':
      case 'tool_execution_end':
        return [{ kind: 'progress' }];
      case 'auto_retry_start': {
        const trouble = troubleOf(textAt(event, 'errorMessage') ?? '');
        return [{ kind: 'retry', trouble: { afterMs: numberAt(event, 'delayMs'), ...trouble } }];
      }
      case 'auto_retry_end':
        return event.success === false ? [troubleIn(textAt(event, 'finalError'))] : [];
      default:
        return [];
    }
  }

  #message(message: unknown): readonly SessionSignal[] {
    this.#usage = addUsage(this.#usage, usageOf(valueAt(message, 'usage')));
    const usage: SessionSignal = { kind: 'usage', usage: this.#usage };
    const reason = textAt(message, 'stopReason');
    if (reason === 'error' || reason === 'aborted')
      return [usage, troubleIn(textAt(message, 'errorMessage') ?? reason)];
    this.#done = reason === 'stop' || reason === 'length';
    const texts = listAt(message, 'content').flatMap((part) => textAt(part, 'text') ?? []);
    return [...texts.map((text): SessionSignal => ({ kind: 'text', text })), usage];
  }
}

const troubleIn = (message = 'it failed'): SessionSignal => ({
  kind: 'trouble',
  trouble: troubleOf(message),
});

/** Of one message; a cost of nothing means that no price is known. */
function usageOf(usage: unknown): SessionUsage {
  const usd = numberAt(usage, 'cost', 'total');
  return {
    inputTokens: numberAt(usage, 'input') + numberAt(usage, 'cacheWrite'),
    outputTokens: numberAt(usage, 'output'),
    cachedTokens: numberAt(usage, 'cacheRead'),
    ...(usd > 0 ? { usd } : {}),
  };
}
