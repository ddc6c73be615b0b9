// The canonical search, phase by phase. One sequential plan: what it asks and what it concludes is a function of the
// units, the settings and the outcomes alone. How many workers there are and in which order they answer can change
// only how soon it is done.

import { settle } from './ask.js';
import { cross } from './boundary.js';
import { another } from './enumerate.js';
import { hunt } from './hunt.js';
import { mix } from './mix.js';
import type { Line } from './question.js';
import { believe, doubt, noiseOf, type Sane, sanity } from './sanity.js';
import { explain } from './tie.js';
import type { World } from './world.js';

export type Ending = 'oracle-fails' | 'target-passes' | 'culprits' | 'inconclusive';

export type Phase =
  | { readonly kind: 'sanity' }
  | { readonly kind: 'mix' }
  | { readonly kind: 'hunt' }
  | { readonly kind: 'close' }
  | { readonly kind: 'cross' }
  | { readonly kind: 'enumerate'; readonly end: number }
  | { readonly kind: 'doubt' }
  | { readonly kind: 'done'; readonly ending: Ending };

/** Suspects in a row that come to nothing before the search gives up. */
const PATIENCE = 8;

const done = (ending: Ending): Phase => ({ kind: 'done', ending });

/** Goes through one phase, changing `world`, and says which comes next. */
export function* step(world: World, phase: Phase): Line<Phase> {
  switch (phase.kind) {
    case 'sanity': {
      const sane = yield* sanity(world);
      if (sane === 'target-passes' && world.settings.mixes) return { kind: 'mix' };
      return sane === 'halt' ? halted(world) : begin(sane);
    }
    case 'mix':
      if ((yield* mix(world)) === 'halt') return halted(world);
      if (world.found.length > 0) return further(world);
      return done(world.ties.length > 0 ? 'culprits' : 'target-passes');
    case 'hunt': {
      if (world.noise.noisy) {
        const sane = believe(world);
        if (sane !== 'go') return begin(sane);
      }
      const taken = world.found.length + world.blocked.length;
      const hunted = yield* hunt(world);
      world.fruitless = world.found.length + world.blocked.length > taken ? 0 : world.fruitless + 1;
      if (hunted === 'found' && world.fruitless > PATIENCE) {
        world.note(`noise: ${world.fruitless} suspects in a row could not be confirmed`);
        return done('inconclusive');
      }
      return hunted === 'halt' ? halted(world) : { kind: hunted === 'clean' ? 'close' : 'hunt' };
    }
    case 'close':
      return yield* close(world);
    case 'cross':
      if ((yield* cross(world)) === 'halt') return halted(world);
      return world.settings.mixes ? { kind: 'mix' } : further(world);
    case 'enumerate': {
      const result = yield* another(world, phase.end);
      if (result === 'halt') return halted(world);
      if (result === 'more') return phase;
      world.enumerated = result;
      return done('culprits');
    }
    case 'doubt':
      return yield* reconsider(world);
    case 'done':
      return phase;
  }
}

function begin(sane: Exclude<Sane, 'halt'>): Phase {
  return sane === 'go' ? { kind: 'hunt' } : done(sane);
}

/** What is left to look for, where it was asked for, once all culprits are known. */
function further(world: World): Phase {
  const more = world.settings.enumerate > 0 && world.found.some((found) => found.atoms.length > 1);
  return more ? { kind: 'enumerate', end: world.asked + world.settings.enumerate } : done('culprits');
}

/** What to do after asking had to stop. */
function halted(world: World): Phase {
  const { halt } = world;
  if (halt?.kind === 'conflict') return { kind: 'doubt' };
  if (halt?.kind === 'oracle-fails') return done('oracle-fails');
  world.note(`limit: no end after ${world.asked} probes; what was found until then stands`);
  if (world.noise.noisy) world.note(noiseOf(world));
  return done('inconclusive');
}

/** Everything without all culprits passes: the last certificate. */
function* close(world: World): Line<Phase> {
  const finding = yield* settle(world, world.select(world.remaining()), 'certify', 0.02);
  if (finding === 'halt') return halted(world);
  if (finding === 'fail' && ++world.fruitless <= PATIENCE) return { kind: 'hunt' };
  if (finding === 'fail') world.note('noise: something still fails, but where could not be told');
  if (finding === 'pass') world.without = 'pass';
  const whole = finding === 'pass' && world.blocked.length === 0 && world.found.length > 0;
  return whole ? { kind: 'cross' } : done('inconclusive');
}

/** Two outcomes contradict each other: either the test is noisy, or units depend on each other. */
function* reconsider(world: World): Line<Phase> {
  const { halt } = world;
  if (halt?.kind !== 'conflict') return halted(world);
  const { conflict } = halt;
  const why = yield* doubt(world, conflict.fail, conflict.pass);
  if (why === 'halt') return halted(world);
  world.found = [];
  world.blocked = [];
  world.without = 'unproved';
  if (why === 'noise') {
    return begin(believe(world));
  }
  world.halt = undefined;
  const tie = yield* explain(world, conflict);
  if (tie === undefined) {
    if (world.atLimit) return halted(world);
    world.note('outcomes contradict each other: more units from the target made a failing build pass');
    return done('inconclusive');
  }
  const ties = [...world.ties.filter((old) => !old.units.some((unit) => tie.units.includes(unit))), tie];
  world.rethink(world.noise, ties);
  if (world.halt !== undefined) return { kind: 'doubt' };
  const passes = world.outcomeOf(world.select(world.atoms.keys())) === 'pass';
  return { kind: passes ? 'mix' : 'hunt' };
}
