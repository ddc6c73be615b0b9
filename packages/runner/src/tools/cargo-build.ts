// Builds a Rust project's tests and tells which programs hold them, from what cargo prints for programs.

import { relative } from 'node:path';
import { EXIT, SwarmError } from '@swarm/core';
import { askTool, cantList, commandLine } from './tool-command.js';

/** A program with tests in it. */
export interface TestProgram {
  readonly executable: string;
  /** The source with its `main`, absolute. */
  readonly source: string;
  readonly packageDir: string;
  readonly packageName: string;
  readonly version: string;
  readonly kind: string;
}

/** A line of `--message-format=json`, as far as it is read. */
interface Message {
  readonly reason: string;
  readonly executable?: string | null;
  readonly manifest_path?: string;
  readonly package_id?: string;
  readonly profile?: { readonly test: boolean };
  readonly target?: { readonly kind: readonly string[]; readonly src_path: string; readonly name: string };
  readonly message?: { readonly level: string; readonly message: string; readonly spans?: readonly Span[] };
}

interface Span {
  readonly file_name: string;
  readonly line_start: number;
  readonly is_primary: boolean;
}

export interface CargoRequest {
  readonly name: string;
  readonly dir: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly signal?: AbortSignal;
}

/** Build them. Throws `tests-not-built` (exit 3) with the compiler's first error. */
export async function buildTests({ name, dir, command, args, signal }: CargoRequest): Promise<TestProgram[]> {
  const argv = commandLine(command, ['test', '--no-run', '--message-format=json', ...args]);
  const answer = await askTool({ argv, cwd: dir, ...(signal && { signal }) });
  const messages = answer.stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? (JSON.parse(line) as Message) : []));
  if (answer.exit.kind === 'exited' && answer.exit.code === 0) return messages.flatMap(programOf);
  const error = messages.find(({ message }) => message?.level === 'error')?.message;
  if (error === undefined) throw cantList(name, answer, `run cargo test --no-run in ${dir} to see why`);
  const span = error.spans?.find(({ is_primary }) => is_primary);
  const where = span === undefined ? '' : `${span.file_name}:${span.line_start}: `;
  throw new SwarmError(`${name}: its tests don't build: ${where}${error.message}`, {
    code: 'tests-not-built',
    exit: EXIT.environment,
    hint: `run cargo test --no-run in ${relative('.', dir) || '.'} for all errors`,
  });
}

function programOf({
  reason,
  executable,
  profile,
  target,
  manifest_path,
  package_id,
}: Message): TestProgram[] {
  if (reason !== 'compiler-artifact' || !executable || profile?.test !== true || target === undefined)
    return [];
  const [packageName, version] = nameAndVersion(package_id ?? '', target.name);
  const packageDir = (manifest_path ?? '').replace(/\/Cargo\.toml$/, '');
  return [
    { executable, source: target.src_path, packageDir, packageName, version, kind: target.kind[0] ?? '' },
  ];
}

/** `kinds 0.1.0 (path+file:///...)` of old, `path+file:///.../kinds#0.1.0` or `...#kinds@0.1.0` of late. */
function nameAndVersion(id: string, target: string): [string, string] {
  const old = /^(\S+) (\S+) \(/.exec(id);
  if (old !== null) return [old[1]!, old[2]!];
  const [path = '', end = ''] = id.split('#');
  const [name, version] = end.includes('@') ? end.split('@') : [path.split('/').at(-1), end];
  return [name || target, version ?? ''];
}
