// The environment of tests: swarm's own without what is about swarm, its workers and the repository of a hook that started it
// (a test that runs git must not find that one), and a suite's additions. Each is made
// once, since helpers keep an environment from one test to the next.

type Environment = Readonly<Record<string, string>>;

const KNOWN = new Map<string, Environment>();
/** The tests of a suite bring the same object, unless it came from another process. */
const OF_ADDITIONS = new WeakMap<Environment, Environment>();
const OURS = /^(?:SWARM_RUN|SWARM_LABEL|TINYPOOL_.*|NODE_CHANNEL_.*)$/;
/** As `git rev-parse --local-env-vars` names them. */
const ABOUT_A_REPOSITORY =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|INDEX_VERSION|PREFIX|COMMON_DIR|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|IMPLICIT_WORK_TREE|INTERNAL_.*|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|CONFIG_(?:KEY|VALUE)_\d+|QUARANTINE_PATH|PUSH_OPTION_.*|REFLOG_ACTION|EDITOR)$/;

/** The whole environment of a test with these additions; the same object for the same ones. */
export function testEnvironment(additions: Environment): Environment {
  let environment = OF_ADDITIONS.get(additions);
  if (environment === undefined) {
    environment = knownEnvironment(additions);
    OF_ADDITIONS.set(additions, environment);
  }
  return environment;
}

function knownEnvironment(additions: Environment): Environment {
  const key = JSON.stringify(additions);
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const inherited = Object.entries(process.env).filter(
    ([name]) => !OURS.test(name) && !ABOUT_A_REPOSITORY.test(name),
  );
  const made = { ...Object.fromEntries(inherited), ...additions } as Environment;
  KNOWN.set(key, made);
  return made;
}
