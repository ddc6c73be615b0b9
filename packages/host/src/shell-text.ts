// Requests as shell text: exact quoting of arguments, and an environment that is passed exactly as given.

/** A word of shell text that stands for exactly this string. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names that bash computes, guards or acts upon, and our own: assigning them would change the shell or fail. */
const SHELL_NAMES =
  /^(?:BASH.*|COMP_.*|DIRSTACK|EPOCH.*|EUID|FUNCNAME|GROUPS|HISTCMD|IGNOREEOF|LINENO|OPTIND|PIPESTATUS|POSIXLY_CORRECT|PPID|RANDOM|SECONDS|SHELLOPTS|SRANDOM|UID|swarm_.*)$/;

/** The environment without what can't be in one, and without `_`, which every shell sets anew. */
export function cleanEnvironment(env: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[0] !== '_' && entry[0] !== '' && !entry[0].includes('='),
  );
}

/** Names that would act upon the helper itself (or upon `cd`), were they set before the program's own process is there. */
const LATE_NAMES =
  /^(?:LC_.*|LANG|LANGUAGE|IFS|TMOUT|PWD|OLDPWD|CDPATH|SHLVL|LINES|COLUMNS|GLOBIGNORE|EXECIGNORE)$/;

/** An environment in the shape that a helper takes. */
export interface ShellEnvironment {
  /** What the helper itself exports, once for all programs that follow. */
  readonly lasting: ReadonlyMap<string, string>;
  /** The words that a program's own process exports: `export A='1'` or `:`. */
  readonly late: string;
  /** What goes before the program: empty, or an `env` that sets what no shell can. */
  readonly prefix: readonly string[];
}

export const NO_ENVIRONMENT: ShellEnvironment = { lasting: new Map(), late: ':', prefix: [] };

export function shellEnvironment(env: Readonly<Record<string, string | undefined>>): ShellEnvironment {
  const lasting = new Map<string, string>();
  let late = '';
  const rest: string[] = [];
  for (const [name, value] of cleanEnvironment(env)) {
    if (!IDENTIFIER.test(name) || SHELL_NAMES.test(name)) rest.push(`${name}=${value}`);
    else if (LATE_NAMES.test(name)) late += ` ${name}=${quoted(value)}`;
    else lasting.set(name, value);
  }
  const prefix = rest.length === 0 ? [] : ['/usr/bin/env', '--', ...rest];
  return { lasting, late: late === '' ? ':' : `export${late}`, prefix };
}

/** The text that turns a helper's present environment into another one. */
export function environmentChange(from: ShellEnvironment, to: ShellEnvironment): string {
  if (from === to) return '';
  let gone = '';
  let set = '';
  for (const name of from.lasting.keys()) if (!to.lasting.has(name)) gone += ` ${name}`;
  for (const [name, value] of to.lasting)
    if (from.lasting.get(name) !== value) set += ` ${name}=${quoted(value)}`;
  return (
    (gone === '' ? '' : `unset -v${gone}\n: "\${PATH=$swarm_path}"\n`) +
    (set === '' ? '' : `export${set}\n`) +
    (from.late === to.late ? '' : `swarm_late=${quoted(to.late)}\n`)
  );
}

/** Where a program runs and where its streams go. */
export interface Streams {
  readonly cwd: string;
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
  /** '' for none. */
  readonly label: string;
}

/** The text that starts a program, once the environment is defined. */
export function startText(argv: readonly string[], streams: Streams): string {
  return (
    `swarm_argv=(${argv.map(quoted).join(' ')})\n` +
    `swarm_cwd=${quoted(streams.cwd)} swarm_in=${quoted(streams.stdin)} ` +
    `swarm_out=${quoted(streams.stdout)} swarm_err=${quoted(streams.stderr)} swarm_label=${quoted(streams.label)}\n` +
    'swarm_start\n'
  );
}

/** As it goes over the wire: the length in bytes, then the text. */
export function framed(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from(String(body.length).padStart(8, '0')), body]);
}
