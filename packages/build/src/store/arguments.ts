// A unit's arguments as we run them. Capture has taken out what names outputs; what would still write beside the source
// goes here, and the files that arguments name are found, since their content decides what comes out.

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CompileUnit } from '../plan.js';

const WITH_VALUE = new Set(['-MF', '-MT', '-MQ', '-MJ', '-dumpdir', '-dumpbase', '-o']);
const ALONE = /^(?:-c|-MM?D?|-MP|-MG|-save-temps(?:=.*)?|--save-temps(?:=.*)?|-fdump-.*|-MF.+|-Wp,-MM?D.*)$/;
const LISTING = /^-Wa,-a[a-z]*=/;

/** The unit's arguments without any that would write a file of their own. */
export function quietArguments(unit: CompileUnit): string[] {
  const kept: string[] = [];
  for (let i = 0; i < unit.arguments.length; i++) {
    const argument = unit.arguments[i]!;
    if (WITH_VALUE.has(argument)) i++;
    else if (!ALONE.test(argument) && !LISTING.test(argument)) kept.push(argument);
  }
  return kept;
}

/** A list of arguments, or the value of an option; a macro's value is in the argument itself. */
const NAMED = /^(?:@|-(?!D)[^=]*=)(.+)$/;

/** Content of files that arguments name and preprocessing doesn't show (`@list`, `-specs=FILE`, a plugin, a profile). */
export function namedFiles(argv: readonly string[], cwd: string): Buffer[] {
  const names = argv.flatMap((argument) => NAMED.exec(argument)?.[1] ?? []);
  return names.flatMap((name) => content(resolve(cwd, name)) ?? []);
}

/** Files that assembly inside the source takes in, invisible to the preprocessor. */
export function assemblerIncludes(text: string, cwd: string): string[] {
  if (!text.includes('.incbin')) return [];
  return [...text.matchAll(/\.incbin\s+\\*"([^"\\]+)/g)].map((match) => resolve(cwd, match[1]!));
}

/** A file's bytes, or undefined where there is no such file. */
export function content(file: string): Buffer | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : undefined;
}
