// The environment of tests: swarm's own without what is about swarm and its workers, and a suite's additions. Each is made
// once, since helpers keep an environment from one test to the next.

type Environment = Readonly<Record<string, string>>;

const KNOWN = new Map<string, Environment>();
const OURS = /^(?:SWARM_RUN|SWARM_LABEL|TINYPOOL_.*|NODE_CHANNEL_.*)$/;

/** The whole environment of a test with these additions; the same object for the same ones. */
export function testEnvironment(additions: Environment): Environment {
  const key = JSON.stringify(additions);
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const inherited = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  const made = { ...Object.fromEntries(inherited), ...additions } as Environment;
  KNOWN.set(key, made);
  return made;
}
