// Facts out of a compiler's argument list. yargs-parser reads them, and it never sees a value: it strips quotes and
// splits what looks like a group of flags, so it gets one `--role=position` per token and gives positions back.

import { join } from 'node:path';
import parse from 'yargs-parser';
import { type Language, languageOf } from './language.js';
import { COMPILER_TABLE, LINKER_TABLE, type OptionRole, type OptionTable } from './options.js';
import { type InputToken, type Token, tokenize } from './token.js';

export interface SourceInput {
  /** As typed. `-` is standard input. */
  readonly text: string;
  readonly language: Language;
  readonly token: InputToken;
}

export interface CompilerFacts {
  /** `ask`: makes no object. `compile`: -c. `link`: everything else. */
  readonly mode: 'ask' | 'compile' | 'link';
  readonly tokens: readonly Token[];
  readonly output: string | undefined;
  readonly inputs: readonly SourceInput[];
  /** `-r`: the output is one more object. */
  readonly partial: boolean;
  readonly dependencyFiles: readonly string[];
}

/** All of yargs-parser's rewriting turned off. */
const CONFIGURATION = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'combine-arrays': false,
  'dot-notation': false,
  'duplicate-arguments-array': true,
  'flatten-duplicate-arrays': true,
  'greedy-arrays': false,
  'nargs-eats-options': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': false,
  'strip-dashed': false,
};

type Key = OptionRole | 'input' | 'partial';

/** Positions of the tokens of each kind, in order. */
function readPositions(tokens: readonly Token[], partial: readonly string[]): (key: Key) => number[] {
  const words = tokens.flatMap((token, i) => {
    if (token.kind === 'input') return [`--input=${i}`];
    return partial.includes(token.name)
      ? [`--partial=${i}`, `--${token.role}=${i}`]
      : [`--${token.role}=${i}`];
  });
  const found = parse(words, { configuration: CONFIGURATION });
  return (key) => [found[key] ?? []].flat().map(Number);
}

const RELOCATABLE = ['-r', '-i', '-Ur', '--relocatable', '-relocatable'];

const valueAt = (tokens: readonly Token[], position: number | undefined): string | undefined => {
  const token = position === undefined ? undefined : tokens[position];
  return token?.kind === 'option' ? token.value : undefined;
};

/** Where -MD and its relatives write, as GCC does: -MF, else the output or the source with `.d`. */
function dependencyFiles(tokens: readonly Token[], output: string | undefined, sources: readonly string[]) {
  const options = tokens.filter((token) => token.kind === 'option');
  const direct = options
    .filter((token) => token.name === '-Wp,-MD,' || token.name === '-Wp,-MMD,' || token.name === '-MJ')
    .map((token) => token.value ?? '');
  if (!options.some((token) => token.name === '-MD' || token.name === '-MMD')) return direct;
  const named = options.findLast((token) => token.name === '-MF')?.value;
  if (named !== undefined) return [...direct, named];
  const bases = output !== undefined ? [output] : sources.map((source) => objectName(source));
  return [...direct, ...bases.map((base) => base.replace(/(\.[^./]*)?$/, '.d'))];
}

/** The object that `-c SOURCE` without -o makes, in the current folder. */
export const objectName = (source: string): string =>
  `${source.replace(/^.*\//s, '').replace(/(.)\.[^.]*$/s, '$1')}.o`;

/** Facts of a compiler command: arguments without the compiler's name, response files expanded. */
export function compilerFacts(argv: readonly string[], driver: 'c' | 'c++'): CompilerFacts {
  const tokens = tokenize(argv, COMPILER_TABLE);
  const at = readPositions(tokens, RELOCATABLE);
  const inputs = at('input').map((position): SourceInput => {
    const token = tokens[position] as InputToken;
    return { text: token.text, language: languageOf(token.text, token.language, driver), token };
  });
  const output = valueAt(tokens, at('output').at(-1));
  const sources = inputs.filter((input) => input.language !== 'object').map((input) => input.text);
  const asks = at('ask').length > 0 || inputs.length === 0;
  return {
    mode: asks ? 'ask' : at('compile').length > 0 ? 'compile' : 'link',
    tokens,
    output,
    inputs,
    partial: at('partial').length > 0,
    dependencyFiles: dependencyFiles(tokens, output, sources),
  };
}

export interface LinkerFacts {
  readonly tokens: readonly Token[];
  readonly output: string;
  readonly partial: boolean;
}

/** Facts of an `ld` command. */
export function linkerFacts(argv: readonly string[]): LinkerFacts {
  const tokens = tokenize(argv, LINKER_TABLE);
  const at = readPositions(tokens, RELOCATABLE);
  return {
    tokens,
    output: valueAt(tokens, at('output').at(-1)) ?? 'a.out',
    partial: at('partial').length > 0,
  };
}

/** Positional arguments of a tool whose options with values are known (objcopy, strip), and the value of `-o`. */
export function positionals(argv: readonly string[], table: OptionTable) {
  const tokens = tokenize(argv, table);
  const at = readPositions(tokens, []);
  return {
    output: valueAt(tokens, at('output').at(-1)),
    files: at('input').map((position) => (tokens[position] as InputToken).text),
  };
}

/** Folders and names to try for each `-l`, in the linker's order. */
export function libraryCandidates(tokens: readonly Token[], cwd: string): string[][] {
  const options = tokens.filter((token) => token.kind === 'option');
  const folders = options
    .filter((token) => token.role === 'library-folder')
    .map((token) => token.value ?? '');
  const fixed = options.some((token) => token.name === '-static' || token.name === '-static-pie');
  const names = (library: string): string[] => {
    if (library.startsWith(':')) return [library.slice(1)];
    return fixed ? [`lib${library}.a`] : [`lib${library}.so`, `lib${library}.a`];
  };
  return options
    .filter((token) => token.role === 'library')
    .map((token) =>
      folders.flatMap((folder) => names(token.value ?? '').map((name) => join(cwd, folder, name))),
    );
}

/** Linker options whose value names no file that is read. */
const NO_FILE =
  /^--?(soname|h|Map|rpath|rpath-link|dynamic-linker|out-implib|u|e|z|entry|undefined|defsym|wrap|plugin-opt)$/;

/** Files among the parts of `-Wl,a,b=c` and the values of other linker options. */
function linkerFiles(tokens: readonly Token[]): string[] {
  const parts = tokens.flatMap((token) =>
    token.kind === 'option' && token.role === 'link' && token.value !== undefined
      ? token.name === '-Wl,' || token.name === '-Xlinker'
        ? token.value.split(',')
        : [token.name, token.value]
      : [],
  );
  return parts.flatMap((part, i) => {
    if (NO_FILE.test(parts[i - 1] ?? '')) return [];
    const [option, value] = part.startsWith('-') ? part.split(/=(.*)/s) : [undefined, part];
    if (value === undefined || (option !== undefined && NO_FILE.test(option))) return [];
    return [value];
  });
}

/** Every word of a link command that may name a file it reads. */
export const possibleFiles = (tokens: readonly Token[]): string[] => [
  ...tokens.flatMap((token) => (token.kind === 'input' ? [token.text] : [])),
  ...linkerFiles(tokens),
];
