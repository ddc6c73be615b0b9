// `swarm queue serve`: the queue opened at the hub, served until it is told to stop, and closed. While it lives it shows a sign of
// life, so that nobody waits for a server that is gone.

import { join } from 'node:path';
import { Cancellation, count, EXIT, SwarmError } from '@swarm/core';
import { openLog } from '@swarm/host';
import type { ServerSign } from '@swarm/tasks';
import { runId } from '../fleet/run-id.js';
import { shownPath } from '../gate/context.js';
import type { RoomFlags } from '../gate/rooms.js';
import { taskSettings } from '../task/settings.js';
import { listenTwice } from '../terminal/interrupt.js';
import { oneLine } from '../terminal/line.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { openQueueBench, type QueueBench } from './bench.js';
import { queueDocument, waitingLine } from './document.js';
import { eventLine, type QueueEvent } from './event.js';
import { ServerLoop } from './server-loop.js';
import { keepAttending, served } from './sign-of-life.js';

export interface ServeFlags extends RoomFlags {
  readonly dir: string;
  readonly remote?: string | undefined;
  readonly branch?: string | undefined;
  readonly jobs?: number | undefined;
  readonly 'time-limit'?: number | undefined;
  readonly batch: number;
  readonly once: boolean;
  readonly poll: number;
  readonly ttl: number;
}

const LINE = 200;
const IDLE = 'nothing waits';

/** Throws `queue-served` (exit 1), and what is wrong for good. */
export async function serveQueue(flags: ServeFlags, status: Status): Promise<Told> {
  const stop = { drain: new Cancellation(), abort: new Cancellation() };
  const release = listenTwice(
    stop,
    'stopping: the batch in hand is finished; once more stops at once, and the next server goes on with it',
  );
  const ending = new AbortController();
  stop.abort.onCancel(() => ending.abort());
  const settings = await taskSettings(flags, process.env);
  const bench = await openQueueBench(settings, flags, ending.signal, status);
  const folder = join(bench.folder, 'logs', runId(new Date()));
  const log = openLog(folder, 'queue serve');
  const tell = (event: QueueEvent): void => {
    const { kind, ...data } = event;
    log.event(kind, data);
    const line = eventLine(event);
    if (line === undefined) return;
    status.clear();
    process.stderr.write(`${oneLine(line, LINE)}\n`);
  };
  const loop = new ServerLoop(bench, {
    ...{ most: flags.batch, once: flags.once, pollMs: 1000 * flags.poll, drain: stop.drain, tell },
  });
  try {
    const sign = await keepAttending(bench.server.attendance, 1000 * flags.ttl, ending.signal, () => {
      status.show('another server was seen: waiting to know whether it lives');
    });
    tell({ kind: 'serving', by: `${settings.branch} at ${settings.remote}` });
    let lost: ServerSign | undefined;
    sign.onLost((by) => {
      lost = by;
      ending.abort();
    });
    try {
      await loop.run();
    } catch (error) {
      throw lost === undefined ? error : served(lost);
    } finally {
      await sign.end();
    }
    return await told(bench, loop, shownPath(log.path), stop.drain.cancelled ? 'told to stop' : IDLE);
  } catch (error) {
    throw stop.abort.cancelled ? interrupted() : error;
  } finally {
    release();
    log.close();
    status.clear();
    await bench.server.close().catch(() => {});
  }
}

const interrupted = (): SwarmError =>
  new SwarmError('queue: stopped within a batch', {
    code: 'interrupted',
    exit: EXIT.interrupted,
    hint: '`swarm queue serve` goes on with it; nothing is half done',
  });

async function told(
  bench: QueueBench,
  { served: done }: ServerLoop,
  log: string,
  stopped: string,
): Promise<Told> {
  const now = await bench.server.list();
  const { batches, gates, probes, landed, evicted } = done;
  const cost = `${batches} ${batches === 1 ? 'batch' : 'batches'}, ${count(gates, 'full gate')}, ${count(probes, 'probe')}`;
  return {
    document: queueDocument(now, { served: { ...done, log, stopped } }),
    lines: [
      ...evicted.slice(0, 6).map(({ id, note }) => `EVICTED ${id}: ${note}`),
      ...(evicted.length > 6 ? [`... ${evicted.length - 6} more: ${log}`] : []),
      `LANDED ${landed.length}, evicted ${evicted.length}; ${cost}; ${waitingLine(now)}`,
      `log: ${log}`,
    ],
    exit: batches === 0 && stopped === IDLE ? EXIT.nothing : EXIT.done,
  };
}
