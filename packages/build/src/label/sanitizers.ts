// The oracle's sanitizers watch the culprit's units: do they do what C doesn't define? Only these units are compiled for it, so only
// what they do is seen. Where the one for undefined behaviour has no runtime that can be linked and run, it stops the program
// where it happens.
//
// Left out: shifts of negative numbers and null pointers for lengths of zero. C leaves them undefined, but every compiler that
// people use gives them the same meaning, and many programs rely on it.

import type { Outcome } from '@swarm/core';
import { AS_RECORDED } from '../probe/link-variation.js';
import { type Answer, type Ground, oracleBut, type Suspect } from './judgement.js';
import { type Frame, findingsOf, type SanitizerFinding } from './sanitizer-report.js';
import { objectsBy } from './witnesses.js';

interface Mode {
  readonly name: string;
  readonly compile: readonly string[];
  readonly link: readonly string[];
}

const HARMLESS = '-fno-sanitize=shift-base,nonnull-attribute,returns-nonnull-attribute';
const TRACEABLE = ['-g', '-fno-omit-frame-pointer', '-fsanitize-recover=all'];

const mode = (kind: string): Mode => ({
  name: `-fsanitize=${kind}`,
  compile: [`-fsanitize=${kind}`, ...(kind === 'undefined' ? [HARMLESS] : []), ...TRACEABLE],
  link: [`-fsanitize=${kind}`],
});

/** One by one: in one program, gcc's runtime for undefined behaviour does not write where it is told. */
const MODES: readonly Mode[] = [mode('undefined'), mode('address')];

/** How many of them are asked about several culprits at once. */
export const SANITIZERS = MODES.length;

const TRAP: Mode = {
  name: '-fsanitize=undefined (as traps)',
  compile: ['-fsanitize=undefined', HARMLESS, '-fsanitize-undefined-trap-on-error'],
  link: [],
};

/** What the runtimes write goes to files in the folder; leaks and doubled definitions are none of our business. */
const options = (folder: string, halt: boolean): Readonly<Record<string, string>> => {
  const shared = `halt_on_error=${halt ? 1 : 0}:exitcode=86:print_stacktrace=1:log_path=${folder}/report`;
  const quiet = 'detect_leaks=0:detect_odr_violation=0:alloc_dealloc_mismatch=0:allocator_may_return_null=1';
  return { ASAN_OPTIONS: `${shared}:${quiet}`, UBSAN_OPTIONS: shared };
};

export async function sanitize(
  ground: Ground,
  suspect: Suspect,
  cleared: ReadonlySet<string>,
): Promise<Answer> {
  const clean: string[] = [];
  for (const mode of MODES) {
    if (cleared.has(mode.name)) {
      clean.push(mode.name);
      continue;
    }
    const objects = await objectsBy(ground, suspect.units, {
      compiler: ground.oracle,
      further: mode.compile,
    });
    if (objects === undefined) continue;
    const first = await watch(ground, suspect, mode, objects, true);
    // What halts the program first may lie elsewhere in the unit: let it go on.
    const watched = first.elsewhere ? await watch(ground, suspect, mode, objects, false) : first;
    if (watched.found !== undefined) return shown(mode, ground, watched.found);
    if (watched.outcome.kind === 'pass' || first.elsewhere) clean.push(mode.name);
  }
  if (!clean.includes(MODES[0]!.name) && suspect.functions === undefined) {
    const trapped = await trap(ground, suspect);
    if (trapped.kind === 'shown') return trapped;
    if (trapped.tried !== '') clean.push(trapped.tried);
  }
  return { kind: 'not-shown', tried: clean.length === 0 ? '' : `nothing found by ${clean.join(', ')}` };
}

/** Names of the sanitizers, beyond those known already, that let the test pass, and find nothing, when they watch all of these units. */
export async function sanitizersFor(
  ground: Ground,
  units: readonly number[],
  known: ReadonlySet<string>,
): Promise<string[]> {
  const silent: string[] = [];
  for (const mode of MODES) {
    if (known.has(mode.name)) continue;
    const objects = await objectsBy(ground, units, { compiler: ground.oracle, further: mode.compile });
    if (objects === undefined) continue;
    const { outcome, findings } = await run(ground, mode, objects, true);
    if (outcome.kind === 'pass' && findings.length === 0) silent.push(mode.name);
  }
  return silent;
}

/** One run under a mode: what of the suspect's own was found, and whether something else was. */
async function watch(
  ground: Ground,
  suspect: Suspect,
  mode: Mode,
  objects: ReadonlyMap<number, string>,
  halt: boolean,
) {
  const { outcome, findings } = await run(ground, mode, objects, halt);
  const found = findings.find((finding) => isOf(ground, suspect, finding));
  return { outcome, found, elsewhere: found === undefined && findings.length > 0 };
}

/** Link with these objects and the mode's runtime, test, and read what it reports. */
async function run(ground: Ground, mode: Mode, objects: ReadonlyMap<number, string>, halt: boolean) {
  const { outcome, files } = await ground.inspect(oracleBut(ground, objects), {
    links: { ...AS_RECORDED, flags: mode.link },
    env: (folder) => options(folder, halt),
  });
  return { outcome, findings: files.flatMap(findingsOf) };
}

/** Did the suspect's own code do it? */
function isOf(ground: Ground, { units, functions }: Suspect, { frames }: SanitizerFinding): boolean {
  const place = frames[0];
  if (place?.file === undefined) return false;
  const owner = ground.plan.units.findIndex(({ source }) => isFile(place.file!, source));
  if (owner >= 0 && !units.includes(owner)) return false;
  return functions === undefined || (place.function !== undefined && functions.includes(place.function));
}

/** Is this file, as a compiler was told or tells it, that source? */
const isFile = (file: string, source: string): boolean =>
  file === source || source.endsWith(`/${file.replace(/^(?:\.\.?\/)+/, '')}`);

/** Without a runtime: the program stops where it happens, and says no more. */
async function trap(ground: Ground, suspect: Suspect): Promise<Answer> {
  const nothing: Answer = { kind: 'not-shown', tried: '' };
  const objects = await objectsBy(ground, suspect.units, { compiler: ground.oracle, further: TRAP.compile });
  if (objects === undefined) return nothing;
  const ask = (attempt: number): Promise<Outcome> => ground.test(oracleBut(ground, objects), attempt);
  const outcome = await ask(0);
  if (outcome.kind === 'pass') return { kind: 'not-shown', tried: TRAP.name };
  const isTrap = (of: Outcome) =>
    of.kind === 'fail' && of.failure === 'crash' && /SIG(?:ILL|TRAP)|Illegal/.test(of.detail);
  if (!isTrap(outcome) || !isTrap(await ask(1))) return nothing;
  return { kind: 'shown', evidence: `compiled by the oracle with ${TRAP.name} the program stops there` };
}

function shown(mode: Mode, ground: Ground, { what, frames }: SanitizerFinding): Answer {
  const [place] = frames;
  return { kind: 'shown', evidence: `${placeOf(place!, ground)}: ${what} (the oracle's ${mode.name})` };
}

function placeOf({ file, line, function: name }: Frame, { plan }: Ground): string {
  const unit = plan.units.find(({ source }) => isFile(file!, source));
  const shownFile = unit === undefined ? file! : unit.source.replace(`${plan.root}/`, '');
  return `${shownFile}:${line}${name === undefined ? '' : ` in ${name}`}`;
}
