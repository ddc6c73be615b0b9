// A culprit that was found before and can be reduced, or why not.

import { EXIT, SwarmError } from '@swarm/core';
import type { CulpritEntry } from '../bisect/document.js';
import type { BuildSettings } from '../bisect/settings.js';

export interface FoundBefore {
  readonly culprit: Pick<CulpritEntry, 'id' | 'members'>;
  /** The units that its members lie in. */
  readonly units: readonly string[];
  readonly settings: BuildSettings;
  /** Its task's id, where it has one. */
  readonly task?: string | undefined;
}

export const refused = (message: string): SwarmError =>
  new SwarmError(message, {
    code: 'not-reducible',
    exit: EXIT.usage,
    hint: 'reduce a culprit that is a unit or a function of a C build and that fails when it runs',
  });
