// What a step does: it really edits files and runs programs, and tells of it in lines that the dialect reads.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from './steps.js';

const say = (kind: string, more: object = {}): void => {
  process.stdout.write(`${JSON.stringify({ kind, ...more })}\n`);
};

/** What a script of JavaScript gets. */
export class Stage {
  #input = 0;
  #output = 0;
  #usd: number | undefined;

  constructor(readonly prompt: string) {}

  say(text: string): void {
    say('text', { text });
  }

  /** Throws where the piece to replace isn't in the file. */
  edit(
    file: string,
    change: Pick<Extract<Step, { edit: string }>, 'text' | 'replace' | 'by' | 'append'>,
  ): void {
    say('tool', { name: 'edit', about: file });
    const path = resolve(file);
    const { text, replace, by = '', append = '' } = change;
    if (text === undefined && replace !== undefined) {
      const before = readFileSync(path, 'utf8');
      if (!before.includes(replace)) throw new Error(`${file}: does not have ${JSON.stringify(replace)}`);
      writeFileSync(path, before.replace(replace, () => by) + append);
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (text ?? readFileSync(path, 'utf8')) + append);
  }

  /** Runs a command for `sh` and gives its exit status, 1 for a signal. */
  run(command: string): number {
    say('tool', { name: 'run', about: command });
    const { status, stdout } = spawnSync('sh', ['-c', command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (stdout.trim() !== '') this.say(stdout.trim());
    return status ?? 1;
  }

  wait = (ms: number): Promise<void> => sleep(ms);

  /** Added to what was used before. */
  use({ input = 0, output = 0, usd }: { input?: number; output?: number; usd?: number }): void {
    this.#input += input;
    this.#output += output;
    if (usd !== undefined) this.#usd = (this.#usd ?? 0) + usd;
    const tokens = { inputTokens: this.#input, outputTokens: this.#output };
    say('usage', { ...tokens, ...(this.#usd === undefined ? {} : { usd: this.#usd }) });
  }

  refuse(how: number | string): void {
    say('trouble', typeof how === 'number' ? { status: how, message: `status ${how}` } : { message: how });
  }

  crash(signal: NodeJS.Signals = 'SIGKILL'): void {
    process.kill(process.pid, signal);
  }

  /** Never settles, and keeps the process alive. */
  hang = (): Promise<never> => new Promise(() => setInterval(() => {}, 1 << 30));

  done(): void {
    say('concluded');
  }
}

/** Play a list of steps to its end. Gives the exit status, once all is said. */
export async function play(stage: Stage, steps: readonly Step[]): Promise<number> {
  for (const step of steps) {
    if (step.when !== undefined && !new RegExp(step.when).test(stage.prompt)) continue;
    if ('exit' in step) return step.exit;
    if ('run' in step && stage.run(step.run) !== 0) return 1;
    await perform(stage, step);
  }
  stage.done();
  return 0;
}

async function perform(stage: Stage, step: Step): Promise<void> {
  if ('say' in step) stage.say(step.say);
  else if ('edit' in step) stage.edit(step.edit, step);
  else if ('wait' in step) await stage.wait(step.wait);
  else if ('usage' in step) stage.use(step.usage);
  else if ('refused' in step) stage.refuse(step.refused);
  else if ('hang' in step) await stage.hang();
  else if ('crash' in step) stage.crash(step.crash === true ? 'SIGKILL' : (step.crash as NodeJS.Signals));
}
