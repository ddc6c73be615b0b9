// Facts of the tools beside the compiler: what `ar`, `objcopy`, `strip` and `ranlib` were asked to do, to which files.

import { positionals } from './facts.js';
import type { OptionRule, OptionTable } from './options.js';

export interface ArchiveFacts {
  /** The operation's letter: d m p q r s t x, or M for a script on standard input. */
  readonly operation: string;
  readonly archive: string;
  readonly members: readonly string[];
  readonly thin: boolean;
}

/** What an `ar` command does, or undefined for `ar --version` and the like. */
export function archiveFacts(argv: readonly string[]): ArchiveFacts | undefined {
  const words = [...argv];
  let letters = '';
  let thin = false;
  while (words[0]?.startsWith('-')) {
    const word = words.shift()!;
    if (word === '--thin') thin = true;
    else if (word === '--plugin' || word === '--target' || word === '--output') words.shift();
    else if (!word.startsWith('--')) letters += word.slice(1);
  }
  if (letters === '') letters = words.shift() ?? '';
  const operation = /[dmpqrtxM]/.exec(letters)?.[0] ?? (letters.includes('s') ? 's' : undefined);
  if (operation === undefined) return undefined;
  if (/[abi]/.test(letters) && 'mr'.includes(operation)) words.shift();
  if (letters.includes('N') && 'dx'.includes(operation)) words.shift();
  const archive = words.shift();
  if (archive === undefined && operation !== 'M') return undefined;
  return { operation, archive: archive ?? '', members: words, thin: thin || /T/.test(letters) };
}

/** The archive that an MRI script (`ar -M`) makes, and what it takes in. */
export function scriptFacts(text: string): { archive: string | undefined; members: string[] } {
  let archive: string | undefined;
  const members: string[] = [];
  for (const line of text.split('\n')) {
    const words = line
      .replace(/[;*].*$/, '')
      .trim()
      .split(/[\s,]+/);
    const verb = words.shift()?.toLowerCase();
    if (verb === 'create' || verb === 'createthin' || verb === 'open') archive = words[0];
    else if (verb === 'addlib' && words[0] !== undefined) members.push(words[0].replace(/\(.*$/, ''));
    else if (verb === 'addmod' || verb === 'replace') members.push(...words);
  }
  return { archive, members };
}

const nextOnes = (names: string): OptionRule[] =>
  names.split(' ').map((name) => ({ name, takes: 'next', role: 'keep' }));

const EDIT_RULES: readonly OptionRule[] = [
  { name: '-o', takes: 'value', role: 'output' },
  ...nextOnes(
    '-I -O -F -B -j -R -K -N -L -G -W -w --input-target --output-target --target --binary-architecture',
  ),
  ...nextOnes('--only-section --remove-section --keep-symbol --strip-symbol --strip-unneeded-symbol'),
  ...nextOnes(
    '--localize-symbol --globalize-symbol --keep-global-symbol --weaken-symbol --add-gnu-debuglink',
  ),
  ...nextOnes(
    '--redefine-sym --redefine-syms --rename-section --add-section --update-section --dump-section',
  ),
  ...nextOnes('--set-section-flags --set-section-alignment --change-section-address --prefix-symbols'),
  ...nextOnes('--prefix-sections --add-symbol --keep-symbols --strip-symbols --localize-symbols --gap-fill'),
  ...nextOnes('--globalize-symbols --weaken-symbols --pad-to --set-start --change-start --keep-section'),
  ...nextOnes('--change-addresses --remove-relocations --set-osabi --alt-machine-code --file-alignment'),
];

const EDIT_TABLE: OptionTable = {
  exact: new Map(EDIT_RULES.map((rule) => [rule.name, rule])),
  attaching: EDIT_RULES.filter((rule) => rule.takes === 'value'),
};

/** What an edit reads and writes: pairs of files, the same one twice when it works in place. */
export function editFacts(family: string, argv: readonly string[]): { from: string; to: string }[] {
  const { output, files } = positionals(argv, EDIT_TABLE);
  if (family === 'objcopy') {
    const [from, to] = files;
    return from === undefined ? [] : [{ from, to: to ?? from }];
  }
  return files.map((file) => ({ from: file, to: output ?? file }));
}
