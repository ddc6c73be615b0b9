// A word of a command line that no flag stands before.

import { Args } from '@oclif/core';

/**
 * The argument of a command. oclif would take what waits on standard input for one that wasn't typed, so that an agent's or a loop's input
 * becomes a task or a pattern. Who wants standard input read says `-`.
 */
export const word = Args.custom<string>({ ignoreStdin: true });
