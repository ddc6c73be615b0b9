// One run of swarm with what is expected of it, as a sentence:
// `await new Trial().file('units.txt', 'a\n').args('bisect', '--units', 'units.txt').exits(2).stderr(/--probe/).run()`.

import assert from 'node:assert/strict';
import { type Folder, project } from './folder.ts';
import { type Ended, type SwarmOptions, swarm } from './swarm.ts';

type Text = string | RegExp;

export class Trial {
  readonly #folder: Folder;
  #args: readonly string[] = [];
  #options: SwarmOptions = {};
  #code = 0;
  #stdout: Text[] = [];
  #stderr: Text[] = [];

  /** In a new empty folder, or in one that is there. */
  constructor(folder: Folder = project()) {
    this.#folder = folder;
  }

  /** Write a file before the run. */
  file(name: string, text: string): this {
    this.#folder.write(name, text);
    return this;
  }

  args(...args: string[]): this {
    this.#args = args;
    return this;
  }

  env(env: Readonly<Record<string, string | undefined>>): this {
    this.#options = { ...this.#options, env: { ...this.#options.env, ...env } };
    return this;
  }

  input(input: string): this {
    this.#options = { ...this.#options, input };
    return this;
  }

  timeLimit(timeoutMs: number): this {
    this.#options = { ...this.#options, timeoutMs };
    return this;
  }

  /** The exit status; 0 unless told otherwise. */
  exits(code: number): this {
    this.#code = code;
    return this;
  }

  /** Standard output: all of it for a string, somewhere in it for a pattern. */
  stdout(expected: Text): this {
    this.#stdout.push(expected);
    return this;
  }

  stderr(expected: Text): this {
    this.#stderr.push(expected);
    return this;
  }

  /** Run it and hold it against what is expected. */
  async run(): Promise<Ended & { readonly folder: Folder }> {
    const ended = await swarm(this.#args, { cwd: this.#folder.dir, ...this.#options });
    const said = `swarm ${this.#args.join(' ')}\n--- stdout\n${ended.stdout}\n--- stderr\n${ended.stderr}`;
    assert.equal(ended.code ?? ended.signal, this.#code, `exit status of ${said}`);
    for (const expected of this.#stdout) holds(ended.stdout, expected, `stdout of ${said}`);
    for (const expected of this.#stderr) holds(ended.stderr, expected, `stderr of ${said}`);
    return { ...ended, folder: this.#folder };
  }
}

function holds(text: string, expected: Text, what: string): void {
  if (typeof expected === 'string') assert.equal(text, expected, what);
  else assert.match(text, expected, what);
}
