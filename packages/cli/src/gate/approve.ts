// `swarm gate approve`: the owner agrees that a change alters what judges it.

import { EXIT, oneLine, SwarmError, tamperingOf } from '@swarm/core';
import { listenForInterrupt } from '../terminal/interrupt.js';
import type { Status } from '../terminal/status.js';
import type { Told } from '../terminal/told.js';
import { approve } from './approval.js';
import { type GateFlags, openContext, shownPath } from './context.js';
import { shortName } from './document.js';

const SHOWN = 6;

export async function runApprove(
  flags: GateFlags & { readonly reason: string; readonly by?: string | undefined },
  status: Status,
): Promise<Told> {
  const interrupt = listenForInterrupt({ message: 'approve: interrupted', hint: 'run it again' });
  try {
    const { source, subject, state, rules } = await openContext(flags, interrupt.signal, status);
    const changes = await source.trees.changes(subject.base.tree, subject.candidate.tree);
    const touched = tamperingOf(changes, rules.base.protections);
    if (touched.length === 0)
      throw new SwarmError(`approve: ${subject.candidate.name} touches nothing that needs it`, {
        code: 'nothing-to-approve',
        exit: EXIT.nothing,
        hint: 'a broken test is not approved: mend it, or declare it in swarm/fails.txt and approve that',
      });
    const by = flags.by ?? (await source.trees.identity()) ?? 'the owner';
    const file = await approve(state, subject, { by, reason: flags.reason }, process.env);
    const paths = touched.map(({ area, what }) => `${area} ${what}`);
    return {
      document: { schema: 'swarm.approval/1', ...subject, by, reason: flags.reason, touched, file },
      lines: [
        `APPROVED ${shortName(subject.candidate.name)} on ${shortName(subject.base.name)}, by ${by}: for exactly these two trees`,
        ...paths.slice(0, SHOWN).map((path) => oneLine(`touches ${path}`)),
        ...(paths.length > SHOWN ? [`... ${paths.length - SHOWN} more`] : []),
        `kept in ${shownPath(file)}`,
      ],
      exit: EXIT.done,
    };
  } finally {
    interrupt.release();
    status.clear();
  }
}
