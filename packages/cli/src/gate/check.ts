// `swarm gate check`: from flags to a decision and what is told of it.

import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { writeSarif } from './annotations.js';
import { certify } from './certify.js';
import { type GateFlags, openContext } from './context.js';
import { type GateDocument, toldOf } from './document.js';
import { type JudgeWish, judge } from './judge.js';

export interface CheckFlags extends GateFlags, JudgeWish {
  readonly certify: boolean;
  readonly sarif?: string | undefined;
}

const INTERRUPTED = { message: 'gate: interrupted; nothing was decided', hint: 'run the same command again' };

export async function runCheck(
  flags: CheckFlags,
  status: Status,
): Promise<Told & { document: GateDocument }> {
  const startedMs = performance.now();
  const interrupt = listenForInterrupt(INTERRUPTED);
  try {
    const context = await openContext(flags, interrupt.signal, status);
    const { document } = await judge(context, flags, startedMs);
    if (flags.sarif !== undefined) await writeSarif(flags.sarif, document);
    if (!flags.certify || document.verdict !== 'allow') return { ...toldOf(document), document };
    const certified = { ...document, certificate: await certify(context, flags.remote) };
    return { ...toldOf(certified), document: certified };
  } catch (error) {
    throw interrupt.problem() ?? error;
  } finally {
    interrupt.release();
    status.clear();
  }
}
