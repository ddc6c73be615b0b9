// aider: one message from a file, plain text for people in return. Errors are lines that start with the name of an exception; a line
// that announces another try may follow. Without one aider has given up, though it exits with 0.

import {
  addUsage,
  type Dialect,
  type LineReader,
  NO_USAGE,
  type SessionSignal,
  type SessionUsage,
  type Trouble,
  troubleOf,
} from '@swarm/core';

const MESSAGE = 'swarm-message.md';

export const aider: Dialect = {
  command: ({ home, prompt, model, args = [] }) => ({
    argv: [
      'aider',
      ...['--message-file', `${home}/${MESSAGE}`],
      ...['--yes-always', '--no-auto-commits', '--no-gitignore', '--no-suggest-shell-commands'],
      ...['--no-pretty', '--no-stream', '--no-fancy-input'],
      ...['--no-check-update', '--no-show-release-notes', '--analytics-disable'],
      ...(model === undefined ? [] : ['--model', model]),
      ...args,
    ],
    files: { [MESSAGE]: prompt },
    input: '',
  }),
  reader: () => new Reader(),
};

/** What it says of itself before and around the model's words. */
const OWN_WORDS =
  /^(?:Aider v|Main model:|Weak model:|Editor model:|Model:|Git repo:|Git working dir:|Repo-map:|Added .* to the chat|Use \/help|Note: |Warning|Update git|─|$)/;

const ERROR = /^(?:litellm\.\w+|[\w.]*(?:Error|Exception)): /;

class Reader implements LineReader {
  #usage: SessionUsage = NO_USAGE;
  /** What the lines belong to: an error that is being told, its announced retry, or the model. */
  #telling: 'error' | 'retry' | 'model' = 'model';
  #trouble: Trouble | undefined;

  line(line: string): readonly SessionSignal[] {
    if (ERROR.test(line)) return this.#error(line);
    const [, seconds] = /^Retrying in ([\d.]+) seconds/.exec(line) ?? [];
    if (seconds !== undefined && this.#trouble !== undefined) return this.#retry(Number(seconds));
    if (this.#telling === 'error' || OWN_WORDS.test(line)) return [];
    const used = usageOf(line);
    if (used !== undefined) return this.#used(used);
    this.#telling = 'model';
    this.#trouble = undefined;
    const [, file] = /^Applied edit to (.+)$/.exec(line) ?? [];
    return [file === undefined ? { kind: 'text', text: line } : { kind: 'tool', name: 'edit', about: file }];
  }

  end(status: number | undefined): readonly SessionSignal[] {
    return status === 0 ? [{ kind: 'concluded' }] : [];
  }

  #error(line: string): readonly SessionSignal[] {
    this.#telling = 'error';
    this.#trouble = troubleOf(line);
    return [{ kind: 'trouble', trouble: this.#trouble }];
  }

  #retry(seconds: number): readonly SessionSignal[] {
    this.#telling = 'retry';
    return [{ kind: 'retry', trouble: { ...this.#trouble!, afterMs: seconds * 1000 } }];
  }

  #used({ usage, usd }: Used): readonly SessionSignal[] {
    const { usd: _, ...tokens } = addUsage(this.#usage, usage);
    this.#usage = { ...tokens, ...(usd === undefined ? {} : { usd }) };
    return [{ kind: 'usage', usage: this.#usage }];
  }
}

interface Used {
  /** Of one message. */
  readonly usage: SessionUsage;
  /** Of the whole session. */
  readonly usd: number | undefined;
}

/** `Tokens: 2.3k sent, 1.1k cache hit, 120 received. Cost: $0.01 message, $0.02 session.` */
function usageOf(line: string): Used | undefined {
  const [, said] = /^Tokens: (.+)$/.exec(line) ?? [];
  if (said === undefined) return undefined;
  const count = (what: string): number => {
    const [, number, unit] = new RegExp(`([\\d.,]+)([kM]?) ${what}`).exec(said) ?? [];
    const scale = unit === 'k' ? 1e3 : unit === 'M' ? 1e6 : 1;
    return number === undefined ? 0 : Math.round(Number(number.replaceAll(',', '')) * scale);
  };
  const [, usd] = /\$([\d.]+) session/.exec(said) ?? [];
  const cachedTokens = count('cache hit');
  return {
    usage: {
      inputTokens: Math.max(0, count('sent') - cachedTokens),
      outputTokens: count('received'),
      cachedTokens,
    },
    usd: usd === undefined ? undefined : Number(usd),
  };
}
