// What a scripted model does, one step for each request that offers tools; the last step goes on for ever.

import type { Answer, OfferedTool } from './wire.ts';

export type Step =
  | { readonly kind: 'say'; readonly text: string }
  /** Writes a file, with whichever of the offered tools can. */
  | { readonly kind: 'edit'; readonly file: string; readonly text: string }
  /** Asks for a tool, whether it is offered or not. */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refuse'; readonly status: 401 | 429 | 500; readonly retryAfterSeconds?: number }
  /** Begins an answer and never goes on. */
  | { readonly kind: 'hang' }
  /** Begins an answer and breaks the connection. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'flood'; readonly bytes: number };

export type Scenario =
  | 'edits'
  | 'limited-then-fine'
  | 'limited'
  | 'hangs'
  | 'cut'
  | 'forbidden'
  | 'floods'
  | 'unauthorized';

/** What the edit writes, relative to the working folder. */
export const EDITED = { file: 'answer.txt', text: 'forty-two\n' } as const;

const edit: Step = { kind: 'edit', ...EDITED };
const done: Step = { kind: 'say', text: 'The file is written.' };

/** The scenarios that every backend has to be classified right in. */
export const SCENARIOS: Readonly<Record<Scenario, readonly Step[]>> = {
  edits: [edit, done],
  'limited-then-fine': [{ kind: 'refuse', status: 429, retryAfterSeconds: 1 }, edit, done],
  limited: [{ kind: 'refuse', status: 429, retryAfterSeconds: 1 }],
  hangs: [{ kind: 'hang' }],
  cut: [{ kind: 'cut' }],
  forbidden: [
    { kind: 'call', name: 'launch_rocket', arguments: { target: 'the moon' } },
    { kind: 'say', text: 'I may not do that.' },
  ],
  floods: [{ kind: 'flood', bytes: 300_000 }],
  unauthorized: [{ kind: 'refuse', status: 401 }],
};

/** How a tool writes the file, in the order of preference: by its name and what its parameters are called. */
export function editCall(
  tools: readonly OfferedTool[],
  { file, text }: { file: string; text: string },
  folder: string,
): NonNullable<Answer['call']> {
  const named = (name: RegExp) => tools.find((tool) => name.test(tool.name) && tool.freeform !== true);
  const writer = named(/^write(_file)?$/i);
  if (writer !== undefined) {
    const parameter = (name: RegExp) => Object.keys(writer.parameters).find((it) => name.test(it)) ?? '';
    return {
      name: writer.name,
      arguments: { [parameter(/path/i)]: `${folder}/${file}`, [parameter(/content|text/i)]: text },
    };
  }
  const shell = named(/^(local_)?(shell|bash)|exec_command/i);
  if (shell === undefined) throw new Error(`no tool writes: ${tools.map(({ name }) => name).join(', ')}`);
  const command = `printf '%s' '${text}' > '${folder}/${file}'`;
  const [parameter, schema] = Object.entries(shell.parameters).find(([name]) =>
    /^(command|cmd)$/.test(name),
  )!;
  return {
    name: shell.name,
    arguments: { [parameter]: schema.type === 'array' ? ['bash', '-c', command] : command },
  };
}
