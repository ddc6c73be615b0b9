// Our own events as lines of JSON: what a program may print that was written, or wrapped, for this.

import type { SessionSignal } from './event.js';
import { numberAt, objectOf, textAt, valueAt } from './json-line.js';
import { troubleOf } from './trouble.js';

/**
 * The signal that a line holds, or undefined: `{"kind":"text","text":"..."}`, `tool` with `name` and `about`, `turn`, `started` with
 * `model` and `session`, `usage` with `inputTokens`, `outputTokens`, `cachedTokens` and `usd`, `retry` and `trouble` with a `message`
 * and a `status`, `concluded`.
 */
export function signalOf(line: string): SessionSignal | undefined {
  const said = objectOf(line);
  const kind = textAt(said, 'kind');
  switch (kind) {
    case 'text':
      return { kind, text: textAt(said, 'text') ?? '' };
    case 'tool':
      return { kind, name: textAt(said, 'name') ?? 'tool', ...only('about', textAt(said, 'about')) };
    case 'turn':
    case 'concluded':
      return { kind };
    case 'started':
      return { kind, ...only('model', textAt(said, 'model')), ...only('session', textAt(said, 'session')) };
    case 'usage': {
      const usd = valueAt(said, 'usd');
      const tokens = {
        inputTokens: numberAt(said, 'inputTokens'),
        outputTokens: numberAt(said, 'outputTokens'),
        cachedTokens: numberAt(said, 'cachedTokens'),
      };
      return { kind, usage: { ...tokens, ...(typeof usd === 'number' ? { usd } : {}) } };
    }
    case 'retry':
    case 'trouble': {
      const status = numberAt(said, 'status');
      return { kind, trouble: troubleOf(textAt(said, 'message') ?? '', status === 0 ? undefined : status) };
    }
    default:
      return undefined;
  }
}

const only = <K extends string>(name: K, value: string | undefined): { readonly [name in K]?: string } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: string };
