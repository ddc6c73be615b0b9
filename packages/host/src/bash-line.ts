// The line to a helper in bash: requests as shell text, answers as lines. The protocol is in bash-script.ts.

import { rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BASH_SCRIPT } from './bash-script.js';
import { headOf } from './capture.js';
import { createCaptureFolder } from './capture-folder.js';
import type { Ended, HelperLine, HelperOptions } from './helper-line.js';
import { HelperProcess } from './helper-process.js';
import type { RunRequest } from './process.js';
import { signalName } from './run-result.js';
import {
  environmentChange,
  framed,
  NO_ENVIRONMENT,
  type ShellEnvironment,
  shellEnvironment,
  startText,
} from './shell-text.js';
import { startFailure } from './start-failure.js';
import { inView } from './view-command.js';

/** Start a helper; undefined when it can't be started or doesn't answer, or its view can't be made. */
export async function openBashLine(options: HelperOptions): Promise<HelperLine | undefined> {
  const { cookie, view, silenceMs } = options;
  const folder = await createCaptureFolder();
  const name = join(folder, 'helper');
  await writeFile(name, BASH_SCRIPT);
  const bash = ['bash', '--norc', '--noprofile', name, folder, cookie];
  const command = view === undefined ? bash : inView(view, [folder], bash);
  const line = new BashLine(new HelperProcess(command, silenceMs), folder, name);
  if (await line.greeted()) return line;
  await line.close();
  return undefined;
}

/** How the shell's lines about jobs go on, after the job's state. */
const JOB_TEXT = '( cd -- "$swarm_cwd"';
const NO_SIGNAL = /\b(?:Exit \d+|Done|Running|Stopped)\b.*\( cd --/;
const CANNOT_EXECUTE = 126;
const NOT_FOUND = 127;

/** What it says of a program's end. */
interface Reply {
  /** As the shell knows it: 128 and more for a signal, unless `exited`. */
  readonly status: number;
  /** True when the status is the program's own, however high. */
  readonly exited: boolean;
  /** False when not even its folder or streams could be opened. */
  readonly started: boolean;
  readonly leftover: boolean;
}

class BashLine implements HelperLine {
  readonly kind = 'bash';
  readonly adopts = false;
  readonly #lines: string[] = [];
  #unread = '';
  #wake: () => void = () => {};
  #runs = 0;
  #environment = NO_ENVIRONMENT;

  constructor(
    readonly helper: HelperProcess,
    /** A private folder, for captures. */
    private readonly folder: string,
    /** What the shell calls itself in its messages. */
    private readonly name: string,
  ) {
    helper.listen(
      (bytes) => this.#hear(bytes.toString('latin1')),
      () => this.#wake(),
    );
  }

  get captures(): HelperLine['captures'] {
    return { stdout: join(this.folder, `${this.#runs}.out`), stderr: join(this.folder, `${this.#runs}.err`) };
  }

  get root(): number {
    return this.helper.own.session;
  }

  greeted(): Promise<boolean> {
    const greeting = this.#nextLine().then((line) => {
      const [word, , guard] = line?.split(' ') ?? [];
      return word === 'h' ? Number(guard) : undefined;
    });
    return this.helper.greeted(greeting);
  }

  async start(request: RunRequest, variables: Readonly<Record<string, string>>): Promise<Ended | undefined> {
    const env = shellEnvironmentOf(variables);
    const early =
      env.prefix.length > 0 ? startFailure(request, variables.PATH ?? process.env.PATH) : undefined;
    if (early !== undefined) return { exit: { kind: 'not-started', reason: early }, leftover: false };
    const files = this.captures;
    const { cwd, stdin = '/dev/null', label = '' } = request;
    const streams = {
      stdin,
      stdout: request.stdoutFile ?? files.stdout,
      stderr: request.stderrFile ?? files.stderr,
    };
    const text =
      environmentChange(this.#environment, env) +
      startText([...env.prefix, ...request.argv], { cwd, label, ...streams });
    this.#environment = env;
    const reply = await this.helper.ask(framed(text), this.#reply());
    return reply && { exit: this.#exit(reply, resolve(cwd, streams.stderr)), leftover: reply.leftover };
  }

  async drop(): Promise<void> {
    for (const file of Object.values(this.captures)) rmSync(file, { force: true });
    this.#runs++;
  }

  async close(): Promise<void> {
    await this.helper.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #exit({ status, exited, started }: Reply, stderrFile: string): Ended['exit'] {
    if (!exited) return { kind: 'signalled', signal: signalName(status - 128) };
    const said =
      status === CANNOT_EXECUTE || status === NOT_FOUND ? headOf(stderrFile, 4096).split('\n')[0]! : '';
    if (started && !said.startsWith(`${this.name}: `)) return { kind: 'exited', code: status };
    const reason = said.replace(/^[^ ]*: line \d+: (?:exec: )?/, '');
    return { kind: 'not-started', reason: reason === '' ? 'its folder or streams cannot be opened' : reason };
  }

  async #reply(): Promise<Reply | undefined> {
    let started = true;
    let exited = true;
    for (;;) {
      const line = await this.#nextLine();
      if (line === undefined) return undefined;
      const [word, status, leftover] = line.split(' ');
      if (word === 'x') return { status: Number(status), exited, started, leftover: leftover === '1' };
      if (word === 'n') started = false;
      else if (line.includes(JOB_TEXT) && !NO_SIGNAL.test(line)) exited = false;
    }
  }

  async #nextLine(): Promise<string | undefined> {
    while (this.#lines.length === 0 && this.helper.usable)
      await new Promise<void>((done) => (this.#wake = done));
    return this.#lines.shift();
  }

  #hear(text: string): void {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop()!;
    this.#lines.push(...lines);
    if (lines.length > 0) this.#wake();
  }
}

/** Most runs share an environment, and each is turned into shell text once. */
const ENVIRONMENTS = new WeakMap<object, ShellEnvironment>();

function shellEnvironmentOf(env: Readonly<Record<string, string>>): ShellEnvironment {
  const known = ENVIRONMENTS.get(env);
  if (known !== undefined) return known;
  const made = shellEnvironment(env);
  ENVIRONMENTS.set(env, made);
  return made;
}
