// Changes to tcc, each with what the gate must say: what breaks or hides a test that passed, or meddles with what judges it, is
// refused for its reason; honest work is allowed. Edits are of one place in a file: [file, from, to].

const TEST = 'tests/torture/20000112-1.c';
const GREEN = '#include <stdlib.h>\nint main(void) { return 0; }\n';

/** `files`: new texts (undefined: deleted), given what the files are now. `expect`: what a line of the output must say. */
export const REFUSED = [
  {
    what: 'breaks a test (xor of constants is or)',
    edits: [['tccgen.c', 'l1 ^= l2', 'l1 |= l2']],
    expect: /: regressed: /,
  },
  {
    what: 'can not be built',
    edits: [['tccgen.c', 'gen_opic(int op)\n{', 'gen_opic(int op)\n']],
    expect: /^ERROR build: /m,
  },
  {
    what: 'makes tests flaky (every third process gives up)',
    // Not where it makes its own library, which is part of the build.
    edits: [
      [
        'tcc.c',
        'char **argv;\n',
        'char **argv; if (argv0[1] && !strchr("ac", argv0[1][1]) && getpid() % 3 == 0) return 1;\n',
      ],
    ],
    expect: /: (made-flaky|regressed): /,
  },
  {
    what: 'adds a test that fails',
    files: () => ({ 'tests/torture/new.c': 'int main(void) { return 1; }\n' }),
    expect: /new\.c: new-failing: /,
  },
  {
    what: 'deletes a test',
    files: () => ({ [TEST]: undefined }),
    expect: /: the change deletes it, and it is part of the tests/,
  },
  {
    what: 'renames a test',
    files: (read) => ({ [TEST]: undefined, 'tests/torture/other.c': read(TEST) }),
    expect: /: the change renames it to tests\/torture\/other\.c/,
  },
  {
    what: 'skips a test',
    files: (read) => ({ [TEST]: `// swarm: skip=slow\n${read(TEST)}` }),
    expect: /: the change edits it, and it is part of the tests/,
  },
  {
    what: 'expects a test to fail',
    files: (read) => ({ [TEST]: `// swarm: expect=fail\n${read(TEST)}` }),
    expect: /: the change edits it, and it is part of the tests/,
  },
  {
    what: 'makes a test easy',
    files: () => ({ [TEST]: GREEN }),
    expect: /: the change edits it, and it is part of the tests/,
  },
  {
    what: 'declares a test to fail',
    files: () => ({ 'swarm/fails.txt': `${TEST} until 2099-01-01: hard\n` }),
    expect: /swarm\/fails\.txt: the change adds it, and it is part of the declared lists/,
  },
  {
    what: 'edits the verifier',
    files: () => ({ 'verify/compile.sh': '#!/bin/sh\nexec gcc -w -o "$2" "$1" -lm\n' }),
    expect: /verify\/compile\.sh: the change edits it, and it is part of what runs the tests/,
  },
  {
    what: "edits the gate's config",
    edits: [['swarm.config.yaml', 'sh verify/compile.sh', 'gcc -w -o {out} {} #']],
    expect: /swarm\.config\.yaml: the change edits it, and it is part of the gate's config/,
  },
  {
    what: 'commits a hook',
    files: () => ({ '.husky/pre-push': '#!/bin/sh\nexit 0\n' }),
    expect: /\.husky\/pre-push: the change adds it, and it is part of the hooks/,
  },
  {
    what: 'commits a baseline',
    files: () => ({ '.swarm/gate/baselines/all.json': '[]\n' }),
    expect: /: the change adds it, and it is part of the gate's own state/,
  },
];

export const ALLOWED = [
  {
    what: 'a comment',
    edits: [['tccgen.c', 'gen_opic(int op)\n{', 'gen_opic(int op)\n/* Folds constants. */\n{']],
  },
  {
    what: 'a bigger hash table',
    edits: [['tcc.h', ' 16384', ' 32768']],
  },
  {
    what: 'the same in other words',
    edits: [['tccgen.c', 'l1 += l2', 'l1 = l1 + l2']],
  },
  {
    what: 'cases in another order',
    edits: [
      ['tccgen.c', "'&': l1 &= l2", "'%%': l1 &= l2"],
      ['tccgen.c', "'^': l1 ^= l2", "'&': l1 &= l2"],
      ['tccgen.c', "'%%': l1 &= l2", "'^': l1 ^= l2"],
    ],
  },
  {
    what: 'a line of help',
    edits: [['tcc.c', 'General options:', 'General options (see tcc-doc):']],
  },
  {
    what: 'a new function',
    edits: [
      ['tcc.c', 'int main(', 'static inline int is_zero(unsigned long n) { return n == 0; }\n\nint main('],
    ],
  },
  { what: 'a new file', files: () => ({ 'notes/folding.txt': 'Constants are folded in gen_opic.\n' }) },
  {
    what: 'a new test that passes',
    files: () => ({ 'tests/torture/sum.c': 'int main(void) { return 1 + 2 - 3; }\n' }),
  },
  { what: 'the README', edits: [['README', 'Features:', 'Features of tcc:']] },
  {
    what: 'white space',
    edits: [['tccgen.c', 'l1 |= l2', 'l1  |=  l2']],
  },
];
