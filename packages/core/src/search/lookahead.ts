// Looking ahead: what the canonical search will probably ask next, so that idle workers can ask it already.
//
// A search at a standstill is a question with a chance to fail. Supposing either reply and running the same code on
// leads to the next question, and so on: a tree. The most probable p of its nodes are what p workers should run. In a
// binary search over halves that is as good as (p+1)-ary cuts (depth log2(p+1) per round), and where the next replies
// are foregone, as with certificates and repeats, it is better: a whole chain is asked at once. It needs no code of
// its own in the search, and can't change what the search finds: answers to questions that are never asked are not used.
// Cost: one replay of the current phase per node of the tree, from the phase's beginning. One worker alone needs none.

import { PASS } from '../outcome.js';
import { type Answer, type Probe, probeId } from '../probe.js';
import { type Ending, type Phase, step } from './phases.js';
import { type Line, type Question, type Reply, SUPPOSED_FAIL } from './question.js';
import type { World } from './world.js';

/** A point of the search: the world at the beginning of a phase, and the replies since. */
export interface Point {
  readonly world: World;
  readonly phase: Phase;
  readonly replies: readonly Reply[];
}

/** A search that waits for a reply. */
export interface Asking {
  readonly kind: 'asks';
  readonly question: Question;
  readonly point: Point;
  /** The running code; it can be gone on with once. */
  readonly line: Line<Phase>;
  /** The world that the running code changes. */
  readonly world: World;
}

export type Standstill = Asking | { readonly kind: 'done'; readonly ending: Ending; readonly world: World };

/** Questions less likely than this to be asked are not worth a worker. */
const WORTHWHILE = 0.02;

/** Runs on from a point, with answers already had, to the next question without one. */
export function advance(from: Point, answers: ReadonlyMap<string, Answer>): Standstill {
  const started = start(from);
  return started === undefined ? finished(from) : proceed(started, answers);
}

/** Goes on after a reply to the question that `from` waits for. Uses up its running code. */
export function goOn(from: Asking, reply: Reply, answers: ReadonlyMap<string, Answer>): Standstill {
  const { point, line, world } = from;
  const replies = [...point.replies, reply];
  return proceed({ point, line, world, replies, at: line.next(reply) }, answers);
}

/** A phase being gone through. */
interface Running {
  readonly point: Point;
  readonly line: Line<Phase>;
  readonly world: World;
  readonly replies: Reply[];
  at: IteratorResult<Question, Phase>;
}

function start(point: Point): Running | undefined {
  if (point.phase.kind === 'done') return undefined;
  const world = point.world.fork();
  const line = step(world, point.phase);
  let at = line.next();
  for (const reply of point.replies) at = line.next(reply);
  return { point, line, world, replies: [...point.replies], at };
}

function proceed(from: Running, answers: ReadonlyMap<string, Answer>): Standstill {
  let now = from;
  for (;;) {
    while (!now.at.done) {
      const question = now.at.value;
      const reply = answers.get(probeId(question.probe));
      if (reply === undefined)
        return { ...now, kind: 'asks', question, point: { ...now.point, replies: now.replies } };
      now.replies.push(reply);
      now.at = now.line.next(reply);
    }
    const next: Point = { world: now.world, phase: now.at.value, replies: [] };
    const started = start(next);
    if (started === undefined) return finished(next);
    now = started;
  }
}

function finished({ world, phase }: Point): Standstill {
  return { kind: 'done', ending: phase.kind === 'done' ? phase.ending : 'inconclusive', world };
}

/** Up to `count` probes that the search may need after `from`, the most probable first. */
export function lookahead(from: Asking, answers: ReadonlyMap<string, Answer>, count: number): Probe[] {
  const listed = new Map<string, Probe>();
  const first = probeId(from.question.probe);
  const open: { chance: number; point: Point; reply: Reply }[] = [];
  const branch = (chance: number, { question, point }: Asking) => {
    const fails = Math.min(0.999, Math.max(0.001, question.chance));
    open.push({ chance: chance * fails, point, reply: { outcome: SUPPOSED_FAIL, costMs: 0 } });
    open.push({ chance: chance * (1 - fails), point, reply: { outcome: PASS, costMs: 0 } });
  };
  if (count > 0) branch(1, from);
  for (let i = 0; i < 4 * count && listed.size < count; i++) {
    const best = open.reduce((most, node, at) => (node.chance > open[most]!.chance ? at : most), 0);
    const [node] = open.splice(best, 1);
    if (node === undefined || node.chance < WORTHWHILE) break;
    const next = advance({ ...node.point, replies: [...node.point.replies, node.reply] }, answers);
    if (next.kind === 'done') continue;
    const id = probeId(next.question.probe);
    if (id !== first) listed.set(id, next.question.probe);
    branch(node.chance, next);
  }
  return [...listed.values()];
}
