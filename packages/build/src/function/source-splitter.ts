// Takes a unit apart by its source, for a target that writes no assembly of its own: for each selection each side compiles its
// half of the preprocessed unit, and the two objects are joined into one. Which functions stand where is decided on each side's
// own text, so that a side's headers stay its own.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CompileUnit } from '../plan.js';
import { halfOf } from '../source/half.js';
import { type Inventory, takeInventory } from '../source/inventory.js';
import { type CUnit, piecesOf } from '../source/pieces.js';
import { preprocessedArguments } from '../source/preprocessed.js';
import { content } from '../store/arguments.js';
import type { Compiler } from '../store/compiler.js';
import type { Recipe } from '../store/objects.js';
import { runCompiler, type Workshop, withFolder } from '../store/preprocess.js';
import type { SplitGround, SplitResult, Splitter, SplitUnit } from './split.js';

/** Raise it when a change of ours changes what comes out. */
const FORMAT = 1;

/** A side's text, and what is in it. */
interface Side {
  readonly compiler: Compiler;
  readonly unit: CUnit;
  readonly inventory: Inventory;
}

interface Halves {
  readonly oracle: Side;
  readonly target: Side;
  /** Functions that can come from either side; those of one group come together. */
  readonly groups: readonly Group[];
  readonly names: ReadonlyMap<string, string>;
}

interface Group {
  readonly name: string;
  readonly functions: readonly string[];
}

export function sourceSplitter(shop: Workshop): Splitter {
  return async (unit, ground) => {
    const halves = await readHalves(unit, ground);
    if (typeof halves === 'string') return { kind: 'unsplittable', reason: halves };
    const split = splitUnit(shop, unit, ground, halves);
    return (await joins(split)) ?? { kind: 'split', split };
  };
}

/** Does it give an object with all functions from one side? */
async function joins(split: SplitUnit): Promise<SplitResult | undefined> {
  for (const names of [[], split.functions.map(({ name }) => name)]) {
    const made = await split.object(new Set(names));
    if (made.kind === 'unresolved') return { kind: 'unsplittable', reason: made.reason };
  }
  return undefined;
}

async function readHalves(unit: CompileUnit, ground: SplitGround): Promise<Halves | string> {
  const limit = ground.timeLimitMs(unit);
  const text = async (compiler: Compiler) =>
    compiler.preprocesses ? ground.store.preprocessed(unit, compiler, limit) : undefined;
  const ofOracle = await text(ground.oracle);
  const ofTarget = (await text(ground.target)) ?? ofOracle;
  if (ofOracle === undefined || ofTarget === undefined) return 'its source cannot be preprocessed';
  const oracle = readSide(ground.oracle, ofOracle);
  const target = readSide(ground.target, ofTarget);
  if (typeof oracle === 'string') return oracle;
  if (typeof target === 'string') return target;
  const switchable = [...oracle.inventory.shared].filter((name) => target.inventory.shared.has(name));
  const groups = groupsOf(switchable, oracle.inventory.starters);
  if (groups.length < 2) return 'it has fewer than two functions to tell apart';
  const prefix = `swarm_${createHash('sha256').update(unit.id).digest('hex').slice(0, 8)}_`;
  const internal = new Set([...oracle.inventory.internal, ...target.inventory.internal]);
  return { oracle, target, groups, names: new Map([...internal].map((name) => [name, prefix + name])) };
}

/** What runs by itself does so in the order of the text, which two halves would not keep. */
function groupsOf(names: readonly string[], starters: ReadonlySet<string>): Group[] {
  const together = names.filter((name) => starters.has(name));
  const rest = names.filter((name) => !together.includes(name)).map((name) => ({ name, functions: [name] }));
  return together.length === 0 ? rest : [{ name: together.join('+'), functions: together }, ...rest];
}

function readSide(compiler: Compiler, text: string): Side | string {
  const unit = piecesOf(text);
  const result = takeInventory(unit);
  return result.kind === 'refused' ? result.reason : { compiler, unit, inventory: result.inventory };
}

function splitUnit(shop: Workshop, unit: CompileUnit, ground: SplitGround, halves: Halves): SplitUnit {
  const { groups, oracle, target } = halves;
  const groupOf = new Map(groups.flatMap(({ name, functions }) => functions.map((each) => [each, name])));
  const identity = createHash('sha256')
    .update(
      JSON.stringify(['source', FORMAT, oracle.compiler.identity, target.compiler.identity, unit.arguments]),
    )
    .update(oracle.unit.text, 'latin1')
    .update(target.unit.text, 'latin1')
    .digest('hex');
  const limit = ground.timeLimitMs(unit);
  const halfObject = async (side: Side, fromTarget: ReadonlySet<string>) => {
    const isTarget = side === target;
    const isKept = (name: string) => {
      const group = groupOf.get(name);
      return group === undefined || fromTarget.has(group) === isTarget;
    };
    const bodies = new Set([...side.inventory.shared].filter(isKept));
    const text = halfOf(side.unit, {
      inventory: side.inventory,
      names: halves.names,
      bodies,
      hasData: !isTarget,
    });
    const recipe = halfRecipe(shop, text);
    return ground.store.make(unit, side.compiler, 'assembly', limit, ground.oracle, recipe);
  };
  return {
    unit: unit.id,
    method: 'source',
    functions: groups.map(({ name, functions }) => ({
      name,
      of: functions,
      weight: weightOf(functions, oracle.inventory),
    })),
    key: (fromTarget) =>
      createHash('sha256')
        .update(
          `${identity}\0${groups
            .filter(({ name }) => fromTarget.has(name))
            .map(({ name }) => name)
            .join('\0')}`,
        )
        .digest('hex'),
    async object(fromTarget) {
      const parts: string[] = [];
      for (const side of [oracle, target]) {
        const made = await halfObject(side, fromTarget);
        const who = side === target ? 'target' : 'oracle';
        if (made.kind === 'rejected')
          return { kind: 'unresolved', reason: `the ${who}'s half of it: ${made.reason}` };
        parts.push(ground.store.blobs.path(made.hash));
      }
      return joined(shop, parts, halves);
    },
  };
}

/** Doublings of tokens above this count for a function's weight. */
const SMALL_TOKENS = 16;

const weightOf = (functions: readonly string[], { sizes }: Inventory): number =>
  1 + Math.log2(1 + functions.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0) / SMALL_TOKENS);

/** A half's text, compiled as the unit is. */
const halfRecipe = (shop: Workshop, text: string): Recipe => ({
  name: `source ${FORMAT} ${createHash('sha256').update(text, 'latin1').digest('hex')}`,
  async make(folder, unit, compiler, timeLimitMs) {
    // Its own name, by another folder: a compiler may go by it.
    const source = join(folder, `${basename(unit.source).replace(/\.[^.]*$/, '')}.c`);
    const object = join(folder, 'half.o');
    writeFileSync(source, text, 'latin1');
    // What was static is global now: warnings about that are no errors.
    const quiet = unit.arguments.some((word) => word.startsWith('-Werror') || word === '-pedantic-errors')
      ? ['-w']
      : [];
    const { stdin: _, ...rest } = unit;
    const half = { ...rest, source, arguments: [...preprocessedArguments(unit), ...quiet, source] };
    const result = await runCompiler(shop, half, compiler, ['-c', '-o', object], { timeLimitMs });
    const said = `${result.stderr}\n${result.stdout}`.replaceAll(`${folder}/`, '');
    return { exit: result.exit, said, bytes: content(object) };
  },
});

/** Both halves as one object: the oracle's objects win, and the unit's own names are local again. */
function joined(shop: Workshop, [oracle, target]: readonly string[], { names, target: side }: Halves) {
  return withFolder(shop, async (folder) => {
    const file = (name: string) => join(folder, name);
    const own = (name: string) => names.get(name) ?? name;
    // objcopy takes no empty list.
    const list = (name: string, symbols: readonly string[]) => {
      writeFileSync(file(name), ['swarm_none', ...symbols].map((symbol) => `${symbol}\n`).join(''));
      return file(name);
    };
    const weak = list('weak', [...side.inventory.data].map(own));
    const local = list('local', [...names.values()]);
    const steps = [
      ['objcopy', `--weaken-symbols=${weak}`, target!, file('target.o')],
      ['ld', '-r', '-o', file('both.o'), oracle!, file('target.o')],
      ['objcopy', `--localize-symbols=${local}`, file('both.o'), file('unit.o')],
    ];
    for (const argv of steps) {
      const { exit, stderr } = await shop.runner.run({ argv, cwd: folder, env: shop.env });
      if (exit.kind !== 'exited' || exit.code !== 0) {
        const reason = `its halves do not join: ${argv[0]}: ${firstLine(stderr) || JSON.stringify(exit)}`;
        return { kind: 'unresolved' as const, reason };
      }
    }
    return { kind: 'object' as const, bytes: readFileSync(file('unit.o')) };
  });
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
