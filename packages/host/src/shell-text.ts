// Requests as shell text: exact quoting of arguments, and an environment that is passed exactly as given.

/** A word of shell text that stands for exactly this string. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

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

/** An environment in the shape that a helper takes. */
export interface ShellEnvironment {
  /** Defines the shell function that exports what the shell can export. */
  readonly definition: string;
  /** What goes before the program: empty, or an `env` that sets the rest exactly. */
  readonly prefix: readonly string[];
}

export function shellEnvironment(env: Readonly<Record<string, string | undefined>>): ShellEnvironment {
  const entries = cleanEnvironment(env);
  const plain = entries.filter(([name]) => IDENTIFIER.test(name) && !SHELL_NAMES.test(name));
  const exports = plain.map(([name, value]) => ` ${name}=${quoted(value)}`).join('');
  const definition = `swarm_env() { ${exports === '' ? ':' : `export${exports}`}; }\n`;
  if (plain.length === entries.length) return { definition, prefix: [] };
  const rest = entries.filter((entry) => !plain.includes(entry)).map(([name, value]) => `${name}=${value}`);
  return { definition, prefix: ['/usr/bin/env', '--', ...rest] };
}

/** Where a program runs and where its streams go. */
export interface Streams {
  readonly cwd: string;
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The text that starts a program, once the environment is defined. */
export function startText(argv: readonly string[], streams: Streams): string {
  return (
    `swarm_argv=(${argv.map(quoted).join(' ')})\n` +
    `swarm_cwd=${quoted(streams.cwd)} swarm_in=${quoted(streams.stdin)} ` +
    `swarm_out=${quoted(streams.stdout)} swarm_err=${quoted(streams.stderr)}\n` +
    'swarm_start\n'
  );
}

/** As it goes over the wire: the length in bytes, then the text. */
export function framed(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from(String(body.length).padStart(8, '0')), body]);
}
