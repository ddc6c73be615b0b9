// A script of steps, played by a program of its own so that a session of it is one like all others: it can crash, hang and be ended.

import { fileURLToPath } from 'node:url';
import { type Dialect, EXIT, type LineReader, SwarmError, signalOf } from '@swarm/core';

const PLAYER = fileURLToPath(new URL('./play.js', import.meta.url));

export const script: Dialect = {
  command({ args: [file, ...rest] = [] }) {
    if (file === undefined)
      throw new SwarmError('agent script: no script given', {
        code: 'no-agent-script',
        exit: EXIT.usage,
        hint: "name the script in the agent's args; it is found from the working folder",
      });
    return { argv: [process.execPath, PLAYER, file, ...rest] };
  },
  reader: (): LineReader => ({
    line(line) {
      const signal = signalOf(line);
      return signal === undefined ? [] : [signal];
    },
  }),
};
