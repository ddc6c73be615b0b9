// In a hook of git, or in `git bisect run`, git's variables name that repository, and all that tests do with git would be done to it.

import { execFileSync } from 'node:child_process';

for (const name of execFileSync('git', ['rev-parse', '--local-env-vars'], { encoding: 'utf8' })
  .trim()
  .split('\n'))
  delete process.env[name];
