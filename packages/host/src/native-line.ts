// The line to a helper in C (native/): requests as frames of strings, answers as lines, as native/line.c has them. What a program wrote
// comes with its end where it is little, else it is in a file without a name that the helper holds open.

import { dirname } from 'node:path';
import { captureRoot } from './capture-folder.js';
import type { Ended, HelperLine, HelperOptions } from './helper-line.js';
import { HelperProcess } from './helper-process.js';
import { nativeProgram } from './native-program.js';
import type { RunRequest } from './process.js';
import { signalName } from './run-result.js';
import { cleanEnvironment } from './shell-text.js';
import { inView } from './view-command.js';

/** Start a helper; undefined where the program can't be had or doesn't answer, or its view can't be made. */
export async function openNativeLine(options: HelperOptions): Promise<HelperLine | undefined> {
  const { cookie, view, silenceMs } = options;
  const [program, folder] = await Promise.all([nativeProgram('helper'), captureRoot()]);
  if ('problem' in program) return undefined;
  const command = [program.path, folder, cookie];
  const seen = view === undefined ? command : inView(view, [dirname(program.path), folder], command);
  const line = new NativeLine(new HelperProcess(seen, silenceMs));
  if (await line.greeted()) return line;
  await line.close();
  return undefined;
}

type Environment = Readonly<Record<string, string>>;
/** An answer that somebody waits for; undefined when none will come. */
type Answer = Ended | 'dropped' | undefined;

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

class NativeLine implements HelperLine {
  readonly kind = 'native';
  adopts = false;
  root: number | undefined;
  #environment: Environment | undefined;
  #program = '';
  #unread: Buffer = NOTHING;
  #greet: (guard: number | undefined) => void = () => {};
  #answer: (answer: Answer) => void = () => {};

  constructor(readonly helper: HelperProcess) {
    helper.listen(
      (bytes) => this.#hear(bytes),
      () => {
        this.#greet(undefined);
        this.#answer(undefined);
      },
    );
  }

  get captures(): HelperLine['captures'] {
    const folder = `/proc/${this.helper.own.session}/fd`;
    return { stdout: `${folder}/5`, stderr: `${folder}/6` };
  }

  greeted(): Promise<boolean> {
    return this.helper.greeted(new Promise((greet) => (this.#greet = greet)));
  }

  start(request: RunRequest, env: Environment): Promise<Ended | undefined> {
    const run = runFrame(request);
    const change = this.#environment === env ? run : Buffer.concat([environmentFrame(env), run]);
    this.#environment = env;
    this.#program = request.argv[0]!;
    this.root = undefined;
    return this.#ask(change) as Promise<Ended | undefined>;
  }

  async drop(): Promise<void> {
    if (this.helper.usable) await this.#ask(frame('d', []));
  }

  close(): Promise<void> {
    return this.helper.close();
  }

  #ask(bytes: Buffer): Promise<Answer> {
    if (!this.helper.usable) return Promise.resolve(undefined);
    return this.helper.ask(bytes, new Promise((answer) => (this.#answer = answer)));
  }

  #hear(bytes: Buffer): void {
    let unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    for (let end = unread.indexOf(NEWLINE); end >= 0; end = unread.indexOf(NEWLINE)) {
      const used = this.#take(unread.toString('latin1', 0, end).split(' '), unread.subarray(end + 1));
      if (used === undefined) break;
      unread = unread.subarray(end + 1 + used);
    }
    this.#unread = unread;
  }

  /** Take one line; how many of the bytes that follow it belong to it, or undefined when they aren't all there. */
  #take([word, ...fields]: string[], rest: Buffer): number | undefined {
    if (word === 'x') return this.#takeEnd(fields, rest);
    if (word === 'h') {
      this.adopts = fields[2] === '1';
      this.#greet(Number(fields[1]));
    } else if (word === 'p') this.root = Number(fields[0]);
    else if (word === 'g') this.helper.guardedBy(Number(fields[0]));
    else if (word === 'd') this.#answer('dropped');
    else if (word === 'n') this.#answer(notStarted(fields, this.#program));
    return 0;
  }

  #takeEnd([how, ...numbers]: string[], rest: Buffer): number | undefined {
    const [value, leftover, out, err] = numbers.map(Number) as [number, number, number, number];
    const [outBytes, errBytes] = [Math.max(0, out), Math.max(0, err)];
    if (rest.length < outBytes + errBytes) return undefined;
    const exit: Ended['exit'] =
      how === 'e' ? { kind: 'exited', code: value } : { kind: 'signalled', signal: signalName(value) };
    const captured = {
      stdout: rest.subarray(0, outBytes),
      stderr: rest.subarray(outBytes, outBytes + errBytes),
    };
    this.#answer({ exit, leftover: leftover === 1, ...(out < 0 || err < 0 ? {} : { captured }) });
    return outBytes + errBytes;
  }
}

const NO_SUCH = 'No such file or directory';

function notStarted([stage, , ...words]: string[], program: string): Ended {
  const why = words.join(' ');
  let reason = `${program}: ${why}`;
  if (stage !== 'exec') reason = `${stage}: ${why}`;
  else if (why === NO_SUCH) reason = `${program}: its interpreter was not found`; // The program itself is there, as is seen elsewhere.
  return { exit: { kind: 'not-started', reason }, leftover: false };
}

/** A request as it goes over the wire. */
function frame(letter: string, words: readonly string[]): Buffer {
  const bytes = Buffer.from(`\0\0\0\0${letter}${words.join('\0')}${words.length === 0 ? '' : '\0'}`);
  bytes.writeUInt32LE(bytes.length - 4);
  return bytes;
}

function runFrame({
  argv,
  cwd,
  stdin = '',
  stdoutFile = '',
  stderrFile = '',
  label = '',
  onStart,
}: RunRequest): Buffer {
  return frame(onStart === undefined ? 'r' : 'R', [cwd, stdin, stdoutFile, stderrFile, label, ...argv]);
}

/** Most runs share an environment, and each is written down once. */
const ENVIRONMENTS = new WeakMap<Environment, Buffer>();

function environmentFrame(env: Environment): Buffer {
  const known = ENVIRONMENTS.get(env);
  if (known !== undefined) return known;
  const made = frame(
    'e',
    cleanEnvironment(env).map(([name, value]) => `${name}=${value}`),
  );
  ENVIRONMENTS.set(env, made);
  return made;
}
