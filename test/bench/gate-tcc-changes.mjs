// Changes to tcc, each with what the gate must say: what breaks or hides a test that passed, or meddles with what judges it, is
// refused for its reason; honest work is allowed. Edits are of one place in a file: [file, from, to].

const TEST = 'tests/torture/20000112-1.c';
const GREEN = '#include <stdlib.h>\nint main(void) { return 0; }\n';

/** `files`: new texts (undefined: deleted), given what the files are now. `expect`: what a line of the output must say. */
export const REFUSED = [
  {
    what: 'breaks a test (xor of constants is or)',
    edits: [['tccgen.c', "case '^': l1 ^= l2; break;", "case '^': l1 |= l2; break;"]],
    expect: /: regressed: /,
  },
  {
    what: 'can not be built',
    edits: [['tccgen.c', 'static void gen_opic(int op)\n{', 'static void gen_opic(int op)\n']],
    expect: /^ERROR build: /m,
  },
  {
    what: 'makes tests flaky (every third process gives up)',
    edits: [
      [
        'tcc.c',
        '    int argc; char **argv;\n',
        '    int argc; char **argv; if (getpid() % 3 == 0) return 1;\n',
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
    edits: [
      ['tccgen.c', 'static void gen_opic(int op)', '/* Folds constants. */\nstatic void gen_opic(int op)'],
    ],
  },
  {
    what: 'a bigger hash table',
    edits: [['tcc.h', '#define TOK_HASH_SIZE       16384', '#define TOK_HASH_SIZE       32768']],
  },
  {
    what: 'the same in other words',
    edits: [['tccgen.c', "case '+': l1 += l2; break;", "case '+': l1 = l1 + l2; break;"]],
  },
  {
    what: 'cases in another order',
    edits: [
      [
        'tccgen.c',
        "        case '&': l1 &= l2; break;\n        case '^': l1 ^= l2; break;\n",
        "        case '^': l1 ^= l2; break;\n        case '&': l1 &= l2; break;\n",
      ],
    ],
  },
  {
    what: 'a line of help',
    edits: [['tcc.c', '    "General options:\\n"', '    "General options (see tcc-doc):\\n"']],
  },
  {
    what: 'a new function',
    edits: [
      [
        'tccgen.c',
        'static void gen_opic(int op)\n{',
        'static inline int is_zero(uint64_t n) { return n == 0; }\n\nstatic void gen_opic(int op)\n{',
      ],
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
    edits: [['tccgen.c', "case '|': l1 |= l2; break;", "case '|':  l1 |= l2;  break;"]],
  },
];
