// Any program: the prompt on its standard input, its lines as text, done when it exits with 0. A program that wants to say more prints
// our own events, a line of JSON each; a wrapper around an agent that has no plugin does.

import { type Dialect, EXIT, type LineReader, type SessionSignal, SwarmError, signalOf } from '@swarm/core';

export const command: Dialect = {
  command({ args = [] }) {
    if (args.length === 0)
      throw new SwarmError('agent command: no program given', {
        code: 'no-agent-program',
        exit: EXIT.usage,
        hint: "name the program and its arguments in the agent's args",
      });
    return { argv: args };
  },
  reader(): LineReader {
    return {
      line: (line) => [signalOf(line) ?? { kind: 'text', text: line }],
      end: (status): readonly SessionSignal[] => (status === 0 ? [{ kind: 'concluded' }] : []),
    };
  },
};
