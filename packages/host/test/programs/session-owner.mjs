// Runs a session that would go on for ever, for a test to kill its owner. Argument: where the session's program leaves its pid.
import { dirname } from 'node:path';
import { Cancellation } from '@swarm/core';
import { programBackend } from '@swarm/host';

const file = process.argv[2];
const argv = ['bash', '-c', `echo $$ > ${file}; echo begun; sleep 1000`];
const dialect = {
  command: () => ({ argv }),
  reader: () => ({ line: () => [{ kind: 'text', text: 'begun' }] }),
};
const dir = dirname(file);
const request = {
  prompt: '',
  workspace: dir,
  home: dir,
  env: { PATH: process.env.PATH },
  wrap: [],
  limits: {},
};
for await (const event of programBackend(dialect).run(request, new Cancellation()))
  process.stdout.write(`${event.kind}\n`);
