// Codex: `codex exec --json`, whose events are threads, turns and items. Its own sandbox is off: what a session may do is decided by
// the workspace around it, which also holds for the commands that an agent has to run. Errors are told on the way ("Reconnecting...
// 2/5") and again at the end; one among the items is a warning.

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
} from '@swarm/core';

export const codex: Dialect = {
  command: ({ model, args = [] }) => ({
    argv: [
      'codex',
      'exec',
      '--json',
      '--ephemeral',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      ...(model === undefined ? [] : ['--model', model]),
      ...args,
      '-',
    ],
  }),
  reader(): LineReader {
    let usage: SessionUsage = NO_USAGE;
    return {
      line(line) {
        const event = objectOf(line);
        if (event?.type !== 'turn.completed') return event === undefined ? [] : signalsOf(event);
        usage = addUsage(usage, usageOf(event));
        return [{ kind: 'usage', usage }, { kind: 'concluded' }];
      },
    };
  },
};

function signalsOf(event: JsonObject): readonly SessionSignal[] {
  switch (event.type) {
    case 'thread.started': {
      const session = textAt(event, 'thread_id');
      return [{ kind: 'started', ...(session === undefined ? {} : { session }) }];
    }
    case 'turn.started':
      return [{ kind: 'turn' }];
    case 'error': {
      const message = textAt(event, 'message') ?? '';
      const trouble = troubleOf(message.replace(/^Reconnecting\.\.\. \d+\/\d+ ?/, ''));
      return [{ kind: message.startsWith('Reconnecting') ? 'retry' : 'trouble', trouble }];
    }
    case 'turn.failed':
      return [
        { kind: 'trouble', trouble: troubleOf(textAt(event, 'error', 'message') ?? 'the turn failed') },
      ];
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return itemSignals(event.item, event.type === 'item.completed');
    default:
      return [];
  }
}

function itemSignals(item: unknown, completed: boolean): readonly SessionSignal[] {
  switch (textAt(item, 'type')) {
    case 'error':
      return [];
    case 'agent_message':
      return completed ? [{ kind: 'text', text: textAt(item, 'text') ?? '' }] : [{ kind: 'progress' }];
    case 'command_execution':
      return completed ? [{ kind: 'progress' }] : [tool('shell', textAt(item, 'command'))];
    case 'mcp_tool_call':
      return completed
        ? [{ kind: 'progress' }]
        : [tool(textAt(item, 'tool') ?? 'mcp', textAt(item, 'server'))];
    case 'file_change': {
      const paths = listAt(item, 'changes').flatMap((change) => textAt(change, 'path') ?? []);
      return completed ? [tool('patch', paths.join(' '))] : [{ kind: 'progress' }];
    }
    case 'web_search':
      return completed ? [tool('web-search', textAt(item, 'query'))] : [{ kind: 'progress' }];
    default:
      return [{ kind: 'progress' }];
  }
}

const tool = (name: string, about: string | undefined): SessionSignal => ({
  kind: 'tool',
  name,
  ...(about === undefined ? {} : { about }),
});

/** Input is told with what came from the cache. */
function usageOf(event: JsonObject): SessionUsage {
  const cachedTokens = numberAt(event, 'usage', 'cached_input_tokens');
  return {
    inputTokens: Math.max(0, numberAt(event, 'usage', 'input_tokens') - cachedTokens),
    outputTokens: numberAt(event, 'usage', 'output_tokens'),
    cachedTokens,
  };
}
